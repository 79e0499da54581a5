"""What can be booked now, as the form shows it: places, days, periods; from the one capacity book of all channels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from bangban.foundation.access.actors import Actor
from bangban.registry.catalog import reads as catalog
from bangban.registry.catalog.reads.places import metres
from bangban.registry.catalog.views import ItemCard, ItemDetail
from bangban.registry.org.reads import place
from bangban.services.appointments import reads
from bangban.services.appointments.parties import may_book_for
from bangban.services.appointments.reads import Day, PlaceView, SlotView
from bangban.services.assistant.reads import search_items
from bangban.surfaces.appointments import moments
from bangban.surfaces.appointments.drafts import Draft
from bangban.surfaces.portal.language import Language, say

FOUND = 12
NOON = 12


@dataclass(frozen=True)
class DayChoice:
    """One day of the strip."""

    day: date
    name: str
    date: str
    words: str
    open: bool
    current: bool


@dataclass(frozen=True)
class SlotChoice:
    """One period; `words` say how many places are left or why it cannot be chosen."""

    id: int
    hours: str
    words: str
    open: bool


@dataclass(frozen=True)
class PlaceChoice:
    """A hall that handles the item; `next_free` in words, empty when nothing is free."""

    code: str
    body_id: int
    class_id: int
    name: str
    address: str
    where: str
    distance: str
    next_free: str


@dataclass
class Choice:
    """Everything the form offers for what is chosen so far; `searched` tells that words were looked for."""

    item: ItemDetail | None = None
    found: list[ItemCard] = field(default_factory=list)
    searched: bool = False
    places: list[PlaceChoice] = field(default_factory=list)
    place: PlaceChoice | None = None
    days: list[DayChoice] = field(default_factory=list)
    day: date | None = None
    parts: list[dict[str, Any]] = field(default_factory=list)
    nearest: list[SlotChoice] = field(default_factory=list)

    @property
    def ready(self) -> bool:
        """Tell whether periods are offered, so that contact may be asked for."""
        return self.place is not None and any(one.open for one in self.days)


def choices(draft: Draft, actor: Actor, language: Language = "zh", channel: str = "") -> Choice:
    """Return what to choose from; a single place is chosen at once, and the first day that has something left.

    `channel` decides which places of a period are free; staff see only halls at which they book for others.
    """
    channel = channel or actor.channel
    item = published(draft.item)
    if item is None:
        return Choice(found=search(draft.q), searched=bool(draft.q))
    choice = Choice(item=item, places=_places(draft, item.id, actor, channel, language))
    choice.place = next((one for one in choice.places if one.code == draft.place), None)
    if choice.place is None and len(choice.places) == 1:
        choice.place = choice.places[0]
    if choice.place is not None:
        offer(choice, choice.place.body_id, choice.place.class_id, draft.date, channel, language)
    return choice


def _places(draft: Draft, item_id: UUID, actor: Actor, channel: str, language: Language) -> list[PlaceChoice]:
    """Return the halls that handle an item: the next free period first, or the nearest when the person's place is known."""
    found = reads.places_for(item_id, channel)
    views = [one for one in found if not actor.is_staff or may_book_for(actor, one.body_id)]
    far = {one.body_id: _metres(draft.position, one) for one in views}
    if draft.position:
        views.sort(key=lambda one: (far[one.body_id] is None, far[one.body_id] or 0))
    return [_place(one, far[one.body_id], language) for one in views]


def _metres(here: tuple[float, float] | None, view: PlaceView) -> int | None:
    if here is None or view.latitude is None or view.longitude is None:
        return None
    return metres(here, (view.latitude, view.longitude))


def distance_words(far: int | None, language: Language) -> str:
    """Say how far a place is as the crow flies; nothing when it is not known."""
    if far is None:
        return ""
    return (
        say(language, "约{}米", round(far, -2) or 100) if far < 950 else say(language, "约{}公里", f"{far / 1000:.1f}")
    )


def _place(view: PlaceView, far: int | None, language: Language) -> PlaceChoice:
    body, words = place(view.body_id), ""
    if view.next_free:
        local = view.next_free.astimezone(moments.zone_of(view.body_id))
        words = f"{moments.day_words(local.date(), language)} {local:%H:%M}"
    return PlaceChoice(
        code=body.code if body else "",
        body_id=view.body_id,
        class_id=view.class_id,
        name=view.body,
        address=view.address,
        where=f"{view.floor} {view.area}".strip(),
        distance=distance_words(far, language),
        next_free=words,
    )


def published(code: str) -> ItemDetail | None:
    """Return a published item by code, None for anything else."""
    found = catalog.item(code) if code else None
    return found if found and found.state == "published" else None


def search(text: str) -> list[ItemCard]:
    """Return published items that fit some words, those that can be booked online first."""
    found = [hit.card for hit in search_items(text, FOUND)] if text else []
    return sorted(found, key=lambda card: not card.online_booking)


def offer(
    choice: Choice,
    body_id: int,
    class_id: int | None,
    wanted: date | None,
    channel: str,
    language: Language = "zh",
    staff_id: int | None = None,
) -> None:
    """Fill in days and periods of a class, or of a specialist's own roster."""
    days = reads.days(body_id, class_id, channel, staff_id)
    shown = next((one for one in days if one.date == wanted), None)
    shown = shown or next((one for one in days if one.free > 0), None)
    today = moments.today_at(body_id)
    choice.days = [_day(one, one == shown, today, language) for one in days]
    if shown is None:
        return
    choice.day = shown.date
    slots = reads.slots(body_id, class_id, shown.date, channel, staff_id)
    choice.parts = parts_of(slots, moments.zone_of(body_id), language)


def _day(one: Day, current: bool, today: date, language: Language) -> DayChoice:
    words = say(language, "余{}", one.free) if one.free > 0 else say(language, one.closed_reason)
    return DayChoice(
        one.date, moments.day_name(one.date, today, language), moments.short_date(one.date, language), words,
        one.free > 0, current,
    )  # fmt: skip


def parts_of(slots: Sequence[SlotView], zone: ZoneInfo, language: Language) -> list[dict[str, Any]]:
    """Return the periods of a day as morning and afternoon; what is past is left out."""
    made = []
    for label, later in ((say(language, "上午"), False), (say(language, "下午"), True)):
        half = [one for one in slots if one.state != "past" and (one.starts_at.astimezone(zone).hour >= NOON) == later]
        if half:
            made.append({"label": label, "slots": [_slot(one, zone, language) for one in half]})
    return made


def _slot(one: SlotView, zone: ZoneInfo, language: Language) -> SlotChoice:
    words = say(language, "余{}", one.free) if one.state == "open" else say(language, one.reason)
    return SlotChoice(one.id, moments.hours(one.starts_at, one.ends_at, zone, language), words, one.state == "open")


def nearby(rows: Iterable[dict[str, Any]], body_id: int, language: Language = "zh") -> list[SlotChoice]:
    """Return the nearest free periods that a refusal names, each with its day."""
    return [
        SlotChoice(
            row["id"], moments.period(row["starts_at"], row["ends_at"], body_id, language),
            say(language, "余{}", row["free"]), True,
        )
        for row in rows
    ]  # fmt: skip
