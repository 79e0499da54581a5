"""The connection rate over every 24 hours and its alarm."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from bangban.foundation.clocks.moment import now
from bangban.foundation.notify.models import Delivery
from bangban.services.telephony import actions, reads
from bangban.services.telephony.models import MinuteFigures, RateAlarm
from bangban.services.telephony.rate_views import Rate
from bangban.services.telephony.rates import DAY, windows
from tests.services.telephony.cast import Hotline
from tests.services.telephony.histories import MORNING

MINUTE = timedelta(minutes=1)


def figures(minute: datetime, answered: int, lost: int) -> None:
    MinuteFigures.objects.create(minute=minute, language="", offered=answered + lost, answered=answered, abandoned=lost)


def this_minute() -> datetime:
    return now().replace(second=0, microsecond=0)


@pytest.mark.clause("GB33358-5.1.2.3-b")
def test_at_94_9_percent_of_24_hours_an_alarm_names_the_hours_and_at_95_there_is_none(hotline: Hotline) -> None:
    at = this_minute()
    bad, good = at - timedelta(hours=3), at - timedelta(hours=5)
    figures(bad, 49, 50)
    figures(good, 901, 0)
    actions.judge(at)
    assert reads.alarms() == []  # 950 of 1000 are 95 %
    figures(bad + MINUTE, 0, 1)
    actions.judge(at + MINUTE)
    (alarm,) = reads.alarms()
    assert (alarm.first.part, alarm.first.whole) == (950, 1001)
    (hour,) = alarm.hours
    assert (hour.start, hour.answered, hour.whole) == (bad.replace(minute=0), 49, 100)
    told = Delivery.objects.filter(purpose="hotline_alarm")
    assert {one.account_id for one in told} == {hotline.manager.account_id, hotline.second_manager.account_id}
    assert "94.9%" in told[0].text
    assert "接通49个" in told[0].text


@pytest.mark.clause("GB33358-5.1.2.3-b")
def test_an_alarm_opens_once_and_closes_when_the_rate_has_recovered(hotline: Hotline) -> None:
    at = this_minute()
    figures(at - MINUTE, 0, 10)
    for minute in range(3):
        actions.judge(at + minute * MINUTE)
        actions.judge(at + minute * MINUTE)
    assert RateAlarm.objects.count() == 1
    assert Delivery.objects.filter(purpose="hotline_alarm").count() == 2
    figures(at + 2 * MINUTE, 0, 5)
    actions.judge(at + 3 * MINUTE)
    assert (reads.alarms()[0].lowest.part, reads.alarms()[0].lowest.whole) in {(0, 10), (0, 15)}
    figures(at + 3 * MINUTE, 1000, 0)
    actions.judge(at + 4 * MINUTE)
    (alarm,) = reads.alarms()
    assert alarm.closed_at == at + 4 * MINUTE
    figures(at + 5 * MINUTE, 0, 1000)
    actions.judge(at + 6 * MINUTE)
    assert RateAlarm.objects.filter(closed_at=None).count() == 1


def test_windows_that_passed_while_nobody_looked_are_judged_afterwards(hotline: Hotline) -> None:
    at = this_minute()
    actions.judge(at)
    figures(at, 0, 10)
    figures(at + 2 * MINUTE, 1000, 0)
    assert actions.judge(at + 30 * MINUTE) == 30
    (alarm,) = reads.alarms()
    assert (alarm.opened_at, alarm.closed_at) == (at + MINUTE, at + 3 * MINUTE)


def test_without_calls_there_is_no_alarm(hotline: Hotline) -> None:
    actions.judge(this_minute())
    assert reads.alarms() == []


def test_two_open_alarms_of_one_hotline_are_refused_by_the_database(hotline: Hotline) -> None:
    def open_one(center: int | None) -> None:
        RateAlarm.objects.create(
            center_id=center, opened_at=now(), answered=0, whole=1, lowest_answered=0, lowest_whole=1
        )

    for center in (None, hotline.body.id):
        open_one(center)
        with pytest.raises(IntegrityError), transaction.atomic():
            open_one(center)


@pytest.mark.clause("GB33358-5.1.2.3-b")
@given(
    counts=st.dictionaries(st.integers(0, 3 * 1440), st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30),
    begin=st.integers(1440, 2000),
)
def test_each_rolling_window_counts_exactly_its_own_24_hours(counts: dict[int, tuple[int, int]], begin: int) -> None:
    minutes = {MORNING + place * MINUTE: Rate(part, part + rest) for place, (part, rest) in counts.items()}
    since, until = MORNING + begin * MINUTE, MORNING + (begin + 200) * MINUTE
    found = windows(minutes, since, until)
    assert [window.until for window in found] == [since + place * MINUTE for place in range(1, 201)]
    for window in found:
        inside = [rate for minute, rate in minutes.items() if window.until - DAY <= minute < window.until]
        assert window.rate == Rate(sum(one.part for one in inside), sum(one.whole for one in inside))
