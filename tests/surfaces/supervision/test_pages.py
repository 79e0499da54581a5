"""Supervision and archive at the desk: every page for its duty, every step from its form, refusals that keep the text."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from bangban.oversight.supervision import actions
from bangban.oversight.supervision.models import Task
from bangban.oversight.supervision.terms import Trigger
from bangban.services.hotline.models import WorkOrder
from tests.hotline import Hotline
from tests.services.hotline.ways import archived, handled
from tests.surfaces.desk.conftest import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(line: Hotline) -> Task:
    order = WorkOrder.objects.get(number=handled(line))
    return actions.open_task(order, Trigger.BY_HAND, "领导批示", actor=line.officer)


def test_each_duty_sees_its_own_tasks(line: Hotline, desk: Desk, task: Task) -> None:
    for name in ("officer", "manager", "builder"):
        page = desk(getattr(line, name)).get(reverse("supervision:desk"))
        assert task.order is not None
        assert task.order.title in page.content.decode(), name
    assert task.order.title not in desk(line.roads).get(reverse("supervision:desk")).content.decode()
    assert desk(line.roads).get(reverse("supervision:task", args=[task.number])).status_code == 404
    for page in (reverse("supervision:limits"), reverse("supervision:task", args=[task.number])):
        answer = desk(line.officer).get(page)
        assert answer.status_code == 200
        assert f'back" href="{reverse("supervision:desk")}">' in answer.content.decode().split("</h1>")[0], page


def test_a_task_goes_from_record_to_reply_to_its_end(line: Hotline, desk: Desk, task: Task) -> None:
    officer, unit = desk(line.officer), desk(line.builder)
    here = reverse("supervision:task", args=[task.number])
    do = {name: reverse("supervision:do", args=[task.number, name]) for name in ("record", "reply", "raise", "close")}
    refused = officer.post(
        do["record"], {"method": "on_site", "content": "现场查看夜间施工", "fact.on_site.place": "幸福工地"}
    )
    assert refused.status_code == 422
    assert "现场查看夜间施工" in refused.content.decode()
    assert "请填写发现的问题。" in refused.content.decode()
    facts = {"fact.on_site.place": "幸福工地", "fact.on_site.people": "贺督办", "fact.on_site.findings": "仍在打桩"}
    assert officer.post(do["record"], {"method": "on_site", "content": "现场查看", **facts}).status_code == 303
    assert unit.post(do["reply"], {"text": "今晚停工"}).status_code == 303
    assert officer.post(do["raise"], {"reason": "多次反复"}).status_code == 303
    assert officer.post(do["close"], {"result": "improved", "conclusion": "已停工"}).status_code == 303
    page = officer.get(here).content.decode()
    assert "仍在打桩" in page
    assert "今晚停工" in page
    assert "已整改" in page


def test_an_officer_opens_supervision_by_hand(line: Hotline, desk: Desk) -> None:
    number = handled(line)
    address = reverse("supervision:open", args=[number])
    assert desk(line.officer).post(address, {"cause": ""}).status_code == 422
    assert desk(line.officer).post(address, {"cause": "群众来信"}).status_code == 303
    assert desk(line.agent).post(address, {"cause": "群众来信"}).status_code == 403


@pytest.mark.clause("GB33358-5.5.2")
def test_the_archive_has_its_pages(line: Hotline, desk: Desk) -> None:
    number = archived(line)
    archivist = desk(line.archivist)
    for name in ("archives:desk", "archives:gaps"):
        assert archivist.get(reverse(name)).status_code == 200, name
    file = archivist.get(reverse("archives:file", args=[number])).content.decode()
    assert "卷内目录" in file
    assert f'back" href="{reverse("archives:desk")}">' in file.split("</h1>")[0]
    assert number in archivist.get(reverse("hotline:orders") + "?box=archive").content.decode()
    assert desk(line.agent).get(reverse("archives:desk")).status_code == 403


def test_a_line_of_the_list_says_which_order_where_and_by_when(line: Hotline, desk: Desk, task: Task) -> None:
    assert task.order is not None
    page = desk(line.officer).get(reverse("supervision:desk")).content.decode()
    assert task.order.number in page
    assert task.order.place in page
    assert "lampline" in page
    message = desk(line.builder).get(reverse("desk:messages")).content.decode()
    assert f'href="{reverse("supervision:task", args=[task.number])}"' in message


def test_the_facts_that_a_method_asks_for_are_marked_as_wanted_and_a_text_too_long_is_refused_at_its_field(
    line: Hotline, desk: Desk, task: Task
) -> None:
    officer = desk(line.officer)
    page = officer.get(reverse("supervision:task", args=[task.number])).content.decode()
    facts = page.split('data-method-facts="phone"')[1].split("data-method-facts")[0]
    assert "选填" not in facts
    record = reverse("supervision:do", args=[task.number, "record"])
    empty = officer.post(record, {"method": "phone", "content": " "})
    assert empty.status_code == 422
    assert {"请填写督办内容。", "请填写通话对象。"} <= set(problems(empty.content.decode()))
    long = {"method": "phone", "content": "长" * 2001, "fact.phone.person": "许科长", "fact.phone.call": "1"}
    refused = officer.post(record, long)
    assert refused.status_code == 422
    assert "督办内容最多2000字，现在有2001字。" in problems(refused.content.decode())


def problems(page: str) -> list[str]:
    return re.findall(r"[^<>]+。", page)
