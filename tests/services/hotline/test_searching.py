"""Lists by words and filters: the same pages as reading every order, whatever the words, the filters and the size of a page."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from itertools import combinations_with_replacement
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.zones import DEFAULT_ZONE
from bangban.foundation.privacy.crypto import blind_index
from bangban.services.hotline import words
from bangban.services.hotline.models import Category, WorkOrder
from bangban.services.hotline.reads import Filters, newest, page
from bangban.services.hotline.reads.boxes import BOX
from bangban.services.hotline.reads.facets import WEEKS, any_of, stem
from bangban.services.hotline.reads.newest import EPOCH, WEEK, week_of
from tests.hotline import Hotline

VOCABULARY = ("路灯", "井盖", "噪音", "污水", "电梯故障", "石牌村", "油烟", "红棉巷77号")
WEIGHTS = (60, 30, 20, 10, 8, 6, 4, 1)
NAMES = ("路灯", "李四", "")
NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
REGIONS = ("440104000000", "440104001000", "440117000000", "440310000000", "440311000000", "")
READ = (
    "number", "received_at", "state", "kind", "source", "urgency", "lead_unit_id", "agent_id", "round", "category__code",
    "region", "confidential", "supervision_level", "emergency_class", "process_satisfied", "result_satisfied", "name_index",
    "words",
)  # fmt: skip
STATES = ("registering", "registered", "dispatched", "handling", "returned", "visited", "archived", "refused")


def orders(line: Hotline, dice: random.Random, count: int) -> None:
    """Make orders of three years, many at the very edge of a week and some at one and the same moment."""
    rows: list[WorkOrder] = []
    classes = list(Category.objects.all())
    for place in range(count):
        at = NOW - timedelta(seconds=dice.randrange(3 * 365 * 86400))
        if place % 3 == 0:
            weeks = dice.choice(WEEKS)
            at = EPOCH + week_of(at) // weeks * weeks * WEEK + timedelta(microseconds=dice.choice((-1, 0, 1, 499_999)))
        if place % 7 == 0 and rows:
            at = rows[-1].received_at
        told = {word for word, weight in zip(VOCABULARY, WEIGHTS, strict=True) if dice.randrange(100) < weight}
        name, state, kind = dice.choice(NAMES), dice.choice(STATES), dice.choice(("complaint", "consultation"))
        with_unit = state in ("dispatched", "handling", "visited", "archived")
        unit = dice.choice(line.units).id if with_unit else None
        rows.append(WorkOrder(
            number=f"GX{place:014d}", state=state, center_id=line.center.id, source=dice.choice(("telephone", "website")),
            received_at=at, kind=kind, urgency=dice.choice(("urgent", "ordinary", "ordinary")),
            confidential=dice.choice((True, False) if kind == "complaint" else (None, False)), confidential_asked_at=at,
            lead_unit_id=unit, units=[unit] if unit else [], due_at=at + timedelta(days=5), transferred_at=at, replied_at=at,
            completed_at=at, result_code="solved", path_told="请向法院反映", category=dice.choice((None, *classes)),
            agent_id=dice.choice((line.agent, line.second_agent)).staff_id, region=dice.choice(REGIONS),
            round=dice.choice((1, 1, 2)), supervision_level=dice.choice((0, 0, 1)),
            emergency_class=dice.choice(("", "", "public_health")), process_satisfied=dice.choice((None, True, False)),
            result_satisfied=dice.choice((None, False)), contact_name=name, name_index=blind_index(name, "name") if name else None,
            words=words.digests(told), token_digest=b"x" * 32, created_at=at, updated_at=at,
        ))  # fmt: skip
    WorkOrder.objects.bulk_create(rows)


def drawn(line: Hotline, dice: random.Random) -> Filters:
    """Draw some filters, mostly few, and often words."""
    first = (NOW - timedelta(days=dice.randrange(3 * 365))).date()
    known = {
        "state": dice.choice(STATES), "kind": dice.choice(("complaint", "suggestion")), "source": "website",
        "category": dice.choice(("0401", "030201", "09")), "unit": str(dice.choice(line.units).id), "round": "2",
        "region": dice.choice(("440104000000", "440104001000", "440310000000", "440100000000", "441200000000", "4401040")),
        "urgency": "urgent", "agent": str(line.agent.staff_id), "confidential": dice.choice(("yes", "no")), "supervised": "yes",
        "first": first.isoformat(), "last": (first + timedelta(days=dice.choice((0, 6, 200)))).isoformat(),
    }  # fmt: skip
    chosen = {name: known[name] for name in dice.sample(sorted(known), dice.choice((0, 1, 1, 2, 2, 3)))}
    if dice.random() < 0.6 or not chosen:
        chosen["search"] = " ".join(dice.sample(VOCABULARY, dice.choice((1, 1, 2, 3))))
    return Filters(**chosen)


def meets(row: WorkOrder, filters: Filters) -> bool:
    """Tell whether an order meets the filters, by its columns alone."""
    asked = {one.name: getattr(filters, one.name) for one in fields(filters) if getattr(filters, one.name)}
    day = row.received_at.astimezone(DEFAULT_ZONE).date().isoformat()
    tests: dict[str, Callable[[str], bool]] = {
        "state": lambda value: row.state == value,
        "kind": lambda value: row.kind == value,
        "source": lambda value: row.source == value,
        "urgency": lambda value: row.urgency == value,
        "unit": lambda value: str(row.lead_unit_id) == value,
        "agent": lambda value: str(row.agent_id) == value,
        "round": lambda value: str(row.round) == value,
        "category": lambda value: row.category is not None and row.category.code.startswith(value),
        "region": lambda value: row.region.startswith(stem(value)),
        "confidential": lambda value: row.confidential is (value == "yes"),
        "supervised": lambda value: row.supervision_level > 0,
        "first": lambda value: day >= value,
        "last": lambda value: day <= value,
        "search": lambda value: True,
    }
    return all(tests[name](value) for name, value in asked.items())


INSIDE: dict[str, Callable[[WorkOrder], bool]] = {
    "all": lambda row: True,
    "with_units": lambda row: row.state in ("dispatched", "handling"),
    "emergency": lambda row: bool(row.emergency_class) and row.state not in ("archived", "withdrawn"),
    "supervised": lambda row: row.supervision_level > 0 and row.state not in ("archived", "withdrawn"),
    "unsatisfied": lambda row: (
        row.state == "visited" and row.process_satisfied is False and row.result_satisfied is False
    ),
    "unit": lambda row: True,
    "handling": lambda row: row.state == "handling",
    "done": lambda row: row.state in ("completed", "visited", "archived"),
}


def plainly(filters: Filters, box: str, unit: int | None = None) -> list[str]:
    """Find the same orders by reading every one, without any index."""
    wanted = set(words.query(filters.search))
    name = blind_index(filters.search, "name") if unit is None and 0 < len(filters.search) <= 4 else None
    return [
        row.number
        for row in WorkOrder.objects.select_related("category").only(*READ).order_by("-received_at", "-id")
        if (unit is None or row.lead_unit_id == unit)
        and INSIDE[box](row)
        and meets(row, filters)
        and (
            wanted <= set(row.words)
            or (name is not None and row.name_index is not None and bytes(row.name_index) == name)
        )
    ]


def paged(actor: Actor, box: str, filters: Filters, limit: int) -> list[str]:
    """Return the numbers of a whole list, read by pages."""
    after, got = "", list[str]()
    while True:
        shown = page(actor, box, filters, after=after, limit=limit)
        got += [row.number for row in shown.rows]
        if not shown.after:
            return got
        assert len(shown.rows) == limit
        after = shown.after


@pytest.mark.clause("GB33358-5.5.2")
@pytest.mark.parametrize("seed", range(6))
def test_every_list_gives_the_same_pages_as_reading_all_orders(
    line: Hotline, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    dice = random.Random(seed)
    monkeypatch.setattr(newest, "WALKED", (300, 5, 1)[seed % 3])
    monkeypatch.setattr(newest, "MANY", (4000, 2, 7)[seed % 3])
    orders(line, dice, 250)
    if seed > 2:
        through_the_index()
    for _ in range(40):
        filters = drawn(line, dice)
        box = dice.choice(tuple(INSIDE))
        actor, unit = (
            (line.builder, line.building_unit.id) if box in ("unit", "handling", "done") else (line.agent, None)
        )
        limit = dice.choice((1, 3, 10, 100))
        assert paged(actor, box, filters, limit) == plainly(filters, box, unit), (filters, box, limit)


def through_the_index() -> None:
    """Keep the planner from reading a small table as a whole."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")


