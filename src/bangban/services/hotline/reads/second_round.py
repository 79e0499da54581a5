"""What becomes of an order whose caller was satisfied with nothing: whether it goes to a second round (GB33358-5.4.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bangban.foundation.clocks.models import Clock
from bangban.foundation.ledger.models import Event
from bangban.services.hotline.models import WorkOrder

LIMIT = "order_archive"
"""The clock of filing: an order is not filed before this is decided, so its limit is that of the decision as well."""


@dataclass(frozen=True)
class SecondRound:
    """Undecided until the limit `until`, or declined for a `reason`."""

    declined: bool
    until: datetime | None = None
    reason: str = ""


def second_round(order: WorkOrder) -> SecondRound | None:
    """Return how the decision stands for the caller of an order; None while he is not dissatisfied with both, or it is sent.

    Of a merged order the main one is decided. Two queries at most.
    """
    if order.process_satisfied is not False or order.result_satisfied is not False:
        return None
    main = order.merged_into if order.state == "merged" and order.merged_into else order
    if main.redo_decided == "declined":
        rows = Event.objects.filter(record_id=main.id, kind="order.decline_redo").order_by("-position")
        last = rows.first()
        return SecondRound(True, reason=str(last.data.get("reason", "")) if last else "")
    if main.state != "visited":
        return None
    due = Clock.objects.filter(record_id=main.id, code=LIMIT, state="running").values_list("due_at", flat=True).first()
    return SecondRound(False, until=due)
