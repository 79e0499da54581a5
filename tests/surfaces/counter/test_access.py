"""Every address of the desk, asked by a stranger and by each duty."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern

from bangban.foundation.access.duties import DUTIES, PERMISSIONS
from bangban.surfaces.counter.urls import urlpatterns
from tests.cast import Cast, add_staff
from tests.surfaces.counter.conftest import Desk

POSTED = {
    "log",
    "help-call",
    "help-do",
    "export-full",
    "entry-do",
    "give",
    "contact",
    "loan-lend",
    "loan-uses",
    "loan-contact",
    "loan-do",
}


def ask(client: Client, pattern: URLPattern) -> int:
    route = str(pattern.pattern)
    for mark, value in {"number": "TW1", "action": "take", "kind": "guide", "ref": "T1"}.items():
        route = route.replace(f"<str:{mark}>", value)
    url = f"/desk/counter/{route}"
    return (client.post(url) if pattern.name in POSTED else client.get(url)).status_code


def test_a_stranger_is_sent_to_the_sign_in_page(city: Cast, client: Client) -> None:
    assert {ask(client, pattern) for pattern in urlpatterns} == {303}


@pytest.mark.parametrize("duty", sorted(DUTIES))
def test_the_desk_opens_to_its_duties_and_to_no_others(city: Cast, desk: Desk, duty: str) -> None:
    client = desk(add_staff(f"of-{duty}", "某人", "gz", duty))
    for pattern in urlpatterns:
        assert (ask(client, pattern) == 403) == (duty not in PERMISSIONS["counter.log"]), pattern.name


def test_nothing_opens_before_the_undertaking_is_signed(city: Cast, desk: Desk) -> None:
    client = desk(add_staff("fresh", "某人", "gz", "hall_guide"), signed=False)
    for pattern in urlpatterns:
        assert ask(client, pattern) == 303
