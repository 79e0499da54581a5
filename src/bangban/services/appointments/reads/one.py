"""One appointment as its page shows it, for the person or for staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from bangban.foundation.access.actors import CHANNELS, Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.privacy.masking import mask_name, mask_phone
from bangban.registry.catalog import reads as catalog
from bangban.registry.halls.defaults import FLAGS
from bangban.registry.halls.reads import Hall, hall
from bangban.registry.org.models import Staff
from bangban.registry.org.reads import place
from bangban.services.appointments.flow import FLOW
from bangban.services.appointments.models import Appointment, Outcome, Slot
from bangban.services.appointments.parties import parties_of
from bangban.services.appointments.reads.checklists import PreparationView, checklist_of
from bangban.services.appointments.reads.found import get_appointment
from bangban.services.appointments.reads.history import Step, history_of
from bangban.services.appointments.reads.periods import SlotView, nearest, view_of
from bangban.services.appointments.rules import arrival
from bangban.services.appointments.words import moment_words, period_words


@dataclass(frozen=True)
class AppointmentView:
    """An appointment for one viewer; code and token only for its holder, and the code for who books at that hall."""

    id: UUID
    number: str
    version: int
    state: str
    state_label: str
    state_words: str
    period: str
    starts_at: datetime
    ends_at: datetime
    check_in_from: datetime
    can_check_in_now: bool
    body_id: int
    body: str
    address: str
    phone: str
    klass_id: int
    klass: str
    area: str
    floor: str
    route: str
    slot_id: int
    item_id: UUID | None
    item: str
    item_version: int | None
    item_version_now: int | None
    contact_name: str
    contact_phone: str
    channel: str
    channel_label: str
    registrar: str
    code: str
    token: str
    flags: tuple[str, ...]
    case_number: str
    staff_id: int | None
    staff: str
    substituted: bool
    substitute_reason: str
    paper_materials: tuple[dict[str, str], ...]
    notice: dict[str, Any]
    checklist: tuple[PreparationView, ...]
    booked_at: datetime
    confirmed: bool
    remind_at: datetime
    reminded_at: datetime | None
    checked_in_at: datetime | None
    ticket_number: str
    closure: str
    closure_reason: str
    offered: SlotView | None
    alternatives: tuple[SlotView, ...]
    outcome: str
    cancel_reason: str
    ended_at: datetime | None
    history: tuple[Step, ...]
    allowed_actions: tuple[str, ...]
    parties: frozenset[str]


def appointment_view(actor: Actor, number: str) -> AppointmentView:
    """Return an appointment with checklist, notice, history and what the actor may do; NotYours for strangers."""
    return view_for(actor, get_appointment(actor, number))


def view_for(actor: Actor, row: Appointment) -> AppointmentView:
    """Turn an appointment into what its page shows. A constant number of queries."""
    plan, body, parties, at = hall(row.body_id), place(row.body_id), parties_of(row, actor), now()
    klass = plan.classes.get(row.klass_id) if plan else None
    item = catalog.item(row.item_id) if row.item_id else None
    names = dict(Staff.objects.filter(id__in=[row.staff_id, row.registrar_id]).values_list("id", "name"))
    holder = "holder" in parties
    early = plan.rules.early_check_in if plan else row.starts_at - row.starts_at
    in_time = arrival(at, row.starts_at, row.ends_at, early) == "in_time"
    return AppointmentView(
        id=row.id,
        number=row.number,
        version=row.version,
        state=row.state,
        state_label=FLOW.states[row.state],
        state_words=_state_words(row, plan, at),
        period=period_words(row.starts_at, row.ends_at, plan.zone) if plan else "",
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        check_in_from=row.starts_at - early,
        can_check_in_now=row.state == "booked" and in_time,
        body_id=row.body_id,
        body=body.name if body else "",
        address=body.address if body else "",
        phone=body.phone if body else "",
        klass_id=row.klass_id,
        klass=klass.name if klass else "",
        area=klass.area.name if klass else "",
        floor=klass.area.floor if klass else "",
        route=klass.area.route if klass else "",
        slot_id=row.slot_id,
        item_id=row.item_id,
        item=item.name if item else "",
        item_version=row.item_version,
        item_version_now=item.revision if item else None,
        contact_name=row.contact_name if holder else mask_name(row.contact_name),
        contact_phone=mask_phone(row.contact_phone),
        channel=row.channel,
        channel_label=CHANNELS.get(row.channel, row.channel),
        registrar=names.get(row.registrar_id or 0, ""),
        code=row.code if holder or "staff" in parties else "",
        token=row.token if holder else "",
        flags=tuple(FLAGS[flag] for flag in row.flags if flag in FLAGS),
        case_number=row.case_number,
        staff_id=row.staff_id,
        staff=names.get(row.staff_id or 0, ""),
        substituted=row.staff_id != row.first_staff_id,
        substitute_reason=row.substitute_reason,
        paper_materials=tuple(row.paper_materials),
        notice=row.notice,
        checklist=checklist_of(row),
        booked_at=row.booked_at,
        confirmed=row.confirmed_at is not None,
        remind_at=row.remind_at,
        reminded_at=row.reminded_at,
        checked_in_at=row.checked_in_at,
        ticket_number=row.ticket_number,
        closure=str(row.affected.get("closure", "")),
        closure_reason=str(row.affected.get("reason", "")),
        offered=_offered(row, at),
        alternatives=_alternatives(row, plan),
        outcome=Outcome(row.outcome).label if row.outcome else "",
        cancel_reason=row.cancel_reason,
        ended_at=row.ended_at,
        history=history_of(row, staff=not holder),
        allowed_actions=_allowed(row, parties, at, in_time),
        parties=parties,
    )


def _allowed(row: Appointment, parties: frozenset[str], at: datetime, in_time: bool) -> tuple[str, ...]:
    """Return what may be done now; the flow knows the states, this the moments."""
    gone = set() if in_time else {"check_in"}
    if row.ends_at <= at and row.state == "booked":
        gone |= {"change", "cancel", "confirm", "substitute"}
    found = [line.action for line in FLOW.allowed(row, parties) if line.action not in gone]
    return tuple(dict.fromkeys(found))


def _state_words(row: Appointment, plan: Hall | None, at: datetime) -> str:
    """Say in one plain sentence how it stands and what comes next."""
    if plan is None:
        return FLOW.states[row.state]
    starts = moment_words(row.starts_at - plan.rules.early_check_in, plan.zone)
    if row.state == "booked" and row.confirmed_at is None:
        return "专员为您约定了时间，请确认或改约。"
    if row.state == "booked":
        return (
            "现在就是您的预约时段，请在大厅取号。"
            if at >= row.starts_at - plan.rules.early_check_in
            else f"请于{starts}起在大厅取号，超时视为放弃。"
        )
    return {
        "affected": f"这个时段不能提供服务：{row.affected.get('reason', '').rstrip('。')}。请确认另约的时间、另选时间，或取消。",
        "checked_in": "您已取号，请留意叫号。",
        "completed": "您已到窗口办理。",
        "cancelled": f"预约已取消{'：' + row.cancel_reason.rstrip('。') if row.cancel_reason else ''}。需要时可以重新预约。",
        "given_up": "没有在预约时段内取号办理，视为放弃。需要时可以重新预约。",
    }[row.state]


def _offered(row: Appointment, at: datetime) -> SlotView | None:
    slot = (
        Slot.objects.filter(id=row.offered_slot_id).select_related("closure").first() if row.offered_slot_id else None
    )
    return view_of(slot, False, at, slot.closure) if slot else None


def _alternatives(row: Appointment, plan: Hall | None) -> tuple[SlotView, ...]:
    """Return other periods near the closed one, for whoever does not like the offer."""
    if row.state != "affected" or plan is None:
        return ()
    skip = {row.slot_id, row.offered_slot_id or 0}
    return tuple(nearest(plan, row.klass_id, row.staff_id, around=row.starts_at, skip=skip))
