"""Room for the coming months, and what telephony does by the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from bangban.foundation.clocks.moment import now
from bangban.foundation.jobs.schedule import chores
from bangban.services.telephony import actions, reads
from bangban.services.telephony import chores as own
from bangban.services.telephony.models import Call, MinuteFigures, RawEvent
from bangban.services.telephony.partitions import drop_old, make_partitions
from tests.services.telephony.cast import Hotline, talk


def months() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid"
            " WHERE inhparent = 'telephony_raw_event'::regclass AND c.relname !~ 'rest$' ORDER BY 1"
        )
        return [row[0].removeprefix("telephony_raw_event_") for row in cursor.fetchall()]


def test_events_go_to_the_table_of_their_month_and_a_month_begun_late_stays_in_the_rest(hotline: Hotline) -> None:
    make_partitions(now(), 2)
    actions.receive(talk("c", start=now()))
    actions.receive(talk("old", start=datetime(2026, 9, 3, tzinfo=UTC)))
    make_partitions(datetime(2026, 9, 1, tzinfo=UTC), 4)
    assert set(months()) >= {"2026_10", "2026_11", "2026_12"}
    assert "2026_09" not in months()
    assert RawEvent.objects.count() == 10
    assert reads.recompute(datetime(2026, 9, 1).date(), now().date()) == []  # noqa: DTZ001 - days of the city


def test_months_that_are_kept_no_longer_are_dropped_and_calls_and_figures_stay(
    hotline: Hotline, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_partitions(datetime(2026, 8, 1, tzinfo=UTC), 4)
    actions.receive(talk("old", start=datetime(2026, 8, 3, tzinfo=UTC)))
    actions.receive(talk("new", start=now()))
    assert drop_old(now()) == []
    monkeypatch.setenv("BANGBAN_CALL_EVENT_MONTHS", "2")
    assert drop_old(now()) == ["telephony_raw_event_2026_08"]
    assert set(RawEvent.objects.values_list("call", flat=True)) == {"new"}
    assert (Call.objects.count(), MinuteFigures.objects.count()) == (2, 2)


def test_every_chore_may_run_twice(hotline: Hotline) -> None:
    actions.receive(talk("c", start=now() - timedelta(days=1)))
    mine = [chore for chore in chores() if chore.name.startswith("telephony.")]
    assert len(mine) == 10
    for chore in mine * 2:
        chore.work(now())
    assert Call.objects.count() == 1


def test_a_difference_found_by_night_is_told_in_the_log(hotline: Hotline, caplog: pytest.LogCaptureFixture) -> None:
    actions.receive(talk("c", start=now() - timedelta(days=1)))
    assert own.recount(now()) == 0
    MinuteFigures.objects.update(offered=7)
    assert own.recount(now()) == 1
    assert "differ" in caplog.text


def test_the_wall_is_read_in_four_statements_whatever_the_number_of_calls(hotline: Hotline) -> None:
    from django.test.utils import CaptureQueriesContext

    actions.receive([event for place in range(30) for event in talk(f"c{place}", start=now())])
    with CaptureQueriesContext(connection) as queries:
        assert reads.wall().today.offered == 30
    assert len(queries) == 4
