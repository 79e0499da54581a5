"""Matters as lists and pages show them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import F, Q, QuerySet

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.flow import NotYours, Transition
from bangban.foundation.flows.keyset import mark_of, position_of
from bangban.services.matters import rules
from bangban.services.matters.flow import FLOW, STATES
from bangban.services.matters.models import Matter, MatterOrder, Threshold
from bangban.services.matters.models.matters import Kind, Left, Outcome
from bangban.services.matters.parties import parties
from bangban.services.telephony.belonging import of, scope

FEWEST_DAYS, DAYS, SHOWN_GONE = 14, 30, 30
NOT_FOUND = "没有找到这个事项，请核对编号。"


@dataclass(frozen=True)
class MatterRow:
    """One matter in a list."""

    number: str
    title: str
    kind: str
    kind_label: str
    state: str
    state_label: str
    region: str
    size: int
    tellers: int
    densest: int
    heat: float
    first_at: datetime
    last_at: datetime
    places: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class MatterRows:
    """One page of the list; `after` is empty on the last one."""

    rows: tuple[MatterRow, ...]
    after: str


@dataclass(frozen=True)
class MatterView:
    """One matter in full, for one viewer.

    `trend` is rising, steady or falling; `named` tells whether staff gave the title; `days` are the last days until now or
    its end, every one of them; `gone` the orders that left it, the latest first.
    """

    id: UUID
    row: MatterRow
    version: int
    trend: str
    outcome: str
    reason: str
    merged_into: str
    named: bool
    days: tuple[Day, ...]
    gone: tuple[Gone, ...]
    confirmed_at: datetime | None
    closed_at: datetime | None
    allowed: tuple[Transition, ...]


@dataclass(frozen=True)
class Day:
    """How many orders of a matter came on one day."""

    day: date
    orders: int


@dataclass(frozen=True)
class Gone:
    """An order that left a matter, and why."""

    number: str
    at: datetime
    why: str


@dataclass(frozen=True)
class OrderOf:
    """One order of a matter; `likeness` is None when staff put it in."""

    number: str
    at: datetime
    likeness: float | None
    by_hand: bool


def page(actor: Actor, state: str = "", after: str = "", limit: int = 30, *, center: int | None = None) -> MatterRows:
    """Return matters, those last told of first; NotYours without the duty, Incomplete for a broken mark.

    Whoever belongs to one of several hotlines sees its own, others those of a `center` (`telephony.belonging`).
    """
    if not parties(None, actor):
        raise NotYours("您没有查看集中反映事项的职责，请联系管理员。")
    rows: QuerySet[Matter] = Matter.objects.filter(state=state) if state in STATES else Matter.objects.all()
    own = scope(actor.unit_id)
    rows = rows.filter(of(center if own is None else own))
    if after:
        at, last = position_of(after)
        rows = rows.filter(Q(last_at__lt=at) | Q(last_at=at, id__lt=last))
    found = list(rows.order_by("-last_at", "-id")[: limit + 1])
    shown = found[:limit]
    return MatterRows(
        tuple(_row(row) for row in shown), mark_of(shown[-1].last_at, shown[-1].id) if len(found) > limit else ""
    )


def titles(numbers: Sequence[str]) -> dict[str, str]:
    """Return the title of each of some matters by number, for rooms that name them; nothing personal stands in a title."""
    return dict(Matter.objects.filter(number__in=numbers).values_list("number", "title")) if numbers else {}


def _row(row: Matter) -> MatterRow:
    return MatterRow(
        number=row.number,
        title=row.title,
        kind=row.kind,
        kind_label=str(Kind(row.kind).label),
        state=row.state,
        state_label=STATES[row.state],
        region=row.region,
        size=row.size,
        tellers=row.tellers,
        densest=row.densest,
        heat=round(row.heat, 1),
        first_at=row.first_at,
        last_at=row.last_at,
        places=tuple(row.places),
        words=tuple(row.words),
    )


def one(actor: Actor, number: str) -> MatterView:
    """Return one matter with what this actor may do; NotYours without the duty or for an unknown number."""
    row = Matter.objects.select_related("merged_into").filter(number=number.strip().upper()).first()
    found = parties(row, actor)
    if row is None or not found:
        raise NotYours(NOT_FOUND)
    moments = list(MatterOrder.objects.filter(matter=row, removed_at=None).values_list("at", flat=True))
    return MatterView(
        id=row.id,
        row=_row(row),
        version=row.version,
        trend=rules.trend(moments, now()),
        outcome=str(Outcome(row.outcome).label) if row.outcome else "",
        reason=row.reason,
        merged_into=row.merged_into.number if row.merged_into else "",
        named=row.titled_by_id is not None,
        days=_days(moments, row.closed_at or now()),
        gone=_gone(row),
        confirmed_at=row.confirmed_at,
        closed_at=row.closed_at,
        allowed=tuple(FLOW.allowed(row, found)),
    )


def may_follow(actor: Actor, number: str) -> bool:
    """Tell whether the actor may hear of a matter's changes."""
    row = Matter.objects.filter(number=number).only("center_id").first()
    return row is not None and bool(parties(row, actor))


