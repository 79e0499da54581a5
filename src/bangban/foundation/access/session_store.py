"""Sessions in our own table, so that an account's sessions can be listed and ended."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

ACCOUNT = "account"


class SessionStore(DatabaseStore):
    """Django's database sessions with the account and device beside them."""

    @classmethod
    def get_model_class(cls) -> Any:
        """Return our session table."""
        from bangban.foundation.access.models import Session

        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """Keep the account as a column."""
        row = super().create_model_instance(data)
        row.account_id = data.get(ACCOUNT)
        row.device = data.get("device", "")[:200]
        return row
