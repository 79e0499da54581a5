"""Reference data at the manager's desk: each form does what it says, and a refusal keeps what was typed."""

from __future__ import annotations

import pytest
from django.test import Client

from bangban.foundation.access.duties import DUTIES, PERMISSIONS
from bangban.services.hotline.models import Category, DispatchRule, Undertaker, VisitPolicy
from bangban.services.hotline.reads import catalogue
from tests.hotline import NOISE, POTHOLE, Hotline, hotline_staff
from tests.surfaces.desk.conftest import Desk

pytestmark = pytest.mark.django_db
HERE = "/desk/hotline-setup/"
PAGES = ("", f"categories/{NOISE}", "categories/new", "dispatch", "undertakers", "undertakers/new", "visits")


@pytest.fixture
def manager(line: Hotline, desk: Desk) -> Client:
    return desk(line.manager)


def text(client: Client, page: str) -> str:
    answer = client.get(HERE + page)
    assert answer.status_code == 200, page
    return answer.content.decode()


@pytest.mark.parametrize("duty", sorted(DUTIES))
def test_the_set_up_opens_for_managers_only(line: Hotline, desk: Desk, duty: str) -> None:
    client = desk(hotline_staff("walker", "走访", "hl", duty))
    holds = duty in PERMISSIONS["orders.manage"]
    for page in (*PAGES, f"undertakers/{line.roads_unit.id}"):
        assert client.get(HERE + page).status_code == (200 if holds else 403), (duty, page)
    if not holds:
        assert client.post(HERE + f"categories/{NOISE}", {"name": "改名"}).status_code == 403
        rule = DispatchRule.objects.order_by("id")[0]
        assert client.post(HERE + f"dispatch/{rule.id}/remove").status_code == 403
        assert DispatchRule.objects.filter(id=rule.id).exists()


def test_a_class_is_changed_with_words_questions_and_limit(manager: Client) -> None:
    page = text(manager, f"categories/{NOISE}")
    assert "是哪个工地" in page
    form = {
        "name": "施工噪声扰民", "keywords": "打桩、噪声，工地", "limit_days": "3", "active": "yes",
        "q0.code": "site", "q0.ask": "是哪个工地？", "q0.required": "yes", "q1.code": "hours", "q1.ask": "",
        "q2.code": "", "q2.ask": "有没有夜间施工许可？",
    }  # fmt: skip
    assert manager.post(HERE + f"categories/{NOISE}", form).status_code == 303
    row = Category.objects.get(code=NOISE)
    assert (row.name, row.keywords, row.limit_days) == ("施工噪声扰民", ["打桩", "噪声", "工地"], 3)
    assert [(one["code"], one["required"]) for one in row.questions] == [("site", True), ("q1", False)]
    assert "施工噪声扰民" in text(manager, "?q=打桩")
    assert "道路破损" not in text(manager, "?q=打桩")


def test_questions_of_the_class_above_are_shown_and_not_copied(manager: Client) -> None:
    above = {"name": "施工管理", "active": "yes", "q0.ask": "施工单位叫什么？", "q0.code": ""}
    manager.post(HERE + "categories/040100", above)
    page = text(manager, f"categories/{NOISE}")
    assert "上级分类的问题也会问：施工单位叫什么？" in page
    assert 'value="施工单位叫什么？"' not in page


def test_a_new_class_without_its_parent_is_refused_and_everything_stays(manager: Client) -> None:
    form = {
        "code": "990101",
        "name": "新类",
        "keywords": "某词",
        "limit_days": "很久",
        "q0.ask": "问什么？",
        "active": "yes",
    }
    answer = manager.post(HERE + "categories/new", form)
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in (
        "没有找到上级分类990100",
        "办理时限为1到250个工作日",
        'value="新类"',
        "某词",
        'value="很久"',
        'value="问什么？"',
    ):
        assert words in page, words
    good = {"code": "990000", "name": "新大类", "active": "yes"}
    assert manager.post(HERE + "categories/new", good).status_code == 303
    assert Category.objects.filter(code="990000").exists()
    assert manager.get(HERE + "categories/123456").status_code == 404


