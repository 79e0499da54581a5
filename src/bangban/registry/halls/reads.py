"""Halls as plain objects; the plan of a hall is small and kept in memory for half a minute."""

from __future__ import annotations

import time as monotonic_time
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from bangban.foundation.clocks.hours import NeverOpen
from bangban.foundation.clocks.reads import service_hours, work_calendar
from bangban.foundation.privacy.crypto import digest
from bangban.registry.catalog.models.items import Item
from bangban.registry.halls.defaults import CREDITS
from bangban.registry.halls.models import Area, ClassItem, Device, Facility, QueueClass, Rules, Window
from bangban.registry.halls.rules import business_day, fits

KEEP_SECONDS = 30
HOURS_KIND = "center"


@dataclass(frozen=True)
class AreaView:
    """A waiting area."""

    id: int
    code: str
    name: str
    floor: str
    route: str


@dataclass(frozen=True)
class ClassView:
    """A class of business."""

    id: int
    letter: str
    name: str
    english_name: str
    area: AreaView
    description: str
    words: tuple[str, ...]
    themes: tuple[str, ...]
    departments: tuple[int, ...]
    general: bool
    online_url: str
    wait_threshold: int
    crowd_threshold: int
    service_seconds: int
    items: frozenset[UUID]

    def called(self, language: str) -> str:
        """Return the name for a page in a language; the Chinese one where none was given in English."""
        return self.english_name if language == "en" and self.english_name else self.name


@dataclass(frozen=True)
class WindowView:
    """A window of the hall."""

    id: int
    label: str
    kind: str
    area: AreaView
    route: str
    classes: tuple[int, ...]


@dataclass(frozen=True)
class FacilityView:
    """A place that people ask for: what, on which floor, how to get there."""

    name: str
    kind: str
    floor: str
    route: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class RulesView:
    """The rules of a hall in force (see models.Rules for units)."""

    call_attempts: int
    recall_seconds: int
    rejoin_within: timedelta
    rejoin_behind: int
    credits: dict[str, timedelta]
    day_begins: time
    tickets_open_before: timedelta
    tickets_stop_before_close: timedelta
    early_check_in: timedelta
    book_days_ahead: int
    open_appointments: int
    no_show_limit: int
    no_show_days: int
    no_show_pause_days: int
    remind_before: timedelta


@dataclass(frozen=True)
class Hall:
    """The plan of one hall."""

    body_id: int
    zone: ZoneInfo
    areas: dict[int, AreaView]
    classes: dict[int, ClassView]
    windows: dict[int, WindowView]
    facilities: tuple[FacilityView, ...]
    rules: RulesView

    def day_of(self, moment: datetime) -> date:
        """Return the business day of a moment: the day at the hall, from its own boundary on."""
        return business_day(moment, self.zone, self.rules.day_begins)

    def class_of_item(self, item_id: UUID) -> ClassView | None:
        """Return the class in which an item is handled here."""
        return next((klass for klass in self.classes.values() if item_id in klass.items), None)

    @property
    def general_class(self) -> ClassView | None:
        """Return the class for whatever fits nowhere else."""
        return next((klass for klass in self.classes.values() if klass.general), None)


_kept: dict[int, tuple[float, Hall | None]] = {}
_all: tuple[float, tuple[int, ...]] | None = None


def forget() -> None:
    """Drop remembered plans after an edit in this process."""
    global _all
    _all = None
    _kept.clear()


def hall(body_id: int) -> Hall | None:
    """Return the plan of a hall; None for a body that has no class of business."""
    known = _kept.get(body_id)
    if known is None or known[0] < monotonic_time.monotonic():
        known = (monotonic_time.monotonic() + KEEP_SECONDS, _load(body_id))
        _kept[body_id] = known
    return known[1]


def halls() -> list[int]:
    """Return the bodies that have a hall with queues; kept for half a minute, too."""
    global _all
    if _all is None or _all[0] < monotonic_time.monotonic():
        rows = QueueClass.objects.filter(active=True, body__active=True).order_by("body_id")
        found = tuple(rows.values_list("body_id", flat=True).distinct())
        _all = (monotonic_time.monotonic() + KEEP_SECONDS, found)
    return list(_all[1])


def _load(body_id: int) -> Hall | None:
    areas = {
        row.id: AreaView(row.id, row.code, row.name, row.floor, row.route)
        for row in Area.objects.filter(body_id=body_id, active=True).order_by("position", "id")
    }
    handled: dict[int, set[UUID]] = {}
    for klass_id, item_id in ClassItem.objects.filter(body_id=body_id).values_list("klass_id", "item_id"):
        handled.setdefault(klass_id, set()).add(item_id)
    classes = {
        row.id: _class(row, areas[row.area_id], frozenset(handled.get(row.id, ())))
        for row in QueueClass.objects.filter(body_id=body_id, active=True).order_by("position", "letter")
        if row.area_id in areas
    }
    if not classes:
        return None
    windows = {
        row.id: WindowView(row.id, row.label, row.kind, areas[row.area_id], row.route, tuple(row.classes))
        for row in Window.objects.filter(body_id=body_id, active=True).order_by("position", "id")
        if row.area_id in areas
    }
    facilities = tuple(
        FacilityView(row.name, row.kind, row.floor, row.route, tuple(row.words))
        for row in Facility.objects.filter(body_id=body_id, active=True).order_by("position", "id")
    )
    zone = service_hours(HOURS_KIND, body_id).zone
    return Hall(body_id, zone, areas, classes, windows, facilities, _rules(body_id))


