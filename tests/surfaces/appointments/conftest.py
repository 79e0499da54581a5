"""A hall whose periods can be booked, and browsers of people and staff before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time

import pytest
from django.test import Client

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.clocks.moment import stand_at
from bangban.registry.catalog import reads as catalog
from bangban.registry.catalog.models.items import Item
from bangban.registry.halls import actions as halls
from bangban.registry.halls import reads as hall_reads
from bangban.services.appointments import actions
from bangban.services.appointments.models import Appointment, Slot
from bangban.services.assistant.shelf import shelf
from bangban.surfaces.api import limits
from bangban.surfaces.portal import shell
from tests.cast import WORKING_MORNING, Cast, add_staff
from tests.goods import published_item
from tests.hall import Hall, make_hall
from tests.surfaces.desk.conftest import Desk, desk  # noqa: F401 - the fixture of the desk's own tests
from tests.surfaces.portal.browser import PAGE, Browser

PHONE = "13900000017"
__all__ = ["PHONE", "Desk", "World"]


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    """Drop what the rooms and pages remember between requests."""
    for memory in (catalog, limits, shell, hall_reads):
        memory.forget()
    shelf.clear()
    yield
    shelf.clear()


@dataclass
class World:
    """The hall with its item and people; the clock stands on a working morning at ten."""

    city: Cast
    hall: Hall
    item: Item
    manager: Actor
    agent: Actor

    def slots(self, day: int = 19) -> list[Slot]:
        """Return the periods of a day of November, the earliest first."""
        self.browser().open(f"/appointments/new/?item={self.item.code}&day=2026-11-{day}")
        rows = Slot.objects.filter(klass=self.hall.social, starts_at__date=f"2026-11-{day}")
        return list(rows.order_by("starts_at"))

    def browser(self) -> Browser:
        """Return a fresh browser of a person."""
        return Browser()

    def form(self, **changes: object) -> dict[str, object]:
        """Return a complete form of the portal."""
        form = {
            "item": self.item.code, "place": "gz", "slot": self.slots()[0].id, "name": "李明", "phone": PHONE,
            "notice": "1", "form_id": "form-1", "book": "1",
        }  # fmt: skip
        return {name: value for name, value in (form | changes).items() if value is not None}

    def booked(self, browser: Browser, **changes: object) -> Appointment:
        """Book through the page and return the appointment."""
        answer = browser.send("/appointments/new/", **self.form(**changes))
        assert answer.status_code == 303, answer.content.decode()[:3000]
        return Appointment.objects.get(number=answer["Location"].strip("/").rsplit("/", 1)[1])

    def at(self, appointment: Appointment) -> datetime:
        """Let the clock stand at the beginning of the booked period."""
        stand_at(appointment.starts_at)
        return appointment.starts_at


@pytest.fixture
def world(city: Cast) -> World:
    """A hall with two periods a morning, one place each online and one kept for the counter."""
    item = published_item(city.department.id, "失业保险金申领")
    hall = make_hall(city)
    halls.save_class(city.center.id, "A", "社保医保", hall.social.area, items=[item.id], service_seconds=600)
    for weekday in range(5):
        actions.save_plan(
            SYSTEM, city.center.id, hall.social.id, weekday, time(9), time(11), capacity=2, network_limit=1
        )
    agent = add_staff("agent", "万话务", "gz", "hotline_agent")
    return World(city, hall, item, hall.hall_manager, agent)


@pytest.fixture
def browser() -> Browser:
    """A person's browser without scripts."""
    return Browser()


def text_of(client: Client, address: str, status: int = 200) -> str:
    """Return a page that must answer so."""
    answer = client.get(address, **PAGE)
    assert answer.status_code == status, f"{address}: {answer.status_code} {answer.content.decode()[:1500]}"
    return answer.content.decode()


def morning() -> None:
    """Let the clock stand on the working morning again."""
    stand_at(WORKING_MORNING)
