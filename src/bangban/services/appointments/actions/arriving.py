"""Checking in: in the booked period the appointment becomes a ticket, in one transaction (DB23-6.5.1.1-b, F5.05)."""

from __future__ import annotations

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.access.phones import clean_phone
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.registry.halls.machines import is_kiosk
from bangban.registry.halls.reads import Hall
from bangban.registry.org.reads import place
from bangban.services.appointments.actions.door import STRANGER, appointment_deed, needed_hall
from bangban.services.appointments.models import Appointment
from bangban.services.appointments.parties import parties_of
from bangban.services.appointments.reads.arriving import best_for_check_in
from bangban.services.appointments.rules import arrival
from bangban.services.appointments.words import moment_words, period_words
from bangban.services.queues.actions import Issued, NewTicket, issue
from bangban.services.queues.models import Ticket
from bangban.services.queues.parties import belongs_to_hall


def check_in(actor: Actor, *, body_id: int, number: str = "", code: str = "", phone: str = "") -> Issued:
    """Check in at a hall by number, check-in code or telephone number; the ticket is the answer.

    A second check-in gives the same ticket. Raises NotYours for strangers, NotAllowed before and after the period with
    a sentence that names it.
    """
    plan = needed_hall(body_id)
    wanted = number.strip().upper() or _found(actor, plan, code, phone)
    if again := _again(actor, wanted):
        return again
    try:
        return _check_in(actor, wanted, plan)
    except NotAllowed as refusal:
        # Two machines asked at once: the second gets the ticket of the first.
        if refusal.details.get("state") == "checked_in" and (again := _again(actor, wanted)):
            return again
        raise


def _check_in(actor: Actor, number: str, plan: Hall) -> Issued:
    with appointment_deed(actor, number, "check_in") as work:
        _check_place_and_time(work, plan)
        issued = issue(actor, _ticket(work.record))
        work.change(
            ticket_number=issued.ticket.number, checked_in_at=work.at,
            confirmed_at=work.record.confirmed_at or work.at,
        )  # fmt: skip
        work.tell(ticket=issued.ticket.number, label=issued.ticket.label, early=work.at < work.record.starts_at)
    return issued


def _found(actor: Actor, plan: Hall, code: str, phone: str) -> str:
    """Find by code or telephone number; only machines and people of the hall may ask so."""
    if not is_kiosk(actor, plan.body_id) and not (may(actor, "tickets.issue") and belongs_to_hall(actor, plan.body_id)):
        raise NotYours(STRANGER)
    if not code.strip() and not phone.strip():
        raise Incomplete("请输入签到码或手机号。", fields={"code": "请输入六位签到码，或预约时留的手机号。"})
    found = best_for_check_in(plan, code, phone)
    if found is None:
        what = "签到码" if code.strip() else "手机号"
        raise NotYours(f"没有找到这个{what}的预约，请核对，或直接取号。")
    return found.number


def _again(actor: Actor, number: str) -> Issued | None:
    known = Appointment.objects.filter(number=number, state="checked_in").first()
    if known is None or not parties_of(known, actor):
        return None
    ticket = Ticket.objects.get(number=known.ticket_number)
    return Issued(ticket, ticket.code, again=True)


def _check_place_and_time(work: Deed[Appointment], plan: Hall) -> None:
    appointment = work.record
    period = period_words(appointment.starts_at, appointment.ends_at, plan.zone)
    if appointment.body_id != plan.body_id:
        booked = place(appointment.body_id)
        raise NotAllowed(f"您预约的是{booked.name if booked else '其他大厅'}，请到那里取号。", state=appointment.state)
    verdict = arrival(now(), appointment.starts_at, appointment.ends_at, plan.rules.early_check_in)
    if verdict == "early":
        opens = moment_words(appointment.starts_at - plan.rules.early_check_in, plan.zone)
        raise NotAllowed(f"您预约的时段是{period}，{opens}起才能取号。", state=appointment.state, period=period)
    if verdict == "late":
        raise NotAllowed(
            f"您预约的时段是{period}，已经过了，视为放弃。请直接取号或重新预约。",
            state=appointment.state,
            period=period,
        )


def _ticket(appointment: Appointment) -> NewTicket:
    return NewTicket(
        body_id=appointment.body_id,
        class_id=appointment.klass_id,
        item_id=appointment.item_id,
        flags=("appointment", *appointment.flags),
        phone=clean_phone(appointment.contact_phone),
        case_number=appointment.case_number,
        appointment=appointment.id,
        appointment_number=appointment.number,
        reserved_staff_id=appointment.staff_id,
        person_id=appointment.person_id,
    )
