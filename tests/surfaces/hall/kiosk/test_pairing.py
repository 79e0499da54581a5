"""A browser becomes a machine of the hall by its key; an unknown one is told what to do."""

from __future__ import annotations

import pytest

from bangban.registry.halls import actions as halls
from bangban.surfaces.web.devices import COOKIE
from tests.hall import BOARD_KEY, KIOSK_KEY, RATING_KEY, Hall
from tests.surfaces.hall.kiosk.conftest import Machine


def test_a_key_shows_which_machine_it_is_before_anything_changes(house: Hall) -> None:
    browser = Machine()
    page = browser.see(f"/hall/pair/?key={KIOSK_KEY}")
    assert "自助终端" in page and "K1" in page and "大厅入口" in page and "广州市政务服务中心" in page
    assert COOKIE not in browser.cookies


@pytest.mark.parametrize(
    ("key", "first"), [(KIOSK_KEY, "/hall/kiosk/"), (RATING_KEY, "/hall/rating/"), (BOARD_KEY, "/hall/board/")]
)
def test_a_press_makes_the_browser_that_machine(house: Hall, key: str, first: str) -> None:
    browser = Machine()
    answer = browser.press("/hall/pair/", key=key)
    assert (answer.status_code, answer["Location"]) == (303, first)
    assert browser.cookies[COOKIE]["httponly"]


def test_what_stands_at_the_machine_is_kept_with_it(house: Hall) -> None:
    browser = Machine()
    browser.press("/hall/pair/", key=KIOSK_KEY, printer="1", low="1")
    page = browser.see("/hall/kiosk/")
    assert 'data-panel="low"' in page and 'data-voice="off"' in page
    assert browser.cookies["bangban_kiosk"].value == "kiosk.printer.low"


def test_a_wrong_key_changes_nothing_and_few_are_tried(house: Hall) -> None:
    browser = Machine()
    assert "密钥不对" in browser.see("/hall/pair/?key=wrong", 404)
    assert browser.press("/hall/pair/", key="wrong").status_code == 404
    assert COOKIE not in browser.cookies
    for _ in range(30):
        last = browser.press("/hall/pair/", key="wrong").status_code
    assert last == 429


@pytest.mark.parametrize("address", ["/hall/kiosk/", "/hall/kiosk/take", "/hall/kiosk/places", "/hall/rating/"])
def test_an_unknown_machine_says_what_to_do(house: Hall, address: str) -> None:
    page = Machine().see(address, 403)
    assert "这台机器还没有登记" in page and "咨询引导台" in page and "/hall/pair/" in page


def test_a_retired_machine_is_unknown_at_once(house: Hall, kiosk: Machine) -> None:
    kiosk.see("/hall/kiosk/")
    halls.retire_device(house.body_id, "K1")
    kiosk.see("/hall/kiosk/", 403)


def test_a_rating_device_is_no_kiosk(house: Hall, device: Machine) -> None:
    device.see("/hall/kiosk/", 403)
