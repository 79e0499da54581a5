"""The desk in a real browser: found, written down, promised; a colleague's call for help comes in live (DB23-6.4)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import CHROMIUM, chromium
from tests.e2e.house import PASSWORD, ROOT, House, own_database
from tests.e2e.people import Desk, staff

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"NO CHROMIUM at {CHROMIUM}: the desk was NOT tested"),
]
PEOPLE = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from bangban.upkeep import migrate_now, open_house
open_house()
migrate_now()
from django.contrib.auth.hashers import make_password
from bangban.foundation.access.accounts import set_encoded_password
from bangban.foundation.access.models import Account
from tests.cast import make_city
from tests.goods import published_item
from tests.hall import make_hall
city = make_city()
make_hall(city)
published_item(city.department.id, "失业保险金申领")
for name in ("hallguide", "clerk1"):
    set_encoded_password(Account.objects.get(username=name), make_password({PASSWORD!r}))
"""


@pytest.fixture(autouse=True)
def _empty_ledger_after() -> None:
    """These stories have a database of their own, and this thread may not use Django's while the browser runs."""


class SmallHouse(House):
    """The city of the tests with its hall, served."""

    def start(self) -> None:
        """Build the city and bring up its pages."""
        from tests.cast import WORKING_MORNING

        self._run("-c", PEOPLE)
        self.address = self._serve(WORKING_MORNING)
        self._wait(self.address)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A running house with a small hall."""
    with own_database(os.environ["BANGBAN_DATABASE_URL"]) as url:
        built = SmallHouse(tmp_path_factory.mktemp("counter"), url)
        try:
            built.start()
            yield built
        finally:
            built.stop()


@pytest.fixture(scope="module")
def browser(house: House) -> Iterator[Browser]:
    """Headless Chromium for this file."""
    with chromium() as started:
        yield started


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where the pictures of the steps go."""
    folder = Path(os.environ.get("BANGBAN_PICTURES") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def at_desk(browser: Browser, house: House, pictures: Path, username: str) -> Desk:
    one = staff(browser, house.address, pictures, username, username)
    one.go("/desk/counter/")
    expect(one.page.locator("[data-live-state=live], .live-text:has-text('实时')").first).to_be_visible()
    return one


@pytest.mark.clause("DB23-6.4.2")
@pytest.mark.clause("DB23-6.4.3-c")
def test_a_morning_at_the_desk(browser: Browser, house: House, pictures: Path) -> None:
    guide = at_desk(browser, house, pictures, "hallguide")
    clerk = at_desk(browser, house, pictures, "clerk1")
    page, form = guide.page, guide.page.locator("[data-counter-log]")

    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("社保窗口怎么领失业保险金")
    found = page.locator("#found")
    expect(found).to_contain_text("1号窗口")
    expect(found).to_contain_text("非因本人意愿中断就业。")
    found.get_by_role("link", name="选用").first.click()
    expect(form.locator("[name=item]")).to_have_value("T0001")
    expect(form.locator("[data-log-name]")).to_have_text("失业保险金申领")

    form.get_by_label("约定时间答复").check(force=True)
    form.locator("[name=question]").fill("外地户籍能否申领")
    guide.picture("typed")

    _called_and_helped(guide, clerk)
    _promised(guide, clerk)
    guide.picture("promised")
    _kept_over_a_reload(guide)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        guide.stands_still()
    assert guide.wrong == clerk.wrong == []
    guide.context.close()
    clerk.context.close()


def _called_and_helped(guide: Desk, clerk: Desk) -> None:
    page, form = guide.page, guide.page.locator("[data-counter-log]")
    clerk.page.locator("summary", has_text="登记求助").click()
    clerk.page.locator("#help-kind").select_option("rescue")
    clerk.page.locator("#help-location").fill("二层北侧")
    clerk.page.get_by_role("button", name="登记求助").click()
    expect(clerk.page.locator(".counter__call")).to_contain_text("二层北侧")

    call = page.locator(".counter__call")
    expect(call).to_contain_text("二层北侧")
    expect(form.locator("[name=question]")).to_have_value("外地户籍能否申领")
    page.keyboard.press("Escape")
    page.keyboard.press("w")
    expect(call).to_contain_text("正在协助")
    expect(clerk.page.locator(".counter__call")).to_contain_text("许引导")
    call.locator("[name=contacted]").fill("120")
    call.get_by_role("button", name="登记联系").click()
    expect(call).to_contain_text("已联系 120")
    call.locator("summary", has_text="结束").click()
    call.locator("[name=measures]").fill("已送医")
    call.locator("[name=measures]").blur()
    _another_calls(clerk)
    expect(call).to_have_count(2)
    first, second = call.filter(has_text="二层北侧"), call.filter(has_text="一层东侧")
    expect(first.locator("[name=measures]")).to_have_value("已送医")
    first.get_by_role("button", name="结束").click()
    second.get_by_role("button", name="我去").click()
    second.locator("summary", has_text="结束").click()
    second.locator("[name=measures]").fill("已引导")
    second.get_by_role("button", name="结束").click()
    expect(call).to_have_count(0)
    expect(clerk.page.locator(".counter__call")).to_have_count(0)


def _another_calls(clerk: Desk) -> None:
    clerk.page.locator("summary", has_text="登记求助").click()
    clerk.page.locator("#help-location").fill("一层东侧")
    clerk.page.get_by_role("button", name="登记求助").click()


def _promised(guide: Desk, clerk: Desk) -> None:
    page, form = guide.page, guide.page.locator("[data-counter-log]")
    form.get_by_role("button", name="登记").click()
    expect(form).to_contain_text("请与对方约定答复时间")
    expect(form.locator("[name=question]")).to_have_value("外地户籍能否申领")
    expect(form.locator("[name=item]")).to_have_value("T0001")
    form.locator("[data-agree]").first.click()
    form.locator("[name=name]").fill("张三丰")
    form.locator("[name=phone]").fill("13800001234")
    page.keyboard.press("Control+Enter")
    expect(form).to_contain_text("约定11月18日17:00前答复您")
    expect(form.locator("[name=question]")).to_have_value("")
    expect(page.locator("#day")).to_contain_text("外地户籍能否申领")
    expect(clerk.page.locator("#day")).to_contain_text(re.compile(r"窗口咨询\s*1"))


def _kept_over_a_reload(guide: Desk) -> None:
    page, form = guide.page, guide.page.locator("[data-counter-log]")
    page.reload()
    expect(form.locator("[name=question]")).to_have_value("")
    form.locator("[name=question]").fill("写了一半")
    page.wait_for_timeout(500)
    page.reload()
    expect(form.locator("[name=question]")).to_have_value("写了一半")


def test_typing_in_the_form_opens_no_page_by_keyboard(browser: Browser, house: House, pictures: Path) -> None:
    guide = at_desk(browser, house, pictures, "hallguide")
    guide.page.locator("[data-counter-log] [name=question]").fill("")
    guide.page.locator("[data-counter-log] [name=question]").type("gzehx1234")
    assert guide.page.url.endswith("/desk/counter/")
    guide.page.keyboard.press("Escape")
    guide.page.keyboard.press("2")
    expect(guide.page.locator("[name=topic][value=materials]")).to_be_checked()
    guide.page.keyboard.press("e")
    expect(guide.page).to_have_url(re.compile("/desk/counter/ledger"))
    assert guide.wrong == []
    guide.context.close()
