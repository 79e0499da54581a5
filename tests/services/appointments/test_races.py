"""Many at once for few places, on real connections; first it is shown what happens without the guard."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime, time
from typing import Any

import pytest
from django.db import IntegrityError, connection

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.clocks.moment import stand_at
from bangban.foundation.flows.flow import FlowError, NotAllowed
from bangban.foundation.ledger.verify import verify
from bangban.services.appointments import actions
from bangban.services.appointments.actions import seats
from bangban.services.appointments.models import Appointment, Slot
from tests.cast import make_city
from tests.goods import published_item
from tests.services.appointments.conftest import TODAY, TOMORROW, Book, holder, make_book

THREADS = 12
CONSTRAINTS = ("slot_never_overbooked", "slot_network_never_overbooked")


@pytest.fixture
def open_book(transactional_db: None) -> Book:
    """A committed book, with one period of a hundred places: 10:00 tomorrow in class B."""
    city = make_city()
    return make_book(city, published_item(city.department.id, "失业保险金申领"))


def one_slot(book: Book, capacity: int, network_limit: int | None = None) -> int:
    actions.save_plan(
        SYSTEM, book.hall.body_id, book.hall.company.id, TOMORROW.weekday(), time(10), time(10, 30),
        capacity=capacity, network_limit=network_limit,
    )  # fmt: skip
    return book.slot(TOMORROW, "10:00", "window", klass=book.hall.company.id).id


def together(count: int, work: Callable[[int], Any], threads: int = THREADS) -> list[Any]:
    """Do the same from several connections, all beginning at once."""
    gate = threading.Barrier(min(threads, count))

    def one(number: int) -> Any:
        if number < gate.parties:
            gate.wait()
        try:
            return work(number)
        except (FlowError, IntegrityError) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, range(count)))


def try_to_book(book: Book, slot_id: int) -> Callable[[int], Any]:
    def work(number: int) -> Any:
        new = book.new(slot_id, item_id=None, class_id=book.hall.company.id, phone=f"139{number:08d}")
        return actions.book(Actor("guest", f"guest:{number}"), new)

    return work


@contextmanager
def without_constraints() -> Iterator[None]:
    """Take the database's own guard away for a while."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = ANY(%s)", [list(CONSTRAINTS)]
        )
        known = dict(cursor.fetchall())
        assert set(known) == set(CONSTRAINTS)
        for name in known:
            cursor.execute(f"ALTER TABLE appointments_slot DROP CONSTRAINT {name}")
        try:
            yield
        finally:
            cursor.execute("UPDATE appointments_slot SET taken = 0, network_taken = 0")
            for name, text in known.items():
                cursor.execute(f"ALTER TABLE appointments_slot ADD CONSTRAINT {name} {text}")


def look_then_take(all_have_looked: threading.Barrier) -> Callable[[int, bool, datetime], bool]:
    """The way that overbooks: look whether there is a place, then take it; the first ones look before anybody takes."""

    def take(slot_id: int, network: bool, at: datetime) -> bool:
        slot = Slot.objects.get(id=slot_id)
        if slot.taken == 0:
            with suppress(threading.BrokenBarrierError):
                all_have_looked.wait(timeout=30)
        if slot.taken >= slot.capacity or slot.starts_at <= at:
            return False
        Slot.objects.filter(id=slot_id).update(taken=slot.taken + 1)
        return True

    return take


