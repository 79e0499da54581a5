"""A hall with a plan of periods, and people who book there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import connection

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.jobs.following import catch_up
from bangban.registry.catalog.models.items import Item
from bangban.registry.halls import actions as halls
from bangban.registry.halls import reads as hall_reads
from bangban.services.appointments import actions, reads
from bangban.services.appointments.actions import Booked, NewAppointment
from tests.cast import Cast, add_staff, guest
from tests.hall import Hall, make_hall

PHONE = "13900000001"


@dataclass
class Book:
    """The capacity book of the small hall: class A (social) takes four an hour-half, three of them online."""

    city: Cast
    hall: Hall
    item: Item
    hotline: Actor

    def slot(self, day: date, at: str, channel: str = "web", *, klass: int | None = None) -> reads.SlotView:
        """Return the period of a day that begins at a local time."""
        zone = hall_reads.hall(self.hall.body_id).zone  # type: ignore[union-attr]
        views = reads.slots(self.hall.body_id, klass or self.hall.social.id, day, channel)
        return next(view for view in views if f"{view.starts_at.astimezone(zone):%H:%M}" == at)

    def new(self, slot: reads.SlotView | int, **more: Any) -> NewAppointment:
        """Return a booking of a period."""
        values = {
            "body_id": self.hall.body_id, "class_id": None, "item_id": self.item.id, "name": "张三", "phone": PHONE,
            **more,
        }  # fmt: skip
        return NewAppointment(slot_id=slot if isinstance(slot, int) else slot.id, **values)

    def book(self, slot: reads.SlotView | int, actor: Actor | None = None, **more: Any) -> Booked:
        """Book a period as a guest on the web, or as the given actor."""
        return actions.book(actor or Actor("guest", "guest:test"), self.new(slot, **more))


def holder(booked: Booked) -> Actor:
    """Return the guest who opened the link of the booking."""
    return guest(booked.token)


def person_actor(person_id: int, channel: str = "web") -> Actor:
    """Return a signed-in service user."""
    return Actor("user", f"user:{person_id}", person_id=person_id, channel=channel)


TODAY = date(2026, 11, 18)
TOMORROW = TODAY + timedelta(days=1)
NEXT_WEEK = TODAY + timedelta(days=7)


@pytest.fixture
def book(city: Cast, item: Item) -> Book:
    """The book of the small hall, on a Wednesday at 10:00."""
    return make_book(city, item)


def make_book(city: Cast, item: Item, *, capacity: int = 4, network_limit: int | None = 3) -> Book:
    """Furnish the hall and plan every weekday, 9:00-12:00 and 13:30-17:00 in half hours."""
    hall_reads.forget()
    hall = make_hall(city)
    halls.save_class(
        hall.body_id,
        "A",
        "社保医保",
        hall.social.area,
        items=[item.id],
        words=["社保", "医保", "养老金"],
        service_seconds=600,
    )
    actions.save_week(
        SYSTEM,
        hall.body_id,
        hall.social.id,
        range(5),
        ((time(9), time(12)), (time(13, 30), time(17))),
        capacity=capacity,
        network_limit=network_limit,
    )
    hotline = add_staff("hotline", "杨话务", "gz", "hotline_agent")
    return Book(city, hall, item, hotline)


def follow_all() -> None:
    """Let the followers read what was done so far, as after a commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        catch_up()
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def later(**amount: float) -> None:
    """Let time pass."""
    stand_at(now() + timedelta(**amount))
