"""Words found week by week: the same pages as one whole query, whatever the words, the filters and the size of a page."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from bangban.foundation.clocks.zones import DEFAULT_ZONE
from bangban.foundation.privacy.crypto import blind_index
from bangban.services.hotline import words
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.reads import Filters, page
from bangban.services.hotline.reads.searching import EPOCH, WEEK, stretches, week_of
from tests.hotline import Hotline

VOCABULARY = ("路灯", "井盖", "噪音", "污水", "电梯故障", "石牌村", "油烟", "红棉巷77号")
WEIGHTS = (60, 30, 20, 10, 8, 6, 4, 1)
NAMES = ("路灯", "李四", "")
NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)


def orders(line: Hotline, dice: random.Random, count: int) -> None:
    """Make orders of three years, many at the very edge of a week and some at one and the same moment."""
    rows = []
    for place in range(count):
        at = NOW - timedelta(seconds=dice.randrange(3 * 365 * 86400))
        if place % 3 == 0:
            at = EPOCH + week_of(at) * WEEK + timedelta(microseconds=dice.choice((-1, 0, 1, -500_000, 499_999)))
        if place % 7 == 0 and rows:
            at = rows[-1].received_at
        told = {word for word, weight in zip(VOCABULARY, WEIGHTS, strict=True) if dice.randrange(100) < weight}
        name = dice.choice(NAMES)
        rows.append(WorkOrder(
            number=f"GX{place:014d}", state="registering", center_id=line.center.id, source="telephone", received_at=at,
            kind=dice.choice(("complaint", "consultation")), urgency=dice.choice(("urgent", "ordinary")), confidential=False,
            confidential_asked_at=at, lead_unit_id=dice.choice((None, line.building_unit.id)), contact_name=name,
            name_index=blind_index(name, "name") if name else None, words=words.digests(told), token_digest=b"x" * 32,
            created_at=at, updated_at=at,
        ))  # fmt: skip
    WorkOrder.objects.bulk_create(rows)


def plainly(filters: Filters, *, by_person: bool, unit: int | None = None) -> list[str]:
    """Find the same orders by reading every one, without any index of words."""
    wanted = set(words.query(filters.search))
    name = blind_index(filters.search, "name") if by_person and len(filters.search) <= 4 else None
    found = []
    for row in WorkOrder.objects.order_by("-received_at", "-id"):
        held = wanted and wanted <= set(row.words)
        day = row.received_at.astimezone(DEFAULT_ZONE).date().isoformat()
        if (held or (name and row.name_index and bytes(row.name_index) == name)) and (
            (not filters.kind or row.kind == filters.kind)
            and (not filters.urgency or row.urgency == filters.urgency)
            and (not filters.first or day >= filters.first)
            and (not filters.last or day <= filters.last)
            and (unit is None or row.lead_unit_id == unit)
        ):
            found.append(row.number)
    return found


@pytest.mark.clause("GB33358-5.5.2")
@pytest.mark.parametrize("seed", range(4))
def test_every_search_gives_the_same_pages_as_reading_all_orders(line: Hotline, seed: int) -> None:
    dice = random.Random(seed)
    orders(line, dice, 250)
    for _ in range(20):
        text = " ".join(dice.sample(VOCABULARY, dice.choice((1, 1, 2, 3))))
        filters = Filters(search=text)
        if dice.random() < 0.3:
            filters = replace(filters, kind=dice.choice(("complaint", "consultation")), urgency="urgent")
        if dice.random() < 0.4:
            first = (NOW - timedelta(days=dice.randrange(3 * 365))).date()
            filters = replace(
                filters, first=first.isoformat(), last=(first + timedelta(days=dice.choice((0, 6, 200)))).isoformat()
            )
        for actor, box, unit in ((line.agent, "all", None), (line.builder, "unit", line.building_unit.id)):
            expected = plainly(filters, by_person=unit is None, unit=unit)
            limit, after, got = dice.choice((1, 3, 10, 100)), "", list[str]()
            while True:
                shown = page(actor, box, filters, after=after, limit=limit)
                got += [row.number for row in shown.rows]
                if not shown.after:
                    break
                assert len(shown.rows) == limit
                after = shown.after
            assert got == expected, (filters, box, limit)


def test_a_short_word_finds_the_matter_and_the_name_together_in_order(line: Hotline) -> None:
    orders(line, random.Random(9), 200)
    shown = page(line.agent, "all", Filters(search="路灯"), limit=100)
    assert [row.number for row in shown.rows] == plainly(Filters(search="路灯"), by_person=True)[:100]
    assert len({row.number for row in shown.rows}) == len(shown.rows)


def test_a_common_word_takes_one_look_and_a_rare_one_few(line: Hotline) -> None:
    orders(line, random.Random(1), 250)
    WorkOrder.objects.filter(received_at__lt=NOW - timedelta(days=5)).update(received_at=NOW - timedelta(days=1000))
    WorkOrder.objects.filter(number__lt="GX00000000000100").update(received_at=NOW, words=words.digests(["路灯"]))
    looks = []
    for text in ("路灯下面", "红棉巷77号"):
        with CaptureQueriesContext(connection) as queries:
            page(line.builder, "unit", Filters(search=text[:2] if text == "路灯下面" else text), limit=20)
        looks.append(sum("order_words" in one["sql"] or "604800" in one["sql"] for one in queries))
    assert looks[0] == 1
    assert 1 < looks[1] <= 6


@given(first=st.integers(0, 3000), length=st.integers(0, 600))
def test_stretches_cover_every_week_once_from_the_newest_back(first: int, length: int) -> None:
    found = list(stretches(first, first + length))
    weeks = [week for begin, end in found for week in range(end, begin - 1, -1)]
    assert weeks == list(range(first + length, first - 1, -1))
    assert len(found) <= 6


def test_before_the_first_order_nothing_is_found(line: Hotline) -> None:
    assert page(line.agent, "all", Filters(search="路灯")).rows == ()


def test_the_week_in_the_index_is_the_week_of_the_search(line: Hotline) -> None:
    orders(line, random.Random(3), 120)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT received_at, floor(extract(epoch FROM (received_at AT TIME ZONE 'UTC')) / 604800)::integer FROM hotline_workorder"
        )
        assert all(week_of(at) == week for at, week in cursor.fetchall())
