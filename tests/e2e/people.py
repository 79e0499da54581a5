"""The people of the story: each a browser context of its own, whose errors fail the test and whose steps are pictured."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Dialog, Locator, Page, expect

from tests.e2e.house import PASSWORD

GUIDE, SPECIALIST, ADVISER = "wang.huimin", "tang.yingyi", "shi.yongkang"
DISTRICT_GUIDE, MANAGER = "li.chengzhi", "song.peishan"
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; Phone) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Mobile Safari/537.36"
)
_counter = itertools.count(1)


@dataclass
class Someone:
    """A person at a screen; `page` is what is open now."""

    name: str
    context: BrowserContext
    address: str
    pictures: Path
    wrong: list[str] = field(default_factory=list)
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        self.page = self.open()

    def open(self) -> Page:
        """Open a further tab that notes errors and refusals of scripts, dialogs, and answers of 500 and above."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda line: self.wrong.append(line.text) if "Content Security" in line.text else None)
        page.on("response", lambda it: self.wrong.append(f"{it.status} {it.url}") if it.status >= 500 else None)
        page.on("dialog", self._dismiss)
        return page

    def _dismiss(self, dialog: Dialog) -> None:
        self.wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def go(self, path: str) -> None:
        """Open an address of the house."""
        self.page.goto(f"{self.address}{path}")

    def picture(self, step: str, *, full: bool = False) -> None:
        """Keep a picture of the step for people to look at."""
        self.page.screenshot(path=self.pictures / f"{next(_counter):02}-{self.name}-{step}.png", full_page=full)

    def sees(self, text: str | re.Pattern[str]) -> None:
        """Wait until words are in sight, and the scripts of their page at work."""
        expect(self.page.get_by_text(text).locator("visible=true").first).to_be_visible()
        self.page.wait_for_load_state()

    def line(self, text: str) -> Locator:
        """Return the lines of the talk with these words."""
        return self.page.locator("[data-talk-log] > .line", has_text=text)

    def hears(self, text: str) -> Locator:
        """Wait until the talk has exactly one line with these words."""
        line = self.line(text)
        expect(line).to_have_count(1)
        return line

    def says(self, text: str) -> None:
        """Write a message and send it, and see it stored once."""
        self.page.locator("#say textarea[name=text]").fill(text)
        self.page.locator("#say .composer__send").click()
        expect(self.page.locator(".line--pending")).to_have_count(0)
        expect(self.line(text)).to_have_count(1)

    def stands_still(self) -> None:
        """See that only the panes of the page scroll, not the window, and nothing sticks out sideways."""
        sizes = "({scrollHeight: h, scrollWidth: w}) => [h - innerHeight, w - innerWidth]"
        over = self.page.evaluate(f"({sizes})(document.documentElement)")
        assert max(over) <= 0, f"{self.page.url} is larger than the window by {over}"

    def press(self, label: str) -> None:
        """Press a button or link by its words."""
        place = self.page.get_by_role("button", name=label).or_(self.page.get_by_role("link", name=label))
        place.locator("visible=true").first.click()


@dataclass
class Desk(Someone):
    """A member of staff."""

    def sign_in(self, username: str) -> None:
        """Sign in and stand on the first page."""
        self.go("/desk/")
        self.page.get_by_label("账号").fill(username)
        self.page.get_by_label("密码").fill(PASSWORD)
        self.page.get_by_role("button", name="登录").click()
        expect(self.page).not_to_have_url(re.compile("signin"))
        self.page.wait_for_load_state()

    def box(self, label: str) -> None:
        """Open one of the lists on the left."""
        self.page.get_by_role("navigation", name="办件列表").get_by_role("link", name=label).click()

    def row(self, number: str) -> Locator:
        """Return the line of a case in the list."""
        return self.page.locator(f'[data-row="{number}"]')

    def take_up(self, number: str, *, box: str = "") -> None:
        """Wait until a case is in the list, without reloading, and open it."""
        if box:
            self.box(box)
        self.row(number).get_by_role("link").first.click()
        expect(self.page.locator("#casetop")).to_contain_text(number)
        self.page.wait_for_load_state()

    def action(self, label: str) -> Locator:
        """Press an action of the open case; returns its form when it has one."""
        self.page.locator("#casetop").get_by_text(label, exact=True).first.click()
        return self.page.locator("#panel form")

    def submit(self, form: Locator, label: str) -> None:
        """Send the form of an action and see it gone."""
        form.get_by_role("button", name=label).click()
        expect(form).to_have_count(0)

    def helper(self, label: str) -> None:
        """Open one of the tabs on the right."""
        self.page.get_by_role("tab", name=label).click()


def citizen(browser: Browser, address: str, pictures: Path, name: str = "citizen") -> Someone:
    """Return somebody with a phone, 390 pixels wide."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        user_agent=PHONE,
        is_mobile=True,
        has_touch=True,
    )
    return Someone(name, context, address, pictures)


def staff(browser: Browser, address: str, pictures: Path, username: str, name: str) -> Desk:
    """Return a member of staff who has signed in on a screen 1280 pixels wide."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN", timezone_id="Asia/Shanghai")
    someone = Desk(name, context, address, pictures)
    someone.sign_in(username)
    return someone


def choose(form: Locator, label: str, words: str) -> None:
    """Choose the option of a select whose text holds these words."""
    field = form.get_by_label(label)
    value = field.locator("option", has_text=words).first.get_attribute("value")
    field.select_option(value)


def register(who: Someone, question: str = "", phone: str = "13900000001", name: str = "张三") -> tuple[str, str]:
    """Fill the registration form that is open, or open it; returns number and code as the page shows them."""
    if question:
        who.go("/cases/new")
        who.page.get_by_label("您要办什么").fill(question)
    who.page.get_by_label("联系电话").first.fill(phone)
    who.page.get_by_label("怎么称呼您").fill(name)
    who.page.get_by_label("我已阅读个人信息处理告知").check()
    who.press("提交登记")
    who.page.wait_for_url(re.compile(r"/cases/[A-Z]{2}\d+"))
    number = who.page.locator(".talkhead__meta .num").inner_text()
    code = who.page.locator(".casenow--code strong").inner_text()
    return number, code
