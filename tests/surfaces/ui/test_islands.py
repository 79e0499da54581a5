"""The scripts in a real browser: nothing typed is lost, nothing is said twice, what happens elsewhere appears here."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import CHROMIUM, chromium
from tests.surfaces.ui.stand import Stand

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Chromium"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    counter = Stand(tmp_path / "stand")
    counter.say("您好，请问您办理什么业务？", hint=False)
    yield counter
    counter.close()


@pytest.fixture
def visit(browser: Browser, stand: Stand) -> Iterator[Callable[..., Page]]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    wrong: list[str] = []

    def go(name: str, **size: int) -> Page:
        page = context.new_page()
        if size:
            page.set_viewport_size(size)  # type: ignore[arg-type]
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda line: wrong.append(line.text) if "Content Security" in line.text else None)
        page.goto(f"{stand.address}/{name}")
        return page

    yield go
    context.close()
    assert wrong == []


def until(check: Callable[[], Any], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.05)


def said(stand: Stand) -> list[dict[str, str]]:
    return [fields for path, fields in stand.posts if path == "/say"]


def test_a_message_is_shown_at_once_and_stored_once_although_the_server_failed_first(
    stand: Stand, visit: Callable[..., Page]
) -> None:
    page = visit("talk", width=390, height=844)
    stand.fail_next = 1
    stand.answers.clear()
    page.fill("textarea[name=text]", "要带什么材料？")
    page.click(".composer__send")
    expect(page.locator(".line--pending")).to_contain_text("发送中")
    stand.answers.set()
    expect(page.locator("[data-position='2'] .bubble")).to_have_text("要带什么材料？")
    expect(page.locator(".line--pending")).to_have_count(0)
    assert len(said(stand)) == 2
    assert len({fields["client_id"] for fields in said(stand)}) == 1
    assert said(stand)[0]["csrfmiddlewaretoken"] == "t"
    expect(page.locator("textarea[name=text]")).to_have_value("")


def test_a_message_that_could_not_be_sent_survives_a_reload_and_is_sent_on_request(
    stand: Stand, visit: Callable[..., Page]
) -> None:
    page = visit("talk")
    stand.refuse = "本次咨询已转交，请稍后再发。"
    page.fill("textarea[name=text]", "还有一个问题")
    page.click(".composer__send")
    expect(page.locator(".line--failed")).to_contain_text("本次咨询已转交")
    page.reload()
    expect(page.locator(".line--failed")).to_contain_text("还有一个问题")
    stand.refuse = ""
    page.click("text=未送出，点此重试")
    expect(page.locator("[data-position='2']")).to_contain_text("还有一个问题")
    assert len({fields["client_id"] for fields in said(stand)}) == 1


def test_a_draft_survives_a_reload(visit: Callable[..., Page]) -> None:
    page = visit("talk")
    page.fill("textarea[name=text]", "写到一半")
    page.reload()
    expect(page.locator("textarea[name=text]")).to_have_value("写到一半")


def test_the_last_letter_typed_is_in_the_draft_even_when_the_page_goes_at_once(visit: Callable[..., Page]) -> None:
    page = visit("form")
    page.locator("form[data-keep] textarea, form[data-keep] input[type=text]").first.wait_for()
    page.evaluate(
        """() => {
        const field = document.querySelector('form[data-keep] textarea, form[data-keep] input[type=text]');
        field.value = '最后一个字';
        field.dispatchEvent(new Event('input', {bubbles: true}));
        location.reload();
        }"""
    )
    field = page.locator("form[data-keep] textarea, form[data-keep] input[type=text]").first
    expect(field).to_have_value("最后一个字")


def test_enter_sends_on_the_desk_but_not_while_a_chinese_word_is_being_chosen(
    stand: Stand, visit: Callable[..., Page]
) -> None:
    page = visit("desk")
    page.fill("textarea[name=text]", "第一行")
    page.evaluate(
        """document.querySelector('textarea').dispatchEvent(new KeyboardEvent('keydown',
        {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"""
    )
    assert said(stand) == []
    page.press("textarea[name=text]", "Shift+Enter")
    page.type("textarea[name=text]", "第二行")
    page.press("textarea[name=text]", "Enter")
    until(lambda: said(stand))
    assert said(stand)[0]["text"].replace("\r", "") == "第一行\n第二行"


def test_enter_breaks_the_line_on_the_portal(stand: Stand, visit: Callable[..., Page]) -> None:
    page = visit("talk")
    page.fill("textarea[name=text]", "一")
    page.press("textarea[name=text]", "Enter")
    expect(page.locator("textarea[name=text]")).to_have_value("一\n")
    assert said(stand) == []


def test_a_line_from_the_other_side_appears_and_is_marked_as_read(stand: Stand, visit: Callable[..., Page]) -> None:
    page = visit("talk")
    until(lambda: stand.streams)
    stand.say("请带身份证原件")
    expect(page.locator("[data-position='2']")).to_contain_text("请带身份证原件")
    until(lambda: ("/read", {"position": "2"}) in stand.posts)


def test_after_a_cut_the_stream_goes_on_from_its_last_number_and_nothing_is_missing(
    stand: Stand, visit: Callable[..., Page]
) -> None:
    page = visit("talk")
    until(lambda: stand.streams)
    stand.say("第一句")
    expect(page.locator("[data-position='2']")).to_be_visible()
    stand.cut()
    stand.say("断开时说的")
    expect(page.locator("[data-position='3']")).to_contain_text("断开时说的")
    assert stand.resumed[0] == "0"
    assert stand.resumed[-1] == "1"


def test_a_reader_in_the_middle_is_not_moved_but_told(stand: Stand, visit: Callable[..., Page]) -> None:
    for number in range(40):
        stand.say(f"第 {number} 句", hint=False)
    page = visit("talk", width=390, height=600)
    until(lambda: stand.streams)
    page.evaluate("document.querySelector('[data-talk-scroll]').scrollTop = 0")
    page.wait_for_timeout(100)
    stand.say("新的一句")
    expect(page.locator("[data-talk-pill]")).to_be_visible()
    assert page.evaluate("document.querySelector('[data-talk-scroll]').scrollTop") == 0
    page.click("[data-talk-pill]")
    expect(page.locator("[data-position='42']")).to_be_in_viewport()


def test_typing_of_the_other_side_is_shown_and_ones_own_is_not(stand: Stand, visit: Callable[..., Page]) -> None:
    page = visit("talk")
    until(lambda: stand.streams)
    stand.send("typing", topic="case:1", data={"side": "user", "name": "我"})
    stand.send("typing", topic="case:1", data={"side": "staff", "name": "周雨薇"})
    expect(page.locator("[data-typing]")).to_contain_text("周雨薇正在输入")


def test_a_refused_stream_stops_and_says_so(stand: Stand, visit: Callable[..., Page]) -> None:
    stand.live_status = 403
    page = visit("desk")
    expect(page.locator(".deskbar [data-live-state]")).to_contain_text("已断开")
    assert len(stand.resumed) == 1


def test_a_part_of_the_page_is_fetched_when_its_kind_of_event_arrives(stand: Stand, visit: Callable[..., Page]) -> None:
    page = visit("desk")
    until(lambda: stand.streams)
    expect(page.locator(".deskbar [data-live-state]")).to_have_attribute("data-live-state", "open")
    stand.send("notice.sent")
    stand.send("case.claimed")
    expect(page.locator("#part")).to_have_text("第 2 次")


def test_keys_press_buttons_rest_while_typing_and_are_listed(visit: Callable[..., Page]) -> None:
    page = visit("desk")
    page.evaluate(
        "document.getElementById('claim').addEventListener('click', () => window.claimed = (window.claimed || 0) + 1)"
    )
    page.keyboard.press("c")
    assert page.evaluate("window.claimed") == 1
    page.focus("textarea[name=text]")
    page.keyboard.press("c")
    assert page.evaluate("window.claimed") == 1
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#keys-help")).to_contain_text("认领")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("k")
    page.wait_for_url("**#knowledge")


def test_a_clock_runs_down_and_turns_by_the_servers_time(visit: Callable[..., Page]) -> None:
    page = visit("desk")
    chip = page.locator(".clock")
    expect(chip).to_have_class("clock clock--yellow")
    expect(chip).to_contain_text("秒")


def test_a_quick_phrase_lands_in_the_box(visit: Callable[..., Page]) -> None:
    page = visit("desk")
    page.click("text=常用语")
    page.click("[data-phrase]")
    expect(page.locator("textarea[name=text]")).to_have_value("您好")


def test_what_was_typed_into_a_form_survives_a_reload(visit: Callable[..., Page]) -> None:
    page = visit("form")
    page.fill("#f-name", "李明")
    page.check("input[value=b]")
    page.fill("#f-text", "说明")
    page.wait_for_timeout(500)
    page.reload()
    expect(page.locator("#f-name")).to_have_value("李明")
    expect(page.locator("input[value=b]")).to_be_checked()
    expect(page.locator("#announce")).to_contain_text("已恢复")


def test_what_was_sent_is_forgotten_once_the_server_says_that_it_was_done(
    stand: Stand, visit: Callable[..., Page]
) -> None:
    page = visit("form")
    page.fill("#f-name", "李明")
    page.check("input[value=a]")
    page.fill("#f-text", "说明")
    page.click("#go")
    page.wait_for_url("**/apply")
    page.goto(f"{stand.address}/form")
    expect(page.locator("#f-text")).to_have_value("说明")
    stand.accepts = True
    page.click("#go")
    until(lambda: len(stand.posts) == 2)
    page.wait_for_url("**/form")
    expect(page.locator("#f-text")).to_have_value("")
    page.reload()
    expect(page.locator("#f-text")).to_have_value("")


def test_two_presses_send_a_form_once_with_an_id(stand: Stand, visit: Callable[..., Page]) -> None:
    page = visit("form")
    page.fill("#f-name", "李明")
    page.check("input[value=a]")
    page.fill("#f-text", "说明")
    page.evaluate("const b = document.getElementById('go'); b.click(); b.click();")
    until(lambda: stand.posts)
    page.wait_for_timeout(200)
    posts = [fields for path, fields in stand.posts if path == "/apply"]
    assert len(posts) == 1
    assert posts[0]["client_id"]


def test_a_dialog_pops_up_on_ordinary_pages_and_stands_in_the_page_in_elder_mode(visit: Callable[..., Page]) -> None:
    page = visit("form")
    page.click("#open")
    assert page.evaluate("document.getElementById('sure').matches(':modal')")
    page.click("text=再想想")
    page.evaluate("document.documentElement.dataset.mode = 'elder'")
    page.click("#open")
    assert page.evaluate("document.getElementById('sure').open && !document.getElementById('sure').matches(':modal')")


def test_elder_mode_has_large_words_large_targets_and_room_between_lines(visit: Callable[..., Page]) -> None:
    page = visit("elder", width=390, height=844)
    measure = """(size) => {
      document.documentElement.dataset.size = size;
      const shown = [...document.querySelectorAll('body *')]
        .filter((e) => e.getClientRects().length && !e.closest('.sr-only, .skip'));
      const texts = shown.filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()));
      const font = (e) => parseFloat(getComputedStyle(e).fontSize);
      const targets = shown.filter((e) => e.matches('a[href], button, textarea, input:not([type=hidden])'));
      const main = shown.filter((e) => e.matches('.btn--main, .composer__send, .composer__text'));
      const side = (e) => Math.min(e.getBoundingClientRect().height, e.getBoundingClientRect().width);
      return {
        font: Math.min(...texts.map(font)),
        body: font(document.body),
        leading: parseFloat(getComputedStyle(document.body).lineHeight) / font(document.body),
        target: Math.min(...targets.map(side)),
        main: Math.min(...main.map((e) => e.getBoundingClientRect().height)),
        wide: document.documentElement.scrollWidth <= innerWidth,
      };
    }"""
    for size, body in (("1", 20), ("2", 24), ("3", 30)):
        found = page.evaluate(measure, size)
        assert found["body"] == body
        assert found["font"] >= 18
        assert found["leading"] >= 1.6
        assert found["target"] >= 44
        assert found["main"] >= 60
        assert found["wide"]


def test_elder_mode_has_the_links_of_the_foot_as_large_lines_that_nothing_covers(visit: Callable[..., Page]) -> None:
    page = visit("form", width=390, height=844)
    page.evaluate("document.documentElement.dataset.mode = 'elder'")
    links = page.locator(".foot__links a")
    assert links.count() == 4
    for size in ("1", "2", "3"):
        page.evaluate("(size) => { document.documentElement.dataset.size = size }", size)
        for link in links.all():
            link.scroll_into_view_if_needed()
            box = link.bounding_box()
            assert box is not None and box["height"] >= 60 and box["width"] >= 300
            link.click(trial=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), size


@pytest.mark.parametrize("name", ["talk", "form", "desk"])
def test_no_page_scrolls_sideways(visit: Callable[..., Page], name: str) -> None:
    page = visit(name)
    for width in (320, 390, 768, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width


def test_a_file_that_failed_is_offered_again_and_stored_once(
    stand: Stand, visit: Callable[..., Page], tmp_path: Path
) -> None:
    page = visit("talk")
    stand.fail_next = 1
    file = tmp_path / "平面图.txt"
    file.write_text("图")
    page.set_input_files("[data-composer-file]", file)
    page.click("text=点此重试")
    expect(page.locator("[data-position='2']")).to_contain_text("文件")
    expect(page.locator(".filerow")).to_have_count(0)
    assert len({fields["client_id"] for path, fields in stand.posts if path == "/file"}) == 1
