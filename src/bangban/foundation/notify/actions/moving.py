"""Moving a delivery to its next state, always by compare-and-swap: whoever comes second changes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from bangban.foundation.notify.actions.queueing import next_in_chain
from bangban.foundation.notify.models import Delivery, State

LONGEST_ERROR = 1000


def sent(delivery: Delivery, claim: UUID, provider: str, reference: str, at: datetime) -> bool:
    """Note that a gateway took the message; a receipt that was faster keeps its state."""
    ours = Delivery.objects.filter(id=delivery.id)
    taken = {"sent_at": at, "provider": provider, "provider_ref": reference}
    if _move(ours.filter(state=State.SENDING, claim=claim), State.SENT, last_error="", **taken):
        return True
    ours.filter(state__in=[State.DELIVERED, State.FAILED], sent_at=None).update(**taken)
    return False


def try_again(delivery: Delivery, claim: UUID, reason: str, wait: timedelta, at: datetime) -> bool:
    """Put a delivery back into the queue for a later attempt."""
    ours = Delivery.objects.filter(id=delivery.id, state=State.SENDING, claim=claim)
    return _move(ours, State.QUEUED, next_try_at=at + wait, last_error=reason[:LONGEST_ERROR])


def delivered(delivery_id: UUID, at: datetime) -> bool:
    """Note that the message reached the person; False when the delivery had ended before."""
    ours = Delivery.objects.filter(id=delivery_id, state__in=[State.QUEUED, State.SENDING, State.SENT])
    return _move(ours, State.DELIVERED, ended_at=at)


def fail(delivery: Delivery, open_now: Q, reason: str, at: datetime) -> Delivery | None:
    """End a delivery without success and queue its next channel, both or neither; returns the new delivery.

    `open_now` says in which condition it must still be; when it is not, nothing happens.
    """
    with transaction.atomic():
        ours = Delivery.objects.filter(open_now, id=delivery.id)
        if not _move(ours, State.FAILED, ended_at=at, last_error=(reason or "没有说明原因")[:LONGEST_ERROR]):
            return None
        following = next_in_chain(delivery, at)
        if following is not None:
            following.save(force_insert=True)
        return following


def _move(rows: Any, state: State, **changes: Any) -> bool:
    return bool(rows.update(state=state, claim=None, claim_until=None, **changes))
