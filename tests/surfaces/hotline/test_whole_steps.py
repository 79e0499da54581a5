"""Steps that an agent, a visitor and a manager do at the desk, from the button to what everybody sees afterwards."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from bangban.services.assistant.shelf import shelf
from bangban.services.cases.models import Case
from bangban.services.hotline import actions as hotline
from bangban.services.hotline.models import KnowledgeUse, ThreeParty, Visit, WorkOrder
from tests.cast import make_city
from tests.hotline import ASKED, PENSION, Hotline, hotline_staff, opened_order, registered_order
from tests.services.hotline.test_answering import entry_of
from tests.services.hotline.ways import call_back_none, completed, later
from tests.surfaces.desk.conftest import Desk

pytestmark = pytest.mark.django_db


def do(client: Client, number: str, action: str, **given: object) -> int:
    address = reverse("hotline:do", args=[number, action])
    return client.post(address, {"client_id": uuid4().hex, **given}).status_code


def page(client: Client, number: str, name: str = "order") -> str:
    return client.get(reverse(f"hotline:{name}", args=[number])).content.decode()


@pytest.mark.clause("GB33358-4.3.2-c")
def test_the_agent_reads_the_summary_back_and_keeps_the_answer(line: Hotline, desk: Desk) -> None:
    number, agent = opened_order(line), desk(line.agent)
    button = reverse("hotline:form", args=[number, "confirm"])
    assert button not in page(agent, number), "there is nothing to read back yet"
    hotline.save(line.agent, number, {"request": "要求夜间停止施工"})
    assert button in page(agent, number)
    panel = agent.get(button, headers={"HX-Request": "true"}).content.decode()
    assert "要求夜间停止施工" in panel
    assert do(agent, number, "confirm") == 422
    assert do(agent, number, "confirm", confirmed="no") == 303
    assert WorkOrder.objects.get(number=number).summary_confirmed is False
    assert do(agent, number, "confirm", confirmed="yes") == 303
    assert WorkOrder.objects.get(number=number).summary_confirmed is True
    assert button not in page(agent, number)


@pytest.mark.clause("GB33358-3.1")
def test_a_false_alarm_is_put_down_in_the_form_and_an_unreported_one_is_not_called_reported(
    line: Hotline, desk: Desk
) -> None:
    number, agent = opened_order(line), desk(line.agent)
    save = reverse("hotline:save", args=[number])
    told = agent.post(save, {"request": "三楼着火了", "base.request": ""}).json()
    assert told["saved"]["urgency"] == "emergency"
    shown = page(agent, number)
    assert "还没有上报" in shown
    assert "已上报" not in shown
    through = reverse("hotline:put-through", args=[number, "119"])
    assert through in shown
    assert agent.post(through).status_code == 303
    assert 'name="urgency"' in shown
    agent.post(save, {"urgency": "ordinary", "base.urgency": "emergency"})
    assert WorkOrder.objects.get(number=number).urgency == "ordinary"
    assert "还没有上报" not in page(agent, number)
    hotline.report_emergency(line.agent, number, "accident_disaster")
    assert "已上报" in page(agent, number)


@pytest.mark.clause("GB33358-4.3.2-b")
def test_the_typed_matter_finds_the_entry_and_its_use_is_kept_on_the_order(line: Hotline, desk: Desk) -> None:
    entry, number = entry_of(line), opened_order(line)
    shelf.clear()
    agent = desk(line.agent)
    found = reverse("hotline:knowledge", args=[number])
    assert entry.number not in agent.get(found).content.decode(), "nothing was typed yet"
    hotline.save(line.agent, number, {"request": "养老金什么时候调整"})
    use = reverse("hotline:use", args=[number, entry.number])
    assert use in agent.get(found).content.decode()
    assert agent.post(use).status_code == 200
    kept = KnowledgeUse.objects.get(order__number=number)
    assert (kept.entry_number, kept.by_id) == (entry.number, line.agent.staff_id)
    form = agent.get(reverse("hotline:form", args=[number, "answer"]), headers={"HX-Request": "true"}).content.decode()
    assert "每年7月底前发放到位。" in form, "the result begins with what the entry says"
    shelf.clear()


@pytest.mark.clause("T637-6.1.5-f")
def test_a_consultation_is_passed_into_guidance_at_the_desk_and_both_show_each_other(line: Hotline, desk: Desk) -> None:
    city = make_city()
    number, agent = registered_order(line, "consultation", PENSION).number, desk(line.agent)
    address = reverse("hotline:guide", args=[number])
    assert address in page(agent, number)
    for _ in range(2):
        assert agent.post(address, {"need": "想办退休"}).status_code == 303
    case = Case.objects.get()
    shown = page(agent, number)
    assert case.number in shown
    assert address not in shown
    assert f"关联记录 {case.number}" in page(agent, number, "past")
    assert number in desk(city.guide).get(reverse("desk:case", args=[case.number])).content.decode()
    complaint = registered_order(line, "complaint").number
    assert reverse("hotline:guide", args=[complaint]) not in page(agent, complaint)
    assert agent.post(reverse("hotline:guide", args=[complaint])).status_code == 409


def test_orders_alike_are_linked_and_name_each_other(line: Hotline, desk: Desk) -> None:
    first, second = registered_order(line).number, registered_order(line).number
    agent = desk(line.agent)
    assert agent.post(reverse("hotline:link", args=[first]), {"other": "GD0"}).status_code == 404
    assert agent.post(reverse("hotline:link", args=[first]), {"other": second}).status_code == 303
    assert second in page(agent, first, "parts")
    assert first in page(agent, second, "parts")


@pytest.mark.clause("GB33358-4.2.4-d")
def test_two_visitors_take_the_next_call_back_and_never_the_same(line: Hotline, desk: Desk) -> None:
    colleague = hotline_staff("hl_visitor2", "尤回访", "hl", "callback_visitor", work_number="823")
    numbers = {completed(line), completed(line)}
    following = reverse("hotline:next-visit")
    assert desk(line.visitor).post(following).status_code == 409, "the next working morning has not come"
    later(days=1)
    one, other = desk(line.visitor), desk(colleague)
    assert following in one.get(reverse("hotline:orders") + "?box=completed").content.decode()
    taken = [client.post(following)["Location"] for client in (one, other)]
    assert {address.rstrip("/").rpartition("/")[2] for address in taken} == numbers
    assert other.post(following)["Location"] == taken[1], "whoever has one is led back to it"
    assert desk(line.agent).post(following).status_code == 403


@pytest.mark.clause("GB33358-5.4.2")
def test_the_form_of_the_call_back_keeps_both_answers_with_reasons_and_words(line: Hotline, desk: Desk) -> None:
    number = completed(line)
    later(days=1)
    visitor = desk(line.visitor)
    panel = visitor.get(reverse("hotline:form", args=[number, "visit"]), headers={"HX-Request": "true"})
    assert 'name="reasons"' in panel.content.decode()
    assert do(visitor, number, "visit", process_satisfied="yes") == 422
    given = {
        "process_satisfied": "yes",
        "result_satisfied": "no",
        "reasons": ["办得太慢", "别的"],
        "text": "晚上仍有声响",
    }
    assert do(visitor, number, "visit", **given, channel="telephone", **ASKED) == 303
    row = Visit.objects.get(order__number=number)
    assert (row.process_satisfied, row.result_satisfied, row.reasons, row.text) == (
        True, False, ["办得太慢"], "晚上仍有声响",
    )  # fmt: skip
    shown = page(visitor, number, "parts")
    assert "不满意的原因：办得太慢" in shown
    assert "晚上仍有声响" in shown


@pytest.mark.clause("GB33358-5.4.1")
def test_the_coverage_of_call_backs_stands_beside_the_share_of_the_policy(line: Hotline, desk: Desk) -> None:
    number = completed(line)
    call_back_none()
    completed(line)
    later(days=1)
    hotline.visit(line.visitor, number, True, True, **ASKED)
    shown = desk(line.manager).get(reverse("calls:rates")).content.decode()
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", shown.partition("回访覆盖")[2])
    assert [one.strip() for one in cells[:9]] == ["求助", "转办", "2", "1", "50.0", "0", "1", "0", "100.0"]


@pytest.mark.clause("GB33358-5.2.1.2")
def test_who_spoke_for_the_unit_in_the_three_party_call_is_kept(line: Hotline, desk: Desk) -> None:
    number, agent = registered_order(line).number, desk(line.agent)
    assert do(agent, number, "call_unit", consent="no", unit=line.building_unit.id) == 409
    assert do(agent, number, "call_unit", consent="yes", unit=line.building_unit.id) == 303
    given = {"outcome": "answered", "person": "许科长", "answer": "今晚停工"}
    assert do(agent, number, "end_three_party", **given) == 303
    row = ThreeParty.objects.get()
    assert (row.person, row.answer) == ("许科长", "今晚停工")
    assert "许科长" in page(agent, number, "parts")
