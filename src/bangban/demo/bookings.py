"""Appointments of the demo hall: weekly plans, what people booked on the days before, and who comes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from bangban.demo.city import read, staff_with
from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.flows.flow import FlowError
from bangban.foundation.privacy.crypto import digest
from bangban.registry.halls.reads import Hall
from bangban.services.appointments import actions, reads
from bangban.services.appointments.actions import NewAppointment
from bangban.services.appointments.models import SlotPlan

ZONE = ZoneInfo("Asia/Shanghai")
SPANS = ((time(9), time(12)), (time(13), time(17)))
CAPACITY, NETWORK_LIMIT = 4, 3
PER_DAY = 26
CHANNELS = (("mobile", 6), ("web", 3), ("mini_program", 2), ("phone", 2), ("window", 1))


def plan_periods(plan: Hall) -> None:
    """Plan working days of every class in half hours, unless it was done before; part stays for counter and telephone."""
    if SlotPlan.objects.filter(body_id=plan.body_id).exists():
        return
    for klass in plan.classes.values():
        actions.save_week(
            SYSTEM, plan.body_id, klass.id, range(5), SPANS, capacity=CAPACITY, network_limit=NETWORK_LIMIT
        )


@dataclass(frozen=True)
class Coming:
    """Somebody who booked and comes: when, with which check-in code."""

    at: datetime
    code: str


class Bookings:
    """Books for people on some days; each booking is made at a moment of the day before."""

    def __init__(self, plan: Hall, dice: random.Random) -> None:
        self.plan, self.dice = plan, dice
        self.people = [person for person in read("people")["people"] if person["phone"]]
        self.next_person = 0

    def book_day(self, day: date, on: datetime, how_many: int) -> Iterator[Coming]:
        """Book places of a day, standing at a moment before it; yields those who will come."""
        classes = list(self.plan.classes.values())
        for place in range(how_many):
            stand_at(on + timedelta(minutes=3 * place))
            klass = self.dice.choice(classes)
            channel = self.dice.choices([name for name, _ in CHANNELS], [share for _, share in CHANNELS])[0]
            free = [slot for slot in reads.slots(self.plan.body_id, klass.id, day, channel) if slot.state == "open"]
            if not free:
                continue
            slot = self.dice.choice(free)
            person = self._person()
            try:
                booked = actions.book(
                    self._actor(channel),
                    NewAppointment(
                        self.plan.body_id,
                        klass.id,
                        self._item(klass.items),
                        slot.id,
                        str(person["name"]),
                        f"139{self.dice.randrange(10**8):08d}",
                        how_notified="read_out" if channel == "phone" else "screen",
                        channel=channel,
                    ),
                )
            except FlowError:
                continue  # the item is not offered online, or the person holds enough already
            if self.dice.random() < 0.06:
                holder = Actor("guest", "guest:demo", tokens=frozenset({digest(booked.token.encode())}))
                actions.cancel(holder, booked.appointment.number, "时间有变")
            elif self.dice.random() < 0.88:
                yield Coming(slot.starts_at + timedelta(minutes=self.dice.uniform(0.5, 24)), booked.code)

    def _person(self) -> dict[str, object]:
        self.next_person += 1
        found: dict[str, object] = self.people[self.next_person % len(self.people)]
        return found

    def _item(self, items: frozenset[UUID]) -> UUID | None:
        return self.dice.choice(sorted(items)) if items else None

    def _actor(self, channel: str) -> Actor:
        if channel == "window":
            return staff_with("hall_guide", read("organisation")["front_door"])
        if channel == "phone":
            return staff_with("hotline_agent")
        return Actor("guest", "guest:demo", channel=channel)


def book_ahead(plan: Hall, dice: random.Random) -> None:
    """Book some places of the coming week, as people did this morning."""
    bookings, here = Bookings(plan, dice), now()
    for ahead in range(1, 6):
        day = (here + timedelta(days=ahead)).astimezone(ZONE).date()
        for _ in bookings.book_day(day, here - timedelta(minutes=90), PER_DAY // 3):
            pass
    stand_at(here)
