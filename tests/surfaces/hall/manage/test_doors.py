"""Every address of the hall's pages, asked by a stranger, by each duty, and in the wrong way."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern

from bangban.foundation.access.duties import DUTIES, PERMISSIONS
from bangban.surfaces.hall.boards.urls import urlpatterns as boards
from bangban.surfaces.hall.manage.urls import urlpatterns as manage
from bangban.surfaces.hall.windows.urls import urlpatterns as windows
from tests.cast import Cast, add_staff
from tests.hall import Hall
from tests.surfaces.desk.conftest import Desk

SETUP = {"setup", "items", "devices", "register", "retire", "setup_tab", "store", "switch"}
ISSUE = {"tickets", "classes", "found", "issue", "checkin", "ticket", "ticket_do"}
POSTS = {"open", "do", "window_do", "measure", "register", "retire", "store", "switch", "issue", "checkin", "ticket_do"}


def address(pattern: URLPattern, hall: Hall, number: str) -> str:
    route = str(pattern.pattern)
    values = {
        "<str:number>": number, "<str:action>": "leave", "<str:tab>": "areas", "<str:code>": "gz",
        "<int:window_id>": str(hall.windows[0].id), "<int:class_id>": str(hall.social.id),
    }  # fmt: skip
    for mark, value in values.items():
        route = route.replace(mark, value)
    assert "<" not in route, route
    return f"/{route}"


def ask(client: Client, pattern: URLPattern, path: str) -> int:
    return (client.post(path) if pattern.name in POSTS else client.get(path)).status_code


def permissions(pattern: URLPattern) -> tuple[str, ...]:
    if pattern in windows:
        return ("tickets.serve",)
    name = str(pattern.name)
    if name == "hall":
        return ("hall.manage", "hall.setup")
    return ("hall.setup",) if name in SETUP else ("tickets.issue",) if name in ISSUE else ("hall.manage",)


def test_a_stranger_is_sent_to_the_sign_in_page(hall: Hall, client: Client) -> None:
    number = hall.ticket().ticket.number
    for pattern in (*windows, *manage):
        assert ask(client, pattern, address(pattern, hall, number)) == 303, pattern.name


@pytest.mark.parametrize("duty", sorted(DUTIES))
def test_each_duty_opens_its_pages_and_no_others(hall: Hall, city: Cast, desk: Desk, duty: str) -> None:
    number = hall.ticket().ticket.number
    client = desk(add_staff("walker", "走访", "gz", duty))
    for pattern in (*windows, *manage):
        may = any(duty in PERMISSIONS[permission] for permission in permissions(pattern))
        status = ask(client, pattern, address(pattern, hall, number))
        assert status < 500, (duty, pattern.name, status)
        assert (status != 403) == may, (duty, pattern.name, status)


def test_boards_are_open_to_everybody_and_only_read(hall: Hall, client: Client) -> None:
    for pattern in boards:
        path = address(pattern, hall, "")
        assert client.get(path).status_code == (404 if pattern.name == "mine" else 200), path
        assert client.post(path).status_code == 405, path
