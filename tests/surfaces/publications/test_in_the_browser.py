"""In a real browser: written, published by another, read on the touch screen; a patrol ticked with a thumb."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import CHROMIUM, chromium
from tests.e2e.house import PASSWORD, ROOT, House, own_database
from tests.e2e.people import citizen, staff

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"NO CHROMIUM at {CHROMIUM}: screens and tablet were NOT tested"),
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
from bangban.foundation.access.undertaking import VERSION, accept_undertaking
from bangban.registry.org import actions as org
from tests.cast import make_city
make_city()
one = org.save_staff(org.NewStaff("inspector", "彭巡查", "gz", ("patrol_inspector",)))
accept_undertaking(one.account_id, VERSION)
for name in ("editor", "reviewer", "inspector"):
    set_encoded_password(Account.objects.get(username=name), make_password({PASSWORD!r}))
"""
WIDTH_IS_KEPT = "() => document.documentElement.scrollWidth <= window.innerWidth"


@pytest.fixture(autouse=True)
def _empty_ledger_after() -> None:
    """These stories have a database of their own, and this thread may not use Django's while the browser runs."""


class SmallHouse(House):
    """The city of the tests, served."""

    def start(self) -> None:
        """Build the city and bring up its pages."""
        from tests.cast import WORKING_MORNING

        self._run("-c", PEOPLE)
        self.address = self._serve(WORKING_MORNING)
        self._wait(self.address)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A running house."""
    with own_database(os.environ["BANGBAN_DATABASE_URL"]) as url:
        built = SmallHouse(tmp_path_factory.mktemp("publications"), url)
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


@pytest.mark.clause("DB23-6.2.1.1")
def test_what_two_people_publish_is_read_on_the_touch_screen(browser: Browser, house: House, pictures: Path) -> None:
    editor = staff(browser, house.address, pictures, "editor", "editor")
    editor.go("/desk/publications/new")
    page = editor.page
    page.get_by_label("标题", exact=True).fill("元旦期间服务时间调整")
    page.get_by_label("正文").fill("1月1日至3日休息。")
    page.get_by_text("宣传栏打印页", exact=True).click()
    editor.press("保存草稿")
    editor.press("提交审核")
    editor.sees("待审核")
    number = re.search(r"GG\d+", page.url)
    assert number
    reviewer = staff(browser, house.address, pictures, "reviewer", "reviewer")
    reviewer.go(f"/desk/publications/{number[0]}")
    reviewer.press("审核发布")
    reviewer.sees("已发布")
    screen = citizen(browser, house.address, pictures, "screen")
    screen.page.set_viewport_size({"width": 1080, "height": 1920})
    screen.go("/hall/gz/notices/?device=一层")
    row = screen.page.locator(".screen__row")
    assert (row.bounding_box() or {"height": 0})["height"] >= 120
    row.click()
    expect(screen.page.locator(".screen__text")).to_have_text("1月1日至3日休息。")
    _fits(screen.page)
    screen.page.get_by_role("link", name="返回列表").click()
    expect(screen.page).to_have_url(re.compile(r"device="))
    screen.go("/hall/gz/board-sheet/")
    expect(screen.page.get_by_role("button", name="打印")).to_be_visible()
    screen.page.emulate_media(media="print")
    expect(screen.page.locator(".sheet__tools")).to_be_hidden()
    reviewer.page.reload()
    reviewer.sees("一层")
    assert editor.wrong == reviewer.wrong == screen.wrong == []
    for someone in (editor, reviewer, screen):
        someone.context.close()


def _fits(page: Page) -> None:
    assert page.evaluate(WIDTH_IS_KEPT), "the page scrolls sideways"


@pytest.mark.clause("DB23-5.2.1")
def test_a_patrol_is_ticked_with_a_thumb(browser: Browser, house: House, pictures: Path) -> None:
    inspector = staff(browser, house.address, pictures, "inspector", "inspector")
    page = inspector.page
    for width in (390, 820, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        inspector.go("/desk/patrols/")
        _fits(page)
    page.set_viewport_size({"width": 390, "height": 844})
    inspector.press("巡查人员")
    first = page.locator(".rowitem__link").first
    who = first.inner_text().split("\n")[0]
    first.click()
    note = page.locator(".tick__note").first
    expect(note).to_be_hidden()
    page.locator(".tick__key--fail").first.click()
    expect(note).to_be_visible()
    page.get_by_role("button", name="其余都合格").click()
    inspector.sees("不合格请写明情况")
    page.locator(".tick__note").first.fill("在岗玩手机")
    page.get_by_label("窗口").fill("3号窗口")
    _fits(page)
    assert (page.locator(".tick__key").first.bounding_box() or {"height": 0})["height"] >= 44
    page.get_by_role("button", name="其余都合格").click()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text(who.split()[0])
    page.get_by_role("link", name="人员名单").click()
    expect(page.locator(".rowitem", has_text=who.split()[0])).to_contain_text("在岗玩手机")
    assert inspector.wrong == []
    inspector.context.close()
