"""A hall with machines, and browsers that are these machines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from bangban.registry.catalog import reads as catalog
from bangban.registry.halls import reads as halls
from bangban.services.assistant.shelf import shelf
from bangban.services.queues.actions import arrive, call_next, finish, miss, open_window, recall
from bangban.services.queues.models import Ticket
from bangban.surfaces.api import limits
from bangban.surfaces.hall.kiosk.views import rating
from bangban.surfaces.portal import shell
from bangban.surfaces.web.devices import COOKIE
from tests.cast import Cast
from tests.hall import KIOSK_KEY, RATING_KEY, Hall, make_hall
from tests.surfaces.portal.browser import PAGE, Browser


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    """Drop what pages remember for some seconds."""
    for memory in (catalog, halls, limits, shell, rating):
        memory.forget()
    shelf.clear()
    yield
    halls.forget()
    shelf.clear()


@pytest.fixture
def house(city: Cast) -> Hall:
    """The hall of the centre."""
    return make_hall(city)


class Machine(Client):
    """A browser that has become a machine of the hall."""

    def __init__(self, key: str = "", **more: Any) -> None:
        super().__init__(**more)
        if key:
            self.cookies[COOKIE] = key

    def see(self, address: str, status: int = 200) -> str:
        """Return what a screen says; it must not be kept anywhere."""
        answer = self.get(address, **PAGE)  # type: ignore[arg-type]
        assert answer.status_code == status, f"{address}: {answer.status_code}"
        assert answer["Cache-Control"] == "no-store"
        return answer.content.decode()

    def press(self, address: str, **fields: Any) -> HttpResponse:
        """Send a form of a screen."""
        return self.post(address, fields, **PAGE)  # type: ignore[arg-type,return-value]


@pytest.fixture
def kiosk(house: Hall) -> Machine:
    """Kiosk K1 of the hall."""
    return Machine(KIOSK_KEY)


@pytest.fixture
def device(house: Hall) -> Machine:
    """The rating device at window 1."""
    return Machine(RATING_KEY)


@pytest.fixture
def phone() -> Browser:
    """The phone of somebody in the hall."""
    return Browser()


def called(house: Hall, ticket: Ticket | None = None) -> Ticket:
    """Open window 1 and call the next ticket to it."""
    if ticket is None:
        ticket = house.ticket().ticket
    clerk = house.clerks[0]
    from bangban.services.queues.models import WindowSession

    if not WindowSession.objects.filter(staff_id=clerk.staff_id).exclude(state="closed").exists():
        open_window(clerk, house.body_id, house.windows[0].id)
    found = call_next(clerk)
    assert found is not None
    return found


def served(house: Hall) -> Ticket:
    """Serve a ticket at window 1 to its end."""
    ticket = called(house)
    arrive(house.clerks[0], ticket.number)
    return finish(house.clerks[0], ticket.number, "completed")


def missed(house: Hall) -> Ticket:
    """Call a ticket at window 1 three times in vain."""
    from datetime import timedelta

    from bangban.foundation.clocks.moment import now, stand_at

    ticket = called(house)
    for _ in range(2):
        stand_at(now() + timedelta(seconds=30))
        recall(house.clerks[0], ticket.number)
    return miss(house.clerks[0], ticket.number)
