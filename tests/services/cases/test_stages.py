"""From consultation through guidance to assistance: one number, each step with the user's stored yes (T637-5-b, 8.3)."""

from __future__ import annotations

import pytest

from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.foundation.flows.models import Interval
from bangban.foundation.ledger.models import Event
from bangban.foundation.privacy.models import Consent
from bangban.registry.catalog.models.items import Item
from bangban.services.cases import actions
from bangban.services.cases.models import Case
from bangban.services.cases.reads import case_view
from tests.cast import Cast
from tests.goods import published_items
from tests.services.cases.steps import SORTED, claimed, consulting

pytestmark = pytest.mark.usefixtures("own_pace")


@pytest.mark.clause("T637-5-b", "T637-8.3.1-b")
def test_no_stage_changes_without_the_users_stored_yes(city: Cast, item: Item) -> None:
    number, citizen = consulting(city, item)
    assert "propose_stage" in case_view(city.specialist, number).allowed_actions
    actions.propose_stage(city.specialist, number)
    assert "propose_stage" not in case_view(city.specialist, number).allowed_actions
    assert case_view(citizen, number).state == "consult"
    for staff in (city.specialist, city.guide, city.manager):
        with pytest.raises(NotAllowed):
            actions.answer_consent(staff, number, True)
    with pytest.raises(Incomplete):
        actions.answer_consent(citizen, number, "yes")
    actions.answer_consent(citizen, number, True)
    consent = Consent.objects.get()
    assert (consent.agreed, consent.answered_by, consent.purpose) == (True, citizen.id, "stage:guide")
    assert consent.answered_at is not None
    assert case_view(citizen, number).state == "guide"


@pytest.mark.clause("T637-5-b", "T637-8.3.2-d")
def test_a_no_is_stored_and_leads_to_closing_with_feedback(city: Cast, item: Item) -> None:
    number, citizen = consulting(city, item)
    actions.propose_stage(city.specialist, number)
    actions.answer_consent(citizen, number, False)
    assert Consent.objects.get().agreed is False
    assert case_view(citizen, number).state == "consult"
    actions.close(city.specialist, number, {"opinion": "您可自行在线申领。"})
    assert case_view(citizen, number).state == "closed"


@pytest.mark.clause("T637-8.3.1-b", "T637-8.3.2-d")
def test_stages_cannot_be_skipped_or_walked_back(city: Cast, item: Item) -> None:
    number, citizen = consulting(city, item)
    with pytest.raises(NotAllowed, match="下一阶段只能是"):
        actions.propose_stage(city.specialist, number, {"stage": "assist"})
    actions.propose_stage(city.specialist, number)
    with pytest.raises(NotAllowed, match="已经征求过"):
        actions.propose_stage(city.specialist, number)
    actions.answer_consent(citizen, number, True)
    with pytest.raises(NotAllowed):
        actions.propose_stage(city.specialist, number, {"stage": "consult"})
    with pytest.raises(NotAllowed):
        actions.transfer_down(city.specialist, number, {"to": "yx"})
    actions.propose_stage(city.specialist, number)
    actions.answer_consent(citizen, number, True)
    with pytest.raises(NotAllowed):
        actions.propose_stage(city.specialist, number)


@pytest.mark.clause("T637-8.3-b", "T637-6.2.3-d", "T637-4-d")
def test_one_number_runs_through_three_stages_with_their_times_and_the_same_specialist(city: Cast, item: Item) -> None:
    number, citizen = consulting(city, item)
    for _ in range(2):
        actions.propose_stage(city.specialist, number)
        actions.answer_consent(citizen, number, True)
    case = Case.objects.get(number=number)
    assert (case.state, case.stage, case.owner_id, case.item_id) == (
        "assist",
        "assist",
        city.specialist.staff_id,
        item.id,
    )
    stretches = Interval.objects.filter(record_id=case.id).order_by("began_at").values_list("state", "ended_at")
    assert [state for state, _ in stretches][-3:] == ["consult", "guide", "assist"]
    assert all(ended is not None for state, ended in stretches if state != "assist")
    assert case_view(city.specialist, number).need_summary == SORTED["need_summary"]


@pytest.mark.clause("T637-7.1-a")
def test_a_service_that_the_list_does_not_offer_is_refused(city: Cast) -> None:
    (item,) = published_items("只咨询的事项", services=("consult",))
    number, _ = consulting(city, item)
    assert "propose_stage" not in case_view(city.specialist, number).allowed_actions
    with pytest.raises(NotAllowed, match="服务清单没有") as refusal:
        actions.propose_stage(city.specialist, number)
    assert refusal.value.details["needs"] == "service_list"


@pytest.mark.clause("BJ-4")
def test_what_does_not_start_by_application_is_not_guided_online(city: Cast) -> None:
    (penalty,) = published_items("占道停车处罚", application_started=False)
    number, citizen = consulting(city, penalty)
    assert "propose_stage" not in case_view(city.specialist, number).allowed_actions
    with pytest.raises(NotAllowed, match="不是依申请") as refusal:
        actions.propose_stage(city.specialist, number)
    assert refusal.value.details["needs"] == "application_started"
    path = {"department": "广州市公安局", "phone": "12345"}
    actions.close(city.specialist, number, {"path": path, "out_of_scope_class": "not_on_application"})
    assert case_view(citizen, number).path_given == path


