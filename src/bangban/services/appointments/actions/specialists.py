"""Appointments of a specialist: proposed from the case, in the own roster, called to the own window (BJ-3.1.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.registry.halls.reads import Hall
from bangban.registry.org.models import Staff
from bangban.registry.people.models import Person
from bangban.services.appointments import notices
from bangban.services.appointments.actions import seats
from bangban.services.appointments.actions.booking import Booked, book_draft
from bangban.services.appointments.actions.door import appointment_deed, hall_of
from bangban.services.appointments.actions.drafts import NewAppointment, checked
from bangban.services.appointments.making import ensure_roster
from bangban.services.appointments.models import Appointment, Slot
from bangban.services.appointments.reads.places import hall_of_specialist
from bangban.services.appointments.words import period_words
from bangban.services.cases.actions.door import case_deed
from bangban.services.cases.models import Case
from bangban.services.conversation import actions as talk
from bangban.services.conversation.models import Kind

LONGEST = 300


def propose_from_case(actor: Actor, case_number: str, slot_id: int, materials: Iterable[Mapping[str, str]]) -> Booked:
    """Propose a period of the own roster for materials that must be seen on paper, with a reason for each.

    The person confirms place and time; until then it stands as unconfirmed. Raises NotYours for others than the owner
    of the case, Incomplete without materials or without a way to reach the person.
    """
    rows = tuple(materials)
    if not rows:
        raise Incomplete(
            "请写明哪些材料必须线下核验。", fields={"materials": "请至少写一项材料和理由；其他材料请引导在线提供。"}
        )
    plan = hall_of_specialist(actor.unit_id)
    if plan is None or actor.staff_id is None:
        raise NotAllowed("您所在单位没有开通大厅，请让服务对象预约办理地点的窗口。", state="")
    with case_deed(actor, case_number, "_work") as work:
        case = work.record
        new = NewAppointment(
            body_id=plan.body_id, class_id=None, item_id=case.item_id, slot_id=slot_id, name=_name(case),
            phone=_phone(case), case_number=case.number, staff_id=actor.staff_id, paper_materials=rows,
            how_notified="sms", channel="desk",
        )  # fmt: skip
        draft = replace(checked(actor, new, case=case), proposed=True)
        booked = book_draft(actor, draft, work)
        _card(work, booked.appointment, plan)
        work.tell(step="appointment", appointment=booked.appointment.number, papers=[p.code for p in draft.papers])
    return booked


def _name(case: Case) -> str:
    known = case.contact_name or (case.person.name if case.person else "")
    return known.strip()[:50] or "服务对象"


def _phone(case: Case) -> str:
    if case.contact_phone:
        return case.contact_phone
    return Person.objects.get(id=case.person_id).phone if case.person_id else ""


def _card(work: Deed[Case], appointment: Appointment, plan: Hall) -> None:
    """Put the proposal into the talk, with the materials to bring."""
    period = period_words(appointment.starts_at, appointment.ends_at, plan.zone)
    text = f"为您约定{period}到{notices.where_words(appointment)}，由我在窗口接待。以下材料须看纸质原件，其余请在线提供。请确认时间。"
    entries = [
        {"label": row["material"], "state": "open", "note": row["reason"]} for row in appointment.paper_materials
    ]
    talk.say(
        work, text, kind=Kind.CHECKLIST,
        data={"legend": f"线下预约 {appointment.number}", "entries": entries, "appointment": appointment.number},
    )  # fmt: skip


def substitute(actor: Actor, number: str, staff_id: int, reason: str) -> Appointment:
    """Let another specialist receive the person in the same period, with a reason that is told (BJ-3.1.3-c).

    Raises NotAllowed when the other one has no free place then.
    """
    with appointment_deed(actor, number, "substitute", {"to": staff_id, "reason": reason.strip()}) as work:
        appointment, plan = work.record, hall_of(work)
        other = Staff.objects.filter(id=staff_id, active=True).first()
        if other is None or staff_id == appointment.staff_id:
            raise Incomplete("请选择接待人员。", fields={"to": "请选择另一位在岗的专员。"})
        day = appointment.starts_at.astimezone(plan.zone).date()
        ensure_roster(plan, staff_id, [day])
        slot = Slot.objects.filter(body_id=plan.body_id, staff_id=staff_id, starts_at=appointment.starts_at).first()
        seats.lock([appointment.slot_id, *([slot.id] if slot else [])])
        if slot is None or not seats.take(slot.id, False, work.at):
            raise NotAllowed(f"{other.name}在这个时段没有空，请另选人员或改约时间。", state=appointment.state)
        seats.free(appointment.slot_id, appointment.network)
        work.tell(
            reason=reason.strip()[:LONGEST], from_staff=appointment.staff_id, to_staff=staff_id, who_serves=other.name
        )
        work.change(slot_id=slot.id, network=False, staff_id=staff_id, substitute_reason=reason.strip()[:LONGEST])
        words = (
            f"编号{number}：原约定的专员不能接待（{reason.strip()[:100]}），{notices.when_words(appointment)}改由{other.name}接待，"
            f"时间地点不变。{notices.link_of(appointment)}"
        )
        notices.tell(work, notices.CHANGED, words, f"substituted:{appointment.chain_length}")
    return work.record
