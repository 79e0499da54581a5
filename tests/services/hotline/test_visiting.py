"""Call-back: who is drawn, who may call, what is kept, and the second round."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.clocks import moment
from bangban.foundation.clocks.models import Clock
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.models import Event
from bangban.foundation.privacy.crypto import blind_index
from bangban.services.hotline.actions import catalogue, dispatching, handling, visiting
from bangban.services.hotline.actions.answering import answer
from bangban.services.hotline.chores import end_undrawn
from bangban.services.hotline.models import Assignment, Visit, VisitAttempt
from bangban.services.hotline.reads import order_view, visits
from bangban.services.hotline.rules_handling import drawn, gives_up
from tests.hotline import ASKED, PENSION, Hotline, hotline_staff, registered_order
from tests.services.hotline.ways import OPINION, call_back_none, completed, later, load, requester, rung, visited

NOVEMBER = date(2026, 11, 1)


def test_a_share_of_orders_is_drawn_by_a_keyed_digest_the_same_again_and_about_as_many() -> None:
    numbers = [f"GD{number:015d}:1" for number in range(20_000)]
    for share in (0, 1, 20, 50, 99, 100):
        chosen = [drawn(blind_index(number, visiting.DRAW), share) for number in numbers]
        assert chosen == [drawn(blind_index(number, visiting.DRAW), share) for number in numbers]
        assert abs(sum(chosen) / len(chosen) - share / 100) < 0.012
    assert drawn(b"\xff" * 16, 100)
    assert not drawn(b"\x00" * 16, 0)


def test_a_caller_is_given_up_after_three_tries_on_more_than_one_day() -> None:
    monday, tuesday = date(2026, 11, 23), date(2026, 11, 24)
    assert not gives_up([monday, tuesday])
    assert not gives_up([monday] * 5)
    assert gives_up([monday, monday, tuesday])


@pytest.mark.clause("GB33358-5.4.1")
def test_every_completed_round_has_a_call_back_by_policy_from_the_next_working_morning(line: Hotline) -> None:
    number = completed(line)
    row = Visit.objects.get(order__number=number)
    assert (row.state, row.policy, row.unit_id) == ("due", "all", line.building_unit.id)
    assert row.not_before.isoformat() == "2026-11-19T01:00:00+00:00"
    assert Clock.objects.get(record_id=load(number).id, code="order_visit").state == "running"
    assert visits.due(line.visitor) == []
    later(days=1)
    assert [one.number for one in visits.due(line.visitor)] == [number]
    call_back_none()
    other = completed(line)
    row = Visit.objects.get(order__number=other)
    assert (row.state, row.policy) == ("not_due", "not_sampled")
    assert not Clock.objects.filter(record_id=load(other).id, code="order_visit").exists()
    found = {
        (one.kind, one.direct): one for one in visits.coverage(line.center.id, row.made_at.date(), row.made_at.date())
    }
    assert found["help_request", False].completed == 1
    assert found["help_request", False].drawn == 0
    later(days=1)
    visiting.visit(line.visitor, number, True, True, **ASKED)
    (both,) = visits.coverage(line.center.id, NOVEMBER, moment.now().date())
    assert (both.kind, both.completed, both.drawn, both.answered, both.given_up) == ("help_request", 2, 1, 1, 0)


@pytest.mark.clause("GB33358-5.4.1")
def test_nobody_who_took_or_handled_an_order_calls_back_and_nobody_chooses(line: Hotline) -> None:
    both = hotline_staff("hl_both", "双岗", "hl", "callback_visitor", "hotline_agent", work_number="821")
    number = completed(line)
    later(days=1)
    for actor in (line.agent, line.builder, line.manager, line.officer):
        with pytest.raises((NotAllowed, NotYours)):
            visiting.visit(actor, number, True, True, **ASKED)
    order = load(number)
    order.agent_id = both.staff_id
    type(order).objects.filter(number=number).update(agent_id=both.staff_id)
    assert visits.due(both) == []
    assert visiting.claim_visit(both) is None
    with pytest.raises(NotAllowed, match="不由您办理"):
        visiting.visit(both, number, True, True, **ASKED)
    assert visiting.claim_visit(line.visitor) == number
    with pytest.raises(NotYours):
        visits.due(line.builder)


def test_who_signed_for_it_in_any_round_does_not_call_back(line: Hotline) -> None:
    mixed = hotline_staff("hl_unit", "热线承办", "hl", "callback_visitor", "undertaker", work_number="822")
    number = completed(line)
    Assignment.objects.filter(order__number=number).update(signed_by_id=mixed.staff_id)
    later(days=1)
    assert visits.due(mixed) == []
    with pytest.raises(NotAllowed):
        visiting.visit(mixed, number, True, True, **ASKED)


def test_undrawn_orders_wait_three_days_for_the_callers_own_answer_and_end_by_themselves(line: Hotline) -> None:
    call_back_none()
    number, answered = completed(line), completed(line)
    visiting.visit(requester(answered), answered, True, False, channel="telephone")
    row = Visit.objects.get(order__number=answered)
    assert (row.state, row.policy, row.channel, row.staff_id) == ("done", "by_hand", "website", None)
    assert end_undrawn(later(days=2)) == 0
    assert end_undrawn(later(days=1, minutes=1)) == 1
    assert load(number).state == "visited"
    assert Visit.objects.get(order__number=number).state == "not_due"


def test_directly_answered_orders_follow_the_policy_of_their_own(line: Hotline) -> None:
    catalogue.save_visit_policy(SYSTEM, "", True, 0)
    catalogue.save_visit_policy(SYSTEM, "consultation", True, 100)
    asked = registered_order(line, "consultation", PENSION).number
    answer(line.agent, asked, "每月15日发放", "answered", "agent")
    praised = registered_order(line, "praise", PENSION).number
    answer(line.agent, praised, "感谢", "answered", "agent")
    states = dict(Visit.objects.values_list("order__number", "state"))
    assert states == {asked: "due", praised: "not_due"}
    assert Visit.objects.get(order__number=asked).unit_id is None


@pytest.mark.clause("GB33358-5.4.2")
def test_process_and_result_are_two_answers_with_reason_and_text(line: Hotline) -> None:
    number = completed(line)
    later(days=1)
    for wrong in ({"attitude": 6}, {"solved": "yes"}, {"process": 0}, {"channel": "none"}):
        with pytest.raises(Incomplete):
            visiting.visit(line.visitor, number, True, True, **wrong, **ASKED)
    with pytest.raises(Incomplete):
        visiting.visit(line.visitor, number, None, True)  # type: ignore[arg-type]
    visiting.visit(
        line.visitor, number, True, False, contacted=True, solved=False, attitude=5, efficiency=4, process=4, result=2,
        reasons=["没有彻底解决"], text="晚上仍有零星声响", call_id=rung(line, number, line.visitor),
    )  # fmt: skip
    order, row = load(number), Visit.objects.get(order__number=number)
    assert (order.process_satisfied, order.result_satisfied, order.state) == (True, False, "visited")
    assert (row.process_satisfied, row.result_satisfied, row.contacted, row.solved) == (True, False, True, False)
    assert (row.attitude, row.efficiency, row.process, row.result) == (5, 4, 4, 2)
    assert (row.reasons, row.text, row.staff_id) == (["没有彻底解决"], "晚上仍有零星声响", line.visitor.staff_id)
    assert row.attempts.get().reached
    with pytest.raises(IntegrityError), transaction.atomic():
        Visit.objects.filter(id=row.id).update(result_satisfied=None)


@pytest.mark.clause("GB33358-5.4.4")
def test_each_try_is_written_in_the_order_and_closing_needs_the_call_back(line: Hotline) -> None:
    number = completed(line)
    with pytest.raises(NotAllowed):
        from bangban.services.hotline.actions.filing import archive

        archive(line.archivist, number, "不等回访")
    later(days=1)
    visiting.try_visit(line.visitor, number, "telephone", "无人接听", next_at=later() + timedelta(hours=2))
    assert visits.due(line.visitor) == []
    later(hours=3)
    visiting.visit(line.visitor, number, True, True, **ASKED)
    part = order_view(line.manager, number).visits[0]
    assert [(who, channel, reached, text) for _, who, channel, reached, text in part.attempts] == [
        ("葛回访", "telephone", False, "无人接听"), ("葛回访", "telephone", True, ASKED["how"]),
    ]  # fmt: skip
    assert (part.process_satisfied, part.result_satisfied) == (True, True)
    kinds = list(Event.objects.filter(number=number).order_by("position").values_list("kind", flat=True))
    assert kinds[-2:] == ["order.try_visit", "order.visit"]


@pytest.mark.clause("GB33358-4.2.4-d")
def test_the_queue_dials_through_the_exchange_counts_tries_and_gives_up_at_last(line: Hotline) -> None:
    number = completed(line)
    later(days=1)
    assert visiting.claim_visit(line.visitor) == number
    call = rung(line, number, line.visitor, answered=False)
    first = visiting.try_visit(line.visitor, number, "telephone", "未接", call_id=call)
    assert first.next_at is not None
    assert first.next_at.isoformat() == "2026-11-20T09:00:00+08:00"
    assert visiting.claim_visit(line.visitor) is None
    later(days=1)
    assert visiting.claim_visit(line.visitor) == number
    visiting.try_visit(line.visitor, number, "telephone")
    with pytest.raises(Incomplete, match="下次回访"):
        visiting.try_visit(line.visitor, number, "telephone", next_at=later() - timedelta(hours=1))
    visiting.try_visit(line.visitor, number, "sms")
    order, row = load(number), Visit.objects.get(order__number=number)
    assert (order.state, row.state) == ("visited", "given_up")
    assert [(one.number, one.reached) for one in VisitAttempt.objects.order_by("number")] == [
        (1, False),
        (2, False),
        (3, False),
    ]
    running = Clock.objects.filter(record_id=order.id, state="running").values_list("code", flat=True)
    assert list(running) == ["order_archive"]


def test_a_claimed_call_back_is_left_to_the_colleague_for_half_an_hour(line: Hotline) -> None:
    colleague = hotline_staff("hl_visitor2", "尤回访", "hl", "callback_visitor", work_number="823")
    number = completed(line)
    later(days=1)
    assert visiting.claim_visit(line.visitor) == number
    assert visiting.claim_visit(colleague) is None
    assert [one.claimed for one in visits.due(colleague)] == [True]
    with pytest.raises(NotAllowed, match="同事正在回访"):
        visiting.visit(colleague, number, True, True, **ASKED)
    later(minutes=31)
    assert visiting.claim_visit(colleague) == number


@pytest.mark.clause("GB33358-5.4.3")
def test_satisfied_with_neither_course_nor_result_goes_to_a_second_round_on_the_same_number(line: Hotline) -> None:
    number = visited(line, False, False)
    first_due = load(number).due_at
    with pytest.raises(Incomplete):
        visiting.redo(line.visitor, number, " ", 3)
    later(hours=2)
    order = visiting.redo(line.visitor, number, "夜间仍在施工", 3)
    assert (order.number, order.round, order.state) == (number, 2, "dispatched")
    assert order.due_at is not None
    assert order.due_at != first_due
    assert (order.process_satisfied, order.replied_at, order.completed_at) == (None, None, None)
    handling.sign(line.builder, number)
    with pytest.raises(NotAllowed, match="经裁定"):
        handling.return_order(line.builder, number, "办过了")
    with pytest.raises(NotAllowed, match="请先答复"):
        handling.complete(line.builder, number, "再次处理", "solved")
    handling.reply(line.builder, number, "sms", "已责令整改")
    handling.complete(line.builder, number, "再次处理", "solved")
    later(days=5)
    visiting.visit(line.visitor, number, True, True, **ASKED)
    rows = Visit.objects.filter(order__number=number).order_by("round")
    assert [(row.round, row.process_satisfied, row.result_satisfied) for row in rows] == [
        (1, False, False),
        (2, True, True),
    ]
    assert Assignment.objects.filter(order__number=number, role="lead").count() == 2


@pytest.mark.clause("GB33358-5.4.3")
def test_half_satisfied_orders_are_not_done_again_and_not_doing_it_needs_a_reason(line: Hotline) -> None:
    half = visited(line, True, False)
    with pytest.raises(NotAllowed, match="都不满意"):
        visiting.redo(line.visitor, half, "想再办一次", 3)
    number = visited(line, False, False)
    with pytest.raises(Incomplete):
        visiting.decline_redo(line.visitor, number, "")
    visiting.decline_redo(line.visitor, number, "诉求超出现行政策，已当面说明")
    assert load(number).redo_decided == "declined"
    told = Event.objects.get(number=number, kind="order.decline_redo")
    assert told.data["reason"] == "诉求超出现行政策，已当面说明"
    assert told.visibility == "user"
    with pytest.raises(NotAllowed, match="已经说明过"):
        visiting.decline_redo(line.visitor, number, "再说一次")


def test_a_second_round_of_a_directly_answered_order_names_its_units(line: Hotline) -> None:
    number = registered_order(line, "consultation", PENSION).number
    answer(line.agent, number, "每月15日发放", "answered", "agent")
    visiting.visit(requester(number), number, False, False)
    with pytest.raises(Incomplete, match="请选择承办单位"):
        visiting.redo(line.manager, number, "答复不准确", 2)
    order = visiting.redo(line.manager, number, "答复不准确", 2, [line.building_unit.id])
    assert (order.state, order.lead_unit_id, order.direct) == ("dispatched", line.building_unit.id, False)


def test_a_strangers_answers_are_not_taken(line: Hotline) -> None:
    number = completed(line)
    with pytest.raises(NotYours):
        visiting.visit(requester(completed(line)), number, True, True)


@pytest.mark.clause("GB33358-5.4.1")
def test_a_visitor_who_is_complained_about_neither_finds_the_complaint_nor_is_held_up_by_it(line: Hotline) -> None:
    accused = registered_order(
        line, "complaint", PENSION, about_unit=line.center.id, about_staff=line.visitor.staff_id
    ).number
    dispatching.dispatch(line.agent, accused, OPINION, [line.roads_unit.id], line.roads_unit.id)
    handling.sign(line.roads, accused)
    handling.reply(line.roads, accused, "sms", "已核实")
    handling.complete(line.roads, accused, "已核实", "solved")
    number = completed(line)
    later(days=1)
    assert [one.number for one in visits.due(line.visitor)] == [number]
    assert visiting.claim_visit(line.visitor) == number


def test_the_next_try_is_within_a_month(line: Hotline) -> None:
    number = completed(line)
    later(days=1)
    far = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    for at in (far, moment.now() + timedelta(days=31), moment.now()):
        with pytest.raises(Incomplete) as refusal:
            visiting.try_visit(line.visitor, number, "telephone", next_at=at)
        assert "30天" in refusal.value.details["fields"]["next_at"]
    at = moment.now() + timedelta(days=29)
    assert visiting.try_visit(line.visitor, number, "telephone", next_at=at).next_at == at


def test_a_direct_answer_without_a_class_gets_one_with_its_second_round(line: Hotline) -> None:
    number = registered_order(line, "query", "").number
    answer(line.agent, number, "每月十五日发放。", "answered", "agent")
    later(days=1)
    visiting.visit(line.visitor, number, False, False, **ASKED)
    units = [line.building_unit.id]
    with pytest.raises(Incomplete, match="分类"):
        visiting.redo(line.manager, number, "答复不准确", 2, units)
    with pytest.raises(Incomplete, match="分类"):
        visiting.redo(line.manager, number, "答复不准确", 2, units, category="999999")
    order = visiting.redo(line.manager, number, "答复不准确", 2, units, category=PENSION)
    assert (order.state, order.category.code if order.category else "") == ("dispatched", PENSION)
