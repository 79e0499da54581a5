"""What a hall tells about waiting: from the windows that are open and the times that were measured here."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangban.bench.waiting import _day
from bangban.foundation.clocks.moment import now, stand_at
from bangban.registry.halls.reads import hall as plan_of
from bangban.services.queues import actions, reads
from bangban.services.queues.models import Stint, WindowSession
from bangban.services.queues.reads import service_times
from bangban.services.queues.reads.waiting import NEW, line_of
from tests.hall import Hall

pytestmark = pytest.mark.usefixtures("own_pace")


@pytest.fixture(autouse=True)
def _forget() -> None:
    service_times.forget()


def later(**amount: float) -> None:
    stand_at(now() + timedelta(**amount))


@pytest.mark.clause("DB23-6.3.2-a")
def test_a_ticket_tells_people_ahead_the_wait_and_a_bound(hall: Hall) -> None:
    actions.open_window(hall.clerks[0], hall.body_id, hall.windows[0].id, [hall.social.id])
    for _ in range(3):
        last = hall.ticket()
    view = reads.ticket_view(hall.hall_guide, last.ticket.number)
    assert view.ahead == 2
    assert view.expected_seconds == pytest.approx(2 * 625, rel=0.1), (
        "two services of ten minutes with what lies between"
    )
    assert view.expected_high is not None
    assert view.expected_high > view.expected_seconds
    assert last.ticket.expected_at_issue == pytest.approx(view.expected_seconds, abs=5)


def test_asking_for_a_class_agrees_with_joining_it(hall: Hall) -> None:
    plan = plan_of(hall.body_id)
    assert plan is not None
    for clerk, window in zip(hall.clerks, hall.windows, strict=True):
        actions.open_window(clerk, hall.body_id, window.id)
    for number in range(18):
        hall.ticket((hall.social, hall.company, hall.general)[number % 3])
    line = line_of(plan, plan.day_of(now()), now())
    for klass_id in plan.classes:
        joined = line.joined_by(klass_id, line.at).expectations()[NEW]
        assert line.newcomer(klass_id).ahead == joined.ahead
        assert line.newcomer(klass_id).seconds == pytest.approx(joined.seconds, rel=0.05)


def test_without_an_open_window_nothing_is_promised(hall: Hall) -> None:
    ticket = hall.ticket().ticket
    view = reads.ticket_view(hall.hall_guide, ticket.number)
    assert (view.ahead, view.expected_seconds, view.expected_high) == (0, None, None)


def test_who_comes_before_opening_is_told_from_the_windows_of_the_last_day(hall: Hall) -> None:
    for clerk, window in zip(hall.clerks[:2], hall.windows[:2], strict=True):
        session = actions.open_window(clerk, hall.body_id, window.id, [hall.social.id])
        WindowSession.objects.filter(id=session.id).update(opened_at=now() - timedelta(hours=1))
        later(hours=6)
        actions.close_window(clerk, session.number)
        later(hours=-6)
    later(hours=22, minutes=50)
    tickets = [hall.ticket().ticket for _ in range(3)]
    assert [ticket.expected_at_issue for ticket in tickets[:2]] == [pytest.approx(600, abs=30)] * 2, (
        "ten minutes to nine"
    )
    third = tickets[2].expected_at_issue
    assert third is not None
    assert 700 < third < 1300
    assert hall.ticket(hall.company).ticket.expected_at_issue is None


def stints(hall: Hall, seconds: int, count: int, days_ago: int) -> None:
    at = now() - timedelta(days=days_ago, minutes=10)
    plan = plan_of(hall.body_id)
    assert plan is not None
    Stint.objects.bulk_create(
        Stint(
            ticket=hall.ticket(hall.company).ticket.id,
            body_id=hall.body_id,
            business_date=plan.day_of(at),
            hour=at.astimezone(plan.zone).hour,
            klass_id=hall.social.id,
            window_id=1,
            staff_id=1,
            channel="kiosk",
            priority=False,
            outcome="done",
            first=True,
            called=True,
            waited=60,
            at_window=seconds,
            serving=seconds,
            called_at=at - timedelta(seconds=seconds),
            ended_at=at,
        )
        for _ in range(count)
    )


def test_measured_times_take_the_place_of_the_given_one(hall: Hall) -> None:
    plan = plan_of(hall.body_id)
    assert plan is not None
    given = service_times.typical_seconds(plan, now())[hall.social.id]
    stints(hall, 1200, 30, days_ago=1)
    service_times.forget()
    past = service_times.typical_seconds(plan, now())[hall.social.id]
    stints(hall, 300, 30, days_ago=0)
    service_times.forget()
    today = service_times.typical_seconds(plan, now())[hall.social.id]
    assert given == pytest.approx(625, abs=1)
    assert past > 1000
    assert today < 700


def test_the_pace_of_a_hall_is_remembered_for_seconds_only(hall: Hall) -> None:
    plan = plan_of(hall.body_id)
    assert plan is not None
    service_times.pace(plan, now())
    with CaptureQueriesContext(connection) as queries:
        service_times.pace(plan, now())
    assert len(queries) == 0
    later(seconds=20)
    with CaptureQueriesContext(connection) as queries:
        service_times.pace(plan, now())
    assert len(queries) == 4, "what was measured on the days before is kept for longer"


def test_telling_the_wait_takes_as_many_queries_for_forty_as_for_two(hall: Hall) -> None:
    plan = plan_of(hall.body_id)
    assert plan is not None
    actions.open_window(hall.clerks[0], hall.body_id, hall.windows[0].id)
    counts = []
    for people in (2, 38):
        for _ in range(people):
            hall.ticket()
        service_times.forget()
        with CaptureQueriesContext(connection) as queries:
            assert len(line_of(plan, plan.day_of(now()), now()).expectations()) in (2, 40)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_every_way_of_leaving_a_window_is_measured_once(hall: Hall) -> None:
    actions.open_window(hall.clerks[0], hall.body_id, hall.windows[0].id)
    for _ in range(2):
        hall.ticket()
    first = actions.call_next(hall.clerks[0])
    assert first is not None
    later(seconds=40)
    actions.arrive(hall.clerks[0], first.number)
    later(minutes=5)
    actions.finish(hall.clerks[0], first.number)
    second = actions.call_next(hall.clerks[0])
    assert second is not None
    later(seconds=50)
    actions.leave(hall.hall_guide, second.number)
    rows = list(Stint.objects.order_by("id").values_list("outcome", "called", "at_window", "serving"))
    assert rows == [("done", True, 340, 300), ("left", True, 50, None)]


@pytest.mark.slow
def test_on_a_drawn_day_of_a_large_hall_the_error_is_clearly_below_both_simple_ways() -> None:
    for seed in (3, 5):
        ours, people_times_mean, divided_by_windows = _day(seed).errors()
        assert ours < 0.7 * divided_by_windows
        assert ours < 0.1 * people_times_mean
