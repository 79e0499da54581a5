"""Changing, confirming and cancelling one's appointment (DB23-6.5.1.3-a)."""

from __future__ import annotations

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import NotAllowed
from bangban.foundation.notify.actions import cancel_waiting
from bangban.foundation.notify.purposes import Purpose
from bangban.services.appointments import notices
from bangban.services.appointments.actions import seats
from bangban.services.appointments.actions.booking import when_to_remind
from bangban.services.appointments.actions.door import appointment_deed, hall_of
from bangban.services.appointments.actions.refusing import refusal
from bangban.services.appointments.models import Appointment, Outcome
from bangban.services.appointments.reads.periods import slot_of
from bangban.services.appointments.words import period_words

LONGEST = 300


def change(actor: Actor, number: str, slot_id: int | None) -> Appointment:
    """Move an appointment to another free period of the same class or specialist; number and code stay.

    Raises NotAllowed when the period is full (with the nearest free ones) or the booked one is over.
    """
    with appointment_deed(actor, number, "change", {"slot": slot_id}) as work:
        still_ahead(work)
        affected = work.record.state == "affected"
        move(work, int(slot_id or 0), network=work.record.network and not affected)
        notices.tell(work, own_purpose(work), _moved_words(work.record), f"changed:{work.record.chain_length}")
    return work.record


def still_ahead(work: Deed[Appointment]) -> None:
    """Refuse to change what is over; the sweep will say so in a minute."""
    if work.record.ends_at <= work.at and work.record.state == "booked":
        raise NotAllowed(f"{notices.when_words(work.record)}的预约时段已过，不能再更改。", state=work.record.state)


def move(work: Deed[Appointment], slot_id: int, *, network: bool) -> None:
    """Take a place in another period and give the old one back, both or neither."""
    appointment, plan = work.record, hall_of(work)
    slot = slot_of(plan, slot_id)
    fits = slot is not None and (slot.staff_id, slot.klass_id) == (
        appointment.staff_id,
        None if appointment.staff_id else appointment.klass_id,
    )
    if slot is None or not fits or slot.id == appointment.slot_id:
        raise NotAllowed("请选择同一业务的另一个时段。", state=appointment.state)
    seats.lock([slot.id, appointment.slot_id])
    if not seats.take(slot.id, network, work.at):
        raise refusal(plan, slot_of(plan, slot.id) or slot, network)
    seats.free(appointment.slot_id, appointment.network)
    wanted = when_to_remind(plan, slot.starts_at, work.at)
    former = period_words(appointment.starts_at, appointment.ends_at, plan.zone)
    work.change(
        slot_id=slot.id, starts_at=slot.starts_at, ends_at=slot.ends_at, network=network,
        remind_at=wanted.at, reminded_at=work.at if wanted.at_once else None,
    )  # fmt: skip
    if appointment.state == "affected":
        work.change(outcome=Outcome.MOVED, offered_slot_id=None)
    if not work.actor.is_staff and appointment.confirmed_at is None:
        work.change(confirmed_at=work.at)
    cancel_waiting(appointment.id, notices.REMINDER.code, work.at)
    period = period_words(slot.starts_at, slot.ends_at, plan.zone)
    work.tell(slot=slot.id, starts_at=slot.starts_at, ends_at=slot.ends_at, period=period, former=former)


def own_purpose(work: Deed[Appointment]) -> Purpose:
    """Return the purpose of a message: what the person just did is answered at once, what we did waits for the day."""
    return notices.CHANGED if work.actor.is_staff or work.actor.kind == "system" else notices.BOOKED


def _moved_words(appointment: Appointment) -> str:
    return (
        f"编号{appointment.number}：已改约到{notices.when_words(appointment)}，地点{notices.where_words(appointment)}，"
        f"签到码{appointment.code}。{notices.link_of(appointment)}"
    )


def confirm(actor: Actor, number: str) -> Appointment:
    """Agree to the place and time that a specialist proposed (BJ-3.1.3-b)."""
    with appointment_deed(actor, number, "confirm") as work:
        still_ahead(work)
        work.change(confirmed_at=work.at)
    return work.record


def cancel(actor: Actor, number: str, reason: str = "") -> Appointment:
    """Cancel an appointment and give its place back; staff must say why, and the person is told (DB23-6.5.2)."""
    with appointment_deed(actor, number, "cancel", {"reason": reason.strip()}) as work:
        still_ahead(work)
        end(work, reason, Outcome.CANCELLED if work.record.state == "affected" else None)
        said = (
            f"原因：{work.record.cancel_reason.rstrip('。')}。" if work.record.cancel_reason and actor.is_staff else ""
        )
        words = f"编号{work.record.number}：{notices.when_words(work.record)}的预约已取消。{said}需要时可以重新预约。"
        notices.tell(work, own_purpose(work), words, "cancelled")
    return work.record


def end(work: Deed[Appointment], reason: str, outcome: Outcome | None) -> None:
    """End an appointment that has not taken place, and give its place back."""
    seats.free(work.record.slot_id, work.record.network)
    work.change(cancel_reason=reason.strip()[:LONGEST], ended_at=work.at)
    if outcome is not None:
        work.change(outcome=outcome)
    work.tell(reason=work.record.cancel_reason)
    cancel_waiting(work.record.id, notices.REMINDER.code, work.at)
