"""Figures are defined once, compared with history where there is one, and opened down to their orders."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bangban.foundation.clocks.zones import start_of_day
from bangban.oversight.reports import reads
from bangban.oversight.reports.comparing import amount, change, percent
from bangban.oversight.reports.content import Content, Value
from bangban.oversight.reports.figures import MEASURES, behind, count
from bangban.oversight.reports.figures.counting import Scope
from bangban.oversight.reports.periods import Span, containing
from bangban.oversight.reports.writing import summary
from tests.hotline import Hotline
from tests.oversight.reports.conftest import MONDAY
from tests.oversight.reports.past import past_order
from tests.oversight.reports.ways import drafted

WEEK = containing("week", date(2026, 11, 9))
CUT = start_of_day(date(2026, 11, 16))


def counted(line: Hotline, period: str = "week", day: date = date(2026, 11, 9)) -> Content:
    span = containing(period, day)
    return count(line.center.id, period, span, start_of_day(span.last + timedelta(days=1)))


def now_of(content: Content, code: str) -> tuple[float | None, int, int]:
    value = content.line(code).now
    return value.amount, value.part, value.whole


def test_each_figure_counts_what_its_sentence_says(busy: Hotline) -> None:
    content = counted(busy)
    assert now_of(content, "received") == (7, 7, 0)
    assert now_of(content, "refused") == (1, 1, 0)
    assert now_of(content, "direct") == (50.0, 3, 6)
    assert now_of(content, "transferred") == (3, 3, 0)
    assert now_of(content, "transfer_in_time") == (100.0, 3, 3)
    assert now_of(content, "overdue") == (1, 1, 0)
    assert now_of(content, "completed") == (5, 5, 0)
    assert now_of(content, "in_time") == (50.0, 1, 2)
    assert now_of(content, "visited") == (100.0, 2, 2)
    assert now_of(content, "result_good") == (50.0, 1, 2)
    assert {row.label: row.now for row in content.groups["source"]} == {"电话": 4, "网站": 3}
    assert {row.label: row.now for row in content.groups["category"]} == {"未分类": 4, "城乡建设": 3}
    assert [row.label for row in content.groups["region"]] == ["越秀区"]
    building, roads = content.units
    assert (building.given, building.completed, building.in_time, building.overdue) == (2, 2, 1, 0)
    assert (building.satisfied, building.asked, roads.given, roads.overdue) == (1, 2, 1, 1)
    assert [point.now for point in content.points] == [4, 2, 1, 0, 0, 0, 0]


@pytest.mark.clause("GB33358-5.6.1.2")
def test_every_period_is_compared_with_the_one_before_and_missing_history_is_none(busy: Hotline) -> None:
    past_order(busy, MONDAY - timedelta(days=30))
    content = counted(busy)
    received = content.line("received")
    assert received.before is not None and received.last_year is None
    assert (amount(received.before), change(received.now, received.before), percent(received.now, received.before)) == (
        "4",
        "+3",
        "+75.0%",
    )
    assert (amount(received.last_year), change(received.now, None), percent(received.now, None)) == ("无", "无", "无")
    assert [(row.now, row.before) for row in content.groups["source"]] == [(4, 4), (3, 0)]
    assert [point.before for point in content.points] == [1, 1, 1, 1, 0, 0, 0]
    for period in ("day", "month", "quarter", "year"):
        assert counted(busy, period).line("received").now.part >= 4
    past_order(busy, MONDAY - timedelta(weeks=60))
    past_order(busy, MONDAY - timedelta(weeks=52))
    assert counted(busy).line("received").last_year == Value(1, 1)


def test_a_week_in_which_the_hotline_began_is_no_history(line: Hotline) -> None:
    past_order(line, MONDAY - timedelta(days=4))
    past_order(line, MONDAY)
    assert counted(line).line("received").before is None


def test_the_summary_is_written_from_the_figures(busy: Hotline) -> None:
    past_order(busy, MONDAY - timedelta(days=30))
    text = summary(counted(busy), "week")
    for words in (
        "本周（2026年11月9日至15日）共受理群众诉求7件，比上周增加3件（+75.0%）", "电话4件（57.1%）", "城乡建设（3件）",
        "直接答复率50.00%", "在办工单（不论何时受理）中超过办理时限的1件；没有超过签收时限、转办时限的",
    ):  # fmt: skip
        assert words in text
    assert "没有可比的历史数据" not in text


def test_nothing_received_is_said_and_divides_by_nothing(line: Hotline) -> None:
    content = counted(line)
    assert summary(content, "week") == (
        "本周（2026年11月9日至15日）共受理群众诉求0件，没有可比的历史数据。"
        "截至2026年11月16日 00:00，没有超过办理、签收或转办时限的在办工单。"
    )
    assert now_of(content, "direct") == (None, 0, 0)


@pytest.mark.clause("GB33358-5.6.2.2")
@pytest.mark.parametrize("measure", MEASURES, ids=lambda one: one.code)
def test_every_figure_opens_to_exactly_the_orders_it_counted(busy: Hotline, measure: object) -> None:
    code, whole = measure.code, measure.whole  # type: ignore[attr-defined]
    line = counted(busy).line(code)
    scope = Scope(busy.center.id, Span(WEEK.first, WEEK.last), CUT)
    assert len(behind(scope, code, "part")) == line.now.part
    if whole:
        assert len(behind(scope, code, "whole")) == line.now.whole


def test_classes_and_units_open_to_their_orders_page_by_page(busy: Hotline) -> None:
    number = drafted(busy)
    paper = reads.report_view(busy.statistician, number).paper
    sources = [
        cell.source for block in paper.blocks for row in getattr(block, "rows", ()) for cell in row if cell.source
    ]
    assert (
        "received" in sources
        and "received:source:website" in sources
        and f"unit:given:{busy.building_unit.id}" in sources
    )
    for source in sources:
        reads.trace(busy.statistician, number, source)
    found = reads.trace(busy.statistician, number, "received:source:telephone", limit=3)
    rest = reads.trace(busy.statistician, number, "received:source:telephone", after=found.after, limit=3)
    assert (len(found.rows), len(rest.rows), rest.after) == (3, 1, "")
    assert len({row.number for row in (*found.rows, *rest.rows)}) == 4
    assert found.data == "热线工单" and ("受理渠道", "电话") in found.filters


def test_every_kind_is_named_and_a_tiny_base_gives_no_percentage(line: Hotline) -> None:
    past_order(line, MONDAY - timedelta(days=40))
    past_order(line, MONDAY - timedelta(days=7))
    for kind, number in (("consultation", 4), ("query", 3), ("suggestion", 3), ("help_request", 1)):
        for _ in range(number):
            past_order(line, MONDAY, kind=kind)
    content = counted(line)
    received = content.line("received")
    assert (change(received.now, received.before), percent(received.now, received.before)) == ("+10", "基数过小")
    text = summary(content, "week")
    assert "比上周增加10件" in text and "（+1000.0%）" not in text
    assert all(row.label in text for row in content.groups["kind"]) and len(content.groups["kind"]) == 4
