"""Checking in: in the period only, and the check-in is the ticket."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.verify import verify
from bangban.registry.halls import actions as halls
from bangban.registry.halls.models import DeviceKind
from bangban.services.appointments import actions, reads
from bangban.services.appointments.actions import Booked
from bangban.services.appointments.models import Appointment
from bangban.services.queues import actions as queues
from bangban.services.queues.models import Ticket
from tests.hall import machine
from tests.services.appointments.conftest import PHONE, TODAY, TOMORROW, Book, follow_all, holder, later

pytestmark = pytest.mark.usefixtures("own_pace")


@pytest.fixture
def booked(book: Book) -> Booked:
    """A booking for 14:00 today."""
    return book.book(book.slot(TODAY, "14:00"), flags=("elderly",))


def stand_in(booked: Booked, **after: float) -> None:
    stand_at(booked.appointment.starts_at + timedelta(**after))


@pytest.mark.clause("DB23-6.5.1.1-b")
def test_in_the_period_the_check_in_is_a_ticket_with_priority(book: Book, booked: Booked) -> None:
    waiting = book.hall.ticket(phone="13900000009")
    stand_in(booked, minutes=5)
    issued = actions.check_in(book.hall.kiosk, body_id=book.hall.body_id, code=booked.code)
    ticket = issued.ticket
    assert (ticket.appointment, ticket.appointment_number) == (booked.appointment.id, booked.appointment.number)
    assert ticket.flags == ["appointment", "elderly"]
    assert (ticket.klass_id, ticket.item_id) == (book.hall.social.id, book.item.id)
    row = Appointment.objects.get()
    assert (row.state, row.ticket_number, row.checked_in_at is not None) == ("checked_in", ticket.number, True)
    clerk = book.hall.clerks[0]
    queues.open_window(clerk, book.hall.body_id, book.hall.windows[0].id)
    assert waiting.ticket.queued_at < ticket.queued_at
    stand_at(max(now(), ticket.queued_at))
    assert verify().broken == ()


@pytest.mark.clause("DB23-6.5.1.1-b")
def test_a_booked_person_is_called_before_those_who_came_a_little_earlier(book: Book, booked: Booked) -> None:
    stand_in(booked)
    book.hall.ticket(phone="13900000009")
    later(minutes=5)
    mine = actions.check_in(book.hall.kiosk, body_id=book.hall.body_id, phone=PHONE).ticket
    queues.open_window(book.hall.clerks[0], book.hall.body_id, book.hall.windows[0].id)
    called = queues.call_next(book.hall.clerks[0])
    assert called is not None and called.number == mine.number


@pytest.mark.clause("DB23-6.5.1.1-b")
def test_before_and_after_the_period_the_check_in_is_refused_and_the_period_named(book: Book, booked: Booked) -> None:
    kiosk, body = book.hall.kiosk, book.hall.body_id
    stand_in(booked, seconds=-1)
    with pytest.raises(NotAllowed, match="11月18日（周三）14:00—14:30，11月18日（周三）14:00起才能取号"):
        actions.check_in(kiosk, body_id=body, code=booked.code)
    stand_in(booked, minutes=30)
    with pytest.raises(NotAllowed, match="14:00—14:30，已经过了，视为放弃"):
        actions.check_in(kiosk, body_id=body, code=booked.code)
    assert Ticket.objects.count() == 0
    stand_in(booked, minutes=29, seconds=59)
    assert actions.check_in(kiosk, body_id=body, code=booked.code).ticket.label == "A001"


@pytest.mark.clause("DB23-6.5.1.1-b")
def test_the_halls_rule_lets_people_come_a_little_early(book: Book, booked: Booked) -> None:
    halls.save_rules(book.hall.body_id, early_check_in=15)
    stand_in(booked, minutes=-16)
    with pytest.raises(NotAllowed, match="13:45起才能取号"):
        actions.check_in(book.hall.hall_guide, body_id=book.hall.body_id, phone=PHONE)
    later(minutes=1)
    assert actions.check_in(book.hall.hall_guide, body_id=book.hall.body_id, phone=PHONE).ticket


def test_a_second_check_in_gives_the_same_ticket(book: Book, booked: Booked) -> None:
    stand_in(booked)
    first = actions.check_in(holder(booked), body_id=book.hall.body_id, number=booked.appointment.number)
    later(minutes=10)
    again = actions.check_in(book.hall.kiosk, body_id=book.hall.body_id, code=booked.code)
    assert again.again and (again.ticket.number, again.code) == (first.ticket.number, first.code)
    assert Ticket.objects.count() == 1


def test_when_no_ticket_can_be_given_nothing_is_checked_in(book: Book, booked: Booked) -> None:
    stand_in(booked)
    book.hall.ticket(phone=PHONE)
    with pytest.raises(NotAllowed, match="今天已有这项业务的号"):
        actions.check_in(book.hall.kiosk, body_id=book.hall.body_id, code=booked.code)
    assert Appointment.objects.get().state == "booked"


def test_strangers_and_machines_elsewhere_check_nobody_in(book: Book, booked: Booked) -> None:
    stand_in(booked)
    here = book.hall.body_id
    no_kind = Actor("device", "device:K1", "自助终端K1", channel="kiosk", unit_id=here)
    elsewhere = machine(book.city.district.id, "K9", DeviceKind.KIOSK)
    machines = (elsewhere, no_kind, book.hall.rater, machine(here, "B1", DeviceKind.BOARD))
    for actor in (*machines, Actor("guest", "guest:x"), book.city.stranger, book.city.guide):
        with pytest.raises(NotYours):
            actions.check_in(actor, body_id=book.hall.body_id, code=booked.code)
        with pytest.raises((NotYours, NotAllowed)):
            actions.check_in(actor, body_id=book.hall.body_id, number=booked.appointment.number)
    with pytest.raises(NotYours, match="没有找到这个签到码"):
        actions.check_in(book.hall.kiosk, body_id=book.hall.body_id, code="000000")
    with pytest.raises(Incomplete):
        actions.check_in(book.hall.kiosk, body_id=book.hall.body_id)
    assert Appointment.objects.get().state == "booked"


def test_of_two_bookings_the_one_whose_period_runs_is_meant(book: Book, booked: Booked) -> None:
    book.book(book.slot(TODAY, "15:00"))
    book.book(book.slot(TOMORROW, "10:00"))
    stand_in(booked, minutes=10)
    found = reads.find_for_check_in(book.hall.body_id, PHONE)
    assert [one.arrival for one in found] == ["in_time", "early"]
    assert found[0].number == booked.appointment.number and found[0].name == "张*"
    ticket = actions.check_in(book.hall.kiosk, body_id=book.hall.body_id, phone=PHONE).ticket
    assert ticket.appointment == booked.appointment.id
    assert reads.find_for_check_in(book.hall.body_id, booked.code)[0].ticket_number == ticket.number
    assert reads.find_for_check_in(book.hall.body_id, "nonsense'--") == []


def test_who_comes_on_a_wrong_day_is_told_the_right_one(book: Book) -> None:
    booked = book.book(book.slot(TOMORROW, "10:00"))
    with pytest.raises(NotAllowed, match="11月19日（周四）10:00—10:30"):
        actions.check_in(book.hall.kiosk, body_id=book.hall.body_id, code=booked.code)


@pytest.mark.clause("DB23-7.1")
def test_served_at_a_window_the_appointment_is_completed(book: Book, booked: Booked) -> None:
    stand_in(booked)
    actions.check_in(book.hall.kiosk, body_id=book.hall.body_id, code=booked.code)
    clerk = book.hall.clerks[0]
    queues.open_window(clerk, book.hall.body_id, book.hall.windows[0].id)
    ticket = queues.call_next(clerk)
    assert ticket is not None
    queues.arrive(clerk, ticket.number)
    queues.finish(clerk, ticket.number, "accepted")
    follow_all()
    row = Appointment.objects.get()
    assert (row.state, row.ended_at is not None) == ("completed", True)


def test_who_leaves_after_checking_in_is_no_no_show(book: Book, booked: Booked) -> None:
    stand_in(booked)
    issued = actions.check_in(book.hall.kiosk, body_id=book.hall.body_id, code=booked.code)
    queues.leave(book.hall.hall_guide, issued.ticket.number)
    follow_all()
    row = Appointment.objects.get()
    assert row.state == "given_up" and row.checked_in_at is not None
    found = reads.figures([book.hall.body_id], TODAY, TODAY)
    assert (found.kept, found.no_shows) == (1, 0)
