"""Who takes a case, and what becomes of an offer that nobody takes (BJ-3.1.1, T637-6.2.3-c)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.foundation.ledger.models import Event
from bangban.registry.catalog.models.items import Item
from bangban.registry.org import actions as org
from bangban.services.cases import actions
from bangban.services.cases.models import Case
from bangban.services.cases.reads import case_view, list_cases
from bangban.services.cases.rules import Candidate, choose_specialist
from bangban.services.conversation.models import Message
from tests.cast import Cast
from tests.services.cases.steps import SORTED, claimed, closed, consulting, opened
from tests.services.cases.waiting import lapse, offers


def test_the_first_to_claim_is_the_first_contact(city: Cast) -> None:
    number, _ = opened()
    actions.claim(city.guide, number)
    case = Case.objects.get(number=number)
    assert (case.owner_id, case.first_contact_id, case.guide_id) == (city.guide.staff_id,) * 3
    assert case.first_contact_at is not None


@pytest.mark.clause("T637-6.2.3-c")
def test_the_first_contact_stays_through_assignment_transfer_reassignment_and_closing(city: Cast, item: Item) -> None:
    number, _ = claimed(city, item)
    seen = []

    def look() -> None:
        seen.append(Case.objects.get(number=number).first_contact_id)
        assert number in [row.number for row in list_cases(city.guide, "followed").rows]

    actions.transfer_down(city.guide, number, {"to": "yx"})
    look()
    actions.accept(city.district_guide, number)
    look()
    actions.assign(city.district_guide, number, {"to": "yxspecialist"})
    actions.accept(city.district_specialist, number)
    look()
    actions.reassign(city.manager, number, {"to": "yxguide", "reason": "请假"})
    look()
    actions.close(city.district_guide, number, {"opinion": "可以申领。"})
    look()
    assert set(seen) == {city.guide.staff_id}
    assert case_view(city.guide, number).first_contact == "林引导"


@pytest.mark.clause("BJ-3.1.1-a")
def test_assignment_without_a_need_summary_is_refused(city: Cast, item: Item) -> None:
    number, _ = opened()
    actions.claim(city.guide, number)
    with pytest.raises(NotAllowed) as refusal:
        actions.assign(city.guide, number, {"to": "specialist"})
    assert refusal.value.details["needs"] == "need_summary"
    with pytest.raises(Incomplete):
        actions.sort(city.guide, number, {"need_summary": ""})
    actions.sort(city.guide, number, {**SORTED, "item": str(item.id)})
    actions.assign(city.guide, number, {"to": "specialist"})


@pytest.mark.clause("BJ-1")
def test_nobody_is_guided_and_nothing_closed_before_its_question_has_a_type(city: Cast, item: Item) -> None:
    number, _ = opened()
    actions.claim(city.guide, number)
    untyped = {name: value for name, value in SORTED.items() if name != "question_type"}
    actions.sort(city.guide, number, {**untyped, "item": str(item.id)})
    tries = (
        lambda: actions.assign(city.guide, number, {"to": "specialist"}),
        lambda: actions.transfer_down(city.guide, number, {"to": "yx"}),
        lambda: actions.close(city.guide, number, {"opinion": "可以。"}),
    )
    for attempt in tries:
        with pytest.raises(NotAllowed, match="问题类型") as refusal:
            attempt()
        assert refusal.value.details["needs"] == "question_type"
    with pytest.raises(Incomplete):
        actions.assign(city.guide, number, {"to": "specialist", "question_type": "miracle"})
    actions.assign(city.guide, number, {"to": "specialist", "question_type": "policy"})
    assert case_view(city.guide, number).question_type == "policy"


@pytest.mark.clause("BJ-3.1.1-b")
def test_assignment_without_an_item_is_refused(city: Cast) -> None:
    number, _ = claimed(city)
    with pytest.raises(NotAllowed) as refusal:
        actions.assign(city.guide, number, {"to": "specialist"})
    assert refusal.value.details["needs"] == "item"
    with pytest.raises(Incomplete, match="没有找到这个事项"):
        actions.sort(city.guide, number, {**SORTED, "item": "没有的事项"})


@pytest.mark.clause("BJ-3.1.1-c")
def test_an_offer_goes_only_to_somebody_on_duty(city: Cast, item: Item) -> None:
    number, _ = claimed(city, item)
    org.be_present(city.specialist, "away")
    with pytest.raises(NotAllowed, match="不在岗"):
        actions.assign(city.guide, number, {"to": "specialist"})
    actions.assign(city.guide, number)
    assert offers(number)[-1].to_staff_id == city.second_specialist.staff_id


@pytest.mark.clause("BJ-3.1.1-c")
def test_the_specialist_with_fewer_open_cases_is_asked(city: Cast, item: Item) -> None:
    consulting(city, item)
    number, _ = claimed(city, item, phone="13900000009")
    actions.assign(city.guide, number)
    assert offers(number)[-1].to_staff_id == city.second_specialist.staff_id


def test_who_covers_the_item_goes_before_who_has_fewer_cases() -> None:
    busy_expert, idle = Candidate(1, open_cases=7, covers=True), Candidate(2, open_cases=0, covers=False)
    assert choose_specialist([idle, busy_expert]) == 1
    assert choose_specialist([idle, busy_expert], frozenset({1})) == 2
    assert choose_specialist([]) is None


@pytest.mark.clause("BJ-3.1.1-c", "T637-6.2.3-c", "DB23-6.1.1-b")
def test_a_lapsed_assignment_goes_to_the_next_specialist_and_then_back_to_who_offered_it(
    city: Cast, item: Item
) -> None:
    number, _ = claimed(city, item)
    actions.assign(city.guide, number)
    assert lapse(number) == 1
    first, second = [offer for offer in offers(number) if offer.kind == "assign"]
    assert (first.answer, second.answer) == ("expired", "offered")
    assert {first.to_staff_id, second.to_staff_id} == {city.specialist.staff_id, city.second_specialist.staff_id}
    assert second.hop == first.hop + 1
    assert lapse(number) == 1
    assert [offer.answer for offer in offers(number) if offer.kind == "assign"] == ["expired", "expired"]
    assert Case.objects.get(number=number).owner_id == city.guide.staff_id
    lapsed = Event.objects.get(number=number, kind="case.offer_lapsed")
    assert lapsed.data["back_to"] == city.guide.staff_id
    assert f"desk:{city.guide.staff_id}" in lapsed.topics
    last = Message.objects.filter(record_id=lapsed.record_id).order_by("-position").first()
    assert last is not None
    assert last.internal
    assert "已回到您这里" in last.text


@pytest.mark.clause("BJ-3.1.1-c")
def test_who_returned_a_case_is_not_asked_again_while_others_are_there(city: Cast, item: Item) -> None:
    number, _ = claimed(city, item)
    actions.assign(city.guide, number)
    asked = offers(number)[-1].to_staff_id
    returning = city.specialist if asked == city.specialist.staff_id else city.second_specialist
    actions.return_offer(returning, number, "不熟悉这个事项")
    actions.assign(city.guide, number)
    assert offers(number)[-1].to_staff_id not in (asked, None)


@pytest.mark.clause("T637-8.3-a")
def test_the_owner_keeps_a_case_until_somebody_has_accepted_it(city: Cast, item: Item) -> None:
    number, _ = consulting(city, item)
    actions.assign(city.specialist, number, {"to": "specialist2"})
    assert Case.objects.get(number=number).owner_id == city.specialist.staff_id
    actions.return_offer(city.second_specialist, number, "手头已满")
    assert Case.objects.get(number=number).owner_id == city.specialist.staff_id
    actions.assign(city.specialist, number, {"to": "specialist2"})
    actions.accept(city.second_specialist, number)
    assert Case.objects.get(number=number).owner_id == city.second_specialist.staff_id


@pytest.mark.clause("DB23-6.1.1-b")
def test_a_return_needs_a_reason_and_only_the_named_receiver_may_answer(city: Cast, item: Item) -> None:
    number, _ = claimed(city, item)
    actions.assign(city.guide, number, {"to": "specialist"})
    with pytest.raises(Incomplete) as missing:
        actions.return_offer(city.specialist, number, "")
    assert set(missing.value.details["fields"]) == {"reason"}
    for other in (city.second_specialist, city.guide, city.manager):
        with pytest.raises(NotAllowed):
            actions.accept(other, number)
    actions.return_offer(city.specialist, number, "不熟悉")
    with pytest.raises(NotAllowed):
        actions.accept(city.specialist, number)


def test_a_second_offer_waits_until_the_first_is_taken_back(city: Cast, item: Item) -> None:
    number, _ = claimed(city, item)
    actions.assign(city.guide, number, {"to": "specialist"})
    with pytest.raises(NotAllowed, match="先撤回"):
        actions.assign(city.guide, number, {"to": "specialist2"})
    with pytest.raises(NotAllowed, match="先撤回"):
        actions.transfer_down(city.guide, number, {"to": "yx"})
    actions.take_back(city.guide, number)
    with pytest.raises(NotAllowed):
        actions.accept(city.specialist, number)
    actions.assign(city.guide, number, {"to": "specialist2"})


@pytest.mark.clause("BJ-3.1.2-a")
def test_a_returning_user_is_offered_to_who_knows_the_matter(city: Cast, item: Item) -> None:
    consulting_number, _ = claimed(city, item, phone="13900000077")
    actions.assign(city.guide, consulting_number, {"to": "specialist2"})
    actions.accept(city.second_specialist, consulting_number)
    actions.close(city.second_specialist, consulting_number, {"opinion": "可以。"})
    for _ in range(2):
        busy, _ = claimed(city, item, phone="13900000088")
        actions.assign(city.guide, busy, {"to": "specialist2"})
        actions.accept(city.second_specialist, busy)
    number, _ = claimed(city, item, phone="139 0000 0077")
    actions.assign(city.guide, number)
    assert offers(number)[-1].to_staff_id == city.second_specialist.staff_id


@pytest.mark.clause("BJ-3.1")
def test_a_case_has_one_responsible_specialist_and_a_change_is_announced(city: Cast, item: Item) -> None:
    number, citizen = consulting(city, item)
    actions.assign(city.specialist, number, {"to": "specialist2"})
    actions.accept(city.second_specialist, number)
    view = case_view(citizen, number)
    assert view.owner == "黄专员"
    with pytest.raises(NotAllowed):
        actions.close(city.specialist, number, {"opinion": "不再由我办理"})
    told = Message.objects.filter(record_id=view.id, internal=False).order_by("position")
    assert [m.text for m in told if "为您服务" in m.text][-1] == "现在由黄专员（广州市政务服务中心）为您服务。"


@pytest.mark.clause("T637-6.2.2-c")
def test_a_manager_moves_cases_of_the_own_subtree_with_a_reason_and_on_record(city: Cast, item: Item) -> None:
    number, _ = consulting(city, item)
    with pytest.raises(Incomplete):
        actions.reassign(city.manager, number, {"to": "specialist2", "reason": ""})
    actions.reassign(city.manager, number, {"to": "specialist2", "reason": "专员请假"})
    event = Event.objects.get(number=number, kind="case.reassign")
    assert (event.data["before"], event.data["owner"], event.data["by_manager"]) == (
        city.specialist.staff_id,
        city.second_specialist.staff_id,
        True,
    )
    with pytest.raises(NotAllowed):
        actions.close(city.manager, number, {"opinion": "越位答复"})


@pytest.mark.clause("T637-7.2-a")
def test_the_response_clock_ends_with_the_first_words_of_a_person(city: Cast) -> None:
    from tests.services.cases.waiting import later

    number, citizen = opened()
    actions.post_message(citizen, number, "在吗")
    assert Case.objects.get(number=number).first_reply_at is None
    later(minutes=3)
    actions.claim(city.guide, number)
    actions.post_message(city.guide, number, "您好，我来为您解答。")
    case = Case.objects.get(number=number)
    assert case.first_reply_at is not None
    assert timedelta(minutes=3) <= case.first_reply_at - case.created_at < timedelta(minutes=4)
    clock = next(c for c in case_view(city.guide, number).clocks if c.rule == "first_response")
    assert (clock.state, clock.light) == ("stopped", "green")
    actions.post_message(city.guide, number, "还有什么需要？")
    assert Case.objects.get(number=number).first_reply_at == case.first_reply_at


@pytest.mark.clause("T637-6.1.6-a", "T637-4-c")
def test_one_list_holds_the_cases_of_every_channel(city: Cast) -> None:
    numbers = {opened(channel=channel)[0] for channel in ("web", "mobile", "hotline", "kiosk", "mini_program")}
    rows = list_cases(city.guide, "waiting").rows
    assert {row.number for row in rows} == numbers
    assert {(row.state, row.stage_label) for row in rows} == {("queued", "咨询")}
    assert [row.channel for row in list_cases(city.guide, "waiting", channel="mini_program").rows] == ["mini_program"]


def test_nobody_else_can_claim_what_is_claimed(city: Cast) -> None:
    number, _ = opened()
    actions.claim(city.guide, number)
    with pytest.raises(NotAllowed, match="林引导已经受理"):
        actions.claim(city.second_guide, number)


def test_a_closed_case_withdraws_every_open_request(city: Cast, item: Item) -> None:
    number, _ = consulting(city, item)
    actions.ask_adviser(city.specialist, number, {"question": "能否合并？"})
    actions.assign(city.specialist, number, {"to": "specialist2"})
    actions.close(city.specialist, number, {"opinion": "可以。"})
    assert {offer.answer for offer in offers(number)} == {"accepted", "withdrawn"}
    assert closed(city, item)[0] != number
