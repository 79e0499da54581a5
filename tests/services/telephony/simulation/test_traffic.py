"""The played exchange: the same seed plays the same, seats are finite, and its own record equals the fold of its events."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bangban.services.telephony.events import ExchangeEvent, problem_of
from bangban.services.telephony.folding import fold
from bangban.services.telephony.simulation.disorder import Network, delivered
from bangban.services.telephony.simulation.habits import Habits
from bangban.services.telephony.simulation.line import Line
from bangban.services.telephony.simulation.plan import at_rate, enough_seats, of_day
from bangban.services.telephony.simulation.seats import Seat, invented
from bangban.services.telephony.simulation.traffic import traffic
from bangban.services.telephony.simulation.truth import truth_of

BEGINS = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
DAY = date(2026, 11, 17)


def played(
    calls: int = 300, rate: float = 2.0, seats: int = 150, **changes: object
) -> tuple[Line, list[ExchangeEvent]]:
    plan = replace(at_rate(7, BEGINS, calls, rate, invented(seats)), **changes)  # type: ignore[arg-type]
    line = Line(plan)
    return line, list(line.events())


def by_call(events: list[ExchangeEvent]) -> dict[str, list[ExchangeEvent]]:
    calls: dict[str, list[ExchangeEvent]] = defaultdict(list)
    for event in events:
        calls[event.call].append(event)
    return calls


def test_the_same_seed_plays_the_same_and_another_another() -> None:
    assert list(traffic(3, BEGINS, 50, 1.0)) == list(traffic(3, BEGINS, 50, 1.0))
    assert list(traffic(3, BEGINS, 50, 1.0)) != list(traffic(4, BEGINS, 50, 1.0))


def test_every_event_is_one_that_the_house_takes_and_comes_in_the_order_of_the_clock() -> None:
    _, events = played()
    assert [event for event in events if problem_of(event, event.at)] == []
    assert len({event.id for event in events}) == len(events)
    assert [event.at for event in events] == sorted(event.at for event in events)
    kinds = {event.kind for event in events}
    assert kinds >= {"offered", "queued", "ringing", "missed", "answered", "held", "resumed", "joined", "left"}
    assert kinds >= {"transferred", "hung_up", "recorded"}
    assert "menu" not in kinds


@pytest.mark.parametrize("seats", [150, 20])
def test_the_record_of_the_exchange_equals_the_fold_of_its_events_in_any_order(seats: int) -> None:
    line, events = played(seats=seats)
    arrived = [event for _, event in delivered(events, 7, Network(doubled=0.3, late=0.3, jittered=0.6))]
    assert len(arrived) > len(events)
    calls = by_call(arrived)
    assert set(calls) == set(line.book)
    for name, row in line.book.items():
        call = fold(calls[name])
        assert (call.caller, call.offered_at, call.answered_at, call.ended_at, call.outcome) == (
            row.caller, row.offered, row.answered, row.ended, row.outcome
        )  # fmt: skip
        assert not row.answered or call.agent == row.agent
        assert (len(call.parties) - call.transfers, call.transfers) == (row.thirds, row.transfers)


def test_an_agent_talks_to_one_caller_at_a_time() -> None:
    line, events = played(seats=12)
    talking: Counter[str] = Counter()
    for event in events:
        agent = line.book[event.call].agent
        if event.kind == "answered":
            talking[agent] += 1
            assert talking[agent] == 1
        if event.kind == "transferred" or (event.kind == "hung_up" and not line.book[event.call].transfers):
            talking[agent] -= 1
    assert len(talking) == 12


def test_with_too_few_seats_people_wait_give_up_and_call_again_with_the_same_number() -> None:
    line, events = played(seats=12)
    truth = truth_of(line.book.values())
    assert truth.lost > truth.answered / 2
    assert truth.lost_late > 0
    gave_up = {row.caller for row in line.book.values() if row.outcome == "abandoned"}
    assert len(line.book) > 300
    assert gave_up & {event.caller for event in events if event.kind == "offered" and line.book[event.call].answered}


def test_with_enough_seats_nearly_everybody_is_answered_within_15_seconds() -> None:
    seats = enough_seats(300, 2.0, day=False)
    truth = truth_of(played(seats=seats)[0].book.values())
    assert truth.answered / truth.calls > 0.95
    assert truth.share > 0.93


def test_a_language_is_answered_by_somebody_who_speaks_it_while_anybody_here_does() -> None:
    seats = (*(Seat(f"M{n}") for n in range(30)), Seat("C1", frozenset({"cantonese"})))
    plan = at_rate(5, BEGINS, 200, 0.3, seats)
    line = Line(plan)
    list(line.events())
    answered = [row for row in line.book.values() if row.answered]
    assert {row.agent for row in answered if row.language == "cantonese"} == {"C1"}
    assert any(row.agent.startswith("M") for row in answered if row.language == "hakka")


def test_the_longest_idle_agent_is_rung_first() -> None:
    calm = Habits(not_at_desk=0, held=0, joined=0, transferred=0, redial=0)
    line, events = played(calls=40, rate=0.05, seats=3, habits=calm)
    free_since: dict[str, datetime] = {seat.agent: BEGINS for seat in line.plan.seats}
    for event in events:
        if event.kind == "ringing" and not line.book[event.call].language:
            others = [since for agent, since in free_since.items() if agent != event.agent]
            assert event.agent not in free_since or all(
                free_since[event.agent] <= since + timedelta(seconds=21) for since in others
            )
            free_since.pop(event.agent, None)
        if event.kind in ("hung_up", "abandoned") and (agent := line.book[event.call].agent):
            free_since[agent] = event.at


def test_a_day_has_its_curve_its_night_and_its_end() -> None:
    line = Line(of_day(1, DAY, 4000, invented(60)))
    events = list(line.events())
    hours = Counter((row.offered + timedelta(hours=8)).hour for row in line.book.values())
    assert hours[10] > 10 * hours[3]
    assert {(row.offered + timedelta(hours=8)).date() for row in line.book.values()} == {DAY}
    assert all(row.ended for row in line.book.values())
    noon = BEGINS - timedelta(days=1) + timedelta(hours=2)
    half = Line(of_day(1, DAY, 4000, invented(60), until=noon))
    told = list(half.events())
    assert max(event.at for event in told) <= noon
    assert told == events[: len(told)]
    assert {row.outcome for row in half.book.values()} >= {"talking"}


def test_a_calm_network_changes_nothing_and_a_bad_one_loses_nothing() -> None:
    _, events = played(calls=100)
    calm = Network(doubled=0, jittered=0, late=0)
    assert [event for _, event in delivered(events, 1, calm)] == events
    arrived = list(delivered(events, 1, Network(doubled=0.5, late=0.5)))
    assert {event.id for _, event in arrived} == {event.id for event in events}
    assert [due for due, _ in arrived] == sorted(due for due, _ in arrived)
    assert [event.id for _, event in arrived] != sorted(event.id for _, event in arrived)