def test_the_dispatch_catalogue_takes_and_loses_lines(line: Hotline, manager: Client) -> None:
    unit = str(line.roads_unit.id)
    answer = manager.post(HERE + "dispatch", {"category": NOISE, "unit": "", "region": "", "role": "lead"})
    assert answer.status_code == 422
    assert f'value="{NOISE}" selected' in answer.content.decode()
    assert "还没有登记为承办单位" in answer.content.decode()
    given = {"category": NOISE, "unit": unit, "region": "", "role": "assisting"}
    assert manager.post(HERE + "dispatch", given).status_code == 303
    assert {one.unit_id for one in catalogue.units_for(NOISE)} == {line.building_unit.id, line.roads_unit.id}
    rule = DispatchRule.objects.get(category__code=NOISE, unit_id=unit)
    assert manager.post(HERE + f"dispatch/{rule.id}/remove").status_code == 303
    assert not DispatchRule.objects.filter(id=rule.id).exists()
    assert manager.post(HERE + f"dispatch/{'9' * 30}/remove").status_code == 303
    assert "道路破损" in text(manager, "dispatch?q=交通运输")


@pytest.mark.clause("GB33358-4.1.4")
def test_a_unit_is_registered_with_contact_phone_duties_and_limits(line: Hotline, manager: Client) -> None:
    unit = line.unregistered_unit.id
    form = {
        "unit": str(unit), "contact_name": "文联络", "contact_phone": "12", "duty_phone": "", "duties": "文物保护\n考古",
        "sign_days": "1", "limit_days": "7", "emergency": ["accident_disaster"], "active": "yes",
    }  # fmt: skip
    answer = manager.post(HERE + "undertakers/new", form)
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in (
        "请填写联系人的手机号码",
        'value="文联络"',
        'value="12"',
        "文物保护\n考古",
        'value="accident_disaster" checked',
    ):
        assert words in page, words
    assert manager.post(HERE + "undertakers/new", {**form, "contact_phone": "13800000109"}).status_code == 303
    row = Undertaker.objects.get(unit_id=unit)
    assert (row.duties, row.limit_days, row.emergency) == (["文物保护", "考古"], 7, ["accident_disaster"])
    assert "文联络" in text(manager, "undertakers")
    manager.post(HERE + f"undertakers/{unit}", {**form, "contact_phone": "13800000109", "active": "no"})
    assert not Undertaker.objects.get(unit_id=unit).active
    assert manager.get(HERE + "undertakers/999999").status_code == 404


@pytest.mark.clause("GB33358-5.4.1")
def test_a_share_of_call_backs_is_set_from_a_day_on(line: Hotline, manager: Client) -> None:
    bad = manager.post(
        HERE + "visits", {"kind": "consultation", "direct": "yes", "share": "200", "valid_from": "2026-11-18"}
    )
    assert bad.status_code == 422
    assert 'value="200"' in bad.content.decode()
    assert manager.post(HERE + "visits", {"kind": "", "share": "5", "valid_from": "never"}).status_code == 422
    good = {"kind": "consultation", "direct": "yes", "share": "20", "valid_from": "2026-11-18"}
    assert manager.post(HERE + "visits", good).status_code == 303
    assert VisitPolicy.objects.filter(kind="consultation", direct=True, share=20).exists()
    assert "20%" in text(manager, "visits")


def test_an_empty_house_says_what_to_do_first(line: Hotline, manager: Client) -> None:
    DispatchRule.objects.all().delete()
    Undertaker.objects.all().delete()
    catalogue.forget()
    assert "先登记承办单位" in text(manager, "dispatch")
    assert "还没有承办单位" in text(manager, "undertakers")
    assert "没有找到分类" in text(manager, "?q=不存在的词")


def test_a_road_class_keeps_its_code_when_only_its_name_changes(manager: Client) -> None:
    manager.post(
        HERE + f"categories/{POTHOLE}", {"name": "路面破损", "limit_days": "3", "active": "yes", "code": "030202"}
    )
    assert Category.objects.get(code=POTHOLE).name == "路面破损"
