"""Sessions in our own table, so that an account's sessions can be listed and ended, and end when nobody is there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from bangban.foundation.clocks.moment import now

ACCOUNT = "account"
DEVICE = "device"
STARTED = "started"


class SessionStore(DatabaseStore):
    """Django's database sessions with the account and device beside them, and an end after idleness (F8.05)."""

    @classmethod
    def get_model_class(cls) -> Any:
        """Return our session table."""
        from bangban.foundation.access.models import Session

        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """Keep the account as a column."""
        row: Any = super().create_model_instance(data)
        row.account_id = data.get(ACCOUNT)
        row.device = data.get(DEVICE, "")[:200]
        row.seen_at = now()
        row.started_at = datetime.fromisoformat(data[STARTED]) if STARTED in data else row.seen_at
        return row

    def _get_session_from_db(self) -> Any:
        """Find the row, unless its account has been idle too long: then it is gone for everybody who asks."""
        from bangban.foundation.access.security_log import note
        from bangban.foundation.access.sessions import idle_limit

        rows: Any = self.model.objects.filter(session_key=self.session_key, expire_date__gt=timezone.now())
        row = rows.select_related("account").first()
        if row is None:
            self._session_key = None
            return None
        if row.account is None or row.seen_at > now() - idle_limit(row.account.kind):
            return row
        if self.model.objects.filter(session_key=row.session_key).delete()[0]:
            note("idle_logout", account_id=row.account_id, subject=f"account:{row.account_id}")
        self._session_key = None
        return None
