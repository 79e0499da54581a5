"""The figures of the hotline, and that they are the raw events' own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete
from bangban.services.telephony import actions, reads
from bangban.services.telephony.models import Call, MinuteFigures
from tests.services.telephony.cast import Hotline, event, lost, talk
from tests.services.telephony.histories import delivered, histories


@pytest.mark.clause("GB33358-3.8")
def test_the_connection_rate_is_answered_inbound_calls_of_all_inbound_calls_with_the_abandoned(
    hotline: Hotline,
) -> None:
    start = now() - timedelta(hours=1)
    actions.receive(talk("a", start=start))
    actions.receive(talk("b", start=start))
    actions.receive(lost("c", start=start))
    outgoing = talk("out", start=start)
    actions.receive([event(one.kind, "out", one.at, direction="out", agent=one.agent) for one in outgoing])
    actions.receive(talk("waiting", start=start)[:2])
    day = reads.total(start.date(), start.date())
    assert (day.offered, day.answered, day.lost, day.waiting) == (4, 2, 1, 1)
    assert (day.connection.part, day.connection.whole) == (2, 3)
    assert day.connection.percent == pytest.approx(200 / 3)
    assert reads.recompute(start.date(), start.date()) == []


@pytest.mark.clause("GB33358-5.1.2.3-a")
def test_ring_time_is_kept_and_the_share_within_15_seconds_has_its_list_of_breaches(hotline: Hotline) -> None:
    start = now() - timedelta(hours=1)
    actions.receive(talk("exact", start=start, wait=15))
    actions.receive(talk("late", start=start + timedelta(seconds=1), wait=15.01))
    actions.receive(lost("early", start=start, wait=10))
    actions.receive(lost("patient", start=start + timedelta(seconds=2), wait=40))
    figures = reads.total(start.date(), start.date())
    assert (figures.in_time.part, figures.in_time.whole) == (1, 3)
    day = start.date()
    first = reads.breaches(day, limit=1)
    second = reads.breaches(day, after=first.after, limit=1)
    found = [*first.rows, *second.rows]
    assert [(row.wait_seconds, row.outcome) for row in found] == [(16, "answered"), (40, "abandoned")]
    assert found[0].agent_name == "何话务"
    assert second.after == ""


@pytest.mark.parametrize("after", ["x", "2026-11-18_1", "2026-11-18T00:00:00_0193", "_"])
def test_a_wrong_place_in_a_list_is_told(hotline: Hotline, after: str) -> None:
    with pytest.raises(Incomplete, match="第一页"):
        reads.missed(after=after)


@pytest.mark.clause("GB33358-5.1.2.3-a")
def test_who_waits_over_15_seconds_is_marked_while_waiting(hotline: Hotline) -> None:
    at = now()
    actions.receive(talk("old", start=at - timedelta(seconds=16))[:2])
    actions.receive(talk("new", start=at - timedelta(seconds=15))[:3])
    waiting = reads.waiting_now(at)
    assert [(one.waited, one.late, one.ringing_agent) for one in waiting] == [(16, True, ""), (15, False, "何话务")]
    wall = reads.wall(at)
    assert (wall.waiting, wall.waiting_late, wall.longest_wait) == (2, 1, 16)


def test_figures_come_by_hour_day_and_month_of_the_city(hotline: Hotline) -> None:
    start = now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=18)  # 16:00 of the day before
    for hour in range(17):
        actions.receive(talk(f"c{hour}", start=start + timedelta(hours=hour), caller=""))
    first, last = start.date(), now().date()
    assert [row.figures.offered for row in reads.figures(first, last)] == [8, 9]
    assert len(reads.figures(first, last, "hour")) == 17
    (month,) = reads.figures(first, last, "month")
    assert (month.start.day, month.start.utcoffset(), month.figures.offered) == (1, timedelta(hours=8), 17)
    with pytest.raises(LookupError):
        reads.figures(first, last, "week'; --")


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_figures_counted_afresh_from_the_raw_events_are_the_live_ones(hotline: Hotline, data: st.DataObject) -> None:
    base, start = Call.objects.count(), now() - timedelta(hours=2)
    many = [data.draw(histories(call=f"r{base}.{place}", start=start)) for place in range(data.draw(st.integers(1, 4)))]
    coming = data.draw(delivered([one for history in many for one in history]))
    for begin in range(0, len(coming), 5):
        actions.receive(coming[begin : begin + 5])
    day = now().date()
    assert reads.recompute(day - timedelta(days=1), day) == []


def test_a_figure_that_is_wrong_is_found_by_counting_afresh(hotline: Hotline) -> None:
    actions.receive(talk("c", start=now()))
    MinuteFigures.objects.update(answered=2)
    (difference,) = reads.recompute(now().date(), now().date())
    assert (difference.name, difference.stored, difference.counted) == ("answered", 2, 1)
    MinuteFigures.objects.all().delete()
    assert {one.name for one in reads.recompute(now().date(), now().date())} >= {"offered", "answered", "wait_seconds"}


def test_the_wall_shows_today_the_last_hour_the_rolling_day_and_each_hour(hotline: Hotline) -> None:
    at = now().replace(minute=30, second=0, microsecond=0) - timedelta(hours=1)  # 9:30 in the city
    for hours in (0.1, 3, 12, 23.9, 25):
        actions.receive(talk(f"c{hours}", start=at - timedelta(hours=hours), caller=""))
    actions.receive(lost("lost", start=at - timedelta(hours=12)))
    wall = reads.wall(at)
    assert (wall.last_hour.offered, wall.today.offered) == (1, 2)
    assert (wall.rolling.part, wall.rolling.whole) == (4, 5)
    assert [row.figures.offered for row in wall.hours] == [1, 2, 1, 1]
    assert wall.hours[0].start.utcoffset() == timedelta(hours=8)
