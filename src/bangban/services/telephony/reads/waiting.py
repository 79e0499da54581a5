"""Who waits on the line now."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F

from bangban.foundation.clocks.moment import now
from bangban.services.telephony.belonging import of
from bangban.services.telephony.folding import LIMIT_SECONDS
from bangban.services.telephony.models import Call, Leg
from bangban.services.telephony.views import Waiting

LIMIT = timedelta(seconds=LIMIT_SECONDS)


def waiting_now(at: datetime | None = None, limit: int = 200, center: int | None = None) -> list[Waiting]:
    """Return callers whom nobody has answered, the longest waiting first; over 15 s they are late (GB33358-5.1.2.3-a)."""
    moment = at or now()
    waiting = Call.objects.filter(of(center), direction="in", answered_at=None, ended_at=None)
    rows = list(waiting.order_by("offered_at")[: min(limit, 500)])
    rung = dict(
        Leg.objects.filter(call__in=[row.id for row in rows], staff__isnull=False, ended_at=None)
        .order_by("position")
        .values_list("call_id", F("staff__name"))
    )
    return [
        Waiting(
            row.id,
            row.offered_at,
            max(0, int((moment - row.offered_at).total_seconds())),
            moment - row.offered_at > LIMIT,
            row.language,
            rung.get(row.id, ""),
            row.phone,
        )
        for row in rows
    ]