def _days(moments: Sequence[datetime], until: datetime) -> tuple[Day, ...]:
    """Count by local day, from the first order on but no more than the last DAYS, and no fewer than two weeks."""
    told = Counter(business_date(one) for one in moments)
    last = max([business_date(until), *told])
    first = min([*told, last - timedelta(days=FEWEST_DAYS - 1)])
    first = max(first, last - timedelta(days=DAYS - 1))
    return tuple(
        Day(day, told[day]) for day in (first + timedelta(days=step) for step in range((last - first).days + 1))
    )


def _gone(row: Matter) -> tuple[Gone, ...]:
    found = MatterOrder.objects.filter(matter=row).exclude(removed_at=None).order_by("-removed_at", "-id")
    return tuple(
        Gone(one.order_number, one.removed_at, str(Left(one.left or Left.BY_HAND).label))
        for one in found[:SHOWN_GONE]
        if one.removed_at
    )


def orders_of(number: str, after: str = "", limit: int = 100) -> list[OrderOf]:
    """Return orders of a matter, the newest first; `after` is the number of the last order shown."""
    rows = MatterOrder.objects.filter(matter__number=number, removed_at=None)
    last = rows.filter(order_number=after).first() if after else None
    if last is not None:
        rows = rows.filter(Q(at__lt=last.at) | Q(at=last.at, id__lt=last.id))
    return [OrderOf(row.order_number, row.at, row.likeness, row.by_hand) for row in rows.order_by("-at", "-id")[:limit]]


def matter_of(order_number: str) -> MatterRow | None:
    """Return the matter that an order belongs to now, whatever its state."""
    row = MatterOrder.objects.select_related("matter").filter(order_number=order_number, removed_at=None).first()
    return _row(row.matter) if row else None


def order_numbers(number: str) -> list[str]:
    """Return the numbers of all orders of a matter."""
    rows = MatterOrder.objects.filter(matter__number=number, removed_at=None)
    return list(rows.values_list("order_number", flat=True))


def numbers_of(order_number: str) -> list[str]:
    """Return the numbers of the matter that an order belongs to and of those that became part of it with the order."""
    return list(_holding(order_number).order_by("id").values_list("matter__number", flat=True))


def links_callers(order_number: str) -> bool:
    """Tell whether a matter of an order holds several orders of one caller: who may not know the caller may not see it."""
    return _holding(order_number).filter(matter__tellers__lt=F("matter__size")).exists()


def _holding(order_number: str) -> QuerySet[MatterOrder]:
    rows = MatterOrder.objects.filter(order_number=order_number)
    return rows.filter(Q(removed_at=None) | Q(matter__outcome=Outcome.MERGED, removed_at=F("matter__closed_at")))


def concentrated(since: datetime, at_least: int = rules.AT_LEAST) -> Sequence[MatterRow]:
    """Return live matters of many tellers that were told of since a moment, the hottest first (GB33358-5.6.2.1)."""
    rows = Matter.objects.filter(
        state__in=("open", "watched"), kind=Kind.CONCENTRATED, last_at__gte=since, size__gte=at_least
    )
    return [_row(row) for row in rows.order_by("-heat", "-last_at")[:500]]


def threshold(center: int | None = None) -> tuple[int, int]:
    """Return from how many similar orders, within how many days, a matter of a hotline is opened.

    What was set for the hotline counts before what was set for the house.
    """
    rows = Threshold.objects.filter(Q(center=None) | Q(center_id=center or None))
    newest = rows.order_by(F("center").desc(nulls_last=True), "-id").values_list("orders", "days").first()
    return newest or (rules.AT_LEAST, rules.WITHIN_DAYS)
