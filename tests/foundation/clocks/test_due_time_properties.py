"""What holds of every limit, start and pause: the laws behind the examples."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bangban.foundation.clocks.calendar import AnnouncedCalendar, count_workdays
from bangban.foundation.clocks.hours import ONLINE_HUMAN_DEFAULT, ROUND_THE_CLOCK, ServiceHours
from bangban.foundation.clocks.rules import Lead, Limit, Pause, due_at, remaining, warn_at
from bangban.foundation.clocks.zones import business_date

CALENDAR = AnnouncedCalendar()
HOURS = st.sampled_from([ONLINE_HUMAN_DEFAULT, ROUND_THE_CLOCK])
ENDS = st.sampled_from([None, time(17), time(12)])
RESUMES = st.sampled_from(["continue", "restart"])
DAYS = st.builds(
    Limit,
    st.integers(0, 30),
    st.sampled_from(["working_day", "calendar_day"]),
    roll=st.booleans(),
    end_of_day=ENDS,
    resume=RESUMES,
)
TIMES = st.builds(
    Limit,
    st.integers(0, 90),
    st.sampled_from(["hour", "minute", "second"]),
    service_time=st.booleans(),
    resume=RESUMES,
)
LIMITS = DAYS | TIMES
# Rounded to minutes so that equal moments and boundaries do occur.
STARTS = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
SHORT = st.integers(0, 3 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
LONG = st.integers(0, 30 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
GAPS = st.lists(st.tuples(LONG | SHORT, LONG | SHORT), max_size=3)


def pauses_from(start: datetime, gaps: list[tuple[timedelta, timedelta]]) -> list[Pause]:
    """Pauses at offsets from a moment; they may overlap and lie anywhere."""
    origin = start - timedelta(days=3)
    return [Pause("hearing", origin + offset, origin + offset + length) for offset, length in gaps]


def due(limit: Limit, start: datetime, hours: ServiceHours, pauses: list[Pause]) -> datetime:
    return due_at(limit, start, CALENDAR, hours, pauses)


@given(LIMITS, STARTS, LONG, HOURS, GAPS)
@settings(database=None, deadline=None)
def test_a_later_start_is_never_due_earlier(
    limit: Limit, start: datetime, later: timedelta, hours: ServiceHours, gaps: list[tuple[timedelta, timedelta]]
) -> None:
    pauses = pauses_from(start, gaps)
    assert due(limit, start, hours, pauses) <= due(limit, start + later, hours, pauses)


@given(LIMITS, st.integers(0, 20), STARTS, HOURS, GAPS)
@settings(database=None, deadline=None)
def test_a_longer_limit_is_never_due_earlier(
    limit: Limit, more: int, start: datetime, hours: ServiceHours, gaps: list[tuple[timedelta, timedelta]]
) -> None:
    pauses = pauses_from(start, gaps)
    longer = replace(limit, amount=limit.amount + more)
    assert due(limit, start, hours, pauses) <= due(longer, start, hours, pauses)


@given(LIMITS, STARTS, HOURS, GAPS)
@settings(database=None, deadline=None)
def test_a_limit_is_never_due_before_it_starts_or_resumes(
    limit: Limit, start: datetime, hours: ServiceHours, gaps: list[tuple[timedelta, timedelta]]
) -> None:
    pauses = pauses_from(start, gaps)
    end = due(limit, start, hours, pauses)
    assert end >= start
    assert not any(pause.start < end < pause.end and pause.end > start for pause in pauses if pause.end)


@given(DAYS, STARTS, HOURS, GAPS)
@settings(database=None, deadline=None)
def test_no_working_day_limit_and_no_rolled_limit_ends_on_a_rest_day(
    limit: Limit, start: datetime, hours: ServiceHours, gaps: list[tuple[timedelta, timedelta]]
) -> None:
    assume(limit.unit == "working_day" or limit.roll)
    assert CALENDAR.is_workday(due(limit, start, hours, pauses_from(start, gaps)).date())


@given(st.integers(0, 20), st.integers(1, 20), STARTS, HOURS)
@settings(database=None, deadline=None)
def test_one_limit_after_another_is_their_sum(first: int, second: int, start: datetime, hours: ServiceHours) -> None:
    for kind in (
        Limit(first, "working_day"),
        Limit(first, "calendar_day", roll=False),
        Limit(first, "minute"),
        Limit(first, "hour", service_time=True),
    ):
        halfway = due(kind, start, hours, [])
        whole = due(replace(kind, amount=first + second), start, hours, [])
        # A same-day limit of working days moves off a rest day, which a count from that day does not.
        assume(kind.unit != "working_day" or first or CALENDAR.is_workday(business_date(start, hours.zone)))
        assert due(replace(kind, amount=second), halfway, hours, []) == whole


@given(LIMITS, STARTS, st.floats(0, 1), HOURS)
@settings(database=None, deadline=None)
def test_stopping_and_resuming_at_once_equals_one_run(
    limit: Limit, start: datetime, share: float, hours: ServiceHours
) -> None:
    steady = replace(limit, resume="continue")
    end = due(steady, start, hours, [])
    moment = start + (end - start) * share
    assert due(steady, start, hours, [Pause("hearing", moment, moment)]) == end


@given(LIMITS, STARTS, HOURS, GAPS, LONG, LONG)
@settings(database=None, deadline=None)
def test_one_more_pause_never_moves_the_end_forward(
    limit: Limit,
    start: datetime,
    hours: ServiceHours,
    gaps: list[tuple[timedelta, timedelta]],
    offset: timedelta,
    length: timedelta,
) -> None:
    pauses = pauses_from(start, gaps)
    more = Pause("testing", start + offset, start + offset + length)
    assert due(limit, start, hours, pauses) <= due(limit, start, hours, [*pauses, more])


@given(LIMITS, STARTS, HOURS, GAPS)
@settings(database=None, deadline=None)
def test_starting_anew_is_never_due_earlier_than_continuing(
    limit: Limit, start: datetime, hours: ServiceHours, gaps: list[tuple[timedelta, timedelta]]
) -> None:
    pauses = pauses_from(start, gaps)
    continued = due(replace(limit, resume="continue"), start, hours, pauses)
    assert due(replace(limit, resume="restart"), start, hours, pauses) >= continued


@given(LIMITS, STARTS, HOURS, LONG, SHORT, SHORT)
@settings(database=None, deadline=None)
def test_a_pause_cut_in_two_is_one_pause(
    limit: Limit, start: datetime, hours: ServiceHours, offset: timedelta, first: timedelta, second: timedelta
) -> None:
    begin, cut, end = start + offset, start + offset + first, start + offset + first + second
    whole = due(limit, start, hours, [Pause("hearing", begin, end)])
    assert due(limit, start, hours, [Pause("hearing", begin, cut), Pause("testing", cut, end)]) == whole


@given(TIMES, STARTS, HOURS, st.floats(0, 1), LONG)
@settings(database=None, deadline=None)
def test_elapsed_time_moves_by_exactly_what_was_paused(
    limit: Limit, start: datetime, hours: ServiceHours, share: float, length: timedelta
) -> None:
    steady = replace(limit, resume="continue")
    end = due(steady, start, hours, [])
    stop = start + (end - start) * share
    moved = due(steady, start, hours, [Pause("hearing", stop, stop + length)])
    if limit.service_time:
        assert hours.open_time_between(stop, end, CALENDAR) == hours.open_time_between(stop + length, moved, CALENDAR)
    else:
        assert moved - end == length


@given(st.integers(0, 30), STARTS, HOURS, LONG, LONG)
@settings(database=None, deadline=None)
def test_the_working_days_left_before_and_after_a_pause_are_equal(
    amount: int, start: datetime, hours: ServiceHours, offset: timedelta, length: timedelta
) -> None:
    limit = Limit(amount, "working_day")
    stop, resume = start + offset, start + offset + length
    end = due(limit, start, hours, [])
    assume(stop <= end)
    before = count_workdays(business_date(stop, hours.zone), end.date(), CALENDAR)
    # A same-day limit that waits for its first working day has no counted day left, only that day.
    assume(amount or before == 0)
    after = remaining(limit, start, resume, CALENDAR, hours, [Pause("hearing", stop, resume)]).days
    rests = not CALENDAR.is_workday(business_date(resume, hours.zone))
    assert after == before + (1 if rests and not before else 0)


@given(LIMITS, STARTS, HOURS, LONG, LONG)
@settings(database=None, deadline=None)
def test_nothing_counts_down_while_paused(
    limit: Limit, start: datetime, hours: ServiceHours, offset: timedelta, length: timedelta
) -> None:
    stop = start + offset
    assume(stop <= due(limit, start, hours, []) and limit.unit != "calendar_day")
    hearing = [Pause("hearing", stop, None)]
    seen = [remaining(limit, start, stop + length * share, CALENDAR, hours, hearing) for share in (0, 0.4, 1)]
    assert all(one.paused and not one.overdue for one in seen)
    assert len({one.text_zh for one in seen}) == 1
    for one, other in pairwise(seen):
        assert one.days == other.days
        assert limit.unit == "working_day" or one.seconds == other.seconds


@given(LIMITS, STARTS, HOURS, LONG, LONG)
@settings(database=None, deadline=None)
def test_a_breach_stays_a_breach(
    limit: Limit, start: datetime, hours: ServiceHours, late: timedelta, length: timedelta
) -> None:
    end = due(limit, start, hours, [])
    stop = end + timedelta.resolution + late
    assert due(limit, start, hours, [Pause("hearing", stop, stop + length)]) == end
    assert remaining(limit, start, stop, CALENDAR, hours, [Pause("hearing", stop, None)]).overdue


@given(LIMITS, STARTS, HOURS, st.integers(0, 5), st.sampled_from(["working_day", "calendar_day", "hour", "minute"]))
@settings(database=None, deadline=None)
def test_the_warning_never_comes_after_the_end(
    limit: Limit, start: datetime, hours: ServiceHours, amount: int, unit: str
) -> None:
    end = due(limit, start, hours, [])
    lead = Lead(amount, unit)  # type: ignore[arg-type]  # one of the units above
    assert warn_at(limit, end, lead, CALENDAR, hours) <= end
