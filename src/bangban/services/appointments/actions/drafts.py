"""Checking a booking: everything that can be wrong is said at once, before anything is locked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from bangban.foundation.access.actors import CHANNELS, Actor
from bangban.foundation.access.phones import clean_phone
from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.foundation.privacy.crypto import blind_index, normalise
from bangban.registry.catalog.views import ItemDetail
from bangban.registry.halls.defaults import FLAGS
from bangban.registry.halls.machines import is_kiosk
from bangban.registry.halls.reads import ClassView, Hall
from bangban.services.appointments.actions.door import needed_hall
from bangban.services.appointments.checklist import (
    Paper,
    item_named,
    papers_of,
)
from bangban.services.appointments.models import Slot
from bangban.services.appointments.parties import may_book_for
from bangban.services.appointments.reads.periods import slot_of
from bangban.services.appointments.reads.places import bookable_online, class_of
from bangban.services.appointments.rules import is_network
from bangban.services.cases.models import Case
from bangban.services.cases.reads import get_case

WAYS = ("screen", "read_out", "sms")
LONGEST_NAME = 50


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


def checked(actor: Actor, new: NewAppointment, *, case: Case | None = None) -> Draft:
    """Check everything that can be wrong with a booking before anything is locked."""
    plan = needed_hall(new.body_id)
    if actor.is_staff and case is None and not may_book_for(actor, new.body_id):
        raise NotYours("您不在这个大厅的预约岗位，不能代为预约。")
    if actor.kind == "device" and not is_kiosk(actor, new.body_id):
        raise NotYours("请在本大厅的自助终端、咨询引导台或手机上预约。")
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
