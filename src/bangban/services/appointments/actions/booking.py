"""Booking: one book of places for counter, telephone and network (DB23-6.5.1)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from bangban.foundation.access.actors import CHANNELS, Actor
from bangban.foundation.access.phones import clean_phone
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.reads import work_calendar
from bangban.foundation.flows.deed import Deed, opening
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger import actions as ledger
from bangban.foundation.ledger.models import Visibility
from bangban.foundation.notify.hours import sending_hours
from bangban.foundation.privacy.crypto import blind_index, digest, normalise
from bangban.registry.catalog.views import ItemDetail
from bangban.registry.halls.defaults import FLAGS
from bangban.registry.halls.reads import ClassView, Hall
from bangban.services.appointments import notices
from bangban.services.appointments.actions import seats
from bangban.services.appointments.actions.door import needed_hall
from bangban.services.appointments.checklist import (
    Checklist,
    Paper,
    checklist_for,
    item_named,
    notes_for,
    papers_of,
)
from bangban.services.appointments.flow import FLOW
from bangban.services.appointments.models import OPEN, Appointment, Slot
from bangban.services.appointments.numbers import APPOINTMENTS
from bangban.services.appointments.parties import may_book_for
from bangban.services.appointments.reads.periods import (
    SlotView,
    bookable_online,
    class_of,
    nearest,
    slot_of,
    view_of,
)
from bangban.services.appointments.rules import Reminder, is_network, paused_until, reminder
from bangban.services.appointments.words import moment_words, period_words
from bangban.services.cases.models import Case
from bangban.services.cases.reads import get_case

WAYS = ("screen", "read_out", "sms")
TRIES = 5
LONGEST_NAME = 50
CODES = 1_000_000
REMEMBER_SECONDS = 1.0
MOST_REMEMBERED = 1000


@dataclass(frozen=True)
class NewAppointment:
    """What is booked (DB23-6.5.1.3-b): place, item or class, period, contact.

    `how_notified` tells how the one-time notice is given: screen, read_out (on the telephone), sms. `client_key` makes
    a repeated request the same booking. `paper_materials` are rows of {material, reason}.
    """

    body_id: int
    class_id: int | None
    item_id: UUID | None
    slot_id: int
    name: str
    phone: str
    flags: tuple[str, ...] = ()
    case_number: str = ""
    staff_id: int | None = None
    paper_materials: tuple[Mapping[str, str], ...] = ()
    client_key: str = ""
    how_notified: str = "screen"
    channel: str = ""


@dataclass(frozen=True)
class Booked:
    """The appointment, its check-in code, and the code that opens its page; `again` when the same press came twice."""

    appointment: Appointment
    code: str
    token: str
    again: bool = False


@dataclass
class Draft:
    """A booking whose content has been checked."""

    new: NewAppointment
    plan: Hall
    klass: ClassView
    slot: Slot
    phone: str
    channel: str
    network: bool
    item: ItemDetail | None
    papers: list[Paper] = field(default_factory=list)
    case: Case | None = None
    proposed: bool = False

    @property
    def phone_index(self) -> bytes:
        """Return by what the person is recognised."""
        return blind_index(self.phone, "phone")


class Full(Exception):
    """The last place went to somebody else in between."""


def book(actor: Actor, new: NewAppointment) -> Booked:
    """Book a period for a person, on any channel.

    Raises Incomplete with a sentence for each field, NotYours for who may not book here, NotAllowed when the period is
    full or closed (with the nearest free ones in `nearest`) or the person holds too many.
    """
    return book_draft(actor, checked(actor, new))


def book_draft(actor: Actor, draft: Draft, work: Deed[Case] | None = None) -> Booked:
    """Write a checked booking; `work` is the deed of the case that it comes from."""
    if known := _known(draft):
        return known
    refuse_unless_open(draft)
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                return _write(actor, draft, work)
        except Full:
            raise refusal(draft.plan, slot_of(draft.plan, draft.slot.id) or draft.slot, draft.network) from None
        except IntegrityError as error:
            if "one_open_code" in str(error):
                continue
            if "one_appointment_per_press" in str(error) and (known := _known(draft)):
                return known
            if "one_place_per_person_and_period" in str(error):
                raise NotAllowed("这个手机号已经预约了这个时段，不需要再约。", state="booked") from error
            raise
    raise NotAllowed("现在预约的人很多，请稍后再试。", state="busy")


def checked(actor: Actor, new: NewAppointment, *, case: Case | None = None) -> Draft:
    """Check everything that can be wrong with a booking before anything is locked."""
    plan = needed_hall(new.body_id)
    if actor.is_staff and case is None and not may_book_for(actor, new.body_id):
        raise NotYours("您不在这个大厅的预约岗位，不能代为预约。")
    if actor.kind == "device" and actor.unit_id != new.body_id:
        raise NotYours("这台终端不属于这个大厅。")
    channel = _channel(actor, new)
    if case is None and new.case_number:
        case = get_case(actor, new.case_number)
    problems: dict[str, str] = {}
    phone = _phone(actor, new, problems)
    item = _item(new, channel, problems)
    klass = _klass(plan, new, item, problems, general=actor.is_staff or new.staff_id is not None)
    slot = _slot(plan, new, klass, problems)
    if not new.name.strip() or len(new.name.strip()) > LONGEST_NAME:
        problems["name"] = "请填写姓名（最多50字）。"
    if set(new.flags) - (set(FLAGS) - {"appointment"}):
        problems["flags"] = "请在公布的优先类别中选择。"
    if new.how_notified not in WAYS:
        problems["how_notified"] = "请选择告知方式。"
    papers, wrong = papers_of(new.paper_materials)
    if (
        new.staff_id is not None
        and not actor.is_staff
        and (case is None or new.staff_id not in (case.owner_id, case.specialist_id))
    ):
        problems["staff"] = "只能预约正在为您服务的专员。"
    if problems | wrong or klass is None or slot is None:
        raise Incomplete("请检查预约内容。", fields=problems | wrong)
    return Draft(new, plan, klass, slot, phone, channel, is_network(channel), item, papers, case)


def _channel(actor: Actor, new: NewAppointment) -> str:
    if new.channel in CHANNELS and (actor.is_staff or not is_network(actor.channel)):
        return new.channel
    if not actor.is_staff:
        return actor.channel if actor.channel in CHANNELS else "web"
    if new.how_notified == "read_out" or "hotline_agent" in actor.duties:
        return "phone"
    return "window"


def _phone(actor: Actor, new: NewAppointment, problems: dict[str, str]) -> str:
    """Return the number in one spelling; for bookings by staff a landline is enough, so that nobody is left out."""
    if mobile := clean_phone(new.phone):
        return mobile
    landline = normalise(new.phone)
    if actor.is_staff and landline.isdecimal() and 7 <= len(landline) <= 12:
        return landline
    problems["phone"] = "请填写11位手机号码。" if not actor.is_staff else "请填写11位手机号码，或带区号的固定电话。"
    return ""


def _item(new: NewAppointment, channel: str, problems: dict[str, str]) -> ItemDetail | None:
    item = item_named(new.item_id)
    if new.item_id is None:
        return None
    if item is None:
        problems["item"] = "没有找到这个事项，请重新选择。"
    elif is_network(channel) and not bookable_online(item):
        problems["item"] = "这个事项没有开通网上预约，可以电话或到现场预约。"
    return item


def _klass(
    plan: Hall, new: NewAppointment, item: ItemDetail | None, problems: dict[str, str], *, general: bool
) -> ClassView | None:
    """Return the class; one that was named must handle the item (DB23-6.5.1.3-b)."""
    handles = class_of(plan, item, general=general) if item else None
    if item is not None and handles is None:
        problems["item"] = "这个大厅不办理这个事项，请选择其他地点。"
        return None
    named = plan.classes.get(new.class_id or 0)
    if item is None and named is None and general and new.class_id is None:
        return plan.general_class
    if new.class_id is not None and (named is None or (handles is not None and named.id != handles.id)):
        problems["klass"] = (
            f"这个事项在“{handles.name}”类别办理，请重新选择。" if handles else "请选择要办理的业务类别。"
        )
        return None
    if handles is None and named is None:
        problems["klass"] = "请选择要办理的事项或业务类别。"
    return named or handles


def _slot(plan: Hall, new: NewAppointment, klass: ClassView | None, problems: dict[str, str]) -> Slot | None:
    slot = slot_of(plan, new.slot_id)
    fits = slot is not None and (
        slot.staff_id == new.staff_id if new.staff_id is not None else klass is None or slot.klass_id == klass.id
    )
    if not fits:
        problems["slot"] = "没有找到这个时段，请重新选择。"
        return None
    return slot


def _known(draft: Draft) -> Booked | None:
    """Return the booking of the same press; another person's key opens nothing."""
    if not draft.new.client_key:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM appointments_appointment WHERE client_key = %s", [draft.new.client_key[:80]])
        row = cursor.fetchone()
    if row is None:
        return None
    found = Appointment.objects.get(id=row[0])
    if bytes(found.phone_index or b"") != draft.phone_index:
        raise NotAllowed("这次预约已经提交过，请刷新页面后再试。", state=found.state)
    return Booked(found, found.code, found.token, again=True)


