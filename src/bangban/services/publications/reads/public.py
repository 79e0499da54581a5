"""What everybody may see: the website's list, and what each output of a place shows now (DB23-6.2.1.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.flow import NotYours
from bangban.foundation.flows.keyset import mark_of, position_of
from bangban.registry.org.reads import Place, place, tree
from bangban.services.publications.models import Publication
from bangban.services.publications.rules import plays_at
from bangban.services.publications.terms import Kind, Target

GONE = "没有找到这条信息，可能已撤下或到期，请看最新的信息列表。"
MOST_ON_A_SCREEN = 40


@dataclass(frozen=True)
class Shown:
    """A publication as everybody sees it; `over` says that its last day has passed."""

    id: UUID
    number: str
    kind: str
    kind_label: str
    title: str
    text: str
    body_code: str
    body_name: str
    valid_from: date
    valid_to: date | None
    published_at: datetime | None
    over: bool


@dataclass(frozen=True)
class Page:
    """One page of a list; `after` is empty on the last one."""

    rows: tuple[Shown, ...]
    after: str


@dataclass(frozen=True)
class LedMessage:
    """One short text of the LED feed with its schedule; weekdays count from 1, Monday, as ISO does."""

    id: UUID
    number: str
    text: str
    seconds: int
    weekdays: tuple[int, ...]
    spans: tuple[tuple[str, str], ...]
    valid_from: date
    valid_to: date | None
    playing: bool


def public_page(today: date, *, kind: str = "", body_code: str = "", after: str = "", limit: int = 20) -> Page:
    """Return what is in force on the website, the latest first; `kind` and `body_code` narrow it."""
    rows = _in_force(today).filter(targets__contains=[Target.WEBSITE])
    if kind in Kind.values:
        rows = rows.filter(kind=kind)
    if body_code:
        found = tree().by_code.get(body_code)
        rows = rows.filter(_of_place(found)) if found else rows.none()
    if after:
        at, last = position_of(after)
        rows = rows.filter(Q(published_at__lt=at) | Q(published_at=at, id__lt=last))
    listed = list(rows.order_by("-published_at", "-id")[: limit + 1])
    shown = listed[:limit]
    following = mark_of(shown[-1].published_at, shown[-1].id) if len(listed) > limit and shown[-1].published_at else ""
    return Page(tuple(_shown(row, today) for row in shown), following)


def public_one(number: str, today: date) -> Shown:
    """Return one publication of the website; an expired one stays readable and says so. NotYours for all others."""
    row = Publication.objects.filter(number=number.strip().upper(), state__in=["published", "expired"]).first()
    if row is None or Target.WEBSITE not in row.targets or row.valid_from > today:
        raise NotYours(GONE)
    return _shown(row, today)


def on_output(where: Place, target: Target, today: date, limit: int = MOST_ON_A_SCREEN) -> list[Shown]:
    """Return what one output of a place shows today, the latest first."""
    rows = _in_force(today).filter(_of_place(where), targets__contains=[target]).order_by("-published_at", "-id")
    return [_shown(row, today) for row in rows[:limit]]


def one_on_output(where: Place, target: Target, number: str, today: date) -> Shown:
    """Return one of what an output of a place shows today; NotYours for all others."""
    rows = _in_force(today).filter(_of_place(where), targets__contains=[target])
    row = rows.filter(number=number.strip().upper()).first()
    if row is None:
        raise NotYours(GONE)
    return _shown(row, today)


def led_messages(where: Place, moment: datetime) -> list[LedMessage]:
    """Return the LED texts of a place that are in force on this day, with whether each plays at this moment."""
    today = business_date(moment)
    rows = _in_force(today).filter(_of_place(where), targets__contains=[Target.LED]).order_by("-published_at", "-id")
    return [
        LedMessage(
            id=row.id,
            number=row.number,
            text=row.led_text,
            seconds=row.led_seconds,
            weekdays=tuple(day + 1 for day in row.led_weekdays),
            spans=tuple((start, end) for start, end in row.led_spans),
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            playing=plays_at(row.led_weekdays, row.led_spans, moment),
        )
        for row in rows[:MOST_ON_A_SCREEN]
    ]


def _in_force(today: date) -> QuerySet[Publication]:
    lasting = Q(valid_to=None) | Q(valid_to__gte=today)
    return Publication.objects.filter(lasting, state="published", valid_from__lte=today)


def _of_place(where: Place) -> Q:
    """Its own, and what bodies above it publish for everything below them."""
    return Q(body_id=where.id) | Q(body_id__in=list(where.path), includes_below=True)


def _shown(row: Publication, today: date) -> Shown:
    body = place(row.body_id)
    return Shown(
        id=row.id,
        number=row.number,
        kind=row.kind,
        kind_label=str(Kind(row.kind).label),
        title=row.title,
        text=row.text,
        body_code=body.code if body else "",
        body_name=body.name if body else "",
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        published_at=row.published_at,
        over=row.state == "expired" or (row.valid_to is not None and row.valid_to < today),
    )
