"""The panels of both sides over HTTP: what they show, what they refuse, and that nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bangban.foundation.access.actors import Actor
from bangban.registry.catalog.models.items import Item
from bangban.services.cases import actions as cases
from bangban.services.cases.actions import NewCase
from bangban.services.cases.models import Case
from bangban.services.guidance import actions
from bangban.services.guidance.models import DraftField, Need, Suggestion
from tests.cast import Cast, guest
from tests.services.cases.steps import QUESTION, SORTED
from tests.services.guidance.steps import answered, assisted, checked, filled

SCRIPT = "<script>alert(1)</script>"
HTMX = {"HTTP_HX_REQUEST": "true"}
Guided = tuple[str, Actor, Client]


@pytest.fixture
def guided(city: Cast, rich: Item, browser: Callable[[str], Client]) -> Guided:
    done = cases.open_case(guest("nobody"), NewCase(question=QUESTION, phone="13900000001", name="张三"))
    number, citizen = done.case.number, guest(done.token)
    cases.claim(city.guide, number)
    cases.sort(city.guide, number, {**SORTED, "item": str(rich.id)})
    cases.assign(city.guide, number, {"to": "specialist"})
    cases.accept(city.specialist, number)
    cases.propose_stage(city.specialist, number)
    cases.answer_consent(citizen, number, True)
    return number, citizen, browser(done.token)


def text(client: Client, address: str, **more: str) -> str:
    answer = client.get(address, **more)  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer.content.decode()


@pytest.mark.clause("T637-8.3.2-b", "T637-8.3.2-c")
def test_a_citizen_goes_through_guidance_without_scripts(city: Cast, guided: Guided) -> None:
    number, _, client = guided
    panel = f"/cases/{number}/guidance"
    assert "回答几个问题" in text(client, panel)
    said = {"who": "person", "by": "self", "occasion": "none"}
    asked = re.findall(r'name="(s[0-9a-f]{10})"', text(client, panel))
    assert client.post(f"{panel}/answers", {**said, **dict.fromkeys(asked, "no")}).status_code == 303
    need = Need.objects.get(name="申请表")
    assert client.post(f"{panel}/materials/{need.id}/tick", {"ready": "1"}).status_code == 303
    assert client.post(f"{panel}/form/start").status_code == 303
    page = text(client, panel)
    assert 'value="张三"' in page and "您咨询时留下的信息" in page and "免提交" in page
    refused = client.post(f"{panel}/form", {"v-address": "测试路2号", "n-address": "0", "do": "submit"})
    assert refused.status_code == 422
    assert "请填写“身份证号码”" in refused.content.decode()
    assert DraftField.objects.get(code="address").value == "测试路2号"
    assert client.post(f"{panel}/form", {"do": "submit", "anyway": "1"}).status_code == 303
    assert "已提交，专员正在核对" in text(client, panel)


def test_scripts_get_the_panel_in_place_also_when_something_is_refused(guided: Guided) -> None:
    number, _, client = guided
    answer = client.post(f"/cases/{number}/guidance/answers", {"who": "person"}, **HTMX)  # type: ignore[arg-type]
    body = answer.content.decode()
    assert answer.status_code == 200
    assert body.lstrip().startswith('<div id="guidance"') and "请先回答全部问题" in body


@pytest.mark.clause("T637-8.3.2-c")
def test_a_field_answers_what_the_server_holds_and_a_second_tab_is_told(guided: Guided) -> None:
    number, citizen, client = guided
    actions.start_form(citizen, number)
    address = f"/cases/{number}/guidance/form/address"
    first = client.post(address, {"v-address": "甲路1号", "n-address": "0"}, **HTMX)  # type: ignore[arg-type]
    assert 'name="n-address" value="1"' in first.content.decode() and "已保存" in first.content.decode()
    second = client.post(address, {"v-address": "乙路2号", "n-address": "0"})
    assert second.status_code == 409
    assert "甲路1号" in second.content.decode() and "乙路2号" in second.content.decode()
    made = Suggestion.objects.get()
    form = {"v-address": "乙路2号", "n-address": "0", "do": f"accept:{made.id}"}
    assert client.post(f"/cases/{number}/guidance/form", form).status_code == 303
    assert DraftField.objects.get(code="address").value == "乙路2号"


def test_strangers_get_404_everywhere_and_the_wrong_stage_409(
    city: Cast, guided: Guided, browser: Callable[[str], Client], signed_in: Callable[[Actor], Client]
) -> None:
    number, citizen, client = guided
    answered(number, citizen)
    actions.start_form(citizen, number)
    need = Need.objects.first()
    assert need is not None
    panel, desk = f"/cases/{number}/guidance", f"/desk/cases/{number}/guidance"
    stranger, other = browser("nothing"), signed_in(city.stranger)
    assert stranger.get(panel).status_code == 404
    assert other.get(desk).status_code == 404
    posts = [
        f"{panel}/answers",
        f"{panel}/form/start",
        f"{panel}/form",
        f"{panel}/form/name",
        f"{panel}/materials/{need.id}/tick",
    ]
    assert {stranger.post(address, {"v-name": "x", "n-name": "1"}).status_code for address in posts} == {404}
    posts = [
        f"{desk}/{name}" for name in ("entry", "answers", "list", "form/start", "suggest", "checks", "checks/conclude")
    ]
    assert {other.post(address).status_code for address in posts} == {404}
    Case.objects.filter(number=number).update(state="consult")
    assert client.post(f"{panel}/form", {"v-name": "李四", "n-name": "1"}).status_code == 409
    assert signed_in(city.specialist).post(f"{desk}/entry").status_code == 409
    assert browser("nothing").get(f"{desk}").status_code == 303


def test_markup_from_either_side_is_shown_as_words(
    city: Cast, guided: Guided, signed_in: Callable[[Actor], Client]
) -> None:
    number, citizen, client = guided
    answered(number, citizen)
    actions.start_form(citizen, number)
    filled(number, citizen, name=SCRIPT, address=SCRIPT, request=SCRIPT)
    actions.suggest_value(city.specialist, number, "request", "<b>申领</b>", SCRIPT)
    need = Need.objects.get(name="申请表")
    file = SimpleUploadedFile(f"{SCRIPT}.txt", "内容".encode())
    assert client.post(f"/cases/{number}/guidance/materials/{need.id}/file", {"file-1": file}).status_code == 303
    for page in (
        text(client, f"/cases/{number}/guidance"),
        text(signed_in(city.specialist), f"/desk/cases/{number}/guidance"),
    ):
        assert SCRIPT not in page and "<b>申领" not in page
        assert "&lt;script&gt;" in page


def test_a_wrong_file_is_refused_with_what_is_allowed(guided: Guided) -> None:
    number, citizen, client = guided
    answered(number, citizen)
    need = Need.objects.get(name="申请表")
    address = f"/cases/{number}/guidance/materials/{need.id}/file"
    refused = client.post(address, {"file": SimpleUploadedFile("a.exe", b"MZ\x00\x01")})
    assert refused.status_code == 422 and "不支持这种文件" in refused.content.decode()
    assert client.post(address).status_code == 422


@pytest.mark.clause("T637-8.3.2-a")
def test_following_the_entry_goes_to_the_form_and_is_counted(
    city: Cast, guided: Guided, signed_in: Callable[[Actor], Client], browser: Callable[[str], Client]
) -> None:
    number, _, client = guided
    desk = signed_in(city.specialist)
    assert desk.post(f"/desk/cases/{number}/guidance/entry").status_code == 303
    page = text(client, f"/cases/{number}/guidance")
    (address,) = set(re.findall(rf"/cases/{number}/guidance/entry/[0-9a-f-]+", page))
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Location"]) == (302, "https://example.org/apply")
    assert browser("nothing").get(address).status_code == 404
    assert "已打开 1 次" in text(desk, f"/desk/cases/{number}/guidance")


@pytest.mark.clause("T637-4-f", "T637-8.3.3-d")
def test_a_specialist_checks_twice_and_sends_one_notice(
    city: Cast, guided: Guided, signed_in: Callable[[Actor], Client]
) -> None:
    number, citizen, client = guided
    desk, base = signed_in(city.specialist), f"/desk/cases/{number}/guidance"
    answered(number, citizen)
    actions.start_form(citizen, number)
    filled(number, citizen, name="李四")
    assisted(city, number, citizen)
    actions.submit_draft(citizen, number)
    assert desk.post(f"{base}/checks").status_code == 303
    page = text(desk, base)
    assert "要件核对（第1轮）" in page and "要素校勘（第1轮）" in page and "与咨询时留下的姓名不一致" in page
    line = re.findall(rf'action="{base}/checks/([0-9a-f-]{{36}})"', page)[0]
    assert desk.post(f"{base}/checks/{line}", {"verdict": "ok", "note": ""}).status_code == 422
    assert desk.post(f"{base}/checks/conclude").status_code == 409
    for kind in ("documents", "elements"):
        assert desk.post(f"{base}/checks/confirm", {"kind": kind}).status_code == 303
    assert desk.post(f"{base}/checks/conclude").status_code == 303
    told = text(client, f"/cases/{number}/guidance")
    assert "下面标出的内容需要补正" in told and "需更正" in told


def test_the_desk_sees_masked_numbers_and_a_full_one_only_for_a_reason(
    city: Cast, guided: Guided, signed_in: Callable[[Actor], Client]
) -> None:
    number, citizen, _ = guided
    actions.start_form(citizen, number)
    desk, base = signed_in(city.specialist), f"/desk/cases/{number}/guidance"
    assert "13900000001" not in text(desk, base)
    assert desk.post(f"{base}/reveal", {"field": "phone", "reason": ""}).status_code == 422
    shown = desk.post(f"{base}/reveal", {"field": "phone", "reason": "核对联系电话"})
    assert "13900000001" in shown.content.decode()


def test_a_finished_check_is_shown_as_passed(city: Cast, guided: Guided) -> None:
    number, citizen, client = guided
    answered(number, citizen)
    for need in Need.objects.exclude(delivery="exempt"):
        actions.tick_material(citizen, number, need.id, True)
    actions.start_form(citizen, number)
    filled(number, citizen)
    assisted(city, number, citizen)
    actions.submit_draft(citizen, number)
    checked(city, number)
    actions.conclude_checks(city.specialist, number)
    page = text(client, f"/cases/{number}/guidance")
    assert "要件核对和要素校勘均已通过" in page and "3 / 3" in page
