"""Reminders at least a day ahead, and bookings that nobody used."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.flows.flow import NotAllowed
from bangban.foundation.ledger.models import Event
from bangban.foundation.ledger.verify import verify
from bangban.foundation.notify import actions as notify
from bangban.foundation.notify.gateways import choice
from bangban.foundation.notify.gateways.base import Outgoing, Refused
from bangban.foundation.notify.hours import quiet_now
from bangban.foundation.notify.models import Delivery
from bangban.registry.halls import actions as halls
from bangban.services.appointments import actions, reads
from bangban.services.appointments.models import Appointment, Slot
from tests.services.appointments.conftest import NEXT_WEEK, PHONE, TODAY, TOMORROW, Book, holder, later

pytestmark = pytest.mark.usefixtures("own_pace")


def reminders(number: str) -> list[Delivery]:
    return list(
        Delivery.objects.filter(number=number, purpose__startswith="appointment_reminder").order_by("created_at")
    )


@pytest.mark.clause("DB23-6.5.3")
@pytest.mark.parametrize("hour", ["09:00", "10:00", "13:30", "16:30"])
def test_a_reminder_is_sent_at_least_24_hours_ahead_and_only_once(book: Book, hour: str) -> None:
    booked = book.book(book.slot(NEXT_WEEK, hour))
    number, due = booked.appointment.number, booked.appointment.remind_at
    stand_at(due - timedelta(seconds=1))
    assert actions.remind_due(now()) == 0
    stand_at(due)
    assert actions.remind_due(now()) == 1
    assert actions.remind_due(now()) == 0
    (message,) = reminders(number)
    assert (message.channel, message.address) == ("sms", PHONE)
    assert booked.appointment.starts_at - message.next_try_at >= timedelta(hours=24)
    assert not quiet_now(message.next_try_at)
    assert booked.code in message.text and "11月25日（周三）" in message.text
    row = Appointment.objects.get()
    assert row.reminded_at is not None and row.reminded_at - due < timedelta(minutes=1)
    event = Event.objects.get(record_id=row.id, kind="appointment.remind")
    assert event.data["hours_ahead"] >= 24
    assert reads.appointment_view(holder(booked), number).history[-1].sentence == "已提醒您按时前来"
    assert verify().broken == ()


@pytest.mark.clause("DB23-6.5.3")
def test_booked_within_a_day_the_confirmation_reminds_at_once(book: Book) -> None:
    booked = book.book(book.slot(TODAY, "14:00"))
    row = booked.appointment
    assert row.reminded_at is not None
    (message,) = reminders(row.number)
    assert message.purpose == "appointment_reminder_now" and message.urgent
    assert Event.objects.filter(record_id=row.id, kind="appointment.remind").count() == 1
    later(hours=3)
    assert actions.remind_due(now()) == 0
    notify.deliver_due(now())
    message.refresh_from_db()
    assert message.state in ("sent", "delivered")


@pytest.mark.clause("DB23-6.5.3")
def test_booked_at_night_for_tomorrow_the_reminder_goes_out_at_night_too(book: Book) -> None:
    stand_at(book.slot(TODAY, "16:30").starts_at + timedelta(hours=6))
    booked = book.book(book.slot(TOMORROW, "10:00"))
    assert quiet_now(now())
    (message,) = reminders(booked.appointment.number)
    notify.deliver_due(now())
    message.refresh_from_db()
    assert message.state in ("sent", "delivered")


class _DeadNumbers:
    name = "dead"

    def send(self, message: Outgoing) -> object:
        raise Refused("号码不存在")


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("DB23-6.5.3")
def test_a_reminder_that_fails_becomes_a_telephone_task_still_24_hours_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.cast import make_city
    from tests.goods import published_item
    from tests.services.appointments.conftest import make_book

    city = make_city()
    book = make_book(city, published_item(city.department.id, "失业保险金申领"))
    booked = book.book(book.slot(NEXT_WEEK, "10:00"))
    real = choice.gateway_for
    monkeypatch.setattr(
        "bangban.foundation.notify.actions.delivering.gateway_for",
        lambda channel: _DeadNumbers() if channel == "sms" else real(channel),
    )
    stand_at(booked.appointment.remind_at)
    actions.remind_due(now())
    notify.deliver_due(now())
    notify.deliver_due(now())
    failed, called = reminders(booked.appointment.number)
    assert (failed.state, called.channel, called.follows_id, called.address) == (
        "failed",
        "phone_task",
        failed.id,
        PHONE,
    )
    assert booked.appointment.starts_at - called.created_at >= timedelta(hours=24)
    connection.close()


@pytest.mark.clause("DB23-6.5.3")
def test_a_changed_booking_is_reminded_of_its_new_period_and_a_cancelled_one_of_none(book: Book) -> None:
    changed = book.book(book.slot(TODAY, "14:00"))
    gone = book.book(book.slot(NEXT_WEEK, "10:00"), phone="13900000002")
    moved = actions.change(holder(changed), changed.appointment.number, book.slot(NEXT_WEEK, "15:00").id)
    actions.cancel(holder(gone), gone.appointment.number)
    assert moved.reminded_at is None
    stand_at(moved.remind_at)
    assert actions.remind_due(now()) == 1
    assert "15:00" in reminders(moved.number)[-1].text
    assert reminders(gone.appointment.number) == []


def test_a_hall_may_remind_earlier_but_never_later(book: Book) -> None:
    from django.db import IntegrityError, transaction

    halls.save_rules(book.hall.body_id, remind_hours=48)
    booked = book.book(book.slot(NEXT_WEEK, "10:00"))
    assert booked.appointment.starts_at - booked.appointment.remind_at >= timedelta(hours=48)
    with pytest.raises(IntegrityError), transaction.atomic():
        halls.save_rules(book.hall.body_id, remind_hours=12)


@pytest.mark.clause("DB23-6.5.4")
def test_at_the_end_of_the_period_an_unused_booking_is_given_up_without_staff(book: Book) -> None:
    booked = book.book(book.slot(TODAY, "14:00"))
    number = booked.appointment.number
    stand_at(booked.appointment.ends_at - timedelta(seconds=1))
    assert actions.give_up_due(now()) == 0
    stand_at(booked.appointment.ends_at)
    assert actions.give_up_due(now()) == 1
    assert actions.give_up_due(now()) == 0
    row = Appointment.objects.get()
    assert (row.state, row.ended_at is not None, row.checked_in_at) == ("given_up", True, None)
    event = Event.objects.get(record_id=row.id, kind="appointment.give_up")
    assert (event.actor_kind, event.data["to"]) == ("system", "given_up")
    assert "视为放弃" in Delivery.objects.get(number=number, purpose="appointment_given_up").text
    figures = reads.figures([book.hall.body_id], TODAY, TODAY)
    assert (figures.booked, figures.no_shows, figures.kept) == (1, 1, 0)


def test_who_checked_in_is_not_given_up(book: Book) -> None:
    booked = book.book(book.slot(TODAY, "14:00"))
    stand_at(booked.appointment.starts_at)
    actions.check_in(book.hall.kiosk, body_id=book.hall.body_id, code=booked.code)
    stand_at(booked.appointment.ends_at)
    assert actions.give_up_due(now()) == 0
    assert Appointment.objects.get().state == "checked_in"


@pytest.mark.clause("DB23-6.5.4")
def test_repeated_no_shows_pause_online_booking_only_and_for_a_while(book: Book) -> None:
    halls.save_rules(book.hall.body_id, no_show_limit=2, no_show_days=30, no_show_pause_days=7)
    for hour in ("14:00", "14:30"):
        book.book(book.slot(TODAY, hour))
    stand_at(book.slot(TODAY, "16:30").starts_at)
    assert actions.give_up_due(now()) == 2
    slot = book.slot(NEXT_WEEK, "15:00")
    with pytest.raises(NotAllowed, match="2次预约未到场，11月25日（周三）16:30前暂停网上预约") as refusal:
        book.book(slot)
    assert refusal.value.details["state"] == "paused"
    assert Slot.objects.get(id=slot.id).taken == 0
    assert book.book(slot, book.hall.hall_guide).appointment.state == "booked"
    later(days=7)
    assert book.book(book.slot(NEXT_WEEK + timedelta(days=1), "15:00")).appointment.state == "booked"
