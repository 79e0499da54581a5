"""Registering: what is missing is told at the field, nothing typed is lost, nothing is opened twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from bangban.foundation.clocks.moment import stand_at
from bangban.foundation.privacy.models import Consent
from bangban.registry.catalog.models.items import Item
from bangban.services.cases.models import Case
from bangban.surfaces.portal import opening
from tests.cast import NIGHT, Cast
from tests.goods import published_item
from tests.surfaces.portal.browser import NEED, PAGE, Browser


def test_a_complete_form_opens_a_case_that_its_page_shows(city: Cast, browser: Browser) -> None:
    case = browser.case()
    page = browser.open(f"/cases/{case.number}")
    assert NEED in page
    assert "已送到广州市政务服务中心" in page
    assert case.contact_phone == "13900000001"


@pytest.mark.clause("T637-8.1-b")
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"phone": ""}, "请留下联系电话"),
        ({"phone": "12345"}, "请填写11位手机号"),
        ({"question": ""}, "请写下您想咨询或办理的事情"),
        ({"question": "长" * 2001}, "最多2000字"),
        ({"notice": ""}, "请先阅读个人信息处理告知"),
        ({"user_kind": "robot"}, "请选择办事身份"),
        ({"service": "agency"}, "请选择需要的服务"),
    ],
)
def test_what_is_missing_is_told_and_the_typed_text_stays(
    city: Cast, browser: Browser, changes: dict[str, str], sentence: str
) -> None:
    answer = browser.register(**{"name": "欧阳小明", **changes})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "欧阳小明" in page
    assert Case.objects.count() == 0


def test_the_same_form_sent_twice_opens_one_case(city: Cast, browser: Browser) -> None:
    form = browser.form_id()
    first, second = browser.register(form_id=form), browser.register(form_id=form)
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1


def test_a_changed_form_is_another_case(city: Cast, browser: Browser) -> None:
    form = browser.form_id()
    browser.register(form_id=form)
    browser.register(form_id=form, question="另外一件事：居住证怎么办？")
    assert Case.objects.count() == 2


def test_another_browser_with_the_same_form_id_gets_its_own_case(city: Cast, browser: Browser) -> None:
    form = browser.form_id()
    browser.register(form_id=form)
    stranger = Browser()
    stranger.form_id()
    stranger.register(form_id=form)
    assert Case.objects.count() == 2


def test_a_form_without_its_token_is_refused(city: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/cases/new", {"question": NEED}, HTTP_ACCEPT="text/html")
    assert answer.status_code == 403
    assert "刷新页面" in answer.content.decode()


def test_reading_the_notice_is_kept_with_the_case(city: Cast, browser: Browser) -> None:
    case = browser.case()
    assert Consent.objects.get(record_id=case.id).purpose == "notice:personal_information"


@pytest.mark.clause("T637-7.2-e")
def test_a_request_for_guidance_names_item_service_and_wishes(city: Cast, item: Item, browser: Browser) -> None:
    case = browser.case(item=item.code, service="guide", way="phone", time="morning", confidential="1")
    assert (case.item_id, case.wanted_service, case.confidential) == (item.id, "guide", True)
    assert case.question.endswith("（希望联系方式：打电话给我；希望联系时间：上午）")


@pytest.mark.clause("T637-7.1-a")
def test_a_service_that_the_list_does_not_offer_falls_back_to_advice(city: Cast, browser: Browser) -> None:
    plain = published_item(city.department.id, "公园年票", code="T009", services=("consult",))
    page = browser.open(f"/cases/new?service=assist&item={plain.code}")
    assert "服务清单没有为这个事项开放帮办" in page
    assert 'value="assist"' not in page


@pytest.mark.clause("BJ-6-b")
def test_outside_service_hours_the_page_says_when_somebody_answers(city: Cast, browser: Browser) -> None:
    stand_at(NIGHT)
    assert "人工休息中，明天（周四）9:00上线" in browser.open("/cases/new")
    case = browser.case()
    assert "广州市政务服务中心将在明天（周四）9:00开始受理" in browser.open(f"/cases/{case.number}")


def test_script_in_every_field_is_shown_as_text(city: Cast, browser: Browser) -> None:
    bad = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"
    page = browser.register(question=bad, name=bad, phone=bad, item=bad, way=bad, time=bad).content.decode()
    assert "<script>alert" not in page and "<img src=x" not in page
    case = browser.case(question=bad, name=bad)
    for address in (f"/cases/{case.number}", f"/cases/{case.number}/progress", "/mine", "/"):
        page = browser.open(address)
        assert "<script>alert" not in page and "<img src=x" not in page


def test_the_code_is_shown_until_it_is_kept(city: Cast, browser: Browser) -> None:
    case = browser.case()
    code = browser.code_of(case.number)
    assert code in browser.open(f"/cases/{case.number}")
    browser.send(f"/cases/{case.number}/saved")
    assert code not in browser.open(f"/cases/{case.number}")


def test_a_late_night_case_is_promised_for_the_next_opening(city: Cast, browser: Browser) -> None:
    stand_at(NIGHT)
    case = browser.case()
    assert case.promised_at is not None
    assert case.promised_at - NIGHT < timedelta(hours=14)


def test_two_presses_at_the_same_moment_open_one_case(
    city: Cast, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = browser.form_id()
    first = browser.register(form_id=form)
    looks: list[None] = [None]
    known = opening._known
    monkeypatch.setattr(opening, "_known", lambda key: looks.pop() if looks else known(key))
    assert browser.register(form_id=form)["Location"] == first["Location"]
    assert Case.objects.count() == 1


def test_a_shared_computer_forgets_the_cases_when_asked(city: Cast, browser: Browser) -> None:
    case = browser.case()
    assert browser.get(f"/cases/{case.number}", **PAGE)["Cache-Control"] == "private, no-store"
    assert "清除本机的办件记录" in browser.open("/mine")
    browser.send("/signout")
    assert browser.get(f"/cases/{case.number}", **PAGE).status_code == 404
