"""Figures of units and agents: counted by hand here, by the database there."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.clocks.sweep import sweep
from bangban.services.hotline.actions import (
    NewOrder,
    confirm,
    dispatching,
    handling,
    open_order,
    respond,
    take,
    visiting,
)
from bangban.services.hotline.actions.answering import answer
from bangban.services.hotline.reads.messages import survey_rate
from bangban.services.hotline.reads.results import agent_scores, unit_scores
from tests.hotline import ASKED, PENSION, Hotline, registered_order
from tests.services.hotline.ways import call_back_none, completed, dispatched, handled, later, replied, requester

NOVEMBER = date(2026, 11, 1), date(2026, 11, 30)


@pytest.mark.clause("GB33358-4.2.4-b")
def test_each_unit_is_scored_by_signing_replies_limits_and_satisfaction(line: Hotline) -> None:
    good, late = completed(line), replied(line, assisting=True)
    returned, unsigned = dispatched(line), dispatched(line)
    handling.return_order(line.builder, returned, "不属于本单位职责")
    handling.sign_part(line.roads, late)
    handling.report_part(line.roads, late, "已核实")
    extended = handled(line)
    handling.ask_extension(line.builder, extended, 2, "law_longer", "需要鉴定")
    later(days=8)
    handling.complete(line.builder, late, "已处理", "solved")
    visiting.visit(line.visitor, good, True, True, contacted=True, solved=True, attitude=5, efficiency=4, **ASKED)
    visiting.visit(requester(late), late, False, False, contacted=True, solved=False, attitude=1)
    scores = {one.unit: one for one in unit_scores(line.center.id, *NOVEMBER)}
    building, roads = scores["广州市住房和城乡建设局"], scores["广州市交通运输局"]
    assert (building.received, building.led, building.signed, building.returned) == (5, 5, 3, 1)
    assert (building.completed, building.on_time, building.overdue) == (2, 1, 2)
    assert building.on_time_share == 25
    assert (building.signed_late, building.extensions, building.extended) == (0, 1, 0)
    assert (building.answers.asked, building.answers.process_yes, building.answers.solved_yes) == (2, 1, 1)
    assert (building.answers.attitude, building.answers.attitude_asked, building.answers.both_bad) == (6, 2, 1)
    assert (building.answers.contacted_yes, building.satisfied_share) == (2, 50)
    assert building.replied == 2
    assert (roads.received, roads.led, roads.parts, roads.answers.asked) == (1, 0, 1, 0)
    assert roads.on_time_share is None
    assert unit_scores(line.center.id, date(2026, 12, 1), date(2026, 12, 31)) == []
    assert unsigned


@pytest.mark.clause("GB33358-4.2.4-b")
def test_each_agent_is_scored_by_what_was_taken_solved_and_sent_to_the_right_unit(line: Hotline) -> None:
    asked = registered_order(line, "consultation", PENSION).number
    answer(line.agent, asked, "每月15日发放", "answered", "agent")
    visiting.visit(requester(asked), asked, True, True)
    wrong = dispatched(line)
    handling.return_order(line.builder, wrong, "不属于本单位职责")
    registered_order(line)
    (score,) = agent_scores(line.center.id, *NOVEMBER)
    assert (score.name, score.taken, score.registered, score.direct) == ("江话务", 3, 3, 1)
    assert (score.transferred, score.misrouted, score.refused) == (1, 1, 0)
    assert (score.answers.asked, score.answers.result_yes) == (1, 1)
    assert score.direct_share == pytest.approx(100 / 3)


@pytest.mark.clause("GB33358-4.2.4-b")
def test_an_agent_is_scored_by_late_transfers_late_answers_and_summaries_that_were_confirmed(line: Hotline) -> None:
    late, prompt = registered_order(line).number, registered_order(line).number
    messages = [
        open_order(SYSTEM, NewOrder("sms", phone="13900000055", text=f"路灯不亮{place}")).order for place in range(2)
    ]
    for message in messages:
        take(line.agent, message.number)
    respond(line.agent, messages[0].number, "已收到。")
    confirm(line.agent, prompt, confirmed=True)
    dispatching.dispatch(line.agent, prompt, "请办理", [line.building_unit.id], line.building_unit.id)
    later(days=5)
    sweep(later())
    dispatching.dispatch(line.agent, late, "请办理", [line.building_unit.id], line.building_unit.id)
    later(days=3)
    sweep(later())
    (score,) = agent_scores(line.center.id, *NOVEMBER)
    assert (score.transferred, score.transferred_late) == (2, 1)
    assert (score.messages, score.answered_late) == (2, 1)
    assert score.confirmed == 1


@pytest.mark.clause("GB33358-4.2.4-g")
def test_the_response_rate_is_those_who_answered_of_those_who_were_asked(line: Hotline) -> None:
    answered, silent = completed(line), completed(line)
    call_back_none()
    not_asked = completed(line)
    later(days=1)
    visiting.visit(line.visitor, answered, True, False, **ASKED)
    rate = survey_rate(line.center.id, *NOVEMBER)
    assert (rate.asked, rate.answered, rate.both_satisfied) == (2, 1, 0), (silent, not_asked)
    visiting.visit(requester(silent), silent, True, True)
    rate = survey_rate(line.center.id, *NOVEMBER)
    assert (rate.asked, rate.answered, rate.both_satisfied) == (2, 2, 1)
    assert dict(rate.by_channel) == {"telephone": 1, "website": 1}


def test_scores_take_the_same_few_queries_however_many_units_there_are(line: Hotline) -> None:
    counted = []
    for _ in range(2):
        completed(line)
        with CaptureQueriesContext(connection) as queries:
            unit_scores(line.center.id, *NOVEMBER)
            agent_scores(line.center.id, *NOVEMBER)
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 6
