"""Appointments: places, periods, booking, changing, checking in, closing periods."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.foundation.privacy.crypto import digest
from bangban.registry.catalog import reads as catalog
from bangban.registry.org.reads import place
from bangban.services.appointments import actions, reads
from bangban.services.appointments.reads import AppointmentView, ClosureView, SlotView
from bangban.services.queues.reads import ticket_view
from bangban.surfaces.api import bodies_appointments as bodies
from bangban.surfaces.api.endpoint import Call, Reply
from bangban.surfaces.api.views.hall import letter_of, plan_of, ticket_out
from bangban.surfaces.web.given import day_of, moment_of


def list_places(call: Call) -> Reply:
    """Return the halls that handle an item (DB23-6.5.1.3-b)."""
    item = catalog.version_of(call.query("item")) if call.query("item") else None
    if item is None:
        raise Incomplete("没有找到这个事项。", fields={"item": "请给出在用的事项编码。"})
    return Reply(bodies.PlaceList([_place(found) for found in reads.places_for(item[0], "api")]))


def _place(found: reads.PlaceView) -> bodies.PlaceOut:
    return bodies.PlaceOut(
        _code(found.body_id), found.body, found.address, found.phone, found.klass, _iso(found.next_free)
    )


def list_slots(call: Call) -> Reply:
    """Return the days of a class that can be booked, and the periods of `day`, or of the first day with a free one."""
    plan = plan_of(call.query("hall"))
    class_id = letter_of(plan, call.query("class"))
    days = reads.days(plan.body_id, class_id, "api")
    wanted = _day(call.query("day")) or next((day.date for day in days if day.free), None)
    found = reads.slots(plan.body_id, class_id, wanted, "api") if wanted else []
    shown = [bodies.DayOut(day.date.isoformat(), day.free, day.closed_reason) for day in days]
    return Reply(bodies.SlotList(shown, [slot_out(slot) for slot in found]))


def _day(text: str) -> date | None:
    found = day_of(text)
    if text and found is None:
        raise Incomplete("日期不对。", fields={"day": "请按2026-11-23的样子填写日期。"})
    return found


def slot_out(slot: SlotView) -> bodies.SlotOut:
    """Translate a period for the API."""
    return bodies.SlotOut(
        slot.id, slot.starts_at.isoformat(), slot.ends_at.isoformat(), slot.free, slot.state, slot.reason
    )


def book(call: Call) -> Reply:
    """Book a period; a full one is refused with the nearest free ones in `nearest`."""
    given: bodies.AppointmentIn = call.body
    plan = plan_of(given.hall)
    item = catalog.version_of(given.item) if given.item else None
    if given.item and item is None:
        raise Incomplete("没有找到这个事项。", fields={"item": "事项编码不存在或已停用。"})
    booked = actions.book(
        call.actor,
        actions.NewAppointment(
            plan.body_id,
            letter_of(plan, given.klass) if given.klass else None,
            item[0] if item else None,
            given.slot,
            given.name,
            given.phone,
            flags=tuple(given.flags),
            case_number=given.case,
            client_key=given.client_id,
            channel=given.channel,
        ),
    )
    knowing = replace(call.actor, tokens=call.actor.tokens | {digest(booked.token.encode())})
    view = appointment_out(reads.appointment_view(knowing, booked.appointment.number))
    answer = bodies.AppointmentBooked(booked.appointment.number, booked.code, booked.token, view)
    return Reply(answer, 200 if booked.again else 201)


def list_own(call: Call) -> Reply:
    """Return the caller's own appointments, the newest first."""
    page = reads.mine(call.actor, call.query("after"), call.number("limit", 20, 100) or 20)
    rows = [bodies.AppointmentRowOut(r.number, r.state, r.state_label, r.period, r.body, r.item) for r in page.rows]
    return Reply(bodies.AppointmentPageOut(rows, page.after))


def read_appointment(call: Call, number: str) -> Reply:
    """Return an appointment to its person and to the people of the hall."""
    return Reply(appointment_out(reads.appointment_view(call.actor, number)))


def act(call: Call, number: str, action: str) -> Reply:
    """Do one action of the flow; 409 tells the state and what is allowed."""
    given: bodies.AppointmentActionIn = call.body or bodies.AppointmentActionIn()
    run = ACTIONS.get(action)
    reads.get_appointment(call.actor, number)
    if run is None:
        raise Incomplete("没有这个操作。", fields={"action": "可用：" + "、".join(ACTIONS)})
    try:
        run(call.actor, number, given)
    except NotAllowed as refused:
        refused.details["allowed_actions"] = list(reads.appointment_view(call.actor, number).allowed_actions)
        raise
    return Reply(appointment_out(reads.appointment_view(call.actor, number)))


