"""What happens by the clock: reminders, bookings given up, and the end of the visit."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.flows.flow import FlowError
from bangban.services.appointments import notices
from bangban.services.appointments.actions.door import appointment_deed
from bangban.services.appointments.models import Appointment

log = logging.getLogger(__name__)
PORTION = 500


def remind_due(at: datetime) -> int:
    """Send the reminders that are due (DB23-6.5.3); returns how many. Each is sent once."""
    rows = Appointment.objects.filter(state="booked", reminded_at=None, remind_at__lte=at, starts_at__gt=at)
    return sum(
        _remind(number) for number in list(rows.order_by("remind_at").values_list("number", flat=True)[:PORTION])
    )


def _remind(number: str) -> int:
    try:
        with appointment_deed(SYSTEM, number, "_remind") as work:
            if work.record.reminded_at is not None:
                raise FlowError("已经提醒过。")
            work.change(reminded_at=work.at)
            late = work.record.starts_at - work.at
            work.tell(hours_ahead=round(late.total_seconds() / 3600, 1))
            notices.tell(work, notices.REMINDER, notices.reminder_words(work.record), f"reminder:{work.record.slot_id}")
    except FlowError as refusal:
        log.info("Appointment %s needs no reminder: %s", number, refusal)
        return 0
    return 1


def give_up_due(at: datetime) -> int:
    """Mark as given up whose period is over without a check-in (DB23-6.5.4); returns how many."""
    concerned = Q(slot__closure__isnull=False, ends_at__gt=F("slot__closure__created_at"))
    rows = Appointment.objects.filter(state="booked", ends_at__lte=at).exclude(concerned)
    return sum(
        _give_up(number, at) for number in list(rows.order_by("ends_at").values_list("number", flat=True)[:PORTION])
    )


def _give_up(number: str, at: datetime) -> int:
    try:
        with appointment_deed(SYSTEM, number, "_give_up") as work:
            if work.record.ends_at > at:
                raise FlowError("已改约到以后的时段。")
            work.change(ended_at=work.at)
            words = (
                f"编号{number}：您预约的{notices.when_words(work.record)}已过，没有取号，视为放弃。需要时请重新预约。"
            )
            notices.tell(work, notices.GIVEN_UP, words, "given_up")
    except FlowError as refusal:
        log.info("Appointment %s moved on meanwhile: %s", number, refusal)
        return 0
    return 1


def complete(appointment_id: UUID) -> None:
    """The visit of a checked-in appointment ended at a window."""
    _end_visit(appointment_id, "_complete")


def left(appointment_id: UUID) -> None:
    """The person checked in and left, or was not called before the day ended; that is no no-show."""
    _end_visit(appointment_id, "_leave")


def _end_visit(appointment_id: UUID, action: str) -> None:
    number = Appointment.objects.filter(id=appointment_id).values_list("number", flat=True).first()
    if number is None:
        return
    try:
        with appointment_deed(SYSTEM, number, action) as work:
            work.change(ended_at=work.at)
    except FlowError as refusal:
        log.info("Appointment %s has ended before: %s", number, refusal)
