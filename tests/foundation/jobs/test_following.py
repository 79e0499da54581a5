"""Followers read every committed event once and in order, whatever fails or dies in between."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from django.db import OperationalError, connection

from bangban.foundation.flows import reacting
from bangban.foundation.jobs.following import TRIES, catch_up, stuck
from bangban.foundation.ledger.models import Cursor, Event, Link
from bangban.services.cases import actions
from tests.cast import Cast, make_city
from tests.services.cases.steps import opened


@pytest.fixture
def city(transactional_db: None) -> Iterator[Cast]:
    """A committed city without the house's own followers."""
    yield make_city()


@pytest.fixture
def follower(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Event], None]], None]:
    """Let one function follow openings and claims, alone."""

    def join(function: Callable[[Event], None]) -> None:
        monkeypatch.setattr(reacting, "_followers", {"test": (frozenset({"case.opened", "case.claim"}), function)})

    return join


def write_down(event: Event) -> None:
    """Leave a row for an event, as a follower's own write."""
    Link.objects.create(
        from_type="event", from_id=event.id, to_type="case", to_id=event.record_id, why=event.kind, at=event.at
    )


def written() -> list[str]:
    """Return what the follower has left, in the order it did."""
    return list(Link.objects.order_by("id").values_list("why", flat=True))


def test_each_event_is_followed_once_and_in_order(city: Cast, follower: Callable[..., None]) -> None:
    follower(write_down)
    number, citizen = opened()
    actions.claim(city.guide, number)
    actions.post_message(citizen, number, "在吗")
    catch_up()
    catch_up()
    assert written() == ["case.opened", "case.claim"]
    assert stuck() == []


def test_a_worker_killed_in_the_middle_of_an_event_leaves_nothing_and_it_is_done_once(
    city: Cast, follower: Callable[..., None]
) -> None:
    deaths = iter([True, True])

    def dies_first(event: Event) -> None:
        write_down(event)
        if next(deaths, False):
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    follower(dies_first)
    opened()
    for _ in range(2):
        with pytest.raises(OperationalError):
            catch_up()
        connection.close()
        assert written() == []
    catch_up()
    assert written() == ["case.opened"]


def test_two_workers_at_once_follow_each_event_once(city: Cast, follower: Callable[..., None]) -> None:
    follower(write_down)
    for _ in range(20):
        opened()

    def work() -> None:
        try:
            catch_up()
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    catch_up()
    assert written() == ["case.opened"] * 20


def test_an_event_that_always_fails_is_set_aside_and_holds_up_nobody(city: Cast, follower: Callable[..., None]) -> None:
    bad, _ = opened()

    def refuses_one(event: Event) -> None:
        write_down(event)
        if event.number == bad:
            raise ValueError("不能处理")

    follower(refuses_one)
    opened()
    for tried in range(1, TRIES):
        catch_up()
        assert Cursor.objects.get(follower="test").failures == tried
        assert written() == []
    catch_up()
    assert written() == ["case.opened"]
    (aside,) = (cursor for cursor in stuck() if cursor.follower != "test")
    assert aside.follower == f"test!{aside.seq}"
    assert "不能处理" in aside.error
    opened()
    catch_up()
    assert len(written()) == 2


def test_a_follower_that_recovered_is_no_longer_reported(city: Cast, follower: Callable[..., None]) -> None:
    failures = iter([True])

    def fails_once(event: Event) -> None:
        if next(failures, False):
            raise ValueError("一时不通")
        write_down(event)

    follower(fails_once)
    opened()
    catch_up()
    assert [cursor.error for cursor in stuck()] == ["ValueError: 一时不通"]
    catch_up()
    assert written() == ["case.opened"]
    assert stuck() == []


def test_what_was_written_before_a_failure_in_the_same_batch_stays_done(
    city: Cast, follower: Callable[..., None]
) -> None:
    opened()
    second, _ = opened()
    failures = iter([True])

    def fails_at_second(event: Event) -> None:
        write_down(event)
        if event.number == second and next(failures, False):
            raise ValueError("一时不通")

    follower(fails_at_second)
    catch_up()
    assert written() == ["case.opened"]
    catch_up()
    assert written() == ["case.opened", "case.opened"]