Act = Callable[[Actor, str, bodies.AppointmentActionIn], object]
ACTIONS: dict[str, Act] = {
    "change": lambda actor, number, given: actions.change(actor, number, given.slot),
    "cancel": lambda actor, number, given: actions.cancel(actor, number, given.reason),
    "confirm": lambda actor, number, given: actions.confirm(actor, number),
    "accept_offer": lambda actor, number, given: actions.answer_offer(actor, number, True, given.slot),
    "decline_offer": lambda actor, number, given: actions.answer_offer(actor, number, False),
    "note_call": lambda actor, number, given: actions.note_call(actor, number, given.reason),
    "substitute": lambda actor, number, given: actions.substitute(actor, number, given.staff or 0, given.reason),
}


def check_in(call: Call) -> Reply:
    """Turn an appointment into its ticket, in its period (DB23-6.5.1.1-b)."""
    given: bodies.CheckInIn = call.body
    plan = plan_of(given.hall)
    issued = actions.check_in(call.actor, body_id=plan.body_id, number=given.number, code=given.code, phone=given.phone)
    knowing = replace(call.actor, tokens=call.actor.tokens | {digest(issued.code.encode())})
    ticket = ticket_out(ticket_view(knowing, issued.ticket.number), issued.code)
    return Reply(ticket, 200 if issued.again else 201)


def close_slots(call: Call) -> Reply:
    """Close periods; every affected booking is told the reason and offered another one (DB23-6.5.2)."""
    given: bodies.ClosureIn = call.body
    plan = plan_of(given.hall)
    class_id = letter_of(plan, given.klass) if given.klass else None
    starts, ends = _moment(given.starts, "from", plan.zone), _moment(given.ends, "to", plan.zone)
    closure = actions.close_slots(call.actor, plan.body_id, class_id, starts, ends, given.reason)
    return Reply(closure_out(reads.closure_view(call.actor, closure.number)), 201)


def _moment(text: str, name: str, zone: ZoneInfo) -> datetime:
    found = moment_of(text, zone)
    if found is None:
        raise Incomplete("时间不对。", fields={name: "请按2026-11-23T09:00的样子填写时间。"})
    return found


def read_closure(call: Call, number: str) -> Reply:
    """Return a closure and how far its bookings are handled."""
    return Reply(closure_out(reads.closure_view(call.actor, number)))


def act_on_closure(call: Call, number: str, action: str) -> Reply:
    """Finish a closure when nothing in it is unhandled, or withdraw it."""
    given: bodies.ClosureActionIn = call.body or bodies.ClosureActionIn()
    if action == "finish":
        actions.finish_closure(call.actor, number)
    elif action == "withdraw":
        actions.withdraw_closure(call.actor, number, given.reason)
    else:
        reads.closure_view(call.actor, number)
        raise Incomplete("没有这个操作。", fields={"action": "可用：finish、withdraw"})
    return Reply(closure_out(reads.closure_view(call.actor, number)))


def appointment_out(view: AppointmentView) -> bodies.AppointmentOut:
    """Translate an appointment for the API."""
    return bodies.AppointmentOut(
        number=view.number,
        state=view.state,
        state_label=view.state_label,
        words=view.state_words,
        hall=_code(view.body_id),
        place=view.body,
        klass=view.klass,
        item=view.item,
        starts_at=view.starts_at.isoformat(),
        ends_at=view.ends_at.isoformat(),
        confirmed=view.confirmed,
        check_in_code=view.code,
        can_check_in_now=view.can_check_in_now,
        remind_at=view.remind_at.isoformat(),
        reminded_at=_iso(view.reminded_at),
        ticket=view.ticket_number,
        case=view.case_number,
        staff=view.staff,
        materials=[
            bodies.MaterialOut(
                p.key, p.name, p.copies, p.required, p.paper, p.ticked_at is not None, p.file_name
            )
            for p in view.checklist
        ],
        notes=[str(note) for note in view.notice.get("notes", ())],
        closure_reason=view.closure_reason,
        offered=slot_out(view.offered) if view.offered else None,
        allowed_actions=list(view.allowed_actions),
    )  # fmt: skip


def closure_out(view: ClosureView) -> bodies.ClosureOut:
    """Translate a closure for the API."""
    return bodies.ClosureOut(
        view.number, view.state, view.klass, view.starts_at.isoformat(), view.ends_at.isoformat(), view.reason,
        view.affected, view.unhandled, view.moved, view.cancelled, view.called, list(view.allowed_actions),
    )  # fmt: skip


def _code(body_id: int) -> str:
    body = place(body_id)
    return body.code if body else ""


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
