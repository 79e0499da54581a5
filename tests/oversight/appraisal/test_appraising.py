"""From indicators to a published ranking: drafted, objected to, corrected, approved, published (GB33358-6)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import FlowError, Incomplete, NotAllowed, NotYours
from bangban.foundation.jobs.following import catch_up
from bangban.foundation.ledger.models import Event
from bangban.foundation.notify.models import Delivery
from bangban.oversight.appraisal import actions, figures, reads, rules
from bangban.oversight.appraisal.chores import draft
from bangban.oversight.appraisal.models import Appraisal, ScoreRow
from bangban.oversight.appraisal.terms import DIMENSIONS, SCORED
from bangban.services.hotline.models import Visit
from tests.hotline import Hotline
from tests.oversight.appraisal.months import NOVEMBER, drafted, judged, next_month
from tests.services.hotline.ways import as_if_committed, completed, dispatched

pytestmark = pytest.mark.django_db


@pytest.mark.clause("GB33358-6.1")
@pytest.mark.clause("GB33358-6.2")
def test_a_period_goes_from_indicators_over_objections_to_a_dated_ranking(line: Hotline) -> None:
    judged(line, grades=4)
    judged(line, good=False, grades=2)
    number = drafted(line).number
    sheet = reads.one_appraisal(line.manager, number).units[0]
    assert sheet.name == line.building_unit.name
    assert [sheet.cell(code).text for code in DIMENSIONS] == ["3.00"] * 4
    assert [sheet.cell(code).text for code in ("responded", "solved", "satisfied")] == ["100.0%", "50.0%", "50.0%"]
    assert sheet.score == pytest.approx(30 + 17.5 + 17.5)
    with pytest.raises(NotYours):
        reads.one_appraisal(line.builder, number)
    actions.consult(line.manager, number)
    made = actions.object_to(line.builder, number, "有一件评价不属于本单位")
    with pytest.raises(NotAllowed, match="等待答复"):
        actions.object_to(line.builder, number, "再提一次")
    next_month(day=20)
    with pytest.raises(NotAllowed, match="没有答复"):
        actions.approve(line.manager, number)
    with pytest.raises(Incomplete):
        actions.answer(line.manager, number, str(made.id), True, "经核实属实")
    actions.answer(line.manager, number, str(made.id), True, "经核实属实", ("solved", 1, 1))
    with pytest.raises(NotAllowed):
        actions.publish(line.manager, number)
    actions.approve(line.manager, number)
    actions.publish(line.manager, number)
    seen = reads.one_appraisal(line.outsider, number)
    assert seen.line.published_at is not None
    assert [(one.name, one.rank) for one in seen.units] == [(line.building_unit.name, None)]
    assert seen.units[0].few and seen.units[0].score is not None
    cell = seen.units[0].cell("solved")
    assert (cell.text, cell.corrected, cell.was) == ("100.0%", True, "50.0%")
    assert seen.agents == ()
    assert seen.objections == ()


@pytest.mark.clause("GB33358-6.1")
def test_a_published_figure_never_changes(line: Hotline) -> None:
    judged(line)
    number = drafted(line).number
    row = ScoreRow.objects.get(appraisal__number=number, staff=None)
    actions.consult(line.manager, number)
    next_month(day=20)
    actions.approve(line.manager, number)
    actions.publish(line.manager, number)
    Visit.objects.update(result_satisfied=False)
    with pytest.raises(NotAllowed):
        actions.recount(line.manager, number)
    with pytest.raises(NotAllowed):
        actions.correct(line.manager, number, str(row.id), "solved", 0, 1, "事后修改")
    assert reads.one_appraisal(line.builder, number).units[0].cell("satisfied").text == "100.0%"
    assert actions.draft(SYSTEM, line.center.id, "month", NOVEMBER).number == number


def test_approval_waits_for_the_end_of_the_objection_period_and_objections_for_its_course(line: Hotline) -> None:
    judged(line)
    number = drafted(line).number
    actions.consult(line.manager, number)
    with pytest.raises(NotAllowed, match="还没有结束"):
        actions.approve(line.manager, number)
    with pytest.raises(NotYours):
        actions.object_to(line.roads, number, "不是我们的")
    next_month(day=20)
    with pytest.raises(NotAllowed, match="已经结束"):
        actions.object_to(line.builder, number, "来晚了")


@pytest.mark.clause("GB33358-4.1.1")
def test_those_who_take_in_matters_never_appraise(line: Hotline) -> None:
    judged(line)
    with pytest.raises(NotYours):
        actions.draft(line.agent, line.center.id, "month", NOVEMBER)
    number = drafted(line).number
    both = replace(line.manager, duties=frozenset({"hotline_manager", "hotline_agent"}))
    for actor in (line.agent, both):
        for step in (actions.recount, actions.consult, actions.approve, actions.publish):
            with pytest.raises(FlowError):
                step(actor, number)
        with pytest.raises(NotYours):
            reads.one_appraisal(actor, number)
        with pytest.raises(NotYours):
            actions.set_scheme(actor, "unit", {"responded": 30, "solved": 35, "satisfied": 35}, "文件")
        with pytest.raises(NotYours):
            actions.import_survey(actor, line.center.id, "third_party", "某机构", "a.csv", b"")
    assert Appraisal.objects.get().state == "drafted"


def test_too_few_answers_give_a_score_but_no_place() -> None:
    weights = {"responded": 30, "solved": 35, "satisfied": 35}
    four, five = (dict.fromkeys(weights, (number, number)) for number in (4, 5))
    assert (rules.score(four, weights), rules.placed(four, weights), rules.placed(five, weights)) == (100, None, 100)
    assert rules.ranks({"four": rules.placed(four, weights), "five": rules.placed(five, weights)}) == {
        "four": None, "five": 1,
    }  # fmt: skip


@pytest.mark.clause("GB33358-6.2")
def test_the_four_contents_count_where_the_scheme_gives_them_weight() -> None:
    figures = {"satisfied": (5, 10), "attitude": (40, 10)}
    assert rules.score(figures, {"satisfied": 50, "attitude": 50}) == 65
    assert rules.score(figures, {"satisfied": 100, "attitude": 0}) == 50
    assert rules.problems_of("unit", {"satisfied": 60, "attitude": 40}, dict.fromkeys(SCORED)) == ""


def test_who_was_not_asked_is_not_good_and_not_ranked(line: Hotline) -> None:
    judged(line, contacted=None)
    sheet = reads.one_appraisal(line.manager, drafted(line).number).units[0]
    assert sheet.cell("responded").text == "未评价"
    assert (sheet.score, sheet.rank) == (None, None)
    assert sheet.coverage == "评价 1 · 办结 1"


@pytest.mark.clause("GB33358-4.2.4-b")
def test_units_and_agents_have_score_sheets_of_each_period(line: Hotline) -> None:
    judged(line)
    completed(line)
    dispatched(line)
    view = reads.one_appraisal(line.manager, drafted(line).number)
    unit, agent = view.units[0], view.agents[0]
    assert (unit.cell("signed").part, unit.cell("signed").whole) == (3, 3)
    assert (unit.cell("on_time").part, unit.cell("on_time").whole) == (2, 3)
    assert unit.cell("reply").whole == 2
    assert agent.name == "江话务"
    assert (agent.cell("transferred").text, agent.cell("taken").text, agent.cell("quality").text) == (
        "100.0%",
        "3",
        "无数据",
    )
    actions.consult(line.manager, view.line.number)
    own = reads.one_appraisal(line.builder, view.line.number)
    assert own.agents == () and [one.unit_id for one in own.units] == [line.building_unit.id]


def test_a_correction_needs_a_reason_and_keeps_what_was_counted(line: Hotline) -> None:
    judged(line)
    number = drafted(line).number
    row = ScoreRow.objects.get(appraisal__number=number, staff=None)
    for pair in ((2, 1), (-1, 1), (0, -1)):
        with pytest.raises(Incomplete):
            actions.correct(line.manager, number, str(row.id), "solved", *pair, "更正")
    with pytest.raises(Incomplete):
        actions.correct(line.manager, number, str(row.id), "solved", 0, 1, " ")
    actions.correct(line.manager, number, str(row.id), "solved", 0, 1, "重复计数")
    row.refresh_from_db()
    assert (row.figures["solved"], row.corrected, row.score) == ([1, 1], {"solved": [0, 1]}, 65.0)
    event = Event.objects.filter(number=number, kind="appraisal.correct").get()
    assert event.data["before"] == [1, 1] and event.data["reason"] == "重复计数"
    with pytest.raises(IntegrityError), transaction.atomic():
        ScoreRow.objects.filter(id=row.id).update(correction="")


def test_weights_are_the_installations_and_drafts_keep_their_own(line: Hotline) -> None:
    judged(line)
    with pytest.raises(Incomplete, match="100"):
        actions.set_scheme(line.manager, "unit", {"responded": 30, "solved": 35, "satisfied": 30}, "文件")
    with pytest.raises(Incomplete):
        actions.set_scheme(line.manager, "unit", {"responded": 100}, "")
    number = drafted(line).number
    actions.set_scheme(line.manager, "unit", {"responded": 0, "solved": 0, "satisfied": 100}, "市考核办法")
    assert Appraisal.objects.get(number=number).weights == {"responded": 30, "solved": 35, "satisfied": 35}
    actions.recount(line.manager, number)
    assert actions.count_asked(number)
    assert Appraisal.objects.get(number=number).weights["satisfied"] == 100


def test_the_house_drafts_each_month_once_and_nothing_where_nothing_was(line: Hotline) -> None:
    judged(line)
    assert draft(now()) == 0
    for _ in range(2):
        draft(next_month())
    assert Appraisal.objects.count() == 1


def told(line: Hotline) -> int:
    found = Delivery.objects.filter(account_id=line.manager.account_id)
    return sum("承办考核已由系统起草" in one.text for one in found)


def test_what_is_asked_for_is_counted_by_the_job_and_then_told(line: Hotline) -> None:
    judged(line)
    next_month()
    with CaptureQueriesContext(connection) as queries:
        asked = actions.draft(line.manager, line.center.id, "month", NOVEMBER)
    assert not any("GROUP BY" in one["sql"] for one in queries)
    assert (asked.state, asked.rows.count()) == ("counting", 0)
    for step in (actions.consult, actions.publish):
        with pytest.raises(NotAllowed):
            step(line.manager, asked.number)
    with pytest.raises(NotYours):
        reads.one_appraisal(line.builder, asked.number)
    assert told(line) == 0
    as_if_committed()
    with CaptureQueriesContext(connection) as queries:
        catch_up()
    assert any("GROUP BY" in one["sql"] for one in queries)
    assert told(line) == 1
    done = Appraisal.objects.get(number=asked.number)
    assert (done.state, done.rows.filter(staff=None).count()) == ("drafted", 1)
    row = done.rows.get(staff=None)
    actions.correct(line.manager, done.number, str(row.id), "solved", 0, 1, "重复计数")
    assert actions.recount(line.manager, done.number).state == "counting"
    as_if_committed()
    catch_up()
    assert Appraisal.objects.get().rows.get(staff=None).corrected == {}
    assert not actions.count_asked(done.number)


def test_what_cannot_be_counted_says_so_and_is_counted_again(line: Hotline, monkeypatch: pytest.MonkeyPatch) -> None:
    judged(line)
    next_month()
    number = actions.draft(SYSTEM, line.center.id, "month", NOVEMBER).number

    def broken(*given: object) -> dict[int, figures.Sheet]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        return {}

    with monkeypatch.context() as patched:
        patched.setattr(figures, "agent_sheets", broken)
        assert actions.count_asked(number)
    view = reads.one_appraisal(line.manager, number)
    assert (view.record.state, view.units, view.allowed_actions) == ("failed", (), ["recount"])
    assert "请重新统计" in view.record.trouble
    with pytest.raises(NotYours):
        reads.one_appraisal(line.builder, number)
    actions.recount(line.manager, number)
    assert actions.count_asked(number)
    done = Appraisal.objects.get()
    assert (done.state, done.trouble) == ("drafted", "")


def test_a_running_period_is_not_appraised(line: Hotline) -> None:
    judged(line)
    with pytest.raises(Incomplete, match="还没有结束"):
        actions.draft(line.manager, line.center.id, "month", NOVEMBER)
