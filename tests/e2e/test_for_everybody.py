"""Large letters without pop-ups for the elderly, and a desk that needs no mouse."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.people import GUIDE, Desk, Someone, register


def test_elder_mode_is_large_has_no_dialogs_and_shows_help_by_telephone(people: Callable[..., Someone]) -> None:
    who = people()
    who.go("/")
    who.press("长辈版")
    expect(who.page.locator("html[data-mode=elder]")).to_have_count(1)
    for path in ("/", "/ask", "/cases/new", "/mine"):
        who.go(path)
        size = who.page.evaluate("parseFloat(getComputedStyle(document.querySelector('main p, main label')).fontSize)")
        assert size >= 18, path
        wide = who.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, path
        expect(who.page.get_by_role("link", name="打电话求助").first).to_be_visible()
        expect(who.page.locator("dialog:modal")).to_have_count(0)
        who.picture(f"elder{path.replace('/', '-')}")
    number, _ = register(who, "社保卡丢了怎么补")
    assert number
    who.says("我眼睛不好，请打电话给我")
    who.picture("elder-case")


def test_a_desk_works_without_a_mouse(people: Callable[..., Someone], desk: Callable[[str, str], Desk]) -> None:
    who, guide = people(), desk("guide", GUIDE)
    number, _ = register(who, "键盘受理的问题", name="李四")
    keys = guide.page.keyboard
    expect(guide.row(number)).to_be_visible()
    place = guide.page.locator("[data-row]").evaluate_all(
        "(rows, number) => rows.findIndex((row) => row.dataset.row === number)", number
    )
    for _ in range(place + 1):
        before = guide.page.url
        keys.press("]")
        expect(guide.page).not_to_have_url(before)
        expect(guide.page.locator("#casetop")).to_be_visible()
        guide.page.wait_for_load_state()
    expect(guide.page.locator("#casetop")).to_contain_text(number)
    keys.press("c")
    who.sees("王慧敏（广州市政务服务中心）已受理")
    expect(guide.page.locator("#casetop")).to_contain_text("正在梳理需求")
    keys.press("m")
    expect(guide.page.locator("#say textarea[name=text]")).to_be_focused()
    keys.insert_text("全程没有碰鼠标的回复")
    keys.press("Enter")
    who.hears("全程没有碰鼠标的回复")
    guide.picture("keyboard")