@pytest.mark.clause("DB23-6.5.1")
def test_looking_first_and_taking_then_overbooks(open_book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    slot_id = one_slot(open_book, 10)
    monkeypatch.setattr(seats, "take", look_then_take(threading.Barrier(THREADS)))
    with without_constraints():
        together(60, try_to_book(open_book, slot_id))
        assert Appointment.objects.filter(slot_id=slot_id).count() > 10


@pytest.mark.clause("DB23-6.5.1")
def test_even_without_the_guard_the_database_refuses_a_place_too_many(
    open_book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    def blindly(slot_id: int, network: bool, at: datetime) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE appointments_slot SET taken = taken + 1 WHERE id = %s", [slot_id])
        return True

    slot_id = one_slot(open_book, 10)
    monkeypatch.setattr(seats, "take", blindly)
    monkeypatch.setattr("bangban.services.appointments.actions.booking.refuse_unless_open", lambda draft: None)
    results = together(40, try_to_book(open_book, slot_id))
    assert Appointment.objects.filter(slot_id=slot_id).count() == 10
    assert sum(isinstance(one, IntegrityError) for one in results) == 30


@pytest.mark.clause("DB23-6.5.1")
def test_of_many_who_want_the_last_place_one_gets_it(open_book: Book) -> None:
    slot_id = one_slot(open_book, 1)
    results = together(THREADS, try_to_book(open_book, slot_id))
    won = [one for one in results if not isinstance(one, Exception)]
    lost = [one for one in results if isinstance(one, NotAllowed)]
    assert (len(won), len(lost)) == (1, THREADS - 1)
    assert all("已约满" in str(one) and "nearest" in one.details for one in lost)
    assert Appointment.objects.count() == 1
    assert Slot.objects.get(id=slot_id).taken == 1


@pytest.mark.slow
@pytest.mark.clause("DB23-6.5.1")
def test_400_at_once_for_200_places_book_exactly_200(open_book: Book) -> None:
    slot_id = one_slot(open_book, 200)
    results = together(400, try_to_book(open_book, slot_id), threads=20)
    outcomes = Counter(type(one).__name__ for one in results)
    assert outcomes == {"Booked": 200, "NotAllowed": 200}
    rows = Appointment.objects.filter(slot_id=slot_id)
    assert rows.count() == 200 and rows.values("phone_index").distinct().count() == 200
    assert len({one.code for one in rows}) == 200 and rows.values("number").distinct().count() == 200
    assert Slot.objects.get(id=slot_id).taken == 200
    assert verify().broken == ()


@pytest.mark.clause("DB23-6.5.1")
def test_online_takes_its_share_and_the_counter_gets_the_rest(open_book: Book) -> None:
    slot_id = one_slot(open_book, 8, network_limit=5)

    def work(number: int) -> Any:
        online = number % 2 == 0
        actor = Actor("guest", f"guest:{number}") if online else open_book.hall.hall_guide
        new = open_book.new(slot_id, item_id=None, class_id=open_book.hall.company.id, phone=f"139{number:08d}")
        return actions.book(actor, new)

    together(40, work)
    slot = Slot.objects.get(id=slot_id)
    assert slot.taken == 8 and slot.network_taken <= 5
    assert Appointment.objects.filter(network=True).count() == slot.network_taken


def test_the_same_request_from_several_connections_is_one_booking(open_book: Book) -> None:
    slot_id = one_slot(open_book, 5)
    new = open_book.new(slot_id, item_id=None, class_id=open_book.hall.company.id, client_key="press-1")
    results = together(THREADS, lambda number: actions.book(Actor("guest", "guest:x"), new))
    assert len({one.appointment.number for one in results}) == 1
    assert len({(one.code, one.token) for one in results}) == 1
    assert Slot.objects.get(id=slot_id).taken == 1


@pytest.mark.clause("DB23-6.5.1.3-a")
def test_one_person_at_once_gets_no_more_open_bookings_than_the_rule(open_book: Book) -> None:
    slots = [open_book.slot(TOMORROW, f"{hour}:{half}").id for hour in (10, 14, 15, 16) for half in ("00", "30")]
    results = together(len(slots), lambda number: open_book.book(slots[number]))
    assert sum(not isinstance(one, Exception) for one in results) == 3
    assert Appointment.objects.count() == 3


def test_two_who_exchange_their_periods_do_not_wait_for_each_other(open_book: Book) -> None:
    first, second = open_book.slot(TOMORROW, "10:00"), open_book.slot(TOMORROW, "10:30")
    one = open_book.book(first, phone="13900000001")
    other = open_book.book(second, phone="13900000002")
    wanted = {one.appointment.number: first, other.appointment.number: second}

    def exchange(number: int) -> Any:
        booked = (one, other)[number]
        return actions.change(holder(booked), booked.appointment.number, wanted[booked.appointment.number].id)

    for _ in range(5):
        first, second = second, first
        wanted |= {one.appointment.number: first, other.appointment.number: second}
        assert not [found for found in together(2, exchange) if isinstance(found, Exception)]
    assert list(Slot.objects.filter(id__in=[first.id, second.id]).values_list("taken", flat=True)) == [1, 1]


@pytest.mark.clause("DB23-6.5.2")
def test_nobody_slips_into_a_period_while_it_is_being_closed(open_book: Book) -> None:
    slot_id = one_slot(open_book, 100)
    row = Slot.objects.get(id=slot_id)
    hall = open_book.hall

    def work(number: int) -> Any:
        if number == 5:
            return actions.close_slots(
                hall.hall_manager, hall.body_id, hall.company.id, row.starts_at, row.ends_at, "设备检修"
            )
        return try_to_book(open_book, slot_id)(number)

    together(60, work)
    actions.settle()
    states = Counter(Appointment.objects.filter(slot_id=slot_id).values_list("state", flat=True))
    assert set(states) <= {"affected"}
    assert Slot.objects.get(id=slot_id).taken == states["affected"]


@pytest.mark.clause("DB23-6.5.1.1-b")
def test_two_machines_at_once_give_one_ticket(open_book: Book) -> None:
    slot = open_book.slot(TODAY, "14:00")
    booked = open_book.book(slot)
    stand_at(slot.starts_at)
    kiosk = open_book.hall.kiosk
    results = together(6, lambda n: actions.check_in(kiosk, body_id=open_book.hall.body_id, code=booked.code))
    assert len({one.ticket.label for one in results}) == 1
    assert sum(not one.again for one in results) == 1
    assert Appointment.objects.get().ticket_number


def test_the_isolation_level_is_the_one_that_the_guard_needs(open_book: Book) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        assert cursor.fetchone() == ("read committed",)
