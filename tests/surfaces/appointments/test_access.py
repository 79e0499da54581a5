"""Every address of appointments at the desk, asked by strangers and by every duty; what holds for all pages."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from bangban.foundation.access.duties import DUTIES, PERMISSIONS
from bangban.registry.org import actions as org
from bangban.registry.org.reads import actor_of
from bangban.services.appointments.models import Appointment
from bangban.surfaces.appointments.urls import urlpatterns
from tests.surfaces.appointments.conftest import World
from tests.surfaces.portal.browser import PAGE, Browser
from tests.surfaces.portal.test_every_page import read

Desk = Callable[..., Client]
BOOKS, MANAGES = ("appointments.book", "appointments.manage"), ("appointments.manage",)
DOORS = {
    "desk_day": BOOKS, "desk_new": BOOKS[:1], "desk_periods": BOOKS[:1], "closures": MANAGES, "closure": MANAGES,
    "closure_do": MANAGES, "plans": MANAGES, "plan_remove": MANAGES, "desk_case": ("cases.list",),
}  # fmt: skip
POSTS = {"closure_do", "plan_remove", "desk_do", "desk_contact"}
STAFF = [pattern for pattern in urlpatterns if str(pattern.pattern).startswith("desk/")]


def ask(client: Client, route: str, name: str, made: Appointment) -> int:
    for mark, value in {"<str:number>": made.number, "<str:action>": "cancel", "<int:plan_id>": "1"}.items():
        route = route.replace(mark, value)
    assert "<" not in route, route
    return (client.post if name in POSTS else client.get)(f"/{route}", **PAGE).status_code


@pytest.fixture
def made(world: World, browser: Browser) -> Appointment:
    return world.booked(browser)


def test_every_desk_page_has_its_door() -> None:
    assert {str(one.name) for one in STAFF} == {*DOORS, "desk_one", "desk_do", "desk_contact", "desk_change"}


def test_a_stranger_is_sent_to_the_sign_in_page(made: Appointment, client: Client) -> None:
    for pattern in STAFF:
        assert ask(client, str(pattern.pattern), str(pattern.name), made) == 303, pattern.name


@pytest.mark.parametrize("duty", sorted(DUTIES))
def test_each_duty_opens_its_pages_and_no_others(made: Appointment, desk: Desk, duty: str) -> None:
    client = desk(actor_of(org.save_staff(org.NewStaff("walker", "走访", "gz", (duty,))).account))
    for pattern in STAFF:
        name = str(pattern.name)
        status = ask(client, str(pattern.pattern), name, made)
        assert status < 500, (duty, name, status)
        permissions = DOORS.get(name)
        if permissions and not any(duty in PERMISSIONS[one] for one in permissions):
            assert status == 403, (duty, name, status)
        elif permissions:
            assert status != 403, (duty, name)


def test_who_does_not_sign_the_undertaking_sees_no_booking(world: World, made: Appointment, desk: Desk) -> None:
    client = desk(world.hall.hall_guide, signed=False)
    assert client.get(f"/desk/appointments/{made.number}/", **PAGE)["Location"] == "/desk/undertaking"


@pytest.mark.parametrize("mode", ["standard", "elder"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_has_anything_that_the_policy_blocks(
    world: World, made: Appointment, browser: Browser, mode: str, language: str
) -> None:
    browser.cookies["mode"], browser.cookies["language"] = mode, language
    for address in portal_pages(world, made):
        page = browser.open(address)
        links = read(page)
        assert links.blocked == [], address
        assert [one for one in set(links.ids) if links.ids.count(one) > 1] == [], address
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", page, re.DOTALL):
            assert "csrfmiddlewaretoken" in form, (address, form[:200])


def portal_pages(world: World, made: Appointment) -> list[str]:
    one = f"/appointments/{made.number}/"
    new = f"/appointments/new/?item={world.item.code}"
    return ["/appointments/", "/appointments/find/", "/appointments/new/", new, one, f"{one}change/"]


def test_no_link_of_the_portal_pages_is_dead(world: World, made: Appointment, browser: Browser) -> None:
    known: dict[str, int] = {}
    for address in portal_pages(world, made):
        for link in read(browser.open(address)).addresses:
            bare = link.split("#")[0]
            if bare.startswith("/") and bare not in known:
                known[bare] = browser.get(bare, **PAGE).status_code
    assert {link: status for link, status in known.items() if status not in (200, 303)} == {}


def test_the_desk_pages_have_nothing_that_the_policy_blocks(world: World, made: Appointment, desk: Desk) -> None:
    client = desk(world.manager)
    for address in (
        "/desk/appointments/", f"/desk/appointments/new/?item={world.item.code}", "/desk/appointments/closures/",
        "/desk/appointments/plans/", f"/desk/appointments/{made.number}/", f"/desk/appointments/{made.number}/change/",
    ):  # fmt: skip
        links = read(client.get(address, **PAGE).content.decode())
        assert links.blocked == [], address
        assert [one for one in set(links.ids) if links.ids.count(one) > 1] == [], address


def test_the_navigation_shows_the_way_to_whoever_books(world: World, desk: Desk) -> None:
    assert "/desk/appointments/" in desk(world.agent).get("/desk/", **PAGE).content.decode()
    assert "/desk/appointments/" not in desk(world.city.editor).get("/desk/knowledge", **PAGE).content.decode()
