"""The hotline on a telephone in a real browser: words kept, emergencies answered while typing, everything fits the screen."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import CHROMIUM, chromium
from tests.e2e.house import ROOT, House, own_database

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"NO CHROMIUM at {CHROMIUM}: the pages were NOT tested"),
]
STORY = f"""
import json, os, sys
sys.path.insert(0, {str(ROOT)!r})
from bangban.upkeep import migrate_now, open_house
open_house()
migrate_now()
from bangban.foundation.access.actors import Actor
from bangban.services.cases.actions import NewCase, claim, close, open_case, sort
from bangban.services.hotline.actions.answering import answer
from bangban.services.hotline.actions.web_forms import WebForm, receive_form
from bangban.services.hotline.actions.registering import register, save, take
from tests.cast import make_city
from tests.hotline import PENSION, make_hotline
city, line = make_city(), make_hotline()
visitor = Actor("guest", "guest:web")
done = receive_form(visitor, WebForm("consultation", "父亲明年退休，养老金怎么领？", phone="13900000077", name="李明"), "f1")
number = done.order.number
take(line.agent, number)
save(line.agent, number, {{"category": PENSION, "consultation_kind": "policy"}})
register(line.agent, number)
answer(line.agent, number, "退休前一个月，本人或委托人带身份证到社保中心办理，也可以网上申报。", "answered", "agent")
case = open_case(visitor, NewCase("窗口人员态度恶劣，我要投诉", phone="13900000077", name="李明"))
claim(city.guide, case.case.number)
sort(city.guide, case.case.number, {{"need_summary": "投诉态度", "scope": "out_of_scope", "question_type": "other"}})
path = {{"department": "12345政务服务便民热线", "phone": "12345"}}
close(city.guide, case.case.number, {{"out_of_scope_class": "complaint", "path": path}})
told = {{"order": [number, done.code], "case": [case.case.number, case.token]}}
open(os.environ["TOLD"], "w").write(json.dumps(told))
"""
WIDTH_IS_KEPT = "() => document.documentElement.scrollWidth <= window.innerWidth"
SIZES = [(390, 844, ""), (1280, 900, ""), (390, 844, "elder"), (1280, 900, "elder")]


@pytest.fixture(autouse=True)
def _empty_ledger_after() -> None:
    """These stories have a database of their own, and this thread may not use Django's while the browser runs."""


class HotlineHouse(House):
    """The city of the tests with its hotline, served; `told` holds numbers and codes."""

    told: dict[str, list[str]]

    def start(self) -> None:
        """Build the city and bring up its pages."""
        from tests.cast import WORKING_MORNING

        note = Path(self.folder) / "told.json"
        os.environ["TOLD"] = str(note)
        self._run("-c", STORY)
        self.told = json.loads(note.read_text())
        self.address = self._serve(WORKING_MORNING)
        self._wait(self.address)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HotlineHouse]:
    """A running house with a hotline."""
    with own_database(os.environ["BANGBAN_DATABASE_URL"]) as url:
        built = HotlineHouse(tmp_path_factory.mktemp("hotline"), url)
        try:
            built.start()
            yield built
        finally:
            built.stop()


@pytest.fixture(scope="module")
def browser(house: HotlineHouse) -> Iterator[Browser]:
    """Headless Chromium for this file."""
    with chromium() as started:
        yield started


def visit(browser: Browser, house: House, width: int, height: int, mode: str = "") -> Page:
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    if mode:
        context.add_cookies([{"name": "mode", "value": mode, "url": house.address}])
    return context.new_page()


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("BANGBAN_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def open_with_code(page: Page, house: HotlineHouse, what: str) -> None:
    number, code = house.told[what]
    page.goto(f"{house.address}/{'hotline' if what == 'order' else 'cases'}/find")
    page.fill("input[name=number]", number)
    page.fill("input[name=code]", code)
    page.click("main button[type=submit]")
    page.wait_for_url(f"**/{number}")


def test_an_emergency_is_answered_while_typing_and_the_words_survive_a_reload(
    browser: Browser, house: HotlineHouse
) -> None:
    page = visit(browser, house, 390, 844)
    page.goto(f"{house.address}/hotline/new")
    page.check("input[name=kind][value=help_request]")
    page.locator("#f-course").press_sequentially("我家厨房着火了，火很大")
    expect(page.locator("#alarm a[href='tel:119']")).to_be_visible()
    # The number to dial must be on the screen where somebody types.
    page.wait_for_function("() => document.querySelector('#alarm').getBoundingClientRect().top >= 0")
    page.wait_for_function("() => document.querySelector('#alarm').getBoundingClientRect().top <= 844")
    if folder := os.environ.get("BANGBAN_PICTURES"):
        page.screenshot(path=f"{folder}/new-emergency.png")
    page.reload()
    expect(page.locator("#f-course")).to_have_value("我家厨房着火了，火很大")
    page.fill("#f-request", "请派人灭火")
    page.fill("#f-happened", "现在")
    page.fill("#f-place", "幸福路12号3栋")
    page.fill("#f-phone", "13900000055")
    page.check("#f-notice")
    page.click("main form button[type=submit].btn--main")
    page.wait_for_url("**/hotline/GD*")
    expect(page.locator("a[href='tel:119']").first).to_be_visible()
    expect(page.locator(".keycode")).to_contain_text("GD")
    picture(page, "order-emergency")


@pytest.mark.parametrize(("width", "height", "mode"), SIZES)
def test_every_page_fits_its_screen(browser: Browser, house: HotlineHouse, width: int, height: int, mode: str) -> None:
    page = visit(browser, house, width, height, mode)
    for name in ("hotline", "hotline/new", "hotline/find"):
        page.goto(f"{house.address}/{name}")
        assert page.evaluate(WIDTH_IS_KEPT), name
        picture(page, f"{name.replace('/', '-')}-{width}{mode}")
    for what in ("order", "case"):
        open_with_code(page, house, what)
        if what == "case":
            page.goto(f"{page.url}/progress")
            expect(page.locator("#hotline")).to_be_visible()
        assert page.evaluate(WIDTH_IS_KEPT), what
        picture(page, f"{what}-{width}{mode}")


def test_a_citizen_says_more_and_rates_with_a_thumb(browser: Browser, house: HotlineHouse) -> None:
    page = visit(browser, house, 390, 844)
    open_with_code(page, house, "order")
    page.fill("#f-say-text", "委托人要带什么？")
    page.locator("form[action$='/say'] button[type=submit]").click()
    expect(page.locator("#talk .bubble")).to_have_text("委托人要带什么？")
    page.locator("input[name=process][value=yes]").check()
    page.locator("input[name=result][value=yes]").check()
    page.locator("form[action$='/rate'] button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("您的评价：过程满意，结果满意。")
    picture(page, "rated-390")