def test_each_filter_and_each_pair_of_filters_finds_what_its_columns_say(
    line: Hotline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newest, "WALKED", 3)
    orders(line, random.Random(11), 200)
    through_the_index()
    known = {
        "state": "handling", "kind": "complaint", "source": "website", "category": "04", "region": "440104000000",
        "unit": str(line.building_unit.id), "urgency": "urgent", "agent": str(line.agent.staff_id), "round": "2",
        "confidential": "no", "supervised": "yes", "first": "2025-01-01", "last": "2026-05-01",
    }  # fmt: skip
    for pair in combinations_with_replacement(known, 2):
        for search in ("", "路灯"):
            filters = Filters(**{name: known[name] for name in pair}, search=search)
            found = page(line.agent, "all", filters, limit=100)
            assert [row.number for row in found.rows] == plainly(filters, "all")[:100], filters


def test_a_short_word_finds_the_matter_and_the_name_together_in_order(line: Hotline) -> None:
    orders(line, random.Random(9), 200)
    shown = page(line.agent, "all", Filters(search="路灯"), limit=100)
    assert [row.number for row in shown.rows] == plainly(Filters(search="路灯"), "all")[:100]
    assert len({row.number for row in shown.rows}) == len(shown.rows)


def looks(line: Hotline, filters: Filters, **more: Any) -> int:
    """Return how often a page asks the index."""
    with CaptureQueriesContext(connection) as queries:
        page(line.agent, "all", filters, **more)
    return sum("WITH held" in one["sql"] for one in queries)


