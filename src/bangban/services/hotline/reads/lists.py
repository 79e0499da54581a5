"""Lists of orders: the boxes of the hotline and of a unit, everyday filters, search in sealed text (GB33358-5.5.2).

Keyset pages, one statement each, a search by words in a few; a million orders answer any everyday filter and any word in
well under 100 ms (bench `orders`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import HOTLINE
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import start_of_day
from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.foundation.flows.keyset import mark_of, position_of
from bangban.services.hotline import terms
from bangban.services.hotline.flow import STATES
from bangban.services.hotline.reads.rows import Row, Where, count, lines
from bangban.services.hotline.reads.searching import found, sought

HOTLINE_BOXES = {
    "mine": "我在办",
    "incoming": "待受理",
    "registered": "待转办",
    "returned": "退回待改派",
    "with_units": "单位在办",
    "overdue": "办理超期",
    "emergency": "突发应急",
    "completed": "待回访",
    "unsatisfied": "不满意待定",
    "supervised": "督办中",
    "archive": "档案",
    "all": "全部",
}
UNIT_BOXES = {
    "offered": "待签收",
    "handling": "办理中",
    "soon": "临近时限",
    "late": "已超期",
    "assisting": "协办",
    "done": "已办结",
    "unit": "本单位全部",
}
BOXES = {**HOTLINE_BOXES, **UNIT_BOXES}
COUNTED = (
    "unsatisfied",
    "mine",
    "incoming",
    "registered",
    "returned",
    "overdue",
    "emergency",
    "offered",
    "handling",
    "soon",
    "late",
    "assisting",
)
SOON = timedelta(days=1)


@dataclass(frozen=True)
class Page:
    """One page of a list and where the next one begins; `after` is empty on the last page."""

    rows: tuple[Row, ...]
    after: str


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty means all. `first` and `last` are local days of receipt."""

    state: str = ""
    kind: str = ""
    source: str = ""
    category: str = ""
    region: str = ""
    unit: str = ""
    urgency: str = ""
    agent: str = ""
    round: str = ""
    confidential: str = ""
    supervised: str = ""
    first: str = ""
    last: str = ""
    search: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Filters:
        """Read filters from an address; what is unknown is left out."""
        return cls(**{field.name: str(given.get(field.name, "")).strip()[:100] for field in fields(cls)})


_OPEN = "o.state IN ('dispatched', 'handling')"

_BOX: dict[str, Callable[[Actor], Where]] = {
    "mine": lambda actor: Where(
        "o.agent_id = %s::bigint AND o.state IN ('registering', 'registered', 'returned')", (actor.staff_id,)
    ),
    "incoming": lambda actor: Where(
        "o.state = 'registering' AND o.agent_id IS NULL AND o.center_id = %s::bigint", (actor.unit_id,)
    ),
    "registered": lambda actor: Where("o.state = 'registered' AND o.center_id = %s::bigint", (actor.unit_id,)),
    "returned": lambda actor: Where("o.state = 'returned' AND o.center_id = %s::bigint", (actor.unit_id,)),
    "with_units": lambda actor: Where(f"{_OPEN} AND o.center_id = %s::bigint", (actor.unit_id,)),
    "overdue": lambda actor: Where(
        f"{_OPEN} AND o.due_at < %s::timestamptz AND o.center_id = %s::bigint", (now(), actor.unit_id)
    ),
    "emergency": lambda actor: Where(
        "o.emergency_class <> '' AND o.state NOT IN ('archived', 'withdrawn') AND o.center_id = %s::bigint",
        (actor.unit_id,),
    ),
    "completed": lambda actor: Where("o.state = 'completed' AND o.center_id = %s::bigint", (actor.unit_id,)),
    "unsatisfied": lambda actor: Where(
        "o.state = 'visited' AND o.process_satisfied IS FALSE AND o.result_satisfied IS FALSE AND o.redo_decided = ''"
        " AND o.center_id = %s::bigint",
        (actor.unit_id,),
    ),
    "supervised": lambda actor: Where(
        "o.supervision_level > 0 AND o.state NOT IN ('archived', 'withdrawn') AND o.center_id = %s::bigint",
        (actor.unit_id,),
    ),
    "archive": lambda actor: Where("o.state = 'archived' AND o.center_id = %s::bigint", (actor.unit_id,)),
    "all": lambda actor: Where("o.center_id = %s::bigint", (actor.unit_id,)),
    "offered": lambda actor: Where("o.lead_unit_id = %s::bigint AND o.state = 'dispatched'", (actor.unit_id,)),
    "handling": lambda actor: Where("o.lead_unit_id = %s::bigint AND o.state = 'handling'", (actor.unit_id,)),
    "soon": lambda actor: Where(
        f"o.lead_unit_id = %s::bigint AND {_OPEN} AND o.due_at BETWEEN %s::timestamptz AND %s::timestamptz",
        (actor.unit_id, now(), now() + SOON),
    ),
    "late": lambda actor: Where(
        f"o.lead_unit_id = %s::bigint AND {_OPEN} AND o.due_at < %s::timestamptz", (actor.unit_id, now())
    ),
    "assisting": lambda actor: Where(
        "o.id = ANY(ARRAY(SELECT a.order_id FROM hotline_assignment a WHERE a.unit_id = %s::bigint"
        " AND a.role = 'assisting' AND a.state IN ('offered', 'signed') ORDER BY a.offered_at DESC LIMIT 5000))",
        (actor.unit_id,),
    ),
    "done": lambda actor: Where(
        "o.lead_unit_id = %s::bigint AND o.state IN ('completed', 'visited', 'archived')", (actor.unit_id,)
    ),
    "unit": lambda actor: Where("o.lead_unit_id = %s::bigint", (actor.unit_id,)),
}  # fmt: skip


