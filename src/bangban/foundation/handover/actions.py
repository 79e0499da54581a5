"""Offering work and answering offers, always as part of a deed on the record that moves."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.foundation.handover.models import WORK, Answer, Handover, Kind


def offer(
    deed: Deed[Any],
    kind: Kind,
    *,
    to_unit: int,
    to_duty: str = "",
    to_staff: int | None = None,
    expires_at: datetime | None = None,
    reason: str = "",
    renews: Handover | None = None,
) -> Handover:
    """Offer work to a named receiver: a person, or whoever holds a duty at a unit (DB23-6.1.1-b).

    `renews` is the lapsed offer that this one follows: it stays the offer of whoever made the first, one hop further.
    """
    if to_staff is None and not to_duty:
        raise Incomplete("请选择接收人或接收岗位。", fields={"to": "请选择接收人或接收岗位。"})
    handover = Handover(
        record_type=deed.flow.record_type,
        record_id=deed.record.id,
        kind=kind,
        from_staff_id=renews.from_staff_id if renews else deed.actor.staff_id,
        from_unit_id=renews.from_unit_id if renews else deed.actor.unit_id,
        to_unit_id=to_unit,
        to_duty=to_duty,
        to_staff_id=to_staff,
        reason=reason,
        hop=renews.hop + 1 if renews else 1,
        offered_at=deed.at,
        expires_at=expires_at,
    )
    deed.insert(handover)
    deed.topics.add(f"unit:{to_unit}")
    if to_staff:
        deed.topics.add(f"desk:{to_staff}")
    deed.tell(handover=str(handover.id), to_unit=to_unit, to_staff=to_staff, to_duty=to_duty)
    return handover


def answer(deed: Deed[Any], handover: Handover, how: Answer, reason: str = "") -> None:
    """Answer an open offer; a second answer is refused with the name of the first."""
    if handover.answer != Answer.OFFERED:
        raise NotAllowed("这项移交已经处理过了，请刷新查看。", state=deed.record.state)
    handover.answer, handover.answered_at = how, deed.at
    handover.answered_by_id = deed.actor.staff_id
    if reason:
        handover.reason = reason
    deed.changed(handover, "answer", "answered_at", "answered_by_id", "reason")
    deed.topics.add(f"unit:{handover.to_unit_id}")
    for staff in (handover.to_staff_id, handover.from_staff_id):
        if staff:
            deed.topics.add(f"desk:{staff}")
    deed.tell(handover=str(handover.id), answer=how.value)


def open_offer(record_id: UUID) -> Handover | None:
    """Return the open offer of the work itself; the record is locked, so it cannot change meanwhile."""
    return Handover.objects.filter(record_id=record_id, answer=Answer.OFFERED, kind__in=WORK).first()


def withdraw_open(deed: Deed[Any]) -> None:
    """Take back an open offer when the work is settled in another way."""
    if handover := open_offer(deed.record.id):
        answer(deed, handover, Answer.WITHDRAWN)


log = logging.getLogger(__name__)
Expiry = Callable[[Handover], None]
_expiries: dict[str, Expiry] = {}


def when_expired(record_type: str, act: Expiry) -> None:
    """Name what a room does with an offer that nobody answered in time."""
    _expiries[record_type] = act


def expire_due(now: datetime, at_most: int = 200) -> int:
    """Hand every offer past its time to its room; returns how many were handled."""
    due = list(Handover.objects.filter(answer=Answer.OFFERED, expires_at__lt=now).order_by("expires_at")[:at_most])
    done = 0
    for handover in due:
        try:
            _expiries[handover.record_type](handover)
            done += 1
        except Exception:
            log.exception("Offer %s could not be moved on; it is tried again at the next sweep.", handover.id)
    return done
