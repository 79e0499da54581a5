"""Closing periods: reason, another time, an outcome for everybody."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.verify import verify
from bangban.foundation.notify.models import Delivery
from bangban.services.appointments import actions, reads
from bangban.services.appointments.actions import Booked
from bangban.services.appointments.models import Appointment, Closure, MadeDay, Slot
from tests.services.appointments.conftest import NEXT_WEEK, TOMORROW, Book, holder, later

pytestmark = pytest.mark.usefixtures("own_pace")

ZONE = ZoneInfo("Asia/Shanghai")
REASON = "消防设备检修，大厅停电"


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(TOMORROW.year, TOMORROW.month, TOMORROW.day, hour, minute, tzinfo=ZONE)


def close(book: Book, starts: datetime, ends: datetime, **more: Any) -> Closure:
    values = {"class_id": None, "reason": REASON, **more}
    return actions.close_slots(
        book.hall.hall_manager, book.hall.body_id, values["class_id"], starts, ends, values["reason"]
    )


def booked_people(book: Book, count: int = 3, hour: str = "10:00") -> list[Booked]:
    slot = book.slot(TOMORROW, hour)
    return [book.book(slot, phone=f"1390000000{number}") for number in range(count)]


@pytest.mark.clause("DB23-6.5.2")
def test_everybody_affected_is_told_the_reason_and_offered_another_time(book: Book) -> None:
    people = booked_people(book)
    untouched = book.book(book.slot(TOMORROW, "14:00"), phone="13900000009")
    closure = close(book, at(10), at(11))
    assert closure.number.startswith("TS") and closure.state == "handling"
    assert book.slot(TOMORROW, "10:00").state == book.slot(TOMORROW, "10:30").state == "closed"
    assert book.slot(TOMORROW, "09:30").state == book.slot(TOMORROW, "11:00").state == "open"
    assert REASON in book.slot(TOMORROW, "10:00").reason
    with pytest.raises(NotAllowed, match=f"已停约（{REASON}）"):
        book.book(book.slot(TOMORROW, "10:00"), book.hall.hall_guide, phone="13900000008")
    for booked in people:
        view = reads.appointment_view(holder(booked), booked.appointment.number)
        assert (view.state, view.closure, view.closure_reason) == ("affected", closure.number, REASON)
        assert view.offered is not None and view.offered.state == "open"
        assert abs(view.offered.starts_at - at(10)) <= timedelta(hours=1)
        assert {"accept_offer", "decline_offer", "change", "cancel"} <= set(view.allowed_actions)
        message = Delivery.objects.get(number=view.number, purpose="appointment_changed")
        assert REASON in message.text and "为您另约" in message.text
    assert Appointment.objects.get(id=untouched.appointment.id).state == "booked"
    assert verify().broken == ()


@pytest.mark.clause("DB23-6.5.2")
def test_offers_are_spread_so_that_everybody_can_say_yes(book: Book) -> None:
    people = [booked for hour in ("10:00", "10:30") for booked in booked_people_at(book, hour)]
    close(book, at(10), at(11))
    for booked in people:
        number = booked.appointment.number
        assert actions.answer_offer(holder(booked), number, True).state == "booked"
    assert not Appointment.objects.filter(state="affected").exists()
    assert all(slot.taken <= slot.capacity for slot in Slot.objects.filter(taken__gt=0))


def booked_people_at(book: Book, hour: str) -> list[Booked]:
    slot = book.slot(TOMORROW, hour)
    return [book.book(slot, phone=f"139{hour.replace(':', '')}{number:04d}") for number in range(3)]


@pytest.mark.clause("DB23-6.5.2")
def test_a_closure_ends_only_when_every_booking_has_an_outcome(book: Book) -> None:
    moved, cancelled, called = booked_people(book)
    closure = close(book, at(10), at(11))
    manager = book.hall.hall_manager
    with pytest.raises(NotAllowed, match="还有3个受影响的预约") as refusal:
        actions.finish_closure(manager, closure.number)
    assert refusal.value.details["unhandled"] == 3
    actions.answer_offer(holder(moved), moved.appointment.number, True)
    actions.answer_offer(holder(cancelled), cancelled.appointment.number, False)
    with pytest.raises(NotAllowed, match="还有1个"):
        actions.finish_closure(manager, closure.number)
    with pytest.raises(Incomplete):
        actions.note_call(book.hall.hall_guide, called.appointment.number, " ")
    actions.note_call(book.hall.hall_guide, called.appointment.number, "已电话告知，本人改为网上办理")
    assert actions.finish_closure(manager, closure.number).state == "closed"
    outcomes = [row.outcome for row in reads.affected(manager, closure.number).rows]
    assert sorted(outcomes) == sorted(["已改约", "已取消", "已电话沟通"])
    (view,) = reads.closures(book.hall.body_id, manager)
    assert (view.affected, view.unhandled, view.moved, view.cancelled, view.called) == (3, 0, 1, 1, 1)
    assert view.allowed_actions == ("withdraw",)
    assert book.slot(TOMORROW, "10:00").state == "closed"
    assert all(row.affected["reason"] == REASON for row in Appointment.objects.filter(closure=closure))


@pytest.mark.clause("DB23-6.5.2")
def test_when_the_offered_period_filled_up_the_next_one_is_offered(book: Book) -> None:
    (booked,) = booked_people(book, 1)
    close(book, at(10), at(11))
    me, number = holder(booked), booked.appointment.number
    offered = reads.appointment_view(me, number).offered
    assert offered is not None
    for other in range(4):
        book.book(offered.id, book.hall.hall_guide, phone=f"1380000000{other}")
    with pytest.raises(NotAllowed, match="刚才的时段已约满。为您另约") as refusal:
        actions.answer_offer(me, number, True)
    again = reads.appointment_view(me, number)
    assert again.state == "affected" and again.offered is not None and again.offered.id != offered.id
    assert refusal.value.details["offered"] == again.offered.id
    assert actions.answer_offer(me, number, True).slot_id == again.offered.id


@pytest.mark.clause("DB23-6.5.2")
def test_an_online_booking_may_move_to_a_place_that_is_kept_for_the_counter(book: Book) -> None:
    (booked,) = booked_people(book, 1)
    close(book, at(10), at(11))
    full_online = book.slot(TOMORROW, "14:00")
    for other in range(3):
        book.book(full_online, phone=f"1380000000{other}")
    moved = actions.answer_offer(holder(booked), booked.appointment.number, True, full_online.id)
    assert (moved.slot_id, moved.network, moved.outcome) == (full_online.id, False, "moved")
    slot = Slot.objects.get(id=full_online.id)
    assert (slot.taken, slot.network_taken) == (4, 3)


def test_the_closure_of_one_class_leaves_the_others_open(book: Book) -> None:
    from datetime import time

    from bangban.foundation.access.actors import SYSTEM

    company = book.hall.company.id
    actions.save_plan(SYSTEM, book.hall.body_id, company, TOMORROW.weekday(), time(10), time(11), capacity=2)
    close(book, at(10), at(11), class_id=company)
    assert book.slot(TOMORROW, "10:00").state == "open"
    assert book.slot(TOMORROW, "10:00", klass=company).state == "closed"


def test_periods_made_later_inside_a_closure_are_closed_too(book: Book) -> None:
    Slot.objects.all().delete()
    MadeDay.objects.all().delete()
    close(book, at(10), at(11))
    assert book.slot(TOMORROW, "10:00").state == "closed"
    assert book.slot(TOMORROW, "11:00").state == "open"


@pytest.mark.clause("DB23-6.5.2")
def test_a_withdrawn_closure_lets_the_bookings_stand(book: Book) -> None:
    kept, moved = booked_people(book, 2)
    closure = close(book, at(10), at(11))
    actions.answer_offer(holder(moved), moved.appointment.number, True)
    with pytest.raises(Incomplete):
        actions.withdraw_closure(book.hall.hall_manager, closure.number, "")
    actions.withdraw_closure(book.hall.hall_manager, closure.number, "检修改期")
    row = Appointment.objects.get(id=kept.appointment.id)
    assert (row.state, row.outcome, row.offered_slot_id) == ("booked", "kept", None)
    assert book.slot(TOMORROW, "10:00").state == "open"
    assert "停约已撤销" in Delivery.objects.filter(number=row.number).order_by("created_at", "id").last().text  # type: ignore[union-attr]


def test_a_period_under_two_closures_stays_closed_until_both_are_withdrawn(book: Book) -> None:
    booked_people(book, 1)
    first, second = close(book, at(10), at(11)), close(book, at(9), at(12))
    actions.withdraw_closure(book.hall.hall_manager, first.number, "检修改期")
    assert book.slot(TOMORROW, "10:00").state == "closed"
    assert Appointment.objects.get().state == "affected"
    actions.withdraw_closure(book.hall.hall_manager, second.number, "检修改期")
    assert book.slot(TOMORROW, "10:00").state == "open"


def test_what_a_crash_left_between_closure_and_bookings_is_settled_a_minute_later(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = booked_people(book)
    with monkeypatch.context() as broken:
        broken.setattr("bangban.services.appointments.actions.closures.affect_all", lambda *_: 0)
        closure = close(book, at(10), at(11))
    assert Appointment.objects.filter(state="booked").count() == 3
    assert actions.settle() == 3
    assert actions.settle() == 0
    assert Appointment.objects.filter(state="affected", closure=closure).count() == 3
    with monkeypatch.context() as broken:
        broken.setattr("bangban.services.appointments.actions.closures.restore_all", lambda *_: 0)
        actions.withdraw_closure(book.hall.hall_manager, closure.number, "检修改期")
    assert actions.settle() == 3
    assert Appointment.objects.filter(state="booked").count() == len(people)


@pytest.mark.clause("DB23-6.5.2")
def test_an_affected_booking_is_never_given_up_by_the_clock(book: Book) -> None:
    (booked,) = booked_people(book, 1)
    closure = close(book, at(10), at(11))
    stand_at(at(12))
    assert actions.give_up_due(now()) == 0
    with pytest.raises(NotAllowed, match="还有1个"):
        actions.finish_closure(book.hall.hall_manager, closure.number)
    actions.note_call(book.hall.hall_guide, booked.appointment.number, "已电话致歉，改日再来")
    actions.finish_closure(book.hall.hall_manager, closure.number)
    with pytest.raises(NotAllowed, match="已经过去"):
        actions.withdraw_closure(book.hall.hall_manager, closure.number, "检修改期")


def test_when_nothing_is_free_the_person_is_asked_to_choose_later(book: Book) -> None:
    from bangban.services.appointments.models import SlotPlan

    (booked,) = booked_people(book, 1)
    for plan in SlotPlan.objects.exclude(weekday=TOMORROW.weekday()):
        actions.remove_plan(book.hall.hall_manager, book.hall.body_id, plan.id)
    closure = close(book, at(8), at(18))
    close(book, at(8) + timedelta(days=7), at(18) + timedelta(days=7))
    view = reads.appointment_view(holder(booked), booked.appointment.number)
    assert view.state == "affected"
    with pytest.raises((NotAllowed, Incomplete)):
        actions.answer_offer(holder(booked), view.number, True)
    assert closure.state == "handling"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": "停"}, "reason"), ({"reason": "  "}, "reason"), ({"class_id": 0}, "klass"),
        ({"ends": at(9)}, "ends"), ({"starts": at(9) - timedelta(days=9), "ends": at(9) - timedelta(days=8)}, "ends"),
    ],
)  # fmt: skip
def test_a_closure_that_cannot_be_is_refused(book: Book, given: dict[str, Any], field: str) -> None:
    values = {"starts": at(10), "ends": at(11), **given}
    starts, ends = values.pop("starts"), values.pop("ends")
    with pytest.raises(Incomplete) as refusal:
        close(book, starts, ends, **values)
    assert field in refusal.value.details["fields"]


def test_only_the_managers_of_the_hall_close_and_see_closures(book: Book) -> None:
    closure = close(book, at(10), at(11))
    for actor in (book.hall.hall_guide, book.hall.clerks[0], book.city.stranger, book.hotline):
        with pytest.raises(NotYours):
            actions.close_slots(actor, book.hall.body_id, None, at(14), at(15), REASON)
        with pytest.raises(NotYours):
            reads.closure_view(actor, closure.number)
        with pytest.raises(NotYours):
            actions.finish_closure(actor, closure.number)
    assert reads.closure_view(book.city.manager, closure.number).words.startswith("11月19日")


def test_moments_without_a_zone_are_those_of_the_hall(book: Book) -> None:
    closure = close(book, at(10).replace(tzinfo=None), at(11).replace(tzinfo=None))
    assert (closure.starts_at, closure.ends_at) == (at(10), at(11))
    later(days=1)
    assert reads.closure_view(book.hall.hall_manager, closure.number).klass == "全部业务"
    assert book.slot(NEXT_WEEK, "10:00").state == "open"
