"""The kiosk in a real browser: a number by touch, sizes for fingers and old eyes, nothing left for the next person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bangban.services.queues.models import Ticket
from tests.browser import CHROMIUM, chromium
from tests.cast import make_city
from tests.hall import KIOSK_KEY, RATING_KEY, Hall, make_hall

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"NO CHROMIUM at {CHROMIUM}: the kiosk was NOT touched"),
]
FINGER, OLD_FINGER = 60, 72
READABLE, OLD_EYES = 22, 28
TARGETS = """() => [...document.querySelectorAll('a, button, input:not([type=hidden]), summary')].filter(one => one.checkVisibility())
  .map(one => (one.matches('input[type=checkbox]') ? one.closest('label') : one)).map(one => [one.innerText || one.id, one.getBoundingClientRect()])
  .map(([name, box]) => ({name, height: box.height, width: box.width}))"""
SIZES = """() => [...document.querySelectorAll('#kiosk *')].filter(one => one.checkVisibility() && !one.closest('.sr-only'))
  .filter(one => [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()))
  .map(one => ({text: one.textContent.trim().slice(0, 30), size: parseFloat(getComputedStyle(one).fontSize)}))"""


@pytest.fixture
def standing(transactional_db: None) -> Hall:
    """A hall in a database that commits, with nobody waiting."""
    return make_hall(make_city())


@pytest.fixture
def kiosk(standing: Hall, live_server: Any) -> Iterator[Page]:
    """A kiosk of 1080 x 1920 that was set up with a printer."""
    yield from _machine(f"{live_server.url}/hall/pair/?key={KIOSK_KEY}", 1080, 1920)


def _machine(address: str, width: int, height: int) -> Iterator[Page]:
    with chromium() as browser:
        page = browser.new_context(viewport={"width": width, "height": height}, has_touch=True).new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda line: wrong.append(line.text) if "Content Security" in line.text else None)
        page.add_init_script("window.said = []; speechSynthesis.speak = (one) => said.push(one.lang + ' ' + one.text)")
        page.add_init_script("window.print = () => { window.printed = (window.printed ?? 0) + 1 }")
        page.clock.install()
        page.goto(address)
        page.get_by_role("button", name="用作这台机器").tap()
        yield page
    assert wrong == []


def at(page: Page, name: str) -> None:
    """Wait for a screen, and for the scripts that take it over."""
    page.locator(f"#kiosk[data-screen={name}]").wait_for()
    page.wait_for_load_state()


def fits(page: Page, finger: float, eyes: float) -> None:
    """See that every target is large enough for a finger, every word for the eyes, and nothing is wider than the screen."""
    small = [one for one in page.evaluate(TARGETS) if one["height"] < finger or one["width"] < finger]
    assert small == []
    assert [one for one in page.evaluate(SIZES) if one["size"] < eyes] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 1080


@pytest.mark.clause("DB23-7.1", "DB23-6.7.3", "T637-6.1.5-g")
def test_a_number_is_taken_by_touch_printed_and_forgotten(kiosk: Page) -> None:
    at(kiosk, "home")
    fits(kiosk, FINGER, READABLE)
    kiosk.get_by_text("取号", exact=True).first.tap()
    at(kiosk, "take")
    fits(kiosk, FINGER, READABLE)
    kiosk.get_by_role("link", name="社保", exact=True).tap()
    kiosk.locator(".k-hint", has_text="与“社保”有关").wait_for()
    kiosk.get_by_role("button", name="大字").tap()
    kiosk.locator(".k-class").first.tap()
    at(kiosk, "confirm")
    fits(kiosk, OLD_FINGER, OLD_EYES)
    kiosk.locator(".k-flag", has_text="老年人").tap()
    kiosk.locator("summary").tap()
    for digit in "13900000001":
        kiosk.locator(f".k-key[data-key='{digit}']").tap()
    assert kiosk.locator("#phone").input_value() == "13900000001"
    kiosk.locator("button[form=take-form]").dblclick()
    at(kiosk, "ticket")
    # From here on time goes on only when told, or the screen would be gone before a busy machine has made the paper.
    kiosk.clock.pause_at(kiosk.evaluate("Date.now()") / 1000 + 2)
    expect(kiosk.locator(".k-ticket__label")).to_have_text("A001")
    fits(kiosk, OLD_FINGER, OLD_EYES)
    kiosk.clock.run_for(1000)
    kiosk.wait_for_function("window.printed === 1")
    _paper(kiosk)
    kiosk.clock.run_for(20_000)
    at(kiosk, "home")
    assert kiosk.locator("html").get_attribute("data-mode") == "standard"
    assert "13900000001" not in kiosk.content()
    assert kiosk.url.endswith("/hall/kiosk/")


def _paper(page: Page) -> None:
    """See that the paper is 80 mm wide, one page, and shows the slip alone."""
    page.emulate_media(media="print")
    expect(page.locator(".slip")).to_be_visible()
    expect(page.locator(".k-foot")).to_be_hidden()
    assert page.locator(".slip").bounding_box()["width"] == pytest.approx(302, abs=2)  # type: ignore[index]
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", page.pdf(prefer_css_page_size=True))
    assert [(round(float(wide)), round(float(high))) for wide, high in boxes] == [(227, 425)]
    page.emulate_media(media="screen")


def test_whoever_goes_away_leaves_nothing_behind(kiosk: Page) -> None:
    at(kiosk, "home")
    kiosk.get_by_text("找地方").tap()
    at(kiosk, "places")
    kiosk.locator("#k-q").fill("我的私事")
    kiosk.clock.run_for(47_000)
    expect(kiosk.locator("[data-still]")).to_be_visible()
    kiosk.locator("[data-still-here]").tap()
    expect(kiosk.locator("[data-still]")).to_be_hidden()
    assert kiosk.locator("#k-q").input_value() == "我的私事"
    kiosk.clock.run_for(61_000)
    at(kiosk, "home")
    kiosk.go_back()
    at(kiosk, "home")
    assert "我的私事" not in kiosk.content()


def test_controls_come_low_for_a_wheelchair(kiosk: Page) -> None:
    at(kiosk, "home")
    kiosk.get_by_role("button", name="控件下移").tap()
    kiosk.locator('[data-panel="low"]').first.wait_for(state="attached")
    at(kiosk, "home")
    tops = kiosk.evaluate(
        "[...document.querySelectorAll('#kiosk a, #kiosk button')].filter(x => x.checkVisibility())"
        ".map(x => x.getBoundingClientRect().top)"
    )
    assert min(tops) > 1920 * 0.42
    fits(kiosk, FINGER, READABLE)


@pytest.mark.clause("DB23-6.7.3")
def test_prompts_are_spoken_only_when_asked_for_and_by_whichever_engine(kiosk: Page) -> None:
    at(kiosk, "home")
    kiosk.get_by_text("取号", exact=True).first.tap()
    at(kiosk, "take")
    assert kiosk.evaluate("said") == []
    kiosk.get_by_role("button", name="语音提示").tap()
    assert kiosk.evaluate("said")[0].startswith("zh-CN 您要办什么")
    kiosk.evaluate("document.addEventListener('kiosk:speak', (event) => event.preventDefault())")
    kiosk.locator(".k-class").first.tap()
    at(kiosk, "confirm")
    assert len(kiosk.evaluate("said")) == 1
    kiosk.evaluate("delete window.speechSynthesis")
    kiosk.get_by_role("link", name="返回").tap()
    at(kiosk, "take")


def test_without_the_house_the_kiosk_says_so_and_comes_back(kiosk: Page) -> None:
    at(kiosk, "home")
    kiosk.context.set_offline(True)
    kiosk.get_by_text("找地方").tap()
    expect(kiosk.locator("[data-away]")).to_be_visible()
    kiosk.context.set_offline(False)
    kiosk.clock.run_for(11_000)
    at(kiosk, "home")
    expect(kiosk.locator("[data-away]")).to_be_hidden()


def test_a_rating_device_has_targets_for_fingers_and_keeps_to_its_screen(standing: Hall, live_server: Any) -> None:
    from bangban.oversight.evaluation.options import install_options
    from tests.surfaces.hall.kiosk.conftest import served

    install_options()
    served(standing)
    for page in _machine(f"{live_server.url}/hall/pair/?key={RATING_KEY}", 1024, 600):
        page.locator(".r-ask").wait_for()
        assert page.locator("input:checked").count() == 0
        expect(page.locator(".r-send")).to_be_disabled()
        page.locator(".r-grade").nth(1).tap()
        page.locator(".r-ask[data-chosen]").wait_for()
        boxes = [one.bounding_box() for one in page.locator(".r-grade, .r-option:visible, .r-send").all()]
        assert [box for box in boxes if box is None or box["height"] < 44 or box["y"] + box["height"] > 600] == []
        page.clock.run_for(61_000)
        page.locator(".r-idle").wait_for()
    from bangban.oversight.evaluation.models import Rating

    assert not Rating.objects.exists()
    assert Ticket.objects.get().state == "done"
