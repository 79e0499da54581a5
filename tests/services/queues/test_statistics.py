"""Figures of a hall, and any past minute of it, agree with what the ledger says."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.flows.flow import FlowError
from bangban.foundation.ledger.models import Event
from bangban.services.queues import actions, reads
from bangban.services.queues.models import Stint, Ticket
from bangban.services.queues.reads.statistics import percentile
from tests.cast import WORKING_MORNING
from tests.hall import Hall

pytestmark = pytest.mark.usefixtures("own_pace")

TODAY = date(2026, 11, 18)


def later(**amount: float) -> None:
    stand_at(now() + timedelta(**amount))


def served(hall: Hall, clerk: int = 0, minutes: float = 5) -> Ticket:
    ticket = actions.call_next(hall.clerks[clerk])
    assert ticket is not None
    actions.arrive(hall.clerks[clerk], ticket.number)
    later(minutes=minutes)
    return actions.finish(hall.clerks[clerk], ticket.number)


@pytest.mark.clause("DB23-7.1")
def test_waiting_and_serving_are_told_by_class_window_hour_staff_and_channel(hall: Hall) -> None:
    actions.open_window(hall.clerks[0], hall.body_id, hall.windows[0].id)
    hall.ticket(), hall.ticket(flags=("elderly",)), hall.ticket(hall.general, hall.kiosk)
    later(minutes=2)
    served(hall, minutes=5)
    served(hall, minutes=7)
    served(hall, minutes=9)
    (social, general) = reads.figures([hall.body_id], TODAY, TODAY, "class")
    assert (social.label, social.tickets, social.served, social.priority_share) == ("社保医保", 2, 2, 0.5)
    assert social.waited_mean == pytest.approx((2 + 7) * 60 / 2, abs=2)
    assert social.waited_longest == pytest.approx(7 * 60, abs=2)
    assert social.serving_mean == pytest.approx(6 * 60, abs=2)
    assert general.waited_p90 == pytest.approx(14 * 60, abs=2)
    (window,) = reads.figures([hall.body_id], TODAY, TODAY, "window")
    (hour,) = reads.figures([hall.body_id], TODAY, TODAY, "hour")
    (staff,) = reads.figures([hall.body_id], TODAY, TODAY, "staff")
    assert [(one.label, one.served) for one in (window, hour, staff)] == [
        ("1号窗口", 3), ("10:00–11:00", 3), ("窗口员1", 3),
    ]  # fmt: skip
    channels = {one.label: one.tickets for one in reads.figures([hall.body_id], TODAY, TODAY, "channel")}
    assert channels == {"工作门户": 2, "自助端": 1}
    (total,) = reads.figures([hall.body_id], TODAY, TODAY, "all")
    assert (total.label, total.tickets, total.missed_share, total.abandoned_share) == ("全部", 3, 0.0, 0.0)


def test_missed_given_up_and_transferred_are_counted_once(hall: Hall) -> None:
    actions.open_window(hall.clerks[0], hall.body_id, hall.windows[0].id, [hall.social.id])
    actions.open_window(hall.clerks[2], hall.body_id, hall.windows[2].id)
    away, moved, tired, stays = (hall.ticket().ticket.number for _ in range(4))
    later(minutes=1)
    actions.call_next(hall.clerks[0])
    for _ in range(2):
        later(seconds=11)
        actions.recall(hall.clerks[0], away)
    actions.miss(hall.clerks[0], away)
    actions.call_next(hall.clerks[0])
    actions.arrive(hall.clerks[0], moved)
    later(minutes=3)
    actions.transfer(hall.clerks[0], moved, hall.company.id)
    served(hall, 2)
    actions.leave(hall.hall_guide, tired)
    served(hall, 0)
    later(days=1)
    actions.close_day(hall.body_id, TODAY + timedelta(days=1))
    social, company = reads.figures([hall.body_id], TODAY, TODAY, "class")
    assert (social.tickets, social.called, social.served, social.transfers) == (4, 3, 1, 1)
    assert (social.missed_share, social.abandoned_share) == (pytest.approx(1 / 3), 0.25)
    assert (company.tickets, company.served, company.transfers) == (0, 1, 0)
    assert Stint.objects.filter(ticket=Ticket.objects.get(number=away).id).count() == 1
    transferred = Stint.objects.get(outcome="transferred")
    assert (transferred.window_id, transferred.staff_id) == (hall.windows[0].id, hall.clerks[0].staff_id)
    assert transferred.serving == pytest.approx(180, abs=2)
    assert stays


def test_alerts_and_the_response_to_them_are_counted(hall: Hall) -> None:
    hall.ticket()
    later(minutes=6)
    actions.watch_hall(hall.body_id)
    later(minutes=4)
    actions.take_measure(hall.hall_manager, reads.alerts(hall.hall_manager, hall.body_id)[0].number, "book")
    for by in ("class", "hour", "day", "all"):
        (figure,) = reads.figures([hall.body_id], TODAY, TODAY, by)  # type: ignore[arg-type]
        assert (figure.alerts, figure.alerts_handled) == (1, 1)
        assert figure.response_mean == pytest.approx(240, abs=2)


def test_figures_are_by_known_things_only(hall: Hall) -> None:
    with pytest.raises(ValueError, match="not by"):
        reads.figures([hall.body_id], TODAY, TODAY, "1; DROP TABLE")  # type: ignore[arg-type]


def recount(body_id: int, moment: datetime) -> set[tuple[object, ...]]:
    """Go through all events of the tickets up to a moment."""
    state: dict[str, str] = {}
    klass: dict[str, int] = {}
    window: dict[str, int | None] = {}
    for event in Event.objects.filter(record_type="ticket", at__lte=moment).order_by("at", "position"):
        number, data = event.number, event.data
        state[number] = data.get("to", state.get(number, "waiting"))
        klass[number] = data["klass_id"] if "klass_id" in data else klass[number]
        window[number] = data["window_id"] if event.kind == "ticket.call" else window.get(number)
        if state[number] == "waiting":
            window[number] = None
    here = {number for number, one in state.items() if one in ("waiting", "called", "serving")}
    return {(number, state[number], klass[number], window[number]) for number in here}


def any_step(hall: Hall, dice: random.Random) -> None:
    waiting = list(Ticket.objects.filter(state__in=("waiting", "called", "serving", "missed")).order_by("id"))
    kind = dice.choice(
        ["issue", "issue", "call", "call", "arrive", "finish", "miss", "move", "transfer", "leave", "rejoin"]
    )
    clerk = dice.choice(hall.clerks)
    classes = [hall.social, hall.company, hall.general]
    if kind == "issue" or not waiting:
        hall.ticket(dice.choice(classes))
        return
    seated = [ticket for ticket in waiting if ticket.state in ("called", "serving")]
    number = dice.choice(seated if kind == "transfer" and seated else waiting).number
    if kind == "call":
        actions.call_next(clerk)
    elif kind in ("move", "transfer"):
        doer = hall.hall_manager
        getattr(actions, kind)(doer, number, dice.choice(classes).id)
    elif kind in ("leave", "rejoin"):
        getattr(actions, kind)(hall.hall_guide, number)
    else:
        held = Ticket.objects.filter(staff_id=clerk.staff_id, state__in=("called", "serving")).first()
        if held is not None and kind == "miss":
            later(seconds=11)
            actions.recall(clerk, held.number)
        if held is not None:
            getattr(actions, kind)(clerk, held.number)


@pytest.mark.clause("DB23-7.1")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_past_minute_is_reproduced_from_the_intervals(hall: Hall, seed: int) -> None:
    dice = random.Random(seed)
    for clerk, window in zip(hall.clerks, hall.windows, strict=True):
        actions.open_window(clerk, hall.body_id, window.id)
    moments = []
    for _ in range(150):
        later(seconds=dice.randint(1, 90))
        try:
            any_step(hall, dice)
        except FlowError:
            continue
        moments.append(now())
    for moment in [*dice.sample(moments, 25), *(dice.choice(moments) + timedelta(seconds=20) for _ in range(10))]:
        seen = reads.minute(hall.body_id, moment)
        assert {(one.number, one.state, one.klass_id, one.window_id) for one in seen.tickets} == recount(
            hall.body_id, moment
        )
    assert {event.kind for event in Event.objects.filter(record_type="ticket")} >= {"ticket.move", "ticket.transfer"}


def test_a_past_minute_takes_a_constant_number_of_queries(hall: Hall) -> None:
    actions.open_window(hall.clerks[0], hall.body_id, hall.windows[0].id)
    counts = []
    for people in (2, 9):
        for _ in range(people):
            hall.ticket()
        with CaptureQueriesContext(connection) as queries:
            reads.minute(hall.body_id, now())
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


def test_a_pause_is_seen_in_the_past_minute(hall: Hall) -> None:
    session = actions.open_window(hall.clerks[0], hall.body_id, hall.windows[0].id)
    later(minutes=1)
    actions.pause_window(hall.clerks[0], session.number, "打印机缺纸")
    paused_at = now()
    later(minutes=5)
    actions.close_window(hall.clerks[0], session.number)
    later(minutes=1)
    assert [one.state for one in reads.minute(hall.body_id, WORKING_MORNING + timedelta(seconds=30)).windows] == [
        "open"
    ]
    assert [one.state for one in reads.minute(hall.body_id, paused_at + timedelta(minutes=1)).windows] == ["paused"]
    assert reads.minute(hall.body_id, now()).windows == ()


def test_percentiles_lie_between_neighbours() -> None:
    assert percentile([], 0.5) is None
    assert percentile([7], 0.9) == 7
    assert percentile([1, 2, 3, 4], 0.5) == 2.5
    assert percentile(list(range(11)), 0.9) == 9


YEAR = """
INSERT INTO queues_stint (ticket, body_id, business_date, hour, klass_id, window_id, staff_id, channel, priority,
    outcome, first, called, waited, at_window, serving, called_at, ended_at)
SELECT gen_random_uuid(), %s, date '2025-11-18' + (n / 550), 9 + n %% 8, %s + n %% 12, n %% 100, n %% 140,
    (ARRAY['kiosk', 'desk', 'web'])[1 + n %% 3], n %% 8 = 0, CASE WHEN n %% 17 = 0 THEN 'missed' ELSE 'done' END, true,
    true, (random() * 3600)::int, 600 + (random() * 900)::int, 500 + (random() * 900)::int, now(), now()
FROM generate_series(1, 200000) AS n
"""


@pytest.mark.slow
def test_a_year_of_a_large_hall_is_counted_whole_whatever_it_is_told_by(hall: Hall) -> None:
    with connection.cursor() as cursor:
        cursor.execute(YEAR, [hall.body_id, hall.social.id])
        cursor.execute("ANALYZE queues_stint")
    for by in ("class", "window", "hour", "staff", "channel", "all"):
        found = reads.figures([hall.body_id], date(2025, 11, 18), TODAY, by)  # type: ignore[arg-type]
        assert sum(one.tickets for one in found) == 200_000