def test_what_is_common_is_found_without_the_index_and_what_is_rare_in_few_looks(
    line: Hotline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newest, "WALKED", 30)
    orders(line, random.Random(1), 250)
    assert looks(line, Filters(kind="complaint"), limit=5) == 0
    assert 1 <= looks(line, Filters(search="红棉巷77号", urgency="urgent")) <= 4
    assert looks(line, Filters(urgency="emergency", round="2")) == 4


def test_an_old_rush_is_found_in_shorter_stretches(line: Hotline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newest, "WALKED", 10)
    monkeypatch.setattr(newest, "MANY", 20)
    orders(line, random.Random(2), 250)
    rush = list(WorkOrder.objects.filter(kind="complaint").values_list("id", flat=True)[:60])
    WorkOrder.objects.filter(id__in=rush).update(source="media", received_at=NOW - timedelta(days=700))
    filters = Filters(source="media")
    assert paged(line.agent, "all", filters, 7) == plainly(filters, "all")
    assert looks(line, filters, limit=7) <= 20


def test_the_index_holds_what_the_lists_ask(line: Hotline, monkeypatch: pytest.MonkeyPatch) -> None:
    orders(line, random.Random(4), 60)
    monkeypatch.setattr(newest, "WALKED", 1)
    through_the_index()
    with CaptureQueriesContext(connection) as queries:
        page(line.agent, "all", Filters(urgency="emergency", search="污水"))
    asked = [one["sql"] for one in queries if "WITH held" in one["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + asked[0])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Bitmap Index Scan on order_found" in plan


def test_a_digest_that_equals_the_number_of_a_facet_finds_nothing_else(
    line: Hotline, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders(line, random.Random(5), 80)
    with connection.cursor() as cursor:
        cursor.execute("SELECT hashtext('kind complaint')")
        number = cursor.fetchone()[0]
    monkeypatch.setattr(newest, "WALKED", 1)
    monkeypatch.setattr(words, "query", lambda text: [number])
    through_the_index()
    assert page(line.agent, "all", Filters(search="火星")).rows == ()


def test_a_region_is_not_mixed_up_with_its_neighbours(line: Hotline) -> None:
    orders(line, random.Random(6), 120)
    found = page(line.agent, "all", Filters(region="440310000000"), limit=100)
    regions = WorkOrder.objects.filter(number__in=[row.number for row in found.rows]).values_list("region", flat=True)
    assert set(regions) == {"440310000000"}


@given(st.integers(0, 10**12).map(str))
def test_what_lies_inside_a_region_begins_with_its_stem(region: str) -> None:
    assert region.startswith(stem(region))
    assert not region[len(stem(region)) :].strip("0")


def test_numbers_too_big_for_a_column_find_nothing(line: Hotline) -> None:
    orders(line, random.Random(7), 20)
    for filters in (Filters(round="99999"), Filters(unit="999999999"), Filters(agent="999999999", round="70000")):
        assert page(line.agent, "all", filters).rows == ()


def test_before_the_first_order_nothing_is_found(line: Hotline) -> None:
    assert page(line.agent, "all", Filters(search="路灯")).rows == ()
    assert page(line.agent, "all", Filters(kind="complaint")).rows == ()


def test_the_week_in_the_index_is_the_week_of_the_search(line: Hotline) -> None:
    orders(line, random.Random(3), 120)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT received_at, floor(extract(epoch FROM (received_at AT TIME ZONE 'UTC')) / 604800)::text FROM hotline_workorder"
        )
        assert all(str(week_of(at)) == week for at, week in cursor.fetchall())


def test_the_facets_of_a_box_are_true_of_every_order_in_it(line: Hotline) -> None:
    orders(line, random.Random(8), 250)
    for box in INSIDE:
        actor = line.builder if box in ("unit", "handling", "done") else line.agent
        where = BOX[box](actor)
        for group in where.facets:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT count(*) FROM hotline_workorder o WHERE {where.sql} AND NOT {newest.HELD} && {newest.NUMBERS}",
                    (*where.values, group.names),
                )
                assert cursor.fetchone()[0] == 0, (box, group)
    assert any_of("confidential", True).names == ["confidential true"]
