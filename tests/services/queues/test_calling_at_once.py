"""Many windows call at the same moment: each ticket goes to one of them, in the order of the rule."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from bangban.foundation.flows.flow import NotAllowed
from bangban.foundation.ledger.verify import verify
from bangban.services.queues import actions
from bangban.services.queues.actions import calling
from bangban.services.queues.models import Ticket, WindowSession
from tests.cast import Cast, make_city
from tests.hall import Hall
from tests.services.queues.together import (
    assert_order_by_rule,
    at_once,
    call_until_empty,
    calls_by_ticket,
    process,
    staffed_windows,
    told_by,
)

CALL = """
import django, json, sys; django.setup()
from bangban.foundation.access.models import Account
from bangban.foundation.flows.flow import NotAllowed
from bangban.registry.org.reads import actor_of
from bangban.services.queues import actions
from bangban.services.queues.models import Ticket
from tests.services.queues.together import call_until_empty
clerk = actor_of(Account.objects.get(username="{clerk}"))
held = Ticket.objects.filter(staff_id=clerk.staff_id, state__in=("called", "serving")).first()
if held is not None:
    if held.state == "called":
        actions.arrive(clerk, held.number)
    actions.finish(clerk, held.number)
print("ready", flush=True)
print(json.dumps(call_until_empty(clerk, {most})))
"""


@pytest.fixture
def city(transactional_db: None) -> Iterator[Cast]:
    """A city that threads and processes with their own connections can see."""
    yield make_city()


def without_the_lock(meeting: Barrier) -> Callable[[WindowSession, object], Ticket | None]:
    """Return a choice that looks, and takes only when everybody has looked."""

    def choose(session: WindowSession, plan: object) -> Ticket | None:
        rows = Ticket.objects.filter(body_id=session.body_id, state="waiting", klass_id__in=session.classes)
        ticket = rows.order_by("rank_at", "id").first()
        with suppress(BrokenBarrierError):
            meeting.wait(timeout=30)
        if ticket is not None:
            ticket.held = None  # type: ignore[attr-defined]
        return ticket

    return choose


def test_without_the_row_lock_two_windows_grab_one_ticket(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """The race is real: with a choice that does not lock, two windows take the same ticket."""
    clerks = staffed_windows(hall, 2)
    doubled = 0
    for _ in range(3):
        monkeypatch.setattr(calling, "_next_for", without_the_lock(Barrier(2)))
        hall.ticket()
        try:
            results = at_once(*[partial(actions.call_next, clerk) for clerk in clerks])
        except IntegrityError:  # the database's own guard: one open interval per record
            doubled += 1
            results = []
        called = [result.number for result in results if isinstance(result, Ticket)]
        doubled += len(called) != len(set(called))
        Ticket.objects.filter(state__in=("called", "waiting")).update(
            state="left", ended_at=Ticket.objects.first().issued_at
        )  # type: ignore[union-attr]
    assert doubled > 0


def test_windows_that_call_at_once_never_get_the_same_ticket(hall: Hall) -> None:
    clerks = staffed_windows(hall, 12)
    tickets = {hall.ticket(flags=("elderly",) if n % 5 == 4 else ()).ticket.number for n in range(60)}
    results = at_once(*[partial(call_until_empty, clerk) for clerk in clerks])
    calls = [call for result in results for call in result]  # type: ignore[attr-defined]
    assert sorted(number for number, _, _ in calls) == sorted(tickets)
    assert set(calls_by_ticket().values()) == {1}
    assert_order_by_rule(calls)
    assert verify().broken == ()


def test_two_presses_at_one_window_call_one_ticket(hall: Hall) -> None:
    clerk = staffed_windows(hall, 1)[0]
    for turn in range(6):
        hall.ticket(), hall.ticket()
        same = at_once(*[partial(actions.call_next, clerk, key=f"press-{turn}")] * 3)
        numbers = {ticket.number for ticket in same if isinstance(ticket, Ticket)}
        assert len(numbers) == 1, same
        (number,) = numbers
        different = at_once(*[partial(actions.call_next, clerk, key=f"other-{turn}-{n}") for n in range(3)])
        assert all(isinstance(result, NotAllowed) for result in different)
        actions.arrive(clerk, number)
        actions.finish(clerk, number)
        both = at_once(*[partial(actions.call_next, clerk, key=f"two-{turn}-{n}") for n in range(2)])
        assert sorted(type(result).__name__ for result in both) == ["NotAllowed", "Ticket"]
        last = next(result for result in both if isinstance(result, Ticket))
        actions.arrive(clerk, last.number)
        actions.finish(clerk, last.number)
    assert set(calls_by_ticket().values()) == {1}


def test_a_window_is_closed_or_calls_but_never_both(hall: Hall) -> None:
    for _ in range(8):
        hall.ticket()
        session = actions.open_window(hall.clerks[0], hall.body_id, hall.windows[0].id)
        closed, called = at_once(
            partial(actions.close_window, hall.clerks[0], session.number), partial(actions.call_next, hall.clerks[0])
        )
        assert isinstance(closed, NotAllowed) != isinstance(called, NotAllowed)
        if isinstance(called, Ticket):
            actions.arrive(hall.clerks[0], called.number)
            actions.finish(hall.clerks[0], called.number)
            actions.close_window(hall.clerks[0], session.number)
    held = Ticket.objects.filter(state__in=("called", "serving"))
    assert not held.filter(session__state="closed").exists()


def test_a_ticket_is_called_or_leaves_but_never_both(hall: Hall) -> None:
    clerk = staffed_windows(hall, 1)[0]
    for _ in range(6):
        number = hall.ticket().ticket.number
        left, called = at_once(partial(actions.leave, hall.hall_guide, number), partial(actions.call_next, clerk))
        state = Ticket.objects.get(number=number).state
        assert (state == "called") == isinstance(called, Ticket) or isinstance(left, Ticket)
        if state == "called":
            actions.arrive(clerk, number)
            actions.finish(clerk, number)
    assert verify().broken == ()


def test_numbers_have_no_gap_and_no_double_when_all_kiosks_press_at_once(hall: Hall) -> None:
    presses = [partial(hall.ticket, klass, hall.kiosk) for klass in (hall.social, hall.company)] * 6
    at_once(*presses)
    at_once(*presses)
    for klass in (hall.social, hall.company):
        found = Ticket.objects.filter(first_klass=klass).order_by("sequence").values_list("sequence", flat=True)
        assert list(found) == list(range(1, 13))


def test_one_press_that_comes_four_times_at_once_is_one_ticket(hall: Hall) -> None:
    results = at_once(*[partial(hall.ticket, client_key="one-press")] * 4)
    assert len({result.ticket.number for result in results}) == 1  # type: ignore[attr-defined]
    assert hall.ticket().ticket.label == "A002"


def test_calling_takes_few_questions_to_the_database(hall: Hall) -> None:
    clerk = staffed_windows(hall, 1)[0]
    hall.ticket()
    with CaptureQueriesContext(connection) as queries:
        actions.call_next(clerk)
    asked = [query["sql"] for query in queries.captured_queries if not query["sql"].startswith(("BEGIN", "COMMIT"))]
    assert len(asked) <= 5, asked


@pytest.mark.slow
def test_processes_that_call_at_once_call_each_ticket_once(hall: Hall) -> None:
    clerks = staffed_windows(hall, 4)
    tickets = {hall.ticket(flags=("elderly",) if n % 5 == 4 else ()).ticket.number for n in range(80)}
    children = [process(CALL.format(clerk=f"caller{place}", most=1000)) for place in range(len(clerks))]
    calls = [tuple(call) for child in children for call in told_by(child)]
    assert sorted(number for number, _, _ in calls) == sorted(tickets)
    assert set(calls_by_ticket().values()) == {1}
    assert_order_by_rule(calls)


@pytest.mark.slow
def test_a_window_killed_in_the_middle_loses_and_doubles_nothing(hall: Hall) -> None:
    staffed_windows(hall, 2)
    tickets = {hall.ticket().ticket.number for _ in range(60)}
    for kills in range(4):
        # However late the kill comes, some are left for the next.
        child = process(CALL.format(clerk="caller0", most=14))
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(0.03 + 0.017 * kills)
        os.kill(child.pid, signal.SIGKILL)
        child.communicate()
        at_window = Ticket.objects.filter(state__in=("called", "serving"))
        assert at_window.count() <= 1
        assert Ticket.objects.count() == len(tickets)
    for child in [process(CALL.format(clerk=f"caller{place}", most=1000)) for place in range(2)]:
        told_by(child)
    assert set(Ticket.objects.values_list("state", flat=True)) == {"done"}
    assert calls_by_ticket() == dict.fromkeys(tickets, 1)
    assert json.dumps([broken.reference for broken in verify().broken]) == "[]"
