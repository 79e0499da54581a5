"""A visit in browsers: kiosk, board, window panel, rating device, phone and the hall manager's desk at the same time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bangban.demo.furnishing import device_key
from tests.e2e.house import House
from tests.e2e.people import Desk, Someone

HALL, CLERK, MANAGER = "440100-CTR", "guo.xiaolan", "jiang.zhenyu"
PUSHED = 45.0
"""Seconds, before the fetch of every minute: a hint of the live stream must have brought it."""

Bring = Callable[[str, int, int], Someone]


@pytest.fixture
def screens(browser: Browser, house: House, pictures: Path) -> Iterator[Bring]:
    """Bring in screens of any size; at the end none of them may have had an error."""
    present: list[Someone] = []

    def bring(name: str, width: int, height: int) -> Someone:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", has_touch=True)
        one = Someone(name, context, house.address, pictures)
        present.append(one)
        return one

    yield bring
    for one in present:
        one.picture("end")
        one.context.close()
    assert [(one.name, wrong) for one in present for wrong in one.wrong] == []


def machine(screen: Someone, code: str) -> None:
    """Let a screen be a machine of the hall, with the link that the set-up printed."""
    screen.go(f"/hall/pair/?key={device_key(HALL, code)}")
    screen.press("用作这台机器")


@pytest.mark.clause("DB23-6.3.2-a", "DB23-6.3.2-b", "DB23-7.1", "DB23-8.1.1")
def test_a_person_takes_a_number_is_called_served_and_rates(screens: Bring, desk: Callable[[str, str], Desk]) -> None:
    kiosk, board = screens("kiosk", 1080, 1920), screens("board", 1920, 1080)
    phone, device = screens("phone", 390, 844), screens("device", 1024, 600)
    clerk, manager = desk("clerk", CLERK), desk("manager", MANAGER)
    board.go(f"/hall/{HALL}/board/")
    board.sees("现在没有叫号")
    machine(device, "R1")
    device.sees("本窗口现在没有开放")
    manager.go("/desk/hall/")
    label, code = take_a_number(kiosk)
    follow_on_the_phone(phone, label, code)
    open_a_window(clerk)
    call(clerk, board, phone, label)
    serve(clerk)
    rate(device)
    phone.sees("已办完")
    phone.picture("done")
    expect(manager.page.get_by_text(re.compile("1号窗口")).first).to_be_visible()
    manager.picture("hall", full=True)


def take_a_number(kiosk: Someone) -> tuple[str, str]:
    """Say what is to be done, confirm, and read the number; returns it and the code that its QR holds."""
    machine(kiosk, "K1")
    page = kiosk.page
    page.get_by_text("取号", exact=True).first.tap()
    kiosk.picture("classes")
    page.locator(".k-class", has_text="社会保险与就业").first.tap()
    with page.expect_request(re.compile("/hall/kiosk/ticket/")) as asked:
        page.locator("button[form=take-form]").dblclick()
    label = page.locator(".k-ticket__label")
    expect(label).to_have_text(re.compile(r"A\d{3}"))
    shown = label.inner_text()  # before the picture: the screen is there for some seconds only
    kiosk.picture("ticket")
    return shown, asked.value.url.rstrip("/").rsplit("/", 1)[-1]


def follow_on_the_phone(phone: Someone, label: str, code: str) -> None:
    """Open what the QR code on the slip holds."""
    phone.go(f"/t/{code}")
    expect(phone.page.locator(".tick__label")).to_have_text(label)
    phone.sees(re.compile("下一个就是您|前面还有"))
    phone.picture("waiting")


def open_a_window(clerk: Desk) -> None:
    """Open window 1 with the classes it usually serves."""
    clerk.go("/desk/window/")
    clerk.page.get_by_text("1号窗口", exact=False).first.click()
    clerk.press("开窗")
    clerk.sees("1 人等候")
    clerk.picture("open")


def call(clerk: Desk, board: Someone, phone: Someone, label: str) -> None:
    """Press once with the key; the board shows it at once, and the phone says where to go."""
    clerk.page.keyboard.press("n")
    expect(clerk.page.locator(".wincurrent__label")).to_have_text(label)
    expect(board.page.locator(".call--first .call__label")).to_have_text(label, timeout=PUSHED * 1000)
    expect(board.page.locator(".call--first .call__window")).to_have_text("1号窗口")
    phone.sees("请到1号窗口")
    board.picture("called")
    phone.picture("called")


def serve(clerk: Desk) -> None:
    """The person comes, is served, and the matter is done."""
    clerk.press("开始办理")
    clerk.page.get_by_text("已收件受理").click()
    clerk.picture("serving")
    clerk.press("办理完成")
    clerk.sees("现在没有人等候")


def rate(device: Someone) -> None:
    """The device at the window asks; nothing is chosen beforehand."""
    page: Page = device.page
    expect(page.locator(".r-title")).to_have_text("请评价1号窗口的服务")
    assert page.locator("input[name=grade]:checked").count() == 0
    page.locator(".r-grade", has_text="满意").nth(1).click()
    device.picture("asked")
    page.get_by_role("button", name="提交评价").click()
    device.sees("谢谢")
