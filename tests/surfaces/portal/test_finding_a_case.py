"""Coming back with number and code; strangers learn nothing and are slowed down."""

from __future__ import annotations

import re

import pytest

from tests.cast import Cast
from tests.surfaces.portal.browser import PAGE, Browser


@pytest.mark.clause("BJP-5")
def test_number_and_code_open_the_case_in_another_browser(city: Cast, browser: Browser) -> None:
    case = browser.case()
    other = Browser()
    answer = other.send("/cases/find", number=case.number.lower(), code=browser.code_of(case.number))
    assert answer["Location"] == f"/cases/{case.number}"
    assert other.open(f"/cases/{case.number}")
    assert case.number in other.open("/mine")


def test_a_wrong_code_and_a_wrong_number_get_the_same_answer(city: Cast, browser: Browser) -> None:
    case = browser.case()
    stranger = Browser()
    wrong_code = stranger.send("/cases/find", number=case.number, code="wrong")
    wrong_number = stranger.send("/cases/find", number="ZX2611180000999", code="wrong")
    assert (wrong_code.status_code, wrong_number.status_code) == (404, 404)
    pages = [
        answer.content.decode().replace(case.number, "").replace("ZX2611180000999", "")
        for answer in (wrong_code, wrong_number)
    ]
    assert "编号或查询码不对" in pages[0]
    assert shown(pages[0]) == shown(pages[1])


def shown(page: str) -> str:
    """Return what the person sees: the page's content without its tokens."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page.split("<main")[1])


@pytest.mark.clause("BJP-4")
def test_somebody_elses_case_looks_like_none_at_all(city: Cast, browser: Browser) -> None:
    case = browser.case()
    stranger = Browser()
    for address in ("", "/progress", "/now", "/story", "/messages"):
        assert stranger.get(f"/cases/{case.number}{address}", **PAGE).status_code == 404
    for address in ("/say", "/read", "/typing", "/consent", "/result", "/withdraw", "/files", "/human", "/solved"):
        assert stranger.send(f"/cases/{case.number}{address}", text="您好").status_code == 404
    assert stranger.get(f"/rate/{case.number}", **PAGE).status_code == 404


def test_guessing_numbers_is_slowed_down(city: Cast, browser: Browser) -> None:
    answers = [browser.get(f"/cases/ZX26111800{place:05}", **PAGE).status_code for place in range(25)]
    assert answers[0] == 404
    assert answers[-1] == 429


def test_guessing_codes_is_slowed_down_too(city: Cast, browser: Browser) -> None:
    case = browser.case()
    stranger = Browser()
    answers = [stranger.send("/cases/find", number=case.number, code=f"code{place}") for place in range(25)]
    assert answers[-1].status_code == 429
    assert "秒后再试" in answers[-1].content.decode()


def test_a_new_visitor_sees_no_cases_and_is_told_what_to_do(city: Cast, browser: Browser) -> None:
    assert "这里还没有办件" in browser.open("/mine")


def test_a_link_from_a_text_message_asks_for_the_code_and_tells_nothing(city: Cast, browser: Browser) -> None:
    case = browser.case()
    pages = [Browser().get(f"/cases/{number}", **PAGE) for number in (case.number, "ZX2611180000999")]
    assert [page.status_code for page in pages] == [404, 404]
    told = [shown(page.content.decode()).replace(case.number, "").replace("ZX2611180000999", "") for page in pages]
    assert told[0] == told[1]
    assert "请输入这个编号的查询码" in told[0]
    assert f'value="{case.number}"' in pages[0].content.decode()
