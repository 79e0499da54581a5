"""The rules of booking, as pure functions."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangban.foundation.clocks.calendar import AnnouncedCalendar
from bangban.foundation.clocks.hours import ServiceHours, Span
from bangban.foundation.notify.rules import SENDING_HOURS
from bangban.services.appointments import rules, words

SHANGHAI, URUMQI, KATHMANDU = ZoneInfo("Asia/Shanghai"), ZoneInfo("Asia/Urumqi"), ZoneInfo("Asia/Kathmandu")
CALENDAR = AnnouncedCalendar({}, {2026}, provisional=True)
DAY = date(2026, 11, 18)
BEFORE = timedelta(hours=24)
HALF_HOURS = st.integers(0, 47).map(lambda n: time(n // 2, n % 2 * 30))


def moment(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def spans(*pairs: tuple[str, str]) -> list[tuple[datetime, datetime]]:
    return [(moment(f"2026-11-18T{a}"), moment(f"2026-11-18T{b}")) for a, b in pairs]


def test_a_plan_over_the_lunch_break_leaves_the_break_out() -> None:
    planned = rules.stretch(DAY, time(9), time(17), SHANGHAI)
    found = rules.periods(planned, 30, spans(("09:00", "12:00"), ("13:30", "17:00")))
    assert len(found) == 6 + 7
    assert moment("2026-11-18T12:00") not in [start for start, _ in found]
    assert moment("2026-11-18T13:30") in [start for start, _ in found]


def test_a_period_that_only_partly_lies_in_the_opening_hours_is_not_made() -> None:
    planned = rules.stretch(DAY, time(8, 45), time(12), SHANGHAI)
    found = rules.periods(planned, 30, spans(("09:00", "12:00")))
    assert found[0][0] == moment("2026-11-18T09:15")
    assert found[-1][1] == moment("2026-11-18T11:45")


@given(
    starts=HALF_HOURS,
    length=st.integers(1, 40),
    step=st.sampled_from([5, 10, 15, 20, 30, 45, 60, 90]),
    opening=st.lists(st.tuples(st.integers(0, 1430), st.integers(5, 600)), max_size=3),
    zone=st.sampled_from([SHANGHAI, URUMQI, KATHMANDU]),
)
def test_periods_never_overlap_and_lie_in_plan_and_opening_hours(
    starts: time, length: int, step: int, opening: list[tuple[int, int]], zone: ZoneInfo
) -> None:
    begin = rules.stretch(DAY, starts, time(0), zone)[0]
    planned = (begin, begin + timedelta(minutes=30 * length))
    midnight = rules.stretch(DAY, time(0), time(0), zone)[0]
    open_spans = [
        (midnight + timedelta(minutes=first), midnight + timedelta(minutes=first + long)) for first, long in opening
    ]
    found = rules.periods(planned, step, open_spans)
    assert all(end - start == timedelta(minutes=step) for start, end in found)
    assert all(before[1] <= after[0] for before, after in pairwise(found))
    for start, end in found:
        assert planned[0] <= start and end <= planned[1]
        assert any(opens <= start and end <= closes for opens, closes in open_spans)
    missed = [
        start
        for n in range(int((planned[1] - planned[0]) / timedelta(minutes=step)))
        if (start := planned[0] + timedelta(minutes=step * n)) not in [s for s, _ in found]
    ]
    late = timedelta(minutes=step)
    assert not any(opens <= start and start + late <= closes for start in missed for opens, closes in open_spans)


@pytest.mark.parametrize("zone", [SHANGHAI, URUMQI, KATHMANDU])
def test_a_day_that_is_open_round_the_clock_ends_at_the_midnight_of_its_place(zone: ZoneInfo) -> None:
    whole = rules.stretch(DAY, time(0), time(0), zone)
    found = rules.periods(whole, 60, [whole])
    assert len(found) == 24
    assert {start.astimezone(zone).date() for start, _ in found} == {DAY}
    assert found[-1][1].astimezone(zone) == datetime.combine(DAY + timedelta(days=1), time(0), zone)
    assert words.period_words(*found[-1], zone).endswith("23:00—24:00")


@given(
    capacity=st.integers(0, 50),
    taken=st.integers(0, 50),
    online=st.integers(0, 50),
    limit=st.none() | st.integers(0, 50),
)
def test_online_never_has_more_places_than_telephone_and_counter(
    capacity: int, taken: int, online: int, limit: int | None
) -> None:
    web = rules.free_places("web", capacity, taken, limit, online)
    desk = rules.free_places("window", capacity, taken, limit, online)
    assert 0 <= web <= desk == max(capacity - taken, 0)
    assert limit is None or web <= max(limit - online, 0)


@pytest.mark.parametrize("channel", ["web", "mobile", "app", "mini_program", "wechat", "quick_app", "api"])
def test_online_channels_share_the_online_places(channel: str) -> None:
    assert rules.is_network(channel)


@pytest.mark.parametrize("channel", ["phone", "hotline", "window", "desk", "kiosk"])
def test_telephone_and_counter_may_take_every_place(channel: str) -> None:
    assert not rules.is_network(channel)


@pytest.mark.clause("DB23-6.5.3")
@given(
    booked=st.datetimes(datetime(2026, 11, 1), datetime(2026, 11, 20)),  # noqa: DTZ001 - the zone is added below
    ahead=st.integers(30, 60 * 24 * 20),
    before=st.integers(24, 72),
)
def test_reminders_go_out_in_sending_hours_and_24_hours_ahead(booked: datetime, ahead: int, before: int) -> None:
    at = booked.replace(tzinfo=SHANGHAI).astimezone(UTC)
    starts = at + timedelta(minutes=ahead)
    found = rules.reminder(starts, at, timedelta(hours=before), SENDING_HOURS, CALENDAR)
    assert found.at >= at
    if found.at_once:
        assert found.at == at
    else:
        assert starts - found.at >= timedelta(hours=before) >= BEFORE
        assert SENDING_HOURS.is_open(found.at, CALENDAR)
    if ahead >= before * 60 + 60 * 24:
        assert not found.at_once
        assert SENDING_HOURS.open_time_between(found.at, starts - timedelta(hours=before), CALENDAR) >= rules.RETRIES


@pytest.mark.clause("DB23-6.5.3")
def test_a_reminder_of_an_early_period_goes_out_the_evening_before() -> None:
    found = rules.reminder(moment("2026-11-20T08:30"), moment("2026-11-10T10:00"), BEFORE, SENDING_HOURS, CALENDAR)
    assert found == rules.Reminder(moment("2026-11-18T16:30"))


@pytest.mark.clause("DB23-6.5.3")
def test_booked_at_night_for_the_day_after_next_the_reminder_waits_for_the_morning() -> None:
    found = rules.reminder(moment("2026-11-20T10:00"), moment("2026-11-18T22:00"), BEFORE, SENDING_HOURS, CALENDAR)
    assert found == rules.Reminder(moment("2026-11-19T08:00"))


@pytest.mark.clause("DB23-6.5.3")
def test_when_the_morning_would_be_too_late_the_reminder_goes_at_once() -> None:
    night, starts = moment("2026-11-18T23:30"), moment("2026-11-20T08:00")
    assert rules.reminder(starts, night, BEFORE, SENDING_HOURS, CALENDAR) == rules.Reminder(night, at_once=True)


@pytest.mark.clause("DB23-6.5.3")
def test_booked_within_a_day_of_the_period_the_reminder_goes_at_once() -> None:
    booked = moment("2026-11-19T11:00")
    found = rules.reminder(moment("2026-11-20T10:00"), booked, BEFORE, SENDING_HOURS, CALENDAR)
    assert found == rules.Reminder(booked, at_once=True)


def test_hours_that_never_send_remind_at_once() -> None:
    never = ServiceHours(SHANGHAI, {}, workdays_only=False)
    booked = moment("2026-11-10T10:00")
    with pytest.raises(LookupError):
        never.next_opening(booked, CALENDAR)
    seldom = ServiceHours(SHANGHAI, {6: (Span(time(23), time(23, 30)),)}, workdays_only=False)
    found = rules.reminder(moment("2026-11-13T10:00"), booked, BEFORE, seldom, CALENDAR)
    assert found == rules.Reminder(booked, at_once=True)


@pytest.mark.clause("DB23-6.5.1.1-b")
@pytest.mark.parametrize(
    ("at", "early", "verdict"),
    [
        ("09:59", 0, "early"), ("10:00", 0, "in_time"), ("10:29", 0, "in_time"), ("10:30", 0, "late"),
        ("09:44", 15, "early"), ("09:45", 15, "in_time"), ("10:30", 15, "late"),
    ],
)  # fmt: skip
def test_a_check_in_counts_from_the_tolerance_to_the_end_of_the_period(at: str, early: int, verdict: str) -> None:
    start, end = moment("2026-11-18T10:00"), moment("2026-11-18T10:30")
    assert rules.arrival(moment(f"2026-11-18T{at}"), start, end, timedelta(minutes=early)) == verdict


@pytest.mark.clause("DB23-6.5.4")
@given(
    missed=st.lists(st.integers(0, 100), max_size=8),
    limit=st.integers(0, 5), within=st.integers(1, 60), pause=st.integers(1, 30),
)  # fmt: skip
def test_a_pause_follows_only_enough_no_shows_and_ends(missed: list[int], limit: int, within: int, pause: int) -> None:
    now = moment("2026-11-18T10:00")
    moments = [now - timedelta(days=days) for days in missed]
    until = rules.paused_until(moments, now, limit, within, pause)
    counted = [one for one in moments if one > now - timedelta(days=within)]
    if limit == 0 or len(counted) < limit:
        assert until is None
    else:
        end = max(counted) + timedelta(days=pause)
        assert until == (end if end > now else None)


@pytest.mark.parametrize(
    ("free", "closed", "starts", "state"),
    [
        (1, False, 1, "open"),
        (0, False, 1, "full"),
        (1, True, 1, "closed"),
        (1, False, 0, "past"),
        (1, True, -1, "past"),
    ],
)
def test_only_a_free_open_period_that_has_not_begun_can_be_booked(
    free: int, closed: bool, starts: int, state: str
) -> None:
    now = moment("2026-11-18T10:00")
    assert rules.standing(free, closed, now + timedelta(minutes=starts), now) == state
