"""Whether the kind of an order was changed so that it needs no unit any more (GB33358-5.2.1)."""

from __future__ import annotations

from uuid import UUID

from bangban.foundation.ledger.models import Event


def lowered_from(order_id: UUID) -> str:
    """Return the kind that an order had before it was changed to one that is answered at once; empty when it never was."""
    changed = Event.objects.filter(record_id=order_id, kind="order.save", data__has_key="lowered_from")
    last = changed.order_by("-position").first()
    return str(last.data["lowered_from"]) if last is not None else ""
