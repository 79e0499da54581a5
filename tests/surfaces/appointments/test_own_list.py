"""The own list, and one booking by what its message says (DB23-6.5.1.3-a)."""

from __future__ import annotations

import pytest

from bangban.foundation.access import sessions
from bangban.foundation.access.accounts import make_account
from bangban.foundation.access.models import AccountKind
from bangban.foundation.clocks.moment import now
from bangban.registry.people.models import Person
from bangban.surfaces.api import limits
from tests.surfaces.appointments.conftest import PHONE, World
from tests.surfaces.portal.browser import Browser


def signed_in() -> Browser:
    """Return the browser of somebody with an account."""
    account = make_account("user-1", AccountKind.USER, "139****0017")
    Person.objects.create(account=account, phone=PHONE, name="李明", created_at=now())
    browser = Browser()
    session = browser.session
    sessions.begin(session, account, "test")
    session.save()
    browser.cookies["bangban_session"] = session.session_key
    return browser


def test_a_browser_lists_the_bookings_it_made(world: World, browser: Browser) -> None:
    assert "这里还没有预约" in browser.open("/appointments/")
    made = world.booked(browser)
    page = browser.open("/appointments/")
    assert made.number in page and "失业保险金申领" in page and "11月19日（周四）" in page
    assert "这里还没有预约" in world.browser().open("/appointments/")


@pytest.mark.clause("DB23-6.5.1.3-a")
def test_a_signed_in_person_finds_the_own_bookings_on_another_device(world: World) -> None:
    mine = signed_in()
    assert "不填则使用您登录的手机 139****0017。" in mine.open(f"/appointments/new/?item={world.item.code}")
    made = world.booked(mine, phone=None, name=None)
    assert (made.contact_phone, made.contact_name) == (PHONE, "李明")
    session = mine.session
    session["case_codes"] = []
    session.save()
    assert made.number in mine.open("/appointments/")
    assert made.code in mine.open(f"/appointments/{made.number}/")


def test_number_phone_and_code_open_it_elsewhere(world: World, browser: Browser) -> None:
    made, other = world.booked(browser), world.browser()
    said = {"number": made.number.lower(), "phone": "139 0000 0017", "code": made.code}
    answer = other.send("/appointments/find/", **said)
    assert (answer.status_code, answer["Location"]) == (303, f"/appointments/{made.number}/")
    assert made.code in other.open(f"/appointments/{made.number}/")


@pytest.mark.parametrize(
    "wrong",
    [{"number": "YY99010100000001"}, {"phone": "13900000099"}, {"code": "000000"}, {"code": ""}],
)
def test_whatever_is_wrong_gets_the_same_sentence(world: World, browser: Browser, wrong: dict[str, str]) -> None:
    made = world.booked(browser)
    code = "111111" if made.code == "000000" else made.code
    answer = world.browser().send(
        "/appointments/find/", **({"number": made.number, "phone": PHONE, "code": code} | wrong)
    )
    assert answer.status_code == 404
    assert "没有找到：编号、手机号或签到码不对" in answer.content.decode()


def test_whoever_tries_codes_is_slowed_down(world: World, browser: Browser) -> None:
    made = world.booked(browser)
    limits.forget()
    answers = [
        browser.send("/appointments/find/", number=made.number, phone=PHONE, code="xxxxxx").status_code
        for _ in range(limits.GUESSES_PER_MINUTE + 2)
    ]
    assert answers[0] == 404 and answers[-1] == 429


def test_a_damaged_place_in_the_list_is_refused_in_words(world: World, browser: Browser) -> None:
    assert browser.get("/appointments/?after=damaged", HTTP_ACCEPT="text/html").status_code == 422


def test_the_own_list_is_paged_and_asks_the_same_for_any_length(
    world: World, browser: Browser, django_assert_max_num_queries: object
) -> None:
    for place, slot in enumerate(world.slots()[:3]):
        world.booked(browser, slot=slot.id, form_id=f"f{place}")
    browser.open("/appointments/")
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        browser.open("/appointments/")
