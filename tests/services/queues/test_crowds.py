"""A crowd is seen, the hall manager is told what can be done, and what was done is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.jobs.following import catch_up
from bangban.foundation.ledger.models import Event
from bangban.foundation.ledger.verify import verify
from bangban.foundation.notify.models import Delivery
from bangban.registry.halls import actions as halls
from bangban.services.queues import actions, reads
from bangban.services.queues.chores import watch_halls
from bangban.services.queues.models import CrowdAlert, Ticket
from tests.cast import Cast
from tests.hall import Hall

pytestmark = pytest.mark.usefixtures("own_pace")


def later(**amount: float) -> None:
    stand_at(now() + timedelta(**amount))


def crowd(hall: Hall, people: int = 4) -> CrowdAlert:
    """Fill the first class beyond its threshold, with one window open."""
    halls.save_class(hall.body_id, "A", "社保医保", hall.social.area, crowd_threshold=4, wait_threshold=60)
    actions.open_window(hall.clerks[0], hall.body_id, hall.windows[0].id, [hall.social.id])
    for _ in range(people):
        hall.ticket()
    assert actions.watch_hall(hall.body_id) == 1
    return CrowdAlert.objects.get()


@pytest.mark.clause("DB23-6.3.2-f")
def test_a_crowd_raises_one_alert_and_tells_the_hall_manager(hall: Hall) -> None:
    alert = crowd(hall)
    assert (alert.state, alert.reason, alert.waiting) == ("raised", "crowd", 4)
    assert actions.watch_hall(hall.body_id) == 0
    told = Delivery.objects.get(record_id=alert.id)
    assert told.account_id == hall.hall_manager.account_id
    assert "社保医保" in told.text
    event = Event.objects.get(kind="crowd_alert.opened")
    assert set(event.topics) >= {f"hall:{hall.body_id}", f"unit:{hall.body_id}"}
    assert event.visibility == "staff"


@pytest.mark.clause("DB23-6.3.2-f")
def test_a_long_wait_raises_an_alert_though_few_wait(hall: Hall) -> None:
    halls.save_class(hall.body_id, "A", "社保医保", hall.social.area, wait_threshold=15)
    actions.open_window(hall.clerks[0], hall.body_id, hall.windows[0].id, [hall.social.id])
    for _ in range(3):
        hall.ticket()
    actions.watch_hall(hall.body_id)
    alert = CrowdAlert.objects.get()
    assert (alert.reason, alert.waiting) == ("slow", 3)
    assert alert.expected_seconds is not None
    assert alert.expected_seconds >= 15 * 60


def test_people_without_a_window_raise_an_alert_after_five_minutes(hall: Hall) -> None:
    hall.ticket()
    assert actions.watch_hall(hall.body_id) == 0
    later(minutes=5, seconds=1)
    assert actions.watch_hall(hall.body_id) == 1
    assert CrowdAlert.objects.get().reason == "no_window"


def test_the_ticket_that_makes_it_a_crowd_is_looked_at_at_once(hall: Hall) -> None:
    halls.save_class(hall.body_id, "A", "社保医保", hall.social.area, crowd_threshold=2, wait_threshold=60)
    actions.open_window(hall.clerks[0], hall.body_id, hall.windows[0].id)
    hall.ticket(), hall.ticket()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # numbers the events as a commit would
    catch_up()
    assert CrowdAlert.objects.get().waiting == 2


@pytest.mark.clause("DB23-6.3.2-f")
def test_the_options_name_windows_people_and_figures(hall: Hall) -> None:
    alert = crowd(hall)
    actions.open_window(hall.clerks[3], hall.body_id, hall.windows[3].id)
    view = reads.alert(hall.hall_manager, alert.number)
    found = {option.measure: option for option in view.options}
    assert set(found) == {"open_window", "serve", "move", "book", "soothe"}
    assert found["open_window"].window_id == hall.windows[1].id, "the closed window that usually serves the class"
    assert [name for _, name in found["open_window"].staff] == ["窗口员2", "窗口员3"]
    assert "4号窗口" in found["serve"].detail
    assert (found["move"].class_id, found["move"].count) == (hall.general.id, 2)
    assert view.allowed == ("take_measure",)
    assert reads.alert(hall.hall_guide, alert.number).allowed == ()


@pytest.mark.clause("DB23-6.3.2-f")
def test_letting_another_window_serve_the_class_is_done_and_kept(hall: Hall) -> None:
    alert = crowd(hall)
    helper = actions.open_window(hall.clerks[3], hall.body_id, hall.windows[3].id)
    later(minutes=2)
    actions.take_measure(hall.hall_manager, alert.number, "serve", "先支援半小时", session=helper.number)
    called = actions.call_next(hall.clerks[3])
    assert called is not None and called.klass_id == hall.social.id
    view = reads.alert(hall.hall_manager, alert.number)
    assert (view.state, view.response_seconds) == ("handled", 120)
    assert [(one.label, one.note, one.by) for one in view.measures] == [("让其他窗口分担", "先支援半小时", "程值班")]
    assert "先支援半小时" not in str(list(Event.objects.values_list("data", flat=True))), "notes stay out of the ledger"
    assert verify().broken == ()


def test_moving_half_of_the_line_keeps_their_wait(hall: Hall) -> None:
    alert = crowd(hall)
    places = dict(Ticket.objects.values_list("label", "rank_at"))
    actions.take_measure(hall.hall_manager, alert.number, "move", class_id=hall.general.id)
    moved = Ticket.objects.filter(klass=hall.general)
    assert sorted(moved.values_list("label", flat=True)) == ["A003", "A004"]
    assert dict(Ticket.objects.values_list("label", "rank_at")) == places


def test_asking_somebody_to_open_a_window_reaches_that_person(hall: Hall) -> None:
    alert = crowd(hall)
    actions.take_measure(
        hall.hall_manager, alert.number, "open_window", window_id=hall.windows[1].id, staff_id=hall.clerks[1].staff_id
    )
    asked = Delivery.objects.get(account_id=hall.clerks[1].account_id)
    assert "请到2号窗口开窗" in asked.text


def test_an_offer_is_seen_by_those_who_wait(hall: Hall) -> None:
    alert = crowd(hall)
    assert reads.advice(hall.social.id) == ()
    actions.take_measure(hall.hall_manager, alert.number, "book")
    assert reads.advice(hall.social.id) == ("book",)


def test_a_measure_that_cannot_be_done_changes_nothing(hall: Hall) -> None:
    alert = crowd(hall)
    for measure, given in (
        ("serve", {"session": "CK0"}),
        ("move", {"class_id": hall.social.id}),
        ("open_window", {"window_id": hall.windows[0].id}),
        ("open_window", {"window_id": 0}),
        ("open_window", {"window_id": hall.windows[1].id, "staff_id": hall.hall_guide.staff_id}),
        ("soothe", {}),
        ("sing", {}),
        ("", {}),
    ):
        with pytest.raises(Incomplete):
            actions.take_measure(hall.hall_manager, alert.number, measure, **given)  # type: ignore[arg-type]
    assert CrowdAlert.objects.get().state == "raised"
    assert CrowdAlert.objects.get().measures == []


def test_only_the_hall_manager_of_this_hall_takes_measures(hall: Hall, city: Cast) -> None:
    alert = crowd(hall)
    with pytest.raises(NotAllowed):
        actions.take_measure(hall.hall_guide, alert.number, "book")
    for stranger in (city.stranger, hall.kiosk):
        with pytest.raises(NotYours):
            actions.take_measure(stranger, alert.number, "book")
        with pytest.raises(NotYours):
            reads.alert(stranger, alert.number)
        with pytest.raises(NotYours):
            reads.alerts(stranger, hall.body_id)


def test_an_alert_is_over_after_five_calm_minutes_and_not_before(hall: Hall) -> None:
    alert = crowd(hall)
    number = Ticket.objects.filter(state="waiting").latest("id").number
    actions.leave(hall.hall_guide, number)
    assert actions.watch_hall(hall.body_id) == 1
    later(minutes=3)
    hall.ticket()
    actions.watch_hall(hall.body_id)
    assert CrowdAlert.objects.get().calm_since is None, "full again, counted anew"
    actions.leave(hall.hall_guide, Ticket.objects.filter(state="waiting").latest("id").number)
    actions.watch_hall(hall.body_id)
    later(minutes=4)
    assert actions.watch_hall(hall.body_id) == 0
    later(minutes=2)
    assert actions.watch_hall(hall.body_id) == 1
    alert.refresh_from_db()
    assert alert.state == "over"
    with pytest.raises(NotAllowed):
        actions.take_measure(hall.hall_manager, alert.number, "book")
    hall.ticket()
    assert actions.watch_hall(hall.body_id) == 1, "a later crowd is another alert"
    assert [one.state for one in reads.alerts(hall.hall_manager, hall.body_id)] == ["raised", "over"]


@pytest.mark.clause("DB23-6.3.2-f")
def test_people_hear_when_their_wait_changes_by_more_than_five_minutes(hall: Hall) -> None:
    halls.save_class(hall.body_id, "A", "社保医保", hall.social.area, wait_threshold=120)
    actions.open_window(hall.clerks[0], hall.body_id, hall.windows[0].id, [hall.social.id])
    second = actions.open_window(hall.clerks[1], hall.body_id, hall.windows[1].id)
    tickets = [hall.ticket().ticket for _ in range(8)]
    assert watch_halls(now()) == 0
    actions.pause_window(hall.clerks[1], second.number, "系统故障")
    later(minutes=6)
    assert watch_halls(now()) > 0
    told = Event.objects.filter(kind="ticket.estimate")
    assert set(told.values_list("number", flat=True)) <= {ticket.number for ticket in tickets[2:]}
    last = told.get(number=tickets[7].number)
    assert last.topics == [f"ticket:{tickets[7].number}"], "boards are not woken for it"
    assert last.data["expected"] > (tickets[7].expected_at_issue or 0) + 300
    actions.resume_window(hall.clerks[1], second.number)
    later(minutes=2)
    watch_halls(now())
    assert told.filter(number=tickets[7].number).count() == 1, "at most every five minutes"
    later(minutes=4)
    watch_halls(now())
    assert told.filter(number=tickets[7].number).count() == 2