def refuse_unless_open(draft: Draft) -> None:
    """Refuse without waiting for anybody when the period is plainly not to be had."""
    view = view_of(draft.slot, draft.network, now(), draft.slot.closure)
    if view.state != "open":
        raise refusal(draft.plan, draft.slot, draft.network)


def refusal(plan: Hall, slot: Slot, network: bool) -> NotAllowed:
    """Say why a period cannot be booked, with the nearest others that can."""
    view = view_of(slot, network, now(), slot.closure)
    others = _others(plan, slot, network)
    words = period_words(slot.starts_at, slot.ends_at, plan.zone)
    why = {"past": "已经开始或已过", "closed": f"已停约（{slot.closure.reason if slot.closure else ''}）"}.get(
        view.state, "已约满"
    )
    hint = (
        f"最近可约{period_words(others[0].starts_at, others[0].ends_at, plan.zone)}。"
        if others
        else "近期没有可约时段，请改日再试或到现场取号。"
    )
    state = view.state if view.state != "open" else "full"
    return NotAllowed(f"{words}{why}。{hint}", state=state, nearest=[_as_data(other) for other in others])


_near: dict[tuple[object, ...], tuple[float, list[SlotView]]] = {}


def _others(plan: Hall, slot: Slot, network: bool) -> list[SlotView]:
    """Return the nearest free periods, remembered for a second: in a rush many ask the same at once (DB23-6.5.1).

    What they name may be full by then; the booking itself looks again.
    """
    key = (slot.id, slot.taken, slot.capacity, slot.closure_id, network)
    known = _near.get(key)
    if known is None or known[0] < monotonic():
        if len(_near) >= MOST_REMEMBERED:
            _near.clear()
        found = nearest(plan, slot.klass_id, slot.staff_id, network=network, around=slot.starts_at, skip={slot.id})
        known = _near[key] = (monotonic() + REMEMBER_SECONDS, found)
    return known[1]


