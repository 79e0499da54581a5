"""A long list is found by a part of the name or its initials, by keyboard and finger; without scripts it is a select."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

import bangban
from tests.browser import CHROMIUM, chromium

STATICS = [Path(bangban.__file__).parent / "surfaces" / name / "static" for name in ("desk", "ui")]
HERE = "http://desk.test"
KINDS = {".js": "text/javascript", ".css": "text/css"}
OPTIONS = {
    "030101": "交通出行 / 道路与停车 / 道路破损", "040101": "城乡建设 / 施工管理 / 施工噪声", "050101": "医疗卫生 / 长期护理",
    "060101": "劳动就业 / 工资与合同 / 拖欠工资", "070101": "城市管理 / 道路保洁",
}  # fmt: skip
LINES = "".join(f'<option value="{code}">{path}</option>' for code, path in OPTIONS.items())
PAGE = f"""<!doctype html><html lang="zh-CN" data-surface="desk"><meta charset="utf-8"><link rel="stylesheet" href="/desk/desk.css">
<script type="module">import {{ startChoosers }} from "/desk/chooser.js"; startChoosers();</script>
<form><div class="field"><label class="field__label" for="f-c">事项分类</label><span class="select">
<select class="input" id="f-c" name="category" required data-chooser><option value="">请选择</option>{LINES}</select></span></div>
<button type="button" data-fill="category" data-value="060101">建议</button><button>保存</button></form>"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Chromium"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def answer(route: Route) -> None:
    path = route.request.url.removeprefix(HERE).partition("?")[0]
    if path == "/":
        return route.fulfill(body=PAGE, content_type="text/html; charset=utf-8")
    file = next((folder / path.lstrip("/") for folder in STATICS if (folder / path.lstrip("/")).is_file()), None)
    if file is None:
        return route.fulfill(status=404)
    return route.fulfill(body=file.read_bytes(), content_type=KINDS[file.suffix])


def opened(browser: Browser, **options: object) -> Page:
    page = browser.new_context(**options).new_page()  # type: ignore[arg-type]
    page.route("**/*", answer)
    page.goto(HERE + "/")
    return page


def lines(page: Page) -> list[str]:
    return [line.split("\n")[0] for line in page.locator("[role=option]").all_inner_texts()]


def value(page: Page) -> str:
    return page.locator("select").input_value()


@pytest.mark.parametrize(
    ("typed", "found"),
    [("破", ["道路破损"]), ("dlps", ["道路破损"]), ("cqhl", ["长期护理"]), ("dl", ["道路破损", "道路保洁"]),
     ("城乡 噪声", ["施工噪声"]), ("cs dl", ["道路保洁"]), ("gzyht", ["拖欠工资"]), ("zzz", [])],
)  # fmt: skip
def test_a_class_is_found_by_any_part_of_its_path_or_its_initials(
    browser: Browser, typed: str, found: list[str]
) -> None:
    page = opened(browser)
    page.get_by_role("combobox").press_sequentially(typed)
    assert lines(page) == found
    if not found:
        expect(page.get_by_text("没有找到")).to_be_visible()


def test_the_keyboard_alone_chooses_keeps_and_takes_back(browser: Browser) -> None:
    page = opened(browser)
    box = page.get_by_role("combobox")
    expect(box).to_have_attribute("id", "f-c")
    box.focus()
    box.press("ArrowDown")
    assert lines(page)[0] == "拖欠工资", "what the page suggests comes first"
    box.press("ArrowDown")
    box.press("ArrowDown")
    at = page.locator("[data-at]")
    expect(box).to_have_attribute("aria-activedescendant", at.get_attribute("id") or "")
    box.press("Enter")
    assert value(page) == "030101"
    expect(box).to_have_value("交通出行 › 道路与停车 › 道路破损")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press_sequentially("zzz")
    box.press("Escape")
    expect(box).to_have_value("交通出行 › 道路与停车 › 道路破损")
    box.press_sequentially("not a class")
    box.press("Tab")
    assert value(page) == "030101"
    box.fill("")
    box.press("Tab")
    assert value(page) == ""


def test_words_that_were_never_chosen_do_not_send_another_choice(browser: Browser) -> None:
    page = opened(browser)
    page.locator("select").select_option("040101")
    box = page.get_by_role("combobox")
    box.press_sequentially("zzz")
    assert not page.evaluate("document.forms[0].checkValidity()")
    assert "zzz" in box.evaluate("box => box.validationMessage")
    box.press("Escape")
    expect(box).to_have_value("城乡建设 › 施工管理 › 施工噪声")
    assert page.evaluate("document.forms[0].checkValidity()")
    box.fill("护理")
    box.press("Enter")
    assert value(page) == "050101"
    assert page.evaluate("document.forms[0].checkValidity()")


def test_a_finger_chooses_on_a_phone_and_nothing_is_wider_than_it(browser: Browser) -> None:
    page = opened(browser, viewport={"width": 390, "height": 700}, has_touch=True)
    page.get_by_role("combobox").tap()
    page.get_by_role("option", name="施工噪声").tap()
    assert value(page) == "040101"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_whatever_writes_into_the_select_is_shown(browser: Browser) -> None:
    page = opened(browser)
    page.locator("select").select_option("040101")
    expect(page.get_by_role("combobox")).to_have_value("城乡建设 › 施工管理 › 施工噪声")


def test_without_scripts_it_is_the_select(browser: Browser) -> None:
    page = opened(browser, java_script_enabled=False)
    page.get_by_label("事项分类").select_option("030101")
    assert value(page) == "030101"