def boxes_of(actor: Actor) -> dict[str, str]:
    """Return the boxes that an actor's duties open, by code and label."""
    found: dict[str, str] = {}
    if at_hotline(actor):
        found |= (
            HOTLINE_BOXES
            if "hotline_agent" in actor.duties
            else {k: v for k, v in HOTLINE_BOXES.items() if k != "mine"}
        )
    if "undertaker" in actor.duties:
        found |= UNIT_BOXES
    return found


def at_hotline(actor: Actor) -> bool:
    """Tell whether the actor works for the hotline or keeps its archive."""
    return actor.is_staff and not actor.duties.isdisjoint(HOTLINE | {"archivist"})


def page(actor: Actor, box: str, filters: Filters = Filters(), *, after: str = "", limit: int = 50) -> Page:
    """Return one page of a box, newest first.

    Raises NotYours for a box that the duties do not open, Incomplete with a sentence for a wrong filter.
    """
    if box not in boxes_of(actor):
        raise NotYours("没有这个列表，或者您的岗位看不到它。")
    hide = not at_hotline(actor)
    where = _BOX[box](actor)
    if actor.staff_id is not None:
        # Whoever is complained about does not find the complaint (F3.30).
        where &= Where("(o.about_staff_id IS NULL OR o.about_staff_id <> %s::bigint)", (actor.staff_id,))
    for narrowed in _narrowed(filters):
        where &= narrowed
    limit, (since, until) = max(1, min(limit, 100)), _period(filters)
    if after:
        place = position_of(after)
        where &= Where("(o.received_at, o.id) < (%s::timestamptz, %s::uuid)", place)
        until = min(place[0], until) if until else place[0]
    if filters.search:
        what = sought(filters.search, by_person=not hide)
        rows = found(where, what, limit + 1, hide=hide, since=since, until=until)
    else:
        rows = lines(where, limit + 1, hide=hide)
    shown = rows[:limit]
    return Page(tuple(shown), mark_of(shown[-1].received_at, shown[-1].id) if len(rows) > limit else "")


def box_counts(actor: Actor, at_most: int = 99) -> dict[str, int]:
    """Return how many orders wait in the boxes that need the actor, counted up to a bound, in one query."""
    wanted = [box for box in boxes_of(actor) if box in COUNTED]
    return dict(zip(wanted, count([_BOX[box](actor) for box in wanted], at_most + 1), strict=True))


_EXACT = {
    "state": ("o.state = %s::text", STATES),
    "kind": ("o.kind = %s::text", dict(terms.Kind.choices)),
    "source": ("o.source = %s::text", dict(terms.Source.choices)),
    "urgency": ("o.urgency = %s::text", dict(terms.Urgency.choices)),
}
_NUMBERS = {
    "unit": "o.lead_unit_id = %s::bigint",
    "agent": "o.agent_id = %s::bigint",
    "round": "o.round = %s::smallint",
}


def _narrowed(filters: Filters) -> list[Where]:
    conditions: list[Where] = []
    for name, (sql, known) in _EXACT.items():
        if value := getattr(filters, name):
            if value not in known:
                raise Incomplete("筛选条件有误，请重新选择。", fields={name: "可选：" + "、".join(known)})
            conditions.append(Where(sql, (value,)))
    for name, sql in _NUMBERS.items():
        if value := getattr(filters, name):
            if not (value.isascii() and value.isdigit() and len(value) < 10):
                raise Incomplete("筛选条件有误，请重新选择。", fields={name: "请从列表中选择。"})
            conditions.append(Where(sql, (int(value),)))
    if filters.region:
        conditions.append(Where("o.region LIKE %s::text", (filters.region.rstrip("0") + "%",)))
    if filters.category:
        conditions.append(
            Where(
                "o.category_id = ANY(ARRAY(SELECT id FROM hotline_category WHERE code LIKE %s::text))",
                (f"{filters.category}%",),
            )
        )
    if filters.confidential:
        conditions.append(Where("o.confidential = %s::boolean", (filters.confidential == "yes",)))
    if filters.supervised:
        conditions.append(Where("o.supervision_level > 0"))
    since, until = _period(filters)
    if since:
        conditions.append(Where("o.received_at >= %s::timestamptz", (since,)))
    if until:
        conditions.append(Where("o.received_at < %s::timestamptz", (until,)))
    return conditions


def _period(filters: Filters) -> tuple[datetime | None, datetime | None]:
    """Return the first moment of the days asked for and the first one after them."""
    since = start_of_day(_day("first", filters.first)) if filters.first else None
    return since, start_of_day(_day("last", filters.last) + timedelta(days=1)) if filters.last else None


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Incomplete("日期有误，请按 2026-11-20 的样子填写。", fields={name: "请填写日期。"}) from None