def _class(row: QueueClass, area: AreaView, items: frozenset[UUID]) -> ClassView:
    return ClassView(
        row.id, row.letter, row.name, row.english_name, area, row.description, tuple(row.words), tuple(row.themes),
        tuple(row.departments), row.general, row.online_url, row.wait_threshold, row.crowd_threshold,
        row.service_seconds, items,
    )  # fmt: skip


def _rules(body_id: int) -> RulesView:
    row = Rules.objects.filter(body_id=body_id).first() or Rules(body_id=body_id)
    minutes = {**CREDITS, **row.credits}
    return RulesView(
        call_attempts=row.call_attempts,
        recall_seconds=row.recall_seconds,
        rejoin_within=timedelta(minutes=row.rejoin_within),
        rejoin_behind=row.rejoin_behind,
        credits={flag: timedelta(minutes=amount) for flag, amount in minutes.items()},
        day_begins=row.day_begins,
        tickets_open_before=timedelta(minutes=row.tickets_open_before),
        tickets_stop_before_close=timedelta(minutes=row.tickets_stop_before_close),
        early_check_in=timedelta(minutes=row.early_check_in),
        book_days_ahead=row.book_days_ahead,
        open_appointments=row.open_appointments,
        no_show_limit=row.no_show_limit,
        no_show_days=row.no_show_days,
        no_show_pause_days=row.no_show_pause_days,
        remind_before=timedelta(hours=row.remind_hours),
    )


def is_open(body_id: int, moment: datetime) -> bool:
    """Tell whether the hall is open to visitors at a moment."""
    return service_hours(HOURS_KIND, body_id).is_open(moment, work_calendar())


def gives_tickets(plan: Hall, moment: datetime) -> bool:
    """Tell whether the kiosks of a hall give tickets: from a while before it opens until shortly before it closes."""
    rules = plan.rules
    return any(
        opens - rules.tickets_open_before <= moment < closes - rules.tickets_stop_before_close
        for opens, closes in spans_of(plan.body_id, moment.astimezone(plan.zone).date())
    )


def next_opening(body_id: int, moment: datetime) -> datetime | None:
    """Return when the hall opens next; None when no opening is known."""
    try:
        return service_hours(HOURS_KIND, body_id).next_opening(moment, work_calendar())
    except NeverOpen:
        return None


def spans_of(body_id: int, day: date) -> list[tuple[datetime, datetime]]:
    """Return the opening spans of a hall on a day, as aware moments at its place."""
    hours = service_hours(HOURS_KIND, body_id)
    next_day = day + timedelta(days=1)
    return [
        (
            datetime.combine(day, span.start, hours.zone),
            datetime.combine(day if span.end != time(0) else next_day, span.end, hours.zone),
        )
        for span in hours.spans_of(day, work_calendar())
    ]


def find_classes(body_id: int, text: str, item_ids: tuple[UUID, ...] = ()) -> list[ClassView]:
    """Return the classes that what a person said may mean, best first (DB23-6.3.2-a).

    `item_ids` are items found for the same words, best first: the class in which an item is handled here beats words,
    and the department that handles it comes next. The general class closes the list, so that nobody is left without.
    """
    plan = hall(body_id)
    if plan is None:
        return []
    found = [klass for item_id in item_ids if (klass := plan.class_of_item(item_id))]
    found += [klass for klass in plan.classes.values() if fits(text, (klass.name, *klass.words))]
    homes = dict(Item.objects.filter(id__in=item_ids).values_list("id", "department_id"))
    for item_id in item_ids:
        found += [klass for klass in plan.classes.values() if homes.get(item_id) in klass.departments]
    found += [plan.general_class] if plan.general_class else []
    return list(dict.fromkeys(found))


@dataclass(frozen=True)
class PlaceFound:
    """A window, area or facility with the way to it."""

    name: str
    kind: str
    floor: str
    route: str


def find_places(body_id: int, text: str = "") -> list[PlaceFound]:
    """Return windows, areas and facilities that fit some words; all of them for no words (DB23-6.3.2-c, DB23-6.4.2)."""
    plan = hall(body_id)
    if plan is None:
        return []
    places = [(PlaceFound(f.name, f.kind, f.floor, f.route), (f.name, f.kind, *f.words)) for f in plan.facilities]
    places += [
        (PlaceFound(area.name, "等候区", area.floor, area.route), (area.name, "等候区")) for area in plan.areas.values()
    ]
    for window in plan.windows.values():
        served = tuple(plan.classes[k].name for k in window.classes if k in plan.classes)
        words = tuple(word for k in window.classes if k in plan.classes for word in plan.classes[k].words)
        found = PlaceFound(window.label, "、".join(served), window.area.floor, window.route or window.area.route)
        places.append((found, (window.label, *served, *words)))
    return [place for place, words in places if not text.strip() or fits(text, words)]


@dataclass(frozen=True)
class DeviceView:
    """A machine of the hall as its pages know it."""

    id: int
    body_id: int
    kind: str
    code: str
    area_id: int | None
    window_id: int | None
    place: str
    seen_at: datetime | None


def device_of(key: str) -> DeviceView | None:
    """Return the machine that shows this key."""
    row = Device.objects.filter(key_digest=digest(key.encode()), active=True).first() if key else None
    return _device(row) if row else None


def devices(body_id: int) -> list[DeviceView]:
    """Return the machines of a hall."""
    return [_device(row) for row in Device.objects.filter(body_id=body_id, active=True).order_by("kind", "code")]


def _device(row: Device) -> DeviceView:
    return DeviceView(row.id, row.body_id, row.kind, row.code, row.area_id, row.window_id, row.place, row.seen_at)
