"""What happens on real phones and real networks: scripts as text, double presses, going back, stale tabs, a cut line."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.people import GUIDE, Desk, Someone, register

CUT_SECONDS = 15
SCRIPT = "<script>document.title='broken'</script><img src=x onerror=\"document.title='broken'\">"


def test_a_script_in_every_field_is_shown_as_text_and_a_double_press_sends_once(
    people: Callable[..., Someone], desk: Callable[[str, str], Desk]
) -> None:
    who, guide = people(), desk("guide", GUIDE)
    number, _ = register(who, SCRIPT, name=SCRIPT[:60])
    expect(who.page.locator(".talkhead__title")).to_contain_text("<script>")
    guide.take_up(number)
    expect(guide.page.locator("#casetop")).to_contain_text("<script>")
    guide.action("受理")
    form = guide.action("整理需求")
    form.get_by_label("需求摘要").fill(SCRIPT)
    form.get_by_label("问题类型").select_option(label="程序")
    guide.submit(form, "整理需求")
    guide.says(f"回复 {SCRIPT}")
    who.hears(f"回复 {SCRIPT}")
    guide.page.get_by_placeholder("检索标准答案和事项").fill(SCRIPT)
    who.page.locator("#say textarea[name=text]").fill("只说一次")
    who.page.locator("#say .composer__send").dblclick()
    guide.hears("只说一次")
    who.hears("只说一次")
    who.page.reload()
    expect(who.line("只说一次")).to_have_count(1)
    for one in (who, guide):
        expect(one.page).not_to_have_title("broken")
        one.picture("script")


def test_going_back_and_a_stale_tab_keep_what_was_typed(
    people: Callable[..., Someone], desk: Callable[[str, str], Desk]
) -> None:
    who, guide = people(), desk("guide", GUIDE)
    who.go("/cases/new")
    who.page.get_by_label("您要办什么").fill("写到一半的问题")
    who.page.get_by_label("联系电话").first.fill("13900000007")
    who.go("/help")
    who.page.go_back()
    expect(who.page.get_by_label("您要办什么")).to_have_value("写到一半的问题")
    who.page.get_by_label("我已阅读个人信息处理告知").check()
    who.press("提交登记")
    who.page.wait_for_url(re.compile(r"/cases/[A-Z]{2}\d+"))
    number = who.page.locator(".talkhead__meta .num").inner_text()

    guide.take_up(number)
    guide.action("受理")
    form = guide.action("整理需求")
    form.get_by_label("需求摘要").fill("旧标签页里写的摘要")
    form.get_by_label("问题类型").select_option(label="程序")
    first = guide.page
    guide.page = guide.open()
    guide.go(f"/desk/cases/{number}/")
    other = guide.action("整理需求")
    other.get_by_label("需求摘要").fill("另一个标签页先保存的摘要")
    other.get_by_label("问题类型").select_option(label="程序")
    guide.submit(other, "整理需求")
    form.get_by_role("button", name="整理需求").click()
    expect(form).to_contain_text("另一个标签页先保存的摘要")
    expect(form.get_by_label("需求摘要")).to_have_value("旧标签页里写的摘要")
    guide.page = first
    guide.picture("stale-tab")


def test_what_was_said_while_the_line_was_cut_arrives_once_and_in_order(
    people: Callable[..., Someone], desk: Callable[[str, str], Desk]
) -> None:
    who, guide = people(), desk("guide", GUIDE)
    number, _ = register(who, "断网时会怎样")
    guide.take_up(number)
    guide.action("受理")
    who.sees("王慧敏（广州市政务服务中心）已受理")
    who.context.set_offline(True)
    back_at = time.monotonic() + CUT_SECONDS
    for words in ("断网后第一句", "断网后第二句", "断网后第三句"):
        guide.says(words)
    who.page.locator("#say textarea[name=text]").fill("我这边没有网络时说的话")
    who.page.locator("#say .composer__send").click()
    expect(who.page.locator(".line--pending")).to_contain_text("我这边没有网络时说的话")
    expect(who.page.locator(".line--failed")).to_have_count(1)
    who.picture("offline")
    who.page.wait_for_timeout(max(0, back_at - time.monotonic()) * 1000)
    who.context.set_offline(False)
    who.hears("断网后第三句")
    said = who.page.locator("[data-talk-log] .bubble", has_text="断网后第").all_inner_texts()
    assert said == ["断网后第一句", "断网后第二句", "断网后第三句"]
    if who.page.locator(".line--failed").count():
        who.page.locator("[data-retry]").click()
    guide.hears("我这边没有网络时说的话")
    expect(who.page.locator(".line--pending")).to_have_count(0)
    who.hears("我这边没有网络时说的话")
    who.picture("online-again")


@pytest.mark.clause("T637-8.2-b")
def test_at_night_the_pages_say_honestly_when_a_person_answers(people: Callable[..., Someone], house: object) -> None:
    who = people("night", address=house.start_night() if not house.night else house.night)  # type: ignore[attr-defined]
    who.go("/")
    who.sees(re.compile(r"明天|11月19日|9:00"))
    who.picture("night")
    number, _ = register(who, "晚上提的问题")
    assert number
    who.sees("9:00")
    expect(who.page.locator("body")).not_to_contain_text("人工在线")
    who.picture("night-case")
