"""The case page says the place in the queue honestly, in both languages (BJ-2-d)."""

from __future__ import annotations

import pytest

from bangban.services.cases.reads import Waiting
from bangban.surfaces.portal.waiting import place_in_queue
from tests.cast import Cast
from tests.services.cases.steps import opened
from tests.services.cases.test_waiting import taken_after
from tests.surfaces.portal.browser import Browser


@pytest.mark.clause("BJ-2-d")
def test_the_page_tells_place_and_expected_wait_and_asks_again_by_itself(city: Cast, browser: Browser) -> None:
    taken_after(city, minutes=3)
    for _ in range(2):
        opened()
    case = browser.case()
    page = browser.open(f"/cases/{case.number}")
    assert "前面还有2人，预计还需约6分钟。" in page
    assert 'hx-trigger="every 30s"' in page
    strip = browser.open(f"/cases/{case.number}/now")
    assert "前面还有2人" in strip


@pytest.mark.clause("BJ-2-d")
def test_without_experience_the_page_tells_the_place_only(city: Cast, browser: Browser) -> None:
    opened()
    page = browser.open(f"/cases/{browser.case().number}")
    assert "前面还有1人。" in page
    assert "预计" not in page


@pytest.mark.parametrize(
    ("waiting", "chinese", "english"),
    [
        (None, "", ""),
        (Waiting(0, None), "您排在最前面。", "You are first in the queue."),
        (Waiting(3, None), "前面还有3人。", "3 ahead of you."),
        (Waiting(0, 61), "您排在最前面，预计还需约2分钟。", "You are first in the queue; the wait is about 2 min."),
        (Waiting(9, 3601), "前面还有9人，预计还需约2小时。", "9 ahead of you; the wait is about 2 h."),
    ],
)
def test_the_sentence_never_says_less_than_is_expected(waiting: Waiting | None, chinese: str, english: str) -> None:
    assert place_in_queue(waiting, "zh") == chinese
    assert place_in_queue(waiting, "en") == english


def test_an_open_page_learns_that_the_loop_is_closed(city: Cast, browser: Browser) -> None:
    case = browser.case()
    assert '<div id="sayended" hx-swap-oob="innerHTML"></div>' in browser.open(f"/cases/{case.number}/now")
    browser.send(f"/cases/{case.number}/withdraw", reason="不用了")
    strip = browser.open(f"/cases/{case.number}/now")
    assert "您已撤回这次咨询。" in strip[strip.index('id="sayended"') :]
