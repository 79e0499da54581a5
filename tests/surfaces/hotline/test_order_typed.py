"""The order form in a browser: what was typed outlives a lost sign-in and a wrong word, and nobody conflicts with himself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Page, Route, expect

import bangban
from tests.browser import CHROMIUM, chromium

SCRIPT = Path(bangban.__file__).parent / "surfaces/hotline/static/hotline/order.js"
HERE = "http://order.test"
PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><body><form id="filling" action="/save" data-filling="GD1" data-again="/again">
<input type="hidden" name="csrfmiddlewaretoken" value="x"><p data-filling-state></p>
<div class="field"><input name="contact_phone" value="{contact_phone}"></div>
<div class="field"><textarea name="course">{course}</textarea></div>
<div class="field"><select name="kind"><option value="">-</option><option value="odd">odd</option></select></div></form>
<script type="module" src="/order.js"></script></body></html>"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Chromium"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


class House:
    """What the page talks to: fields as the hotline keeps them, a phone of eleven digits, a sign-in that may lapse."""

    def __init__(self) -> None:
        self.held = {"contact_phone": "", "course": "", "kind": ""}
        self.signed_in, self.asked_again = True, 0

    def answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(HERE)
        if path == "/":
            return route.fulfill(body=PAGE.format(**self.held), content_type="text/html; charset=utf-8")
        if path == "/order.js":
            return route.fulfill(body=SCRIPT.read_bytes(), content_type="text/javascript")
        if path == "/again":
            self.asked_again += 1
            return route.fulfill(body=PAGE.format(**self.held), content_type="text/html; charset=utf-8")
        if path != "/save":
            return route.fulfill(status=404)
        if not self.signed_in:
            return route.fulfill(status=401, json={"detail": "登录已失效，请重新登录。"})
        return route.fulfill(json=self.save(parse_qs(route.request.post_data or "", keep_blank_values=True)))

    def save(self, sent: dict[str, list[str]]) -> dict[str, dict[str, str]]:
        told: dict[str, dict[str, str]] = {"saved": {}, "conflicts": {}, "problems": {}}
        for name in self.held.keys() & sent.keys():
            wanted, base = sent[name][0].replace(" ", ""), sent.get(f"base.{name}", [""])[0]
            if (name == "contact_phone" and len(wanted) != 11) or wanted == "odd":
                told["problems"][name] = "请核对。"
            elif wanted != self.held[name] and base != self.held[name]:
                told["conflicts"][name] = self.held[name]
            else:
                self.held[name] = told["saved"][name] = wanted
        return told


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def page(browser: Browser, house: House) -> Iterator[Page]:
    context = browser.new_context()
    one = context.new_page()
    one.route("**/*", house.answer)
    one.goto(HERE + "/")
    yield one
    context.close()


def typed(page: Page, name: str, text: str) -> None:
    field = page.locator(f"[name={name}]")
    field.fill(text)
    field.blur()


def test_a_value_that_was_refused_or_tidied_is_mended_without_a_conflict(page: Page, house: House) -> None:
    state = page.locator("[data-filling-state]")
    typed(page, "contact_phone", "139")
    expect(state).to_have_text("有 1 处需要核对")
    typed(page, "contact_phone", "139 0000 0012")
    expect(state).to_have_text("已保存")
    assert house.held["contact_phone"] == "13900000012"
    typed(page, "contact_phone", "13900000013")
    expect(state).to_have_text("已保存")
    assert house.held["contact_phone"] == "13900000013"


def test_what_was_typed_after_the_sign_in_lapsed_is_there_after_a_reload_and_is_saved(page: Page, house: House) -> None:
    house.signed_in = False
    typed(page, "course", "工地夜间施工")
    expect(page.locator("[data-filling-state]")).to_have_text("登录已失效，请重新登录。")
    house.signed_in = True
    page.reload()
    expect(page.locator("[name=course]")).to_have_value("工地夜间施工")
    expect(page.locator("[data-filling-state]")).to_have_text("已保存")
    assert json.dumps(house.held["course"]) == json.dumps("工地夜间施工")


def test_a_wrong_value_is_still_there_after_a_reload_and_asks_for_no_new_form(page: Page, house: House) -> None:
    state = page.locator("[data-filling-state]")
    typed(page, "contact_phone", "139")
    expect(state).to_have_text("有 1 处需要核对")
    page.locator("[name=kind]").select_option("odd")
    expect(page.locator(".field--error")).to_have_count(2)
    page.reload()
    expect(page.locator("[name=contact_phone]")).to_have_value("139")
    expect(state).to_have_text("有 2 处需要核对")
    assert house.asked_again == 0
