"""Orders and call-backs of earlier days, put down as they would stand by now."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from bangban.foundation.ledger.identifiers import new_id
from bangban.services.hotline.models import Category, Visit, WorkOrder
from tests.hotline import Hotline

COUNTER = iter(range(1, 10**9))


def past_order(line: Hotline, at: datetime, **fields: Any) -> WorkOrder:
    """Put down an order received at a moment; by default a consultation answered at once."""
    given: dict[str, Any] = {
        "id": new_id(), "number": f"GDT{next(COUNTER):09d}", "state": "completed", "center_id": line.center.id, "source": "telephone",
        "received_at": at, "registered_at": at, "kind": "consultation", "direct": True, "result_code": "answered",
        "completed_at": at + timedelta(minutes=5), "token_digest": uuid4().bytes, "created_at": at, "updated_at": at,
        "region": "440104000000", "agent_id": line.agent.staff_id,
    }  # fmt: skip
    given |= fields
    return WorkOrder.objects.create(**given)


def handled(
    line: Hotline, at: datetime, *, days: float = 2, limit: float = 5, good: bool | None = True, **fields: Any
) -> WorkOrder:
    """Put down an order that the building unit finished after some days, with its call-back."""
    done = at + timedelta(days=days)
    order = past_order(
        line, at,
        **{"kind": "help_request", "direct": False, "transferred_at": at + timedelta(hours=1), "due_at": at + timedelta(days=limit),
           "lead_unit_id": line.building_unit.id, "units": [line.building_unit.id], "replied_at": done, "completed_at": done,
           "category_id": Category.objects.get(code="040101").id, "result_code": "solved"} | fields,
    )  # fmt: skip
    if good is not None and order.completed_at:
        Visit.objects.create(
            order=order, round=1, unit_id=order.lead_unit_id, policy="all", state="done", made_at=done, not_before=done,
            done_at=done + timedelta(hours=2), process_satisfied=good, result_satisfied=good,
        )  # fmt: skip
    return order


def waiting(line: Hotline, at: datetime, *, limit: float = 5, **fields: Any) -> WorkOrder:
    """Put down an order that the roads unit still has."""
    return handled(
        line, at, limit=limit, good=None, state="handling", completed_at=None, replied_at=None, result_code="",
        lead_unit_id=line.roads_unit.id, units=[line.roads_unit.id], signed_at=at + timedelta(hours=2), **fields,
    )  # fmt: skip