def _as_data(view: Any) -> dict[str, Any]:
    return {"id": view.id, "starts_at": view.starts_at, "ends_at": view.ends_at, "free": view.free}


def _write(actor: Actor, draft: Draft, case_deed: Deed[Case] | None) -> Booked:
    at = now()
    _one_at_a_time(draft.phone_index)
    check_limits(actor, draft, at)
    made = checklist_for(draft.item, draft.papers, draft.case.id if draft.case else None)
    wanted = when_to_remind(draft.plan, draft.slot.starts_at, at)
    appointment = _appointment(actor, draft, made, wanted, at)
    with opening(FLOW, appointment, actor) as work:
        for line in made.lines:
            line.appointment = appointment
            work.insert(line)
        work.tell(
            channel=draft.channel, item_id=draft.new.item_id, item_version=made.version, klass_id=draft.klass.id,
            slot=draft.slot.id, starts_at=appointment.starts_at, ends_at=appointment.ends_at, flags=appointment.flags,
            case=appointment.case_number, staff=appointment.staff_id, how_notified=draft.new.how_notified,
            papers=[paper.code for paper in draft.papers],
        )  # fmt: skip
        if draft.case is not None:
            ledger.link(work.writes, appointment, draft.case, "appointment", work.at)
        _tell(work, draft, made, wanted)
        # The last thing before the rows are written, so that whoever waits for the period waits as short as can be.
        if not seats.take(draft.slot.id, draft.network, at):
            raise Full
    return Booked(appointment, appointment.code, appointment.token)


