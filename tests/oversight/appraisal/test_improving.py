"""The hotline looks at itself: sheet, review at its interval, plans with their effect (GB33358-7)."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import FlowError, Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.actions import make_partitions
from bangban.oversight.appraisal import actions, reads
from bangban.oversight.appraisal.chores import late, review
from bangban.oversight.appraisal.evaluating import Evaluation, known_indicators
from bangban.oversight.appraisal.models import Plan, Review
from bangban.oversight.appraisal.rules import block
from bangban.oversight.appraisal.terms import SELF_TREE
from bangban.oversight.reports.figures.counting import Scope, amounts
from bangban.oversight.reports.figures.measures import BY_CODE
from bangban.oversight.reports.periods import Span
from tests.hotline import Hotline, opened_order
from tests.oversight.appraisal.months import FIRST, LAST, judged, next_month
from tests.services.hotline.ways import later

pytestmark = pytest.mark.django_db


def new_year(line: Hotline) -> Review:
    """The review of the last quarter, opened by the house."""
    next_month()
    later(days=32)
    make_partitions(now())
    assert review(now()) == 1
    return Review.objects.get()


@pytest.mark.clause("GB33358-7.1")
def test_the_sheet_of_a_period_is_computed_with_the_source_of_each_figure(line: Hotline) -> None:
    judged(line)
    judged(line, good=False)
    at = next_month()
    sheet = counted_sheet(line, FIRST, line.statistician)
    assert [one.code for one in sheet.indicators] == [code for _, code, _, _ in SELF_TREE]
    assert all(one.source and one.label for one in sheet.indicators)
    scope = Scope(line.center.id, Span(FIRST, LAST), at)
    for one in sheet.indicators:
        if one.code in BY_CODE:
            counted = amounts([BY_CODE[one.code]], scope)[one.code]
            assert (one.amount, one.part, one.whole) == (counted.amount, counted.part, counted.whole)
    good = next(one for one in sheet.indicators if one.code == "result_good")
    assert (good.amount, good.part, good.whole, good.met) == (50.0, 1, 2, False)
    empty = next(one for one in sheet.indicators if one.code == "response")
    assert (empty.amount, empty.met) == (None, None)
    assert sheet.score is not None and 0 < sheet.score < 100


def counted_sheet(line: Hotline, day: date, viewer: Actor | None = None) -> Evaluation:
    """Ask for the sheet of a month, let the job count it, and look at it."""
    actions.ask_sheet(line.manager, line.center.id, "month", day)
    assert reads.sheet(line.manager, "month", day).waiting
    assert actions.count_sheets(now()) == 1
    shown = reads.sheet(viewer or line.manager, "month", day)
    assert shown.found is not None and not shown.waiting
    return shown.found


def test_the_clock_keeps_the_sheets_of_the_present_and_the_last_periods_and_nobody_else_asks(line: Hotline) -> None:
    assert reads.sheet(line.manager, "month", FIRST).found is None
    assert actions.count_sheets(now()) == 0
    assert actions.keep_sheets(now()) == 6
    assert actions.count_sheets(now()) == 6
    assert actions.count_sheets(now()) == 0
    for period in ("month", "quarter", "year"):
        assert reads.sheet(line.manager, period, now().date()).found is not None
    for stranger in (line.agent, line.builder, line.statistician):
        with pytest.raises(NotYours):
            actions.ask_sheet(stranger, line.center.id, "month", FIRST)
    with pytest.raises(Incomplete):
        actions.ask_sheet(line.manager, line.center.id, "decade", FIRST)
    with pytest.raises(Incomplete):
        actions.ask_sheet(line.manager, line.center.id, "month", date(2027, 3, 1))


def test_looking_at_a_sheet_counts_and_writes_nothing(line: Hotline) -> None:
    counted_sheet(line, FIRST)
    with CaptureQueriesContext(connection) as queries:
        reads.sheet(line.manager, "month", FIRST)
    assert len(queries) == 1
    assert "hotline_workorder" not in queries[0]["sql"]


@pytest.mark.clause("GB33358-7.1")
def test_the_tree_is_the_installations(line: Hotline) -> None:
    tree = [{"group": "效果", "code": "result_good", "target": 80, "weight": 100}]
    for wrong in (
        [*tree, *tree],
        [{**tree[0], "code": "guess"}],
        [{**tree[0], "target": 0}],
        [{**tree[0], "weight": 99}],
    ):
        with pytest.raises(Incomplete):
            actions.set_scheme(line.manager, "self", wrong, "市局文件")
    assert len(counted_sheet(line, now().date()).indicators) == len(SELF_TREE)
    actions.set_scheme(line.manager, "self", tree, "市局文件")
    assert reads.sheet(line.manager, "month", now().date()).waiting
    actions.count_sheets(now())
    found = reads.sheet(line.manager, "month", now().date()).found
    assert found is not None and [one.target for one in found.indicators] == [80]
    assert set(known_indicators()) >= {code for _, code, _, _ in SELF_TREE}


def test_messages_late_or_still_waiting_are_not_in_time(line: Hotline) -> None:
    opened_order(line, "sms", text="路灯不亮")
    later(minutes=10)
    (one,) = (one for one in counted_sheet(line, FIRST).indicators if one.code == "response")
    assert (one.part, one.whole, one.met) == (0, 1, False)


@pytest.mark.clause("GB33358-7.3")
def test_each_interval_has_one_review_that_compares_with_targets_and_lists_actions(line: Hotline) -> None:
    judged(line, good=False)
    record = new_year(line)
    assert (record.first, record.last) == (date(2026, 10, 1), date(2026, 12, 31))
    assert review(now()) == 0
    view = reads.one_review(line.manager, record.number)
    assert {one.code for one in view.sheet.missed()} >= {"result_good", "process_good"}
    with pytest.raises(NotAllowed, match="改进计划"):
        actions.hold_review(line.manager, record.number, "满意率偏低")
    plan(line, record.number)
    with pytest.raises(Incomplete):
        actions.hold_review(line.manager, record.number, " ")
    actions.hold_review(line.manager, record.number, "满意率偏低，已列计划")
    assert reads.one_review(line.manager, record.number).line.state == "held"


@pytest.mark.clause("GB33358-7.3")
def test_an_overdue_review_is_warned_of_once(line: Hotline) -> None:
    record = new_year(line)
    assert late(now()) == 0
    later(days=30)
    assert late(now()) == 1
    assert late(now()) == 0
    assert reads.reviews(line.manager)[0].late
    assert Review.objects.exclude(warned_at=None).get().id == record.id


def plan(line: Hotline, number: str = "", owner: int = 0) -> Plan:
    """A plan for the satisfaction of callers."""
    return actions.open_plan(
        line.manager, line.center.id, "提高满意率", "每周分析不满意工单并回访", owner or line.visitor.staff_id or 0,
        date(2027, 1, 31), "result_good", number,
    )  # fmt: skip


@pytest.mark.clause("GB33358-7.2")
def test_a_plan_runs_from_its_measures_to_its_effect_in_figures(line: Hotline) -> None:
    judged(line, good=False)
    record = new_year(line)
    made = plan(line, record.number)
    assert (made.before["amount"], made.before["whole"]) == (0.0, 1)
    actions.report_progress(line.visitor, made.number, "已分析三周的不满意工单")
    judged(line)
    with pytest.raises(Incomplete):
        actions.finish_plan(line.visitor, made.number, "")
    actions.finish_plan(line.visitor, made.number, "满意率明显提高")
    view = reads.one_plan(line.manager, made.number)
    assert (view.line.before, view.line.after) == ("0.00%", "100.00%")
    assert [text for _, _, text in view.progress] == ["已分析三周的不满意工单"]
    assert view.review == record.number


@pytest.mark.clause("GB33358-7.2")
def test_a_plan_needs_measures_owner_date_and_indicator_and_is_warned_when_late(line: Hotline) -> None:
    next_month()
    with pytest.raises(Incomplete) as refused:
        actions.open_plan(line.manager, line.center.id, "", "", line.builder.staff_id or 0, None, "guess")
    assert set(refused.value.details["fields"]) == {"title", "measures", "owner", "indicator", "due_on"}
    made = plan(line)
    assert made.before["amount"] is None
    later(days=90)
    make_partitions(now())
    assert late(now()) == 1
    assert late(now()) == 0
    assert reads.plan_page(line.manager).rows[0].late


def test_only_the_manager_opens_plans_and_only_owner_and_manager_report(line: Hotline) -> None:
    next_month()
    with pytest.raises(NotYours):
        actions.open_plan(line.agent, line.center.id, "x", "x", line.agent.staff_id or 0, date(2027, 1, 1), "in_time")
    made = plan(line, owner=line.agent.staff_id or 0)
    actions.report_progress(line.agent, made.number, "负责人可以填报")
    for stranger in (line.second_agent, line.inspector, line.builder):
        with pytest.raises(FlowError):
            actions.report_progress(stranger, made.number, "不是负责人")
    assert [one.number for one in reads.plan_page(line.agent).rows] == [made.number]


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2027, 1, 1), 3, (date(2026, 10, 1), date(2026, 12, 31))),
        (date(2026, 11, 18), 3, (date(2026, 7, 1), date(2026, 9, 30))),
        (date(2026, 3, 1), 1, (date(2026, 2, 1), date(2026, 2, 28))),
        (date(2026, 6, 30), 6, (date(2025, 7, 1), date(2025, 12, 31))),
        (date(2026, 12, 31), 12, (date(2025, 1, 1), date(2025, 12, 31))),
    ],
)
def test_blocks_of_months_are_complete_and_aligned(day: date, months: int, expected: tuple[date, date]) -> None:
    assert block(day, months) == expected
