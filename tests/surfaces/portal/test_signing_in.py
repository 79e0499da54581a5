"""Signing in with phone and code, and what the person sees of the own data."""

from __future__ import annotations

import json
import re

import pytest

from bangban.foundation.access.models import Session
from bangban.foundation.notify.models import Delivery
from bangban.registry.people.models import Person
from tests.cast import Cast
from tests.surfaces.portal.browser import PAGE, Browser

PHONE = "13900000009"

pytestmark = pytest.mark.django_db(transaction=True)


def code_sent() -> str:
    """Return the code of the latest message."""
    found = re.search(r"\d{6}", Delivery.objects.order_by("-created_at")[0].text)
    assert found
    return found[0]


def sign_in(browser: Browser) -> None:
    browser.send("/signin/code", phone=PHONE)
    assert browser.send("/signin", phone=PHONE, code=code_sent())["Location"] == "/mine"


@pytest.fixture
def signed_in(transactional_city: Cast, browser: Browser) -> Browser:
    sign_in(browser)
    return browser


def test_without_scripts_the_code_is_asked_for_and_the_phone_stays(transactional_city: Cast, browser: Browser) -> None:
    page = browser.send("/signin/code", phone=PHONE).content.decode()
    assert "验证码已发送" in page
    assert f'value="{PHONE}"' in page


def test_a_script_gets_one_sentence(transactional_city: Cast, browser: Browser) -> None:
    assert "10分钟内有效" in json.loads(browser.script("/signin/code", phone=PHONE).content)["detail"]
    again = browser.script("/signin/code", phone=PHONE)
    assert again.status_code == 409
    assert "秒后再获取" in json.loads(again.content)["detail"]


def test_a_wrong_code_is_told_at_the_field(transactional_city: Cast, browser: Browser) -> None:
    browser.send("/signin/code", phone=PHONE)
    answer = browser.send("/signin", phone=PHONE, code="000000")
    assert answer.status_code == 409
    assert "验证码不正确或已过期" in answer.content.decode()


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_signing_in_never_leads_elsewhere(transactional_city: Cast, browser: Browser, onward: str) -> None:
    browser.send("/signin/code", phone=PHONE)
    assert browser.send("/signin", phone=PHONE, code=code_sent(), next=onward)["Location"] == "/mine"


def test_own_cases_are_there_on_another_phone(signed_in: Browser) -> None:
    case = signed_in.case(phone="")
    assert case.contact_phone == PHONE
    signed_in.send("/signout")
    assert signed_in.get(f"/cases/{case.number}", **PAGE).status_code == 404


@pytest.mark.clause("BJP-4")
def test_own_data_is_shown_masked(signed_in: Browser) -> None:
    page = signed_in.open("/me")
    assert "139****0009" in page
    assert PHONE not in page
    assert "手机已验证" in page
    assert "还没有人查看过您的完整信息" in page


def test_guests_are_asked_to_sign_in_first(transactional_city: Cast, browser: Browser) -> None:
    assert browser.get("/me", **PAGE)["Location"] == "/signin?next=/me"


def test_large_type_is_remembered_with_the_person(signed_in: Browser) -> None:
    answer = signed_in.send("/me", elder="1")
    assert answer.cookies["mode"].value == "elder"
    assert Person.objects.get().elder is True
    assert 'data-mode="elder"' in signed_in.open("/me")


def test_another_device_can_be_signed_out(signed_in: Browser) -> None:
    other = Session.objects.exclude(session_key=signed_in.session.session_key)
    assert other.filter(account__isnull=False).count() == 0
    page = signed_in.open("/me")
    assert "本机" in page and "让它退出" not in page
    assert signed_in.send("/me/sessions/end", reference="unknown").status_code == 404
