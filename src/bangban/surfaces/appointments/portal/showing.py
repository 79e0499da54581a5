"""What the page of a booking shows, in the page's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from bangban.registry.catalog import reads as catalog
from bangban.services.appointments import reads
from bangban.services.appointments.reads import AppointmentRow, AppointmentView, PreparationView, SlotView
from bangban.surfaces.appointments import moments, qr
from bangban.surfaces.portal import times
from bangban.surfaces.portal.language import Language, say
from bangban.surfaces.portal.visitors import language_of, visitor

TONES = {
    "booked": "waiting", "affected": "warn", "checked_in": "success", "completed": "success", "cancelled": "neutral",
    "given_up": "closed",
}  # fmt: skip
TAG_TONES = {**TONES, "booked": "primary", "given_up": "neutral"}
AHEAD = ("booked", "affected")


@dataclass(frozen=True)
class Said:
    """What the page says back: beside which form, what was typed there, and why it was not done."""

    form: str = ""
    text: str = ""
    sentence: str = ""


@dataclass(frozen=True)
class Choosable:
    """A period that is offered, in words."""

    id: int
    words: str


def context_of(request: HttpRequest, number: str, said: Said) -> dict[str, Any]:
    """Return everything that the parts of the page show. A constant number of queries."""
    language = language_of(request)
    view = reads.appointment_view(visitor(request), number)
    item = catalog.item(view.item_id) if view.item_id else None
    notice = catalog.one_time_notice(view.item_id) if view.item_id else None
    needed = [line for line in view.checklist if not line.shared]
    return {
        "one": view,
        "said": Said(said.form, said.text, say(language, said.sentence)),
        "allowed": view.allowed_actions,
        "tone": TONES[view.state],
        "ahead": view.state in AHEAD,
        "period": moments.period(view.starts_at, view.ends_at, view.body_id, language),
        "where": " · ".join(part for part in (f"{view.floor} {view.area}".strip(), view.route) if part),
        "qr": qr.picture(view.code) if view.code else "",
        "offered": _choosable(view.offered, view, language),
        "others": [_choosable(one, view, language) for one in view.alternatives],
        "reminder": _reminder(view, language),
        "needed": needed,
        "shared": [line for line in view.checklist if line.shared],
        "ready": sum(_ready(line) for line in needed),
        "missing": [line.name for line in needed if line.required and not _ready(line)],
        "item_code": item.code if item else "",
        "guide": notice.parts if notice else (),
        "notes": view.notice.get("notes") or (),
        "updated": bool(view.item_version and view.item_version_now and view.item_version != view.item_version_now),
    }


def _ready(line: PreparationView) -> bool:
    return line.ticked_at is not None or line.file_id is not None


def _choosable(slot: SlotView | None, view: AppointmentView, language: Language) -> Choosable | None:
    if slot is None or slot.state != "open":
        return None
    return Choosable(slot.id, moments.period(slot.starts_at, slot.ends_at, view.body_id, language))


def _reminder(view: AppointmentView, language: Language) -> str:
    """Say when the reminder comes or came; nothing once the booking is over."""
    if view.state not in AHEAD:
        return ""
    if view.reminded_at:
        return say(language, "已提醒（{}）", times.when(view.reminded_at, language))
    return say(language, "将在{}前后用短信提醒您", times.opening(view.remind_at, language))


@dataclass(frozen=True)
class OwnRow:
    """A booking in the own list."""

    number: str
    url: str
    title: str
    where: str
    what: str
    state: str
    tone: str


def row_of(one: AppointmentRow, language: Language) -> OwnRow:
    """Return a line of the own list."""
    return OwnRow(
        number=one.number,
        url=reverse("appointments:one", args=[one.number]),
        title=moments.period(one.starts_at, one.ends_at, one.body_id, language),
        where=one.body,
        what=one.item or one.klass,
        state=say(language, "待您确认" if one.state == "booked" and not one.confirmed else one.state_label),
        tone=TAG_TONES[one.state],
    )
