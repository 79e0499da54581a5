"""The case page: buttons from the flow, forms from what it asks for, refusals that lose nothing."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangban.foundation.access.models import SecurityEvent
from bangban.registry.catalog.models.items import Item
from bangban.services.cases import actions
from bangban.services.cases.flow import FLOW
from bangban.services.cases.models import Case
from bangban.services.cases.reads import case_view
from bangban.surfaces.desk.acting import RUNS
from bangban.surfaces.desk.forms.actions import FACES, HIDDEN, fields_of
from bangban.surfaces.desk.views.case import buttons
from tests.cast import Cast
from tests.services.cases.steps import SORTED, claimed, closed, consulting, opened
from tests.surfaces.desk.conftest import Desk

STAFF = {
    "guide", "specialist", "receiver", "owner", "manager", "adviser", "assisting", "first_contact",
}  # fmt: skip


def shown(html: str) -> set[str]:
    return set(re.findall(r"/(?:form|do)/([a-z_]+)\"", html))


def test_every_action_of_staff_has_a_button_a_call_and_a_key_of_its_own() -> None:
    of_staff = {line.action for line in FLOW.transitions if not line.action.startswith("_") and STAFF & set(line.who)}
    assert set(FACES) == set(RUNS) == of_staff
    assert len({face.key for face in FACES.values()}) == len(FACES)


def test_the_page_offers_exactly_what_the_flow_allows(city: Cast, item: Item, desk: Desk) -> None:
    number, _ = consulting(city, item)
    actions.ask_adviser(city.specialist, number, {"question": "能网办吗"})
    for actor in (city.specialist, city.guide, city.manager, city.adviser):
        view = case_view(actor, number)
        page = desk(actor).get(f"/desk/cases/{number}/").content.decode()
        top = page[page.index('id="casetop"') : page.index("data-talk")]
        assert shown(top) == set(view.allowed_actions)
        assert [button["action"] for button in buttons(view)] == [a for a in FACES if a in view.allowed_actions]


def test_every_form_has_a_field_for_everything_that_the_flow_asks_for(city: Cast, item: Item) -> None:
    number, _ = consulting(city, item)
    for actor in (city.specialist, city.manager):
        view = case_view(actor, number)
        for line in view.allowed:
            names = {field.name for field in fields_of(line, view, actor)}
            assert {ask.name for ask in line.asks} - HIDDEN <= names, line.action


def test_a_whole_case_goes_through_the_pages(city: Cast, item: Item, desk: Desk) -> None:
    number, citizen = opened()
    guide, specialist, adviser = desk(city.guide), desk(city.specialist), desk(city.adviser)

    def do(client: object, action: str, **given: str) -> None:
        answer = client.post(f"/desk/cases/{number}/do/{action}", {"client_id": f"id-{action}", **given})
        assert answer.status_code == 303, answer.content.decode()[-3000:]

    do(guide, "claim")
    do(guide, "sort", **SORTED, item=str(item.id))
    do(guide, "assign", to=str(city.specialist.staff_id))
    do(specialist, "accept")
    do(specialist, "ask_adviser", question="能网办吗")
    do(adviser, "advise", text="可以全程网办")
    do(specialist, "propose_stage", note="帮您逐项准备")
    actions.answer_consent(citizen, number, True)
    do(specialist, "close", opinion="材料齐全，可在线申领", acceptable="yes")
    do(specialist, "follow_up", outcome="obtained")
    case = Case.objects.get(number=number)
    assert (case.state, case.acceptable) == ("loop_closed", True)


@pytest.mark.clause("BJ-4")
def test_a_matter_out_of_scope_is_closed_with_its_path(city: Cast, desk: Desk) -> None:
    number, _ = claimed(city)
    actions.sort(city.guide, number, {"scope": "out_of_scope"})
    client = desk(city.guide)
    given = {"reason": "out_of_scope", "out_of_scope_class": "complaint", "path.department": "12345热线"}
    refused = client.post(f"/desk/cases/{number}/do/close", given)
    assert refused.status_code == 422
    assert "请至少给出电话、地址或网址之一" in refused.content.decode()
    assert 'value="12345热线"' in refused.content.decode()
    assert client.post(f"/desk/cases/{number}/do/close", given | {"path.phone": "12345"}).status_code == 303
    assert Case.objects.get(number=number).path_given["phone"] == "12345"


def test_a_refusal_comes_back_into_the_panel_with_what_was_typed(city: Cast, item: Item, desk: Desk) -> None:
    number, _ = consulting(city, item)
    url = f"/desk/cases/{number}/do/ask_unit"
    answer = desk(city.specialist).post(url, {"task": "请核对缴费记录"}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert answer.headers["X-Panel"] == "1"
    html = answer.content.decode()
    assert "请核对缴费记录</textarea>" in html
    assert "请填写协同单位" in html
    assert "<html" not in html


def test_a_stale_form_shows_the_newest_state_and_keeps_the_words(city: Cast, item: Item, desk: Desk) -> None:
    number, _ = consulting(city, item)
    seen = case_view(city.specialist, number).version
    actions.sort(city.specialist, number, {"need_summary": "另一个窗口里改过的需求"})
    client = desk(city.specialist)
    given = {"need_summary": "我刚写的需求", "version": str(seen), "client_id": "a"}
    refused = client.post(f"/desk/cases/{number}/do/sort", given, headers={"HX-Request": "true"})
    html = refused.content.decode()
    assert refused.status_code == 409
    assert "我刚写的需求</textarea>" in html
    assert "另一个窗口里改过的需求" in html
    version = re.search(r'name="version" value="(\d+)"', html)
    assert version and int(version[1]) > seen
    again = client.post(f"/desk/cases/{number}/do/sort", given | {"version": version[1]})
    assert again.status_code == 303
    assert Case.objects.get(number=number).need_summary == "我刚写的需求"


def test_the_same_form_sent_twice_is_one_deed(city: Cast, item: Item, desk: Desk) -> None:
    number, _ = consulting(city, item)
    client = desk(city.specialist)
    given = {"to": str(city.department.id), "task": "请核对缴费记录", "client_id": "the-form"}
    for _ in range(2):
        assert client.post(f"/desk/cases/{number}/do/ask_unit", given).status_code == 303
    assert len(case_view(city.specialist, number).offers) == 1


def test_a_refused_form_may_be_sent_again(city: Cast, item: Item, desk: Desk) -> None:
    number, _ = consulting(city, item)
    client = desk(city.specialist)
    url = f"/desk/cases/{number}/do/ask_unit"
    assert client.post(url, {"task": "核对", "client_id": "x"}).status_code == 422
    assert client.post(url, {"task": "核对", "to": str(city.department.id), "client_id": "x"}).status_code == 303


@pytest.mark.clause("BJ-3.2.3-a")
def test_a_body_that_is_not_open_is_answered_with_the_help_card(city: Cast, item: Item, desk: Desk) -> None:
    number, _ = consulting(city, item)
    answer = desk(city.specialist).post(f"/desk/cases/{number}/do/transfer_down", {"to": str(city.closed_district.id)})
    assert answer.status_code == 409
    assert f"/desk/cases/{number}/form/help_card" in answer.content.decode()


def test_handing_a_case_to_a_unit_out_of_sight_ends_at_the_list(city: Cast, item: Item, desk: Desk) -> None:
    number, _ = claimed(city, item)
    client = desk(city.guide)
    given = {"to": str(city.district.id), "client_id": "t"}
    assert client.post(f"/desk/cases/{number}/do/transfer_down", given).status_code == 303
    assert "等待 广州市越秀区政务服务中心" in client.get(f"/desk/cases/{number}/").content.decode()


@pytest.mark.clause("T637-5-g")
def test_contact_data_is_masked_until_a_reason_is_written_down(city: Cast, desk: Desk) -> None:
    number, _ = claimed(city)
    client = desk(city.guide)
    assert "13900000001" not in client.get(f"/desk/cases/{number}/").content.decode()
    url = f"/desk/cases/{number}/contact"
    assert client.post(url, {"field": "phone", "reason": ""}).status_code == 422
    assert "13900000001" in client.post(url, {"field": "phone", "reason": "电话回复办理结果"}).content.decode()
    assert SecurityEvent.objects.filter(kind="reveal", subject=f"case:{number}").count() == 1


def test_a_confidential_caller_stays_hidden_from_the_handling_unit(city: Cast, item: Item, desk: Desk) -> None:
    number, _ = claimed(city, item, confidential=True)
    actions.transfer_down(city.guide, number, {"to": "yx"})
    actions.accept(city.district_guide, number)
    given = {"field": "phone", "reason": "电话回复办理结果"}
    refused = desk(city.district_guide).post(f"/desk/cases/{number}/contact", given)
    assert refused.status_code == 409
    assert "13900000001" not in refused.content.decode()
    assert "13900000001" in desk(city.guide).post(f"/desk/cases/{number}/contact", given).content.decode()


def test_the_case_page_takes_the_same_number_of_queries_however_long_the_talk_is(
    city: Cast, item: Item, desk: Desk
) -> None:
    number, citizen = consulting(city, item)
    consulting(city, item)
    client = desk(city.specialist)
    url = f"/desk/cases/{number}/?box=mine"
    client.get(url)
    with CaptureQueriesContext(connection) as short:
        client.get(url)
    for place in range(30):
        actions.post_message(citizen, number, f"第{place}句")
    for _ in range(5):
        consulting(city, item)
    with CaptureQueriesContext(connection) as long:
        client.get(url)
    assert len(long) == len(short)
    assert len(long) <= 20


def test_the_list_beside_a_case_comes_after_the_case_with_the_counts_of_the_boxes(
    city: Cast, item: Item, desk: Desk
) -> None:
    number, _ = consulting(city, item)
    client = desk(city.specialist)
    page = client.get(f"/desk/cases/{number}/?box=mine").content.decode()
    assert f'data-row="{number}"' not in page
    assert "data-list-waiting" in page
    fetched = re.search(r'id="rows"[^>]*hx-get="([^"]+)" hx-trigger="load"', page)
    assert fetched
    rows = client.get(fetched[1].replace("&amp;", "&"), headers={"HX-Request": "true"}).content.decode()
    assert re.search(rf'data-row="{number}".*?aria-current="true"', rows, re.S)
    counted = rows[rows.index('id="boxes" hx-swap-oob="innerHTML"') :]
    assert re.search(r'<span>我正在办</span><span class="boxes__count num">1</span>', counted)


def test_the_other_records_of_the_person_come_after_the_case_with_their_count(city: Cast, desk: Desk) -> None:
    first, _ = claimed(city)
    second, _ = claimed(city)
    claimed(city, phone="13911112222")
    client = desk(city.guide)
    page = client.get(f"/desk/cases/{second}/").content.decode()
    assert f'data-row="{first}"' not in page
    fetched = re.search(r'id="others" hx-get="([^"]+)"', page)
    assert fetched
    html = client.get(fetched[1].replace("&amp;", "&"), headers={"HX-Request": "true"}).content.decode()
    assert re.findall(r'data-row="([^"]+)"', html) == [first]
    assert '<span id="helper-same-tab" hx-swap-oob="innerHTML">其他记录（1）</span>' in html


def test_an_empty_list_beside_a_case_says_so(city: Cast, item: Item, desk: Desk) -> None:
    consulting(city, item)
    rows = desk(city.specialist).get("/desk/rows?box=after&first=1", headers={"HX-Request": "true"}).content.decode()
    assert "这里没有办件" in rows[rows.index('id="norows" hx-swap-oob="innerHTML"') :]


def test_a_looped_case_is_shown_without_buttons(city: Cast, item: Item, desk: Desk) -> None:
    number, citizen = closed(city, item)
    actions.follow_up(citizen, number, {"outcome": "obtained"})
    page = desk(city.specialist).get(f"/desk/cases/{number}/").content.decode()
    assert "已闭环，只读" in page
    assert "这件事已经结束，不能再发消息" in page


@pytest.mark.clause("BJ-2-d")
def test_the_desk_shows_the_place_of_a_waiting_case(city: Cast, desk: Desk) -> None:
    opened()
    number, _ = opened()
    page = desk(city.guide).get(f"/desk/cases/{number}/").content.decode()
    assert "前面还有 1 件" in page
    actions.claim(city.guide, number)
    assert "前面还有" not in desk(city.guide).get(f"/desk/cases/{number}/").content.decode()


def test_nothing_is_urged_while_a_hand_over_waits_for_its_receiver(city: Cast, item: Item) -> None:
    number, _ = claimed(city, item)
    assert [b["action"] for b in buttons(case_view(city.guide, number)) if b["primary"]] == ["assign"]
    actions.transfer_down(city.guide, number, {"to": "yx"})
    view = case_view(city.guide, number)
    assert "close" in view.allowed_actions
    assert not any(button["primary"] for button in buttons(view))
    actions.take_back(city.guide, number)
    assert [b["action"] for b in buttons(case_view(city.guide, number)) if b["primary"]] == ["assign"]


@pytest.mark.clause("BJ-1")
def test_sorting_asks_for_the_type_of_the_question(city: Cast, desk: Desk) -> None:
    number, _ = opened()
    actions.claim(city.guide, number)
    view = case_view(city.guide, number)
    (line,) = [line for line in view.allowed if line.action == "sort"]
    (field,) = [field for field in fields_of(line, view, city.guide) if field.name == "question_type"]
    assert field.required
    form = desk(city.guide).get(f"/desk/cases/{number}/form/sort", headers={"HX-Request": "true"}).content.decode()
    assert re.search(r'<select[^>]*name="question_type"[^>]*required', form)


def test_an_open_page_learns_that_nobody_can_write_any_more(city: Cast, item: Item, desk: Desk) -> None:
    number, citizen = closed(city, item)
    client, part = desk(city.specialist), {"HX-Request": "true"}
    page = client.get(f"/desk/cases/{number}/").content.decode()
    assert '<div id="sayended" class="sayended" role="status"></div>' in page
    assert (
        '<div id="sayended" hx-swap-oob="innerHTML"></div>'
        in client.get(f"/desk/cases/{number}/top", headers=part).content.decode()
    )
    actions.follow_up(citizen, number, {"outcome": "obtained"})
    top = client.get(f"/desk/cases/{number}/top", headers=part).content.decode()
    assert "这件事已经结束，不能再发消息。" in top[top.index('id="sayended" hx-swap-oob') :]
