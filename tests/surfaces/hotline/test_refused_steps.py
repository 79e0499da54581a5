"""A step that is refused says what is missing or who was faster, and gives back every word that was written."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from bangban.services.hotline import actions as hotline
from bangban.services.hotline.models import WorkOrder
from tests.hotline import NOISE, Hotline, opened_order, registered_order
from tests.services.hotline.ways import dispatched
from tests.surfaces.desk.conftest import Desk

pytestmark = pytest.mark.django_db


def page_after(client: Client, number: str, action: str, **given: object) -> tuple[int, str]:
    answer = client.post(reverse("hotline:do", args=[number, action]), {"client_id": uuid4().hex, **given})
    return answer.status_code, answer.content.decode()


def test_a_number_that_is_none_takes_no_other_field_along(line: Hotline, desk: Desk) -> None:
    number = registered_order(line).number
    given = {"days": "soon", "lead": str(line.roads_unit.id), "opinion": "请今天派人核实"}
    status, page = page_after(desk(line.agent), number, "dispatch", **given)
    assert status == 422
    assert "请今天派人核实" in page
    assert f'value="{line.roads_unit.id}" selected' in page
    assert "办理时限（工作日）请填写数字。" in page


def test_who_comes_too_late_reads_who_was_faster_and_keeps_his_words(line: Hotline, desk: Desk) -> None:
    number = dispatched(line)
    hotline.return_order(line.builder, number, "不属于本单位职责")
    hotline.designate(line.manager, number, "请办理", [line.roads_unit.id], line.roads_unit.id, reason="道路归其管理")
    late = {"lead": line.building_unit.id, "days": "3", "opinion": "请贵单位再核实一次"}
    status, page = page_after(desk(line.agent), number, "redispatch", **late)
    assert status == 409
    assert "请贵单位再核实一次" in page
    panel = page[page.index("最近一步") :]
    assert "裁定" in panel[:400] or line.roads_unit.name in panel[:400]
    assert WorkOrder.objects.get(number=number).lead_unit_id == line.roads_unit.id


def test_a_step_that_does_not_exist_is_a_sentence(line: Hotline, desk: Desk) -> None:
    status, page = page_after(desk(line.agent), registered_order(line).number, "explode")
    assert status == 422
    assert "没有这个操作" in page


def test_passing_on_names_just_what_is_missing(line: Hotline, desk: Desk) -> None:
    number = opened_order(line)
    client = desk(line.agent)
    known = {"kind": "help_request", "category": NOISE, "request": "夜间停工", "place": "幸福路12号"}
    client.post(reverse("hotline:save", args=[number]), known)
    status, page = page_after(client, number, "dispatch", lead=line.building_unit.id, days="5", opinion="请核实")
    assert status == 409
    assert "登记前还缺：时间、过程、现状、" in page
    for field in ("happened", "course", "present_state"):
        assert f'href="#fill-{field}"' in page
    assert 'href="#fill-place"' not in page
    assert "请核实" in page


def test_an_answer_keeps_its_question_when_the_class_changes(line: Hotline, desk: Desk) -> None:
    number = opened_order(line)
    client = desk(line.agent)
    client.post(reverse("hotline:save", args=[number]), {"kind": "help_request", "category": NOISE})
    client.post(reverse("hotline:save", args=[number]), {"fact.site": "幸福工地"})
    client.post(reverse("hotline:save", args=[number]), {"category": "020101"})
    page = desk(line.manager).get(reverse("hotline:order", args=[number])).content.decode()
    parts = page[page.index('id="parts"') :]
    assert "幸福工地" in parts
    assert "是哪个工地" in parts
    assert ">site<" not in parts


def test_a_unit_named_in_a_complaint_can_be_changed_after_it_became_a_report(line: Hotline, desk: Desk) -> None:
    number = opened_order(line)
    client = desk(line.agent)
    client.post(reverse("hotline:save", args=[number]), {"kind": "complaint", "about_unit": str(line.building_unit.id)})
    client.post(reverse("hotline:save", args=[number]), {"kind": "report_of_violation"})
    form = client.get(reverse("hotline:questions", args=[number]), headers={"HX-Request": "true"}).content.decode()
    assert 'name="about_unit"' in form
    assert 'name="aspect"' not in form
    client.post(reverse("hotline:save", args=[number]), {"about_unit": ""})
    assert WorkOrder.objects.get(number=number).about_unit_id is None


def test_a_reload_of_a_form_s_address_leads_to_its_page(line: Hotline, desk: Desk) -> None:
    number = registered_order(line).number
    client = desk(line.agent)
    answer = client.get(reverse("hotline:contact", args=[number]).replace("contact", "save"))
    assert answer.status_code in (302, 303)
    assert answer["Location"].startswith(reverse("hotline:order", args=[number]).rstrip("/"))


def test_a_lapsed_sign_in_leads_back_to_the_page_of_the_form(line: Hotline, client: Client) -> None:
    number = registered_order(line).number
    stood = reverse("hotline:order", args=[number]) + "?box=desk"
    answer = client.post(
        reverse("hotline:do", args=[number, "dispatch"]),
        {"opinion": "请办理"},
        headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{stood}"},
    )
    assert answer.status_code == 401
    words = parse_qs(urlsplit(answer["HX-Redirect"]).query)
    assert words == {"expired": ["1"], "next": [stood]}
    elsewhere = client.post(
        reverse("hotline:do", args=[number, "sign"]), headers={"Referer": "https://elsewhere.test/desk/"}
    )
    assert parse_qs(urlsplit(elsewhere["Location"]).query) == {"expired": ["1"]}


def test_an_address_without_its_last_stroke_leads_to_the_page(line: Hotline, desk: Desk) -> None:
    page = reverse("hotline:order", args=[registered_order(line).number])
    answer = desk(line.agent).get(page.rstrip("/") + "?do=dispatch")
    assert (answer.status_code, answer["Location"]) == (303, page + "?do=dispatch")
    assert desk(line.agent).get("/desk/nowhere").status_code == 404
