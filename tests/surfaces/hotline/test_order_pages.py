"""Orders at the desk: the form that follows the talk, every action from its button to its effect, refusals that keep the text."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from bangban.foundation.access.actors import Actor
from bangban.foundation.documents import ready
from bangban.oversight.supervision import actions as supervision
from bangban.oversight.supervision.terms import Trigger
from bangban.services.hotline import actions as hotline
from bangban.services.hotline.actions.opening import code_of
from bangban.services.hotline.actions.saying import add_message
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.reads import order_view
from bangban.surfaces.hotline import faces
from bangban.surfaces.hotline.printing import form_of
from bangban.surfaces.web.frame import DONE
from tests.cast import guest
from tests.foundation.documents.reading import pdf_text
from tests.hotline import ASKED, MATTER, NOISE, PHONE, Hotline, opened_order, registered_order
from tests.services.hotline.ways import archived, dispatched, handled, later
from tests.surfaces.desk.conftest import Desk

pytestmark = pytest.mark.django_db


def do(client: Client, number: str, action: str, **given: object) -> object:
    address = reverse("hotline:do", args=[number, action])
    return client.post(address, {"client_id": uuid4().hex, **given})


def state(number: str) -> str:
    return WorkOrder.objects.values_list("state", flat=True).get(number=number)


def test_the_board_shows_the_boxes_of_the_duty(line: Hotline, desk: Desk) -> None:
    number = opened_order(line)
    page = desk(line.agent).get(reverse("hotline:orders")).content.decode()
    assert number in page
    assert "待转办" in page
    unit = desk(line.builder).get(reverse("hotline:orders")).content.decode()
    assert "待签收" in unit
    assert number not in unit


def test_the_form_saves_each_field_by_itself_and_says_what_is_wrong(line: Hotline, desk: Desk) -> None:
    number = opened_order(line)
    client = desk(line.agent)
    page = client.get(reverse("hotline:order", args=[number])).content.decode()
    assert 'id="filling"' in page
    save = reverse("hotline:save", args=[number])
    answer = client.post(save, {"kind": "complaint", "place": "幸福路12号", "contact_phone": "not a phone"}).json()
    assert answer["saved"]["place"] == "幸福路12号"
    assert "contact_phone" in answer["problems"]
    again = client.get(reverse("hotline:questions", args=[number]), headers={"HX-Request": "true"}).content.decode()
    assert "被投诉对象" in again


def test_guiding_questions_come_with_the_class(line: Hotline, desk: Desk) -> None:
    number = opened_order(line)
    client = desk(line.agent)
    client.post(reverse("hotline:save", args=[number]), {"kind": "help_request", "category": NOISE})
    page = client.get(reverse("hotline:questions", args=[number])).content.decode()
    assert "是哪个工地" in page
    saved = client.post(reverse("hotline:save", args=[number]), {"fact.site": "幸福工地"}).json()
    assert saved["problems"] == {}


def test_somebody_else_sees_an_order_being_taken_without_the_form(line: Hotline, desk: Desk) -> None:
    number = opened_order(line)
    page = desk(line.second_agent).get(reverse("hotline:order", args=[number])).content.decode()
    assert 'id="filling"' not in page
    assert "139****0012" in page


def test_a_consultation_is_registered_and_answered_in_one_step(line: Hotline, desk: Desk) -> None:
    number = opened_order(line)
    client = desk(line.agent)
    form = {"kind": "consultation", "consultation_kind": "policy", "request": "养老金怎么领？", "category": "020101"}
    client.post(reverse("hotline:save", args=[number]), form)
    page = client.get(reverse("hotline:order", args=[number])).content.decode()
    assert "直接办结" in page
    do(client, number, "answer", result="按月发放，到社保中心申请。", code="answered", source="agent")
    assert state(number) == "completed"


def test_a_refused_step_changes_nothing_and_keeps_what_was_typed(line: Hotline, desk: Desk) -> None:
    number = opened_order(line)
    client = desk(line.agent)
    answer = do(client, number, "answer", result="说了很多话", code="answered", source="agent")
    assert answer.status_code == 409  # type: ignore[attr-defined]
    assert "说了很多话" in answer.content.decode()  # type: ignore[attr-defined]
    assert state(number) == "registering"


def test_an_order_goes_from_the_agent_to_the_unit_and_back_to_the_caller(line: Hotline, desk: Desk) -> None:
    number = registered_order(line).number
    agent, unit, visitor = desk(line.agent), desk(line.builder), desk(line.visitor)
    form = agent.get(
        reverse("hotline:form", args=[number, "dispatch"]), headers={"HX-Request": "true"}
    ).content.decode()
    assert f'value="{line.building_unit.id}" selected' in form
    do(
        agent,
        number,
        "dispatch",
        lead=line.building_unit.id,
        units=[line.roads_unit.id],
        days="5",
        opinion="请核实并答复诉求人",
    )
    assert state(number) == "dispatched"
    assert number in unit.get(reverse("hotline:orders")).content.decode()
    do(unit, number, "sign")
    do(desk(line.roads), number, "sign_part")
    do(desk(line.roads), number, "report_part", text="占道施工许可已核对。")
    do(unit, number, "reply", channel="visit", text="已责令停止夜间施工。", proof="11月18日当面答复，本人签收")
    do(unit, number, "complete", handling="现场检查并下达通知。", code="solved")
    assert state(number) == "completed"
    page = visitor.get(reverse("hotline:order", args=[number])).content.decode()
    assert "已责令停止夜间施工" in page
    do(
        visitor,
        number,
        "visit",
        process_satisfied="no",
        result_satisfied="no",
        text="还在施工",
        attitude="2",
        channel="telephone",
        **ASKED,
    )
    assert state(number) == "visited"
    do(visitor, number, "redo", reason="仍在夜间施工，请再次办理", days="3")
    order = WorkOrder.objects.get(number=number)
    assert (order.state, order.round) == ("dispatched", 2)


def test_the_same_form_sent_twice_is_done_once(line: Hotline, desk: Desk) -> None:
    number = registered_order(line).number
    agent, mark = desk(line.agent), uuid4().hex
    given = {"client_id": mark, "lead": line.building_unit.id, "days": "5", "opinion": "请办理"}
    for _ in range(2):
        assert agent.post(reverse("hotline:do", args=[number, "dispatch"]), given).status_code == 303
    assert WorkOrder.objects.get(number=number).assignments.count() == 1


@pytest.mark.clause("GB33358-5.1.2.5-b", "GB33358-5.1.2.6")
def test_a_unit_sees_no_identity_of_a_confidential_caller(line: Hotline, desk: Desk) -> None:
    order = registered_order(line, "help_request", confidential="yes")
    do(desk(line.agent), order.number, "dispatch", lead=line.building_unit.id, days="5", opinion="请办理")
    unit = desk(line.builder)
    page = unit.get(reverse("hotline:order", args=[order.number])).content.decode()
    assert "已按诉求人要求保密" in page
    assert PHONE not in page and "****" not in page, "four digits alone may stand in a running number"
    assert "李" not in page
    refused = unit.post(reverse("hotline:contact", args=[order.number]), {"reason": "想打电话"})
    assert refused.status_code in (404, 409)
    rows = unit.get(reverse("hotline:rows") + "?box=unit").content.decode()
    assert "李" not in rows


def test_contact_data_is_shown_after_a_reason(line: Hotline, desk: Desk) -> None:
    number = registered_order(line).number
    client = desk(line.agent)
    address = reverse("hotline:contact", args=[number])
    assert client.post(address, {"reason": ""}).status_code == 422
    assert "13900000012" in client.post(address, {"reason": "回电核实地点"}).content.decode()


def test_every_part_of_the_helper_answers(line: Hotline, desk: Desk) -> None:
    number = registered_order(line).number
    agent = desk(line.agent)
    for name in ("knowledge", "similar", "suggested", "caller", "talk", "questions", "top", "parts", "past"):
        answer = agent.get(reverse(f"hotline:{name}", args=[number]), headers={"HX-Request": "true"})
        assert answer.status_code == 200, name
    for address in (
        reverse("hotline:line"),
        reverse("hotline:around"),
        reverse("hotline:callbar"),
        reverse("hotline:boxes"),
    ):
        assert agent.get(address).status_code == 200, address


@pytest.mark.clause("GB33358-B", "GB33358-3.6", "GB33358-5.2.3.4")
def test_the_print_has_every_field_of_the_form(line: Hotline, desk: Desk) -> None:
    order = registered_order(line, confidential="no", contact_address="幸福路15号")
    actor, number = line.agent, order.number
    hotline.dispatch(actor, number, "请核实并答复", [line.building_unit.id], line.building_unit.id, days=5)
    hotline.sign(line.builder, number)
    task = supervision.open_task(WorkOrder.objects.get(id=order.id), Trigger.BY_HAND, "复查", actor=line.officer)
    supervision.record(line.officer, task.number, "phone", "请今晚复查", {"person": "许科长", "call": "x-1"})
    supervision.reply(line.builder, task.number, "今晚已复查")
    supervision.close(line.officer, task.number, "improved", "已整改")
    hotline.reply(line.builder, number, "visit", "已当面答复", proof="居委会签收")
    hotline.complete(line.builder, number, "已约谈施工单位", "solved")
    later(days=1)
    hotline.try_visit(line.visitor, number, "telephone", "占线")
    later(hours=3)
    hotline.visit(line.visitor, number, True, False, channel="telephone", text="晚上仍有声响", **ASKED)
    form = form_of(order_view(line.manager, number))

    def part(name: str) -> dict[str, str]:
        return dict(form[name])

    assert part("head") == {
        "工单编号": number, "状态": "已回访", "来源": "电话", "收到时间": "2026-11-18 10:00", "受理人": "江话务 801",
        "诉求类型": "求助", "紧急程度": "一般", "轮次": "第1轮",
    }  # fmt: skip
    assert (part("subject")["姓名"], part("subject")["电话"], part("subject")["是否保密"]) == (
        "李*",
        "139****0012",
        "不保密",
    )
    assert part("subject")["地址"] == "幸福***"
    matter = part("matter")
    assert matter["诉求分类"].endswith("施工噪声")
    assert [matter[name] for name in ("时间", "地点", "过程", "现状", "要求")] == [
        MATTER[name] for name in ("happened", "place", "course", "present_state", "request")
    ]
    transfer = part("transfer")
    assert (transfer["转办意见"], transfer["承办单位"]) == ("请核实并答复", line.building_unit.name)
    assert "11月25日" in transfer["办理时限"]
    ((unit, role, _, offered, signed, due),) = form["units"]
    assert (unit, role, offered, signed) == (line.building_unit.name, "主办", "2026-11-18 10:00", "2026-11-18 10:00")
    assert due.startswith("2026-11-25")
    assert (part("result")["办理情况"], part("result")["结果类型"]) == ("已约谈施工单位", "已解决")
    assert "已当面答复（上门或当面，2026-11-18 10:00）" in part("result").values()
    (urged,) = form["supervision"]
    assert [urged[at] for at in (0, 2, 3, 4, 5)] == ["2026-11-18 10:00", "电话", "请今晚复查", "今晚已复查", "已整改"]
    assert [row[1:] for row in form["visits"]] == [
        ["葛回访", "电话", "未接通", "", "", "占线"], ["葛回访", "电话", "完成", "满意", "不满意", "晚上仍有声响"],
    ]  # fmt: skip
    story = [row[1] for row in form["story"]]
    assert story[:3] == ["热线收到诉求（电话）", "您的诉求已登记", f"您的诉求已转交{line.building_unit.name}办理"]
    assert len(story) == len(order_view(line.manager, number).timeline) >= 10
    answer = desk(line.manager).get(reverse("hotline:print", args=[number]))
    if not ready():
        assert answer.status_code == 409
        return
    text = pdf_text(answer.content).replace("\n", "").replace(" ", "")
    for words in (
        number, "139****0012", "幸福路12号门口", "打桩声很大", "今天还在施工", "要求夜间停止施工", "请核实并答复", "已约谈施工单位", "请今晚复查",
        "晚上仍有声响", "办理经过", "经办人：", "服务对象", "诉求事项", "督办", "回访",
    ):  # fmt: skip
        assert words in text, words


def test_strangers_get_nothing(line: Hotline, desk: Desk) -> None:
    number = registered_order(line, **MATTER).number
    outsider = desk(line.outsider)
    for name in ("order", "top", "parts", "past", "contact", "similar"):
        assert outsider.get(reverse(f"hotline:{name}", args=[number])).status_code == 404, name


def test_a_long_story_is_saved_whole_or_refused_with_its_length(line: Hotline, desk: Desk) -> None:
    number = opened_order(line)
    client, save = desk(line.agent), reverse("hotline:save", args=[number])
    long, longer = "长" * 9_000, "长" * 10_001
    assert client.post(save, {"course": long}).json()["saved"]["course"] == long
    assert WorkOrder.objects.get(number=number).course == long
    assert "10001个字" in client.post(save, {"request": longer}).json()["problems"]["request"]


def test_the_form_of_a_second_round_asks_for_units_and_class_where_an_order_has_none(line: Hotline, desk: Desk) -> None:
    number = registered_order(line, "query", "").number
    hotline.answer(line.agent, number, "每月十五日发放。", "answered", "agent")
    later(days=1)
    hotline.visit(line.visitor, number, False, False, **ASKED)
    visitor = desk(line.visitor)
    form = visitor.get(reverse("hotline:form", args=[number, "redo"]), headers={"HX-Request": "true"}).content.decode()
    assert 'name="lead"' in form
    assert 'name="category"' in form
    given = {"reason": "答复不准确", "days": "3", "lead": line.roads_unit.id, "category": NOISE}
    assert do(visitor, number, "redo", **given).status_code == 303  # type: ignore[attr-defined]
    order = WorkOrder.objects.get(number=number)
    assert (order.state, order.lead_unit_id, order.round) == ("dispatched", line.roads_unit.id, 2)


def test_steps_that_would_be_refused_are_not_offered(line: Hotline, desk: Desk) -> None:
    def offered(actor: Actor, number: str) -> set[str]:
        return set(faces.offered(order_view(actor, number), actor))

    number = archived(line)
    reopening = {"ask_reopen", "reopen", "refuse_reopen"}
    assert offered(line.manager, number) & reopening == {"ask_reopen"}
    hotline.ask_reopen(line.manager, number, "录音找到了")
    assert offered(line.manager, number) & reopening == set()
    assert offered(line.second_manager, number) & reopening == {"reopen", "refuse_reopen"}
    main, merged = handled(line), registered_order(line).number
    hotline.merge(line.agent, merged, main)
    calls = {"visit", "try_visit", "end_visit"}
    assert not offered(line.visitor, merged) & calls
    hotline.reply(line.builder, main, "sms", "已停工")
    hotline.complete(line.builder, main, "已停工", "solved")
    assert offered(line.visitor, merged) & calls == calls
    part = dispatched(line, assisting=True)
    assert {"sign_part", "return_part"} <= offered(line.roads, part)
    assert "report_part" not in offered(line.roads, part)
    hotline.sign_part(line.roads, part)
    assert "sign_part" not in offered(line.roads, part)
    hotline.report_part(line.roads, part, "许可已核对")
    assert not offered(line.roads, part) & {"sign_part", "return_part", "report_part"}


def test_a_form_that_was_done_is_told_to_the_browser_and_one_that_was_refused_is_not(line: Hotline, desk: Desk) -> None:
    number = registered_order(line).number
    agent, mark = desk(line.agent), uuid4().hex
    given = {"client_id": mark, "lead": "", "days": "5", "opinion": "请办理"}
    refused = agent.post(reverse("hotline:do", args=[number, "dispatch"]), given)
    assert DONE not in refused.cookies
    done = agent.post(reverse("hotline:do", args=[number, "dispatch"]), given | {"lead": line.building_unit.id})
    assert (done.status_code, done.cookies[DONE].value) == (303, mark)


def test_what_the_caller_added_stands_at_the_head_of_the_order_until_it_is_answered(line: Hotline, desk: Desk) -> None:
    number = handled(line)
    person = guest(code_of(WorkOrder.objects.get(number=number)))
    add_message(person, number, "今晚又开工了", client_id="a")
    for staff in (line.agent, line.builder):
        client = desk(staff)
        assert "今晚又开工了" in client.get(reverse("hotline:top", args=[number])).content.decode()
        assert "诉求人补充" in client.get(reverse("hotline:parts", args=[number])).content.decode()
    hotline.reply(line.builder, number, "sms", "已停工")
    assert "今晚又开工了" not in desk(line.builder).get(reverse("hotline:top", args=[number])).content.decode()
