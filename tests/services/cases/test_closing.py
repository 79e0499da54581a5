"""Closing with a delivered opinion, and the loop after it with its three outcomes (T637-8.4, T637-8.5)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.foundation.ledger.models import Event
from bangban.oversight.evaluation.models import Invitation
from bangban.registry.catalog.models.items import Item
from bangban.services.cases import actions
from bangban.services.cases.models import Case, Round
from bangban.services.cases.reads import case_view, list_cases
from bangban.services.conversation.models import Kind, Message
from bangban.services.conversation.reads import messages
from tests.cast import Cast
from tests.services.cases.steps import SORTED, claimed, closed, consulting, opened

PATH = {"department": "广州市公安局", "phone": "110"}


@pytest.mark.clause("T637-8.4")
def test_a_case_cannot_be_closed_without_a_delivered_opinion(city: Cast, item: Item) -> None:
    number, _ = consulting(city, item)
    actions.post_message(city.specialist, number, "您好。")
    with pytest.raises(NotAllowed) as refusal:
        actions.close(city.specialist, number)
    assert refusal.value.details["needs"] == "opinion"
    with pytest.raises(IntegrityError, match="closing_needs_a_delivered_opinion"), transaction.atomic():
        Case.objects.filter(number=number).update(state="closed")


@pytest.mark.clause("T637-8.4")
def test_closing_stores_opinion_and_time_and_invites_to_rate(city: Cast, item: Item) -> None:
    number, citizen = consulting(city, item)
    actions.close(city.specialist, number, {"opinion": "符合条件，可在线申领。"})
    case = Case.objects.get(number=number)
    opinion = Message.objects.get(id=case.opinion_message)
    assert (opinion.text, opinion.kind, opinion.at) == ("符合条件，可在线申领。", "opinion", case.opinion_delivered_at)
    assert "符合条件，可在线申领。" in [m.text for m in messages(case.id)]
    assert Invitation.objects.get(record_id=case.id).state == "open"
    assert case_view(citizen, number).state == "closed"


@pytest.mark.clause("T637-8.4")
def test_an_opinion_of_an_earlier_round_does_not_close_the_next(city: Cast, item: Item) -> None:
    number, citizen = closed(city, item)
    actions.follow_up(citizen, number, {"outcome": "needs_improvement", "explanation": "系统不让提交"})
    actions.claim(city.guide, number)
    with pytest.raises(NotAllowed) as refusal:
        actions.close(city.guide, number)
    assert refusal.value.details["needs"] == "opinion"
    actions.post_message(city.guide, number, "请换浏览器再试。", kind=Kind.OPINION)
    actions.close(city.guide, number)


@pytest.mark.clause("T637-8.2-c")
def test_answering_and_closing_need_the_classification(city: Cast, item: Item) -> None:
    number, _ = opened()
    actions.claim(city.guide, number)
    with pytest.raises(NotAllowed) as refusal:
        actions.post_message(city.guide, number, "可以。", kind=Kind.ANSWER)
    assert refusal.value.details["needs"] == "classification"
    with pytest.raises(NotAllowed) as refusal:
        actions.close(city.guide, number, {"opinion": "可以。"})
    assert refusal.value.details["needs"] == "classification"


@pytest.mark.clause("T637-8.2-c")
def test_a_simple_question_is_answered_and_closed_at_once_by_who_took_it(city: Cast) -> None:
    number, citizen = opened()
    actions.claim(city.guide, number)
    actions.sort(city.guide, number, {**SORTED, "complexity": "simple"})
    actions.close(city.guide, number, {"opinion": "工作日9点到17点均可办理。"})
    view = case_view(citizen, number)
    assert (view.state, view.complexity, view.close_reason) == ("closed", "simple", "answered")
    assert [event.kind for event in Event.objects.filter(number=number).order_by("position")] == [
        "case.opened",
        "case.claim",
        "case.sort",
        "case.close",
    ]


@pytest.mark.clause("T637-8.2-f", "BJ-4", "BJ-4.1-a")
def test_out_of_scope_ends_only_with_a_class_and_a_path_and_the_user_reads_it(city: Cast) -> None:
    number, _ = opened(question="有人在我家门口乱停车")
    actions.claim(city.guide, number)
    actions.sort(city.guide, number, {"need_summary": "违停", "scope": "out_of_scope"})
    for path in (None, {"department": "", "phone": "110"}, {"department": "广州市公安局"}):
        with pytest.raises(Incomplete):
            actions.close(city.guide, number, {"path": path, "out_of_scope_class": "not_on_application"})
    with pytest.raises(Incomplete, match="类别"):
        actions.close(city.guide, number, {"path": PATH, "out_of_scope_class": "别的"})
    actions.close(city.guide, number, {"path": PATH, "out_of_scope_class": "not_on_application"})
    case = Case.objects.get(number=number)
    assert (case.close_reason, case.out_of_scope_class, case.path_given) == ("out_of_scope", "not_on_application", PATH)
    assert "这件事由广州市公安局负责，电话：110。" in [m.text for m in messages(case.id)]
    with pytest.raises(IntegrityError, match="out_of_scope_needs_a_path"), transaction.atomic():
        Case.objects.filter(id=case.id).update(path_given={})


@pytest.mark.clause("T637-8.3.3-f")
def test_assistance_ends_only_for_one_of_its_three_reasons(city: Cast, item: Item) -> None:
    number, citizen = consulting(city, item)
    for _ in range(2):
        actions.propose_stage(city.specialist, number)
        actions.answer_consent(citizen, number, True)
    for reason in ("answered", "guided", "out_of_scope", "self_solved", "其他"):
        with pytest.raises((NotAllowed, Incomplete)):
            actions.close(city.specialist, number, {"opinion": "好了", "reason": reason, "path": PATH})
    actions.close(city.specialist, number, {"opinion": "已补正逾期。", "reason": "correction_lapsed"})
    assert case_view(citizen, number).close_reason == "correction_lapsed"


@pytest.mark.clause("BJ-3.1.2-b")
def test_a_case_is_acceptable_only_when_no_point_is_open(city: Cast, item: Item) -> None:
    number, _ = consulting(city, item)
    actions.close(
        city.specialist,
        number,
        {"opinion": "还差一份材料。", "acceptable": True, "open_points": ["失业登记证明未到手"]},
    )
    case = Case.objects.get(number=number)
    assert (case.acceptable, case.open_points) == (False, ["失业登记证明未到手"])
    ready, _ = consulting(city, item)
    actions.close(city.specialist, ready, {"opinion": "材料齐全。", "acceptable": True, "open_points": []})
    assert Case.objects.get(number=ready).acceptable is True


@pytest.mark.clause("T637-8.5-a")
def test_closing_starts_the_follow_up_clock_and_closed_is_not_looped(city: Cast, item: Item) -> None:
    number, _ = closed(city, item)
    view = case_view(city.specialist, number)
    assert [c.rule for c in view.clocks if c.state == "running"] == ["follow_up"]
    assert (view.state, view.loop_closed_at) == ("closed", None)
    assert view.closed_at is not None
    assert [row.number for row in list_cases(city.specialist, "after").rows] == [number]
    actions.ask_result(number)
    assert case_view(city.specialist, number).state == "following"


@pytest.mark.clause("T637-8.5-b")
def test_an_obtained_result_closes_the_loop_with_who_confirmed_it_and_the_number(city: Cast, item: Item) -> None:
    number, citizen = closed(city, item)
    actions.follow_up(citizen, number, {"outcome": "obtained", "evidence": "办件编号 4401-2026-1"})
    case = Case.objects.get(number=number)
    assert (case.state, case.outcome) == ("loop_closed", "obtained")
    assert case.loop_closed_at is not None
    assert case.outcome_evidence["confirmed_by"] == "guest"
    assert case.outcome_evidence["reference"] == "办件编号 4401-2026-1"
    assert not [c for c in case_view(citizen, number).clocks if c.state == "running"]
    with pytest.raises(IntegrityError, match="loop_needs_an_outcome"), transaction.atomic():
        Case.objects.filter(id=case.id).update(outcome="")


@pytest.mark.clause("T637-8.5-c")
def test_what_still_lacks_opens_the_next_round_with_the_same_number_and_first_contact(city: Cast, item: Item) -> None:
    number, citizen = closed(city, item)
    actions.follow_up(citizen, number, {"outcome": "needs_improvement", "explanation": "缺一个章"})
    case = Case.objects.get(number=number)
    assert (case.state, case.round, case.first_contact_id, case.owner_id) == ("queued", 2, city.guide.staff_id, None)
    assert [row.number for row in list_cases(city.specialist, "inbox").rows] == [number]
    assert [c.rule for c in case_view(citizen, number).clocks if c.state == "running"] == ["first_response"]
    actions.claim(city.specialist, number)
    actions.close(city.specialist, number, {"opinion": "已补盖公章。"})
    actions.follow_up(citizen, number, {"outcome": "obtained"})
    rounds = Round.objects.filter(case_id=case.id).order_by("number")
    assert [(r.number, r.closed_at is not None) for r in rounds] == [(1, True), (2, True)]
    assert Case.objects.get(number=number).first_contact_id == city.guide.staff_id


@pytest.mark.clause("T637-8.5-d")
def test_unattainable_needs_an_explanation_with_its_basis_from_staff_and_delivers_it(city: Cast, item: Item) -> None:
    number, citizen = closed(city, item)
    with pytest.raises(Incomplete) as refusal:
        actions.follow_up(city.specialist, number, {"outcome": "unattainable"})
    assert set(refusal.value.details["fields"]) == {"explanation", "basis"}
    given = {
        "outcome": "unattainable",
        "explanation": "缴费不足一年，不符合条件；可申请行政复议。",
        "basis": "《失业保险条例》第十四条",
    }
    with pytest.raises(NotAllowed, match="服务专员"):
        actions.follow_up(citizen, number, given)
    actions.follow_up(city.specialist, number, given)
    case = Case.objects.get(number=number)
    assert (case.state, case.outcome, case.outcome_basis) == ("loop_closed", "unattainable", "《失业保险条例》第十四条")
    last = messages(case.id)[-1]
    assert last.kind == "opinion"
    assert "行政复议" in last.text
    assert "依据：《失业保险条例》第十四条" in last.text


def test_a_stale_form_is_refused_and_what_was_written_is_not_lost_on_others(city: Cast, item: Item) -> None:
    number, _ = claimed(city, item)
    seen = case_view(city.guide, number).version
    actions.sort(city.guide, number, {"need_summary": "新的摘要"})
    with pytest.raises(NotAllowed) as refusal:
        actions.close(city.guide, number, {"opinion": "答复"}, version=seen)
    assert refusal.value.details["stale"] is True
    assert case_view(city.guide, number).state == "claimed"


def test_a_finished_case_takes_no_more_messages(city: Cast, item: Item) -> None:
    number, citizen = closed(city, item)
    actions.follow_up(citizen, number, {"outcome": "obtained"})
    for actor in (citizen, city.specialist):
        with pytest.raises(NotAllowed):
            actions.post_message(actor, number, "还有一事")


@pytest.mark.clause("T637-5-f")
def test_no_case_has_a_fee(city: Cast, item: Item) -> None:
    names = {field.name for field in Case._meta.get_fields()}
    assert not names & {"fee", "price", "charge", "amount", "payment", "order"}
    number, citizen = consulting(city, item)
    actions.propose_stage(city.specialist, number)
    assert "免费" in messages(case_view(citizen, number).id)[-1].text
