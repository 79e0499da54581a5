"""Giving the right way in, and noting that it was used (T637-8.3.2-a)."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import FlowError, NotAllowed, NotYours
from bangban.foundation.ledger.identifiers import new_id
from bangban.registry.catalog import reads as catalog
from bangban.registry.catalog.views import HandlingPlaceView, ItemDetail
from bangban.services.cases.actions.door import case_deed
from bangban.services.cases.models import Case
from bangban.services.cases.reads import get_case
from bangban.services.conversation import actions as talk
from bangban.services.conversation.models import Kind
from bangban.services.guidance.actions.door import matched_item, step
from bangban.services.guidance.models import Entry, EntryVisit
from bangban.services.guidance.terms import EntryKind

WEB = ("https://", "http://")


def send_entry(actor: Actor, number: str) -> Entry:
    """Send the filing entry of the case's item: its form online, or place, window, hours and booking.

    Raises NotAllowed when the guide names neither an address nor a place.
    """
    with step(actor, number, "entry_sent") as deed:
        _only_staff(actor)
        item = matched_item(deed)
        entry = _entry(deed, item)
        deed.insert(entry)
        deed.tell(entry=str(entry.id), kind=entry.kind, item_revision=item.revision)
    return entry


def _only_staff(actor: Actor) -> None:
    if not actor.is_staff:
        raise NotYours("没有找到这条记录，请核对编号。")


def _entry(deed: Deed[Case], item: ItemDetail) -> Entry:
    guide, place = item.guide, _place(item)
    online = guide.online_filing is not False and guide.url.startswith(WEB)
    if not online and not (place or guide.place):
        raise NotAllowed("办事指南没有写明申报网址和办理地点，请先请部门补充。", state=deed.record.state, needs="guide")
    entry = Entry(
        id=new_id(),
        case=deed.record,
        item_id=item.id,
        item_revision=item.revision,
        kind=EntryKind.ONLINE if online else EntryKind.WINDOW,
        title=f"{item.name}·{'网上申报入口' if online else '办理窗口'}",
        url=guide.url if guide.url.startswith(WEB) else "",
        place="，".join(filter(None, [place.name, place.address])) if place else guide.place,
        windows=place.windows if place else "",
        hours=(place.opening_hours if place else "") or guide.office_hours,
        phone=(place.phone if place else "") or guide.phone,
        booking="可以预约办理" if guide.online_booking or guide.appointment else "",
        sent_by_name=deed.actor.public_name,
        sent_at=deed.at,
    )
    entry.message = _say(deed, entry)
    return entry


def _place(item: ItemDetail) -> HandlingPlaceView | None:
    places = catalog.handling_places(item.id)
    return places[0] if places else None


def _say(deed: Deed[Case], entry: Entry) -> UUID:
    facts = {
        "地点": entry.place,
        "窗口": entry.windows,
        "时间": entry.hours,
        "电话": entry.phone,
        "预约": entry.booking,
    }
    lines = [f"{label}：{text}" for label, text in facts.items() if text]
    lead = "请从这里进入网上申报。" if entry.kind == EntryKind.ONLINE else "这个事项到窗口办理。"
    address = reverse("guidance:entry", args=[deed.record.number, entry.id])
    data = {"title": entry.title, "url": address, "entry": str(entry.id), "kind": entry.kind}
    return talk.say(deed, "\n".join([lead, *lines]), kind=Kind.FORM_LINK, data=data).id


def visit_entry(actor: Actor, number: str, entry_id: UUID) -> Entry:
    """Note that the service user followed the entry, and return it; staff may look without being counted.

    Raises NotYours for strangers and for an entry of another case.
    """
    case = get_case(actor, number)
    entry = Entry.objects.filter(id=entry_id, case=case).first()
    if entry is None:
        raise NotYours("没有找到这个入口，请向服务专员索取。")
    if not actor.is_staff:
        _count(actor, case, entry)
    return entry


def _count(actor: Actor, case: Case, entry: Entry) -> None:
    try:
        with case_deed(actor, case.number, "_by_user") as deed:
            deed.insert(EntryVisit(entry=entry, at=deed.at, channel=actor.channel))
            deed.tell(step="entry_visited", entry=str(entry.id))
    except NotYours:
        raise
    except FlowError:
        # the loop is closed: the way in still works, only the record is finished
        return