@pytest.mark.clause("T637-4-b")
def test_a_quasi_government_item_runs_the_whole_way(city: Cast) -> None:
    (item,) = published_items("企业开办帮办", item_class="quasi", quasi_class="enterprise_service")
    number, citizen = consulting(city, item)
    matched = case_view(citizen, number).item
    assert matched is not None
    assert (matched.guide.item_class, matched.guide.quasi_class) == ("quasi", "enterprise_service")
    for _ in range(2):
        actions.propose_stage(city.specialist, number)
        actions.answer_consent(citizen, number, True)
    actions.close(city.specialist, number, {"opinion": "已转审查。"})
    actions.follow_up(citizen, number, {"outcome": "obtained"})
    assert case_view(citizen, number).state == "loop_closed"


@pytest.mark.clause("T637-8.2-d")
def test_a_complex_question_gets_a_due_time_and_the_user_is_told_who_handles_it(city: Cast, item: Item) -> None:
    number, citizen = claimed(city, item)
    actions.assign(city.guide, number, {"to": "specialist"})
    actions.accept(city.specialist, number)
    view = case_view(citizen, number)
    (clock,) = (c for c in view.clocks if c.rule == "disposal")
    assert (clock.state, clock.clause) == ("running", "T637-8.2-d")
    assert view.owner == "陈专员"
    assert [line.text for line in view.timeline][-1] == "陈专员开始为您服务"


@pytest.mark.clause("T637-8.3.1-a", "T637-6.2.2-b", "BJ-3.1.2-c")
def test_the_advisers_reply_is_marked_and_its_time_measured_while_the_specialist_stays_responsible(
    city: Cast, item: Item
) -> None:
    from bangban.services.conversation.reads import messages
    from tests.services.cases.waiting import later

    number, citizen = consulting(city, item)
    actions.ask_adviser(city.specialist, number, {"question": "异地参保能否合并？"})
    assert "adviser_reply" in [c.rule for c in case_view(city.specialist, number).clocks if c.state == "running"]
    with pytest.raises(NotAllowed, match="已经请教"):
        actions.ask_adviser(city.specialist, number, {"question": "再问一次"})
    later(minutes=12)
    actions.advise(city.adviser, number, "可以合并计算。")
    advice = messages(case_view(citizen, number).id)[-1]
    assert (advice.kind, advice.party, advice.label) == ("advice", "adviser", "专业顾问 郑顾问")
    event = Event.objects.get(number=number, kind="case.advise")
    assert 720 <= event.data["response_seconds"] < 725
    assert event.data["department"] == city.department.id
    case = Case.objects.get(number=number)
    assert (case.owner_id, case.first_contact_id) == (city.specialist.staff_id, city.guide.staff_id)
    assert "adviser_reply" not in [c.rule for c in case_view(city.specialist, number).clocks if c.state == "running"]
    with pytest.raises(NotAllowed):
        actions.close(city.adviser, number, {"opinion": "由顾问结案"})


@pytest.mark.clause("T637-6.1.3-e")
def test_without_a_name_the_adviser_of_the_items_department_is_asked(city: Cast, item: Item) -> None:
    from bangban.services.cases.reads import list_cases
    from tests.services.cases.waiting import offers

    number, _ = consulting(city, item)
    actions.ask_adviser(city.specialist, number, {"question": "能否合并？"})
    asked = offers(number)[-1]
    assert (asked.to_unit_id, asked.to_duty) == (city.department.id, "advisor")
    assert [row.number for row in list_cases(city.adviser, "advice").rows] == [number]


@pytest.mark.clause("T637-5-c")
def test_a_unit_called_in_has_a_task_a_due_time_and_a_reply_and_the_owner_stays(city: Cast, item: Item) -> None:
    from bangban.foundation.clocks.moment import now
    from tests.services.cases.waiting import offers

    number, citizen = consulting(city, item)
    with pytest.raises(Incomplete, match="将来"):
        actions.ask_unit(city.specialist, number, {"to": "yx", "task": "核对户籍", "due_at": now()})
    actions.ask_unit(city.specialist, number, {"to": "yx", "task": "核对户籍"})
    task = offers(number)[-1]
    assert (task.kind, task.reason) == ("task", "核对户籍")
    assert task.expires_at is not None
    actions.reply_task(city.district_guide, number, "已核对，属本区。")
    answered = offers(number)[-1]
    assert (answered.answer, answered.answered_by_id) == ("accepted", city.district_guide.staff_id)
    assert Case.objects.get(number=number).owner_id == city.specialist.staff_id
    from bangban.services.conversation.reads import messages

    record = case_view(citizen, number).id
    assert "已核对，属本区。" in [m.text for m in messages(record, staff=True)]
    assert "已核对，属本区。" not in [m.text for m in messages(record)]
