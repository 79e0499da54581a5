"""One case from the question to the closed loop."""

from __future__ import annotations

from bangban.foundation.ledger.models import Event
from bangban.foundation.ledger.verify import verify
from bangban.registry.catalog.models.items import Item
from bangban.services.cases import actions
from bangban.services.cases.actions import NewCase
from bangban.services.cases.models import Case
from bangban.services.cases.reads import case_view, list_cases
from tests.cast import Cast, guest
from tests.services.cases.steps import SORTED


def test_a_case_goes_from_question_to_closed_loop(city: Cast, item: Item) -> None:
    opened = actions.open_case(guest("nobody"), NewCase("失业了怎么领失业金", phone="13900000001", name="张三"))
    number, citizen = opened.case.number, guest(opened.token)
    assert case_view(citizen, number).state == "queued"
    assert [row.number for row in list_cases(city.guide, "inbox").rows] == [number]

    actions.claim(city.guide, number)
    actions.sort(city.guide, number, {**SORTED, "item": str(item.id)})
    actions.assign(city.guide, number, {"to": "specialist"})
    actions.accept(city.specialist, number)
    actions.post_message(city.specialist, number, "您好，请问您有什么问题需要咨询吗？", client_id="a")
    actions.ask_adviser(city.specialist, number, {"question": "异地参保能否合并计算？"})
    actions.advise(city.adviser, number, "可以合并计算缴费年限。")
    actions.propose_stage(city.specialist, number)
    actions.answer_consent(citizen, number, True)
    assert case_view(citizen, number).state == "guide"
    actions.propose_stage(city.specialist, number)
    actions.answer_consent(citizen, number, True)
    actions.close(city.specialist, number, {"opinion": "材料齐全，已转审查。"})
    assert case_view(citizen, number).state == "closed"
    actions.ask_result(number)
    actions.follow_up(citizen, number, {"outcome": "obtained"})

    case = Case.objects.get(number=number)
    assert (case.state, case.first_contact_id, case.owner_id) == (
        "loop_closed",
        city.guide.staff_id,
        city.specialist.staff_id,
    )
    report = verify()
    assert [broken for broken in report.broken if number in broken.reference] == []
    assert report.events == Event.objects.count() >= 14