def _one_at_a_time(phone_index: bytes) -> None:
    """Let a person book one thing after the other, so that the limit of open bookings holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(phone_index[:8], signed=True)])


def check_limits(actor: Actor, draft: Draft, at: datetime) -> None:
    """Refuse more open bookings than the hall allows, and online booking after repeated no-shows (DB23-6.5.4)."""
    rules, plan = draft.plan.rules, draft.plan
    person = Q(person_id=actor.person_id) if actor.person_id is not None else Q()
    own = Appointment.objects.filter(Q(phone_index=draft.phone_index) | person, body_id=plan.body_id)
    still_open = own.filter(state__in=OPEN, ends_at__gt=at).count()
    if still_open >= rules.open_appointments:
        raise NotAllowed(
            f"这个手机号已有{still_open}个未办的预约，最多{rules.open_appointments}个，请先取消或办完再约。",
            state="limited",
            open=still_open,
        )
    if not draft.network:
        return
    missed = own.filter(state="given_up", checked_in_at=None).order_by("-ended_at").values_list("ended_at", flat=True)
    until = paused_until(
        [moment for moment in missed[:100] if moment],
        at,
        rules.no_show_limit,
        rules.no_show_days,
        rules.no_show_pause_days,
    )
    if until is not None:
        raise NotAllowed(
            f"您{rules.no_show_days}天内{rules.no_show_limit}次预约未到场，{moment_words(until, plan.zone)}前暂停网上预约；"
            "急需办理的，可以电话或到现场预约。",
            state="paused",
            until=until,
        )


def when_to_remind(plan: Hall, starts_at: datetime, at: datetime) -> Reminder:
    """Return when the reminder of a period goes out."""
    return reminder(starts_at, at, plan.rules.remind_before, sending_hours(), work_calendar())


def _appointment(actor: Actor, draft: Draft, made: Checklist, wanted: Reminder, at: datetime) -> Appointment:
    new, token, code = draft.new, secrets.token_urlsafe(12), free_code(draft.plan.body_id)
    by_staff = actor.is_staff and not draft.proposed
    return Appointment(
        number=APPOINTMENTS.next(at),
        state="booked",
        body_id=draft.plan.body_id,
        klass_id=draft.klass.id,
        slot_id=draft.slot.id,
        starts_at=draft.slot.starts_at,
        ends_at=draft.slot.ends_at,
        item_id=new.item_id,
        item_version=made.version,
        person_id=draft.case.person_id if draft.case else actor.person_id,
        contact_name=new.name.strip(),
        contact_phone=draft.phone,
        phone_index=draft.phone_index,
        channel=draft.channel,
        network=draft.network,
        registrar_id=actor.staff_id if by_staff or draft.proposed else None,
        code=code,
        code_index=code_index(code),
        token=token,
        token_digest=digest(token.encode()),
        flags=sorted(set(new.flags)),
        case_number=draft.case.number if draft.case else "",
        staff_id=new.staff_id,
        first_staff_id=new.staff_id,
        paper_materials=[{"material": p.material, "reason": p.reason, "code": p.code} for p in draft.papers],
        notice={
            "at": at.isoformat(),
            "by": actor.public_name or "本人在页面上查看",
            "how": new.how_notified,
            "item_version": made.version,
            "materials": made.materials,
            "notes": notes_for(draft.plan, draft.item),
        },
        client_key=new.client_key[:80] or None,
        booked_at=at,
        confirmed_at=None if draft.proposed else at,
        remind_at=wanted.at,
        reminded_at=at if wanted.at_once else None,
    )


def code_index(code: str) -> bytes:
    """Return by what a check-in code is found."""
    return blind_index(code, "check_in_code")


def free_code(body_id: int) -> str:
    """Return six digits that no open appointment of the hall has; the database has the last word."""
    for _ in range(TRIES):
        code = f"{secrets.randbelow(CODES):06d}"
        if not Appointment.objects.filter(body_id=body_id, code_index=code_index(code), state__in=OPEN).exists():
            return code
    return code


def _tell(work: Deed[Appointment], draft: Draft, made: Checklist, wanted: Reminder) -> None:
    """Confirm the booking; booked within a day of the period, the confirmation is the reminder (DB23-6.5.3)."""
    if wanted.at_once:
        work.also("appointment.remind", Visibility.USER, at_once=True)
    purpose = notices.REMINDER_NOW if wanted.at_once else notices.BOOKED
    if draft.proposed:
        notices.tell(
            work,
            notices.BOOKED,
            notices.proposed_words(work.record, f"{work.actor.unit_name}{work.actor.name}"),
            "booked",
        )
    elif clean_phone(draft.phone):
        notices.tell(work, purpose, notices.booked_words(work.record, made.materials), "booked")
