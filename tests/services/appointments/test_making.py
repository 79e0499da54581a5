"""Periods from plans: inside the opening hours, by the day of the place, never taking back what was given."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.clocks import reads as clocks
from bangban.foundation.clocks.models import CalendarDay, Hours
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.registry.halls import reads as halls
from bangban.services.appointments import actions, reads
from bangban.services.appointments.making import bookable_days, make_days, remake
from bangban.services.appointments.models import MadeDay, Slot, SlotPlan
from tests.services.appointments.conftest import NEXT_WEEK, TODAY, TOMORROW, Book

pytestmark = pytest.mark.usefixtures("own_pace")


def hours_of(book: Book, weekly: dict[str, list[list[str]]], **more: object) -> None:
    """Give the hall its own opening hours."""
    values = {"zone": "Asia/Shanghai", "weekly": weekly, "workdays_only": False, "workday_spans": [], **more}
    Hours.objects.update_or_create(kind="center", unit_id=book.hall.body_id, defaults=values)
    clocks.forget()
    halls.forget()


def starts(book: Book, day: date) -> list[str]:
    views = reads.slots(book.hall.body_id, book.hall.social.id, day, "window")
    plan = halls.hall(book.hall.body_id)
    assert plan is not None
    return [f"{view.starts_at.astimezone(plan.zone):%H:%M}" for view in views]


def test_periods_are_made_inside_the_opening_hours_of_working_days(book: Book) -> None:
    assert starts(book, TOMORROW) == [
        "09:00", "09:30", "10:00", "10:30", "11:00", "11:30", "13:30", "14:00", "14:30", "15:00", "15:30", "16:00", "16:30",
    ]  # fmt: skip
    assert starts(book, TODAY + timedelta(days=3)) == []


def test_a_rest_day_has_no_periods_and_a_worked_weekend_day_those_of_a_monday(book: Book) -> None:
    saturday = TODAY + timedelta(days=3)
    CalendarDay.objects.update_or_create(day=TOMORROW, defaults={"is_workday": False, "name": "假日", "source": "通知"})
    CalendarDay.objects.update_or_create(day=saturday, defaults={"is_workday": True, "name": "调休", "source": "通知"})
    clocks.forget()
    remake(book.hall.body_id)
    assert starts(book, TOMORROW) == []
    assert len(starts(book, saturday)) == 13


def test_days_are_made_when_they_are_asked_for_and_only_once(book: Book) -> None:
    Slot.objects.all().delete()
    MadeDay.objects.all().delete()
    assert len(starts(book, NEXT_WEEK)) == 13
    assert Slot.objects.count() == 13
    with CaptureQueriesContext(connection) as again:
        assert len(starts(book, NEXT_WEEK)) == 13
    assert not [one for one in again if one["sql"].startswith("INSERT")]
    assert len(again) <= 3


def test_a_night_makes_the_day_that_has_come_into_reach(book: Book) -> None:
    last = TODAY + timedelta(days=14)
    assert not MadeDay.objects.filter(day=last + timedelta(days=1)).exists()
    stand_at(now() + timedelta(days=1))
    assert remake(book.hall.body_id) == 13
    assert MadeDay.objects.filter(day=last + timedelta(days=1)).exists()
    assert remake(book.hall.body_id) == 0


def test_making_days_costs_the_same_queries_for_one_day_and_for_all(book: Book) -> None:
    plan = halls.hall(book.hall.body_id)
    assert plan is not None
    days = bookable_days(plan, now())
    Slot.objects.all().delete()
    with CaptureQueriesContext(connection) as one:
        make_days(plan, days[1:2])
    with CaptureQueriesContext(connection) as many:
        make_days(plan, days)
    assert len(many) <= len(one) + 2


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Asia/Urumqi", "Asia/Kathmandu"])
def test_round_the_clock_each_day_belongs_to_the_midnight_of_the_place(book: Book, zone: str) -> None:
    SlotPlan.objects.all().delete()
    Slot.objects.all().delete()
    MadeDay.objects.all().delete()
    whole = {str(day): [["00:00", "00:00"]] for day in range(7)}
    hours_of(book, whole, zone=zone)
    body, klass = book.hall.body_id, book.hall.social.id
    for weekday in range(7):
        actions.save_plan(SYSTEM, body, klass, weekday, time(0), time(0), capacity=2, step_minutes=60)
    local = ZoneInfo(zone)
    midnight = datetime(2026, 11, 20, 0, 0, tzinfo=local)
    stand_at(midnight - timedelta(seconds=1))
    assert [view.state for view in reads.slots(body, klass, date(2026, 11, 19), "web")] == ["past"] * 24
    assert reads.days(body, klass, "web")[0].date == date(2026, 11, 19)
    booked = book.book(reads.slots(body, klass, date(2026, 11, 20), "web")[0])
    assert booked.appointment.starts_at == midnight.astimezone(UTC)
    stand_at(midnight + timedelta(minutes=1))
    assert reads.days(body, klass, "web")[0].date == date(2026, 11, 20)
    day = reads.day_list(book.hall.hall_guide, body, date(2026, 11, 20))
    assert [row.number for row in day.rows] == [booked.appointment.number]
    assert not reads.day_list(book.hall.hall_guide, body, date(2026, 11, 19)).rows
    assert actions.check_in(book.hall.kiosk, body_id=body, code=booked.code).ticket.business_date == date(2026, 11, 20)


def test_shorter_hours_take_free_periods_away_and_let_booked_ones_stand(book: Book) -> None:
    booked = book.book(book.slot(TOMORROW, "16:30"))
    hours_of(book, {str(day): [["09:00", "12:00"]] for day in range(5)})
    remake(book.hall.body_id)
    assert starts(book, TOMORROW) == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30", "16:30"]
    slot = Slot.objects.get(id=booked.appointment.slot_id)
    assert (slot.capacity, slot.taken) == (1, 1)
    assert book.slot(TOMORROW, "16:30", "window").state == "full"


def test_a_smaller_plan_never_goes_below_what_was_given(book: Book) -> None:
    for number in range(3):
        book.book(book.slot(TOMORROW, "10:00"), phone=f"1390000000{number}")
    plan = SlotPlan.objects.get(weekday=TOMORROW.weekday(), starts=time(9))
    actions.save_plan(
        book.hall.hall_manager, book.hall.body_id, book.hall.social.id, plan.weekday, plan.starts, plan.ends,
        capacity=2, network_limit=1, plan_id=plan.id,
    )  # fmt: skip
    full, other = book.slot(TOMORROW, "10:00", "window"), book.slot(TOMORROW, "10:30", "window")
    assert (full.state, other.free) == ("full", 2)
    slot = Slot.objects.get(id=full.id)
    assert (slot.capacity, slot.taken, slot.network_limit) == (3, 3, 3)
    actions.remove_plan(book.hall.hall_manager, book.hall.body_id, plan.id)
    assert starts(book, TOMORROW)[0] == "10:00"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"class_id": 0}, "klass"),
        ({"weekday": 7}, "weekday"),
        ({"step_minutes": 0}, "step_minutes"),
        ({"ends": time(7, 20), "starts": time(7)}, "ends"),
        ({"capacity": 0}, "capacity"),
        ({"network_limit": 9}, "network_limit"),
        ({"valid_from": date(2026, 12, 1), "valid_to": date(2026, 11, 1)}, "valid_to"),
        ({"starts": time(11), "ends": time(13)}, "starts"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_field_by_field(book: Book, given: dict[str, object], field: str) -> None:
    values = {"class_id": book.hall.social.id, "weekday": 0, "starts": time(7), "ends": time(8), "capacity": 4, **given}
    with pytest.raises(Incomplete) as refusal:
        actions.save_plan(book.hall.hall_manager, book.hall.body_id, **values)  # type: ignore[arg-type]
    assert field in refusal.value.details["fields"]


def test_only_the_managers_of_the_hall_plan(book: Book) -> None:
    for actor in (book.hall.hall_guide, book.hall.clerks[0], book.city.stranger, book.hotline):
        with pytest.raises(NotYours):
            actions.save_plan(actor, book.hall.body_id, book.hall.social.id, 5, time(9), time(10), capacity=1)
        with pytest.raises(NotYours):
            actions.remove_plan(actor, book.hall.body_id, SlotPlan.objects.earliest("id").id)
    assert len(reads.plans(book.hall.body_id)) == 10
