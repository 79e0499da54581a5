"""When a service is open: exact boundaries, holidays, make-up workdays, service time as a measure (BJ-6-a, F7.18)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bangban.foundation.clocks.calendar import AnnouncedCalendar, CalendarMissing
from bangban.foundation.clocks.hours import (
    CENTRE_DEFAULT,
    ONLINE_HUMAN_DEFAULT,
    ROUND_THE_CLOCK,
    WHOLE_DAY,
    NeverOpen,
    ServiceHours,
    Span,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = AnnouncedCalendar()
MORNING, NIGHT = Span(time(9), time(12)), (Span(time(0), time(6)), Span(time(22), time(0)))
NIGHT_LINE = ServiceHours(SHANGHAI, dict.fromkeys(range(7), NIGHT), workdays_only=False)
SATURDAY_HALL = ServiceHours(
    SHANGHAI, dict.fromkeys(range(6), (MORNING,)), workdays_only=False, exceptions={date(2026, 6, 20): ()}
)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2026, 11, 1), timezones=st.sampled_from([SHANGHAI, UTC]))  # noqa: DTZ001 - given a zone by the strategy
LENGTHS = st.timedeltas(timedelta(0), timedelta(hours=60))
KINDS = st.sampled_from([ONLINE_HUMAN_DEFAULT, ROUND_THE_CLOCK, NIGHT_LINE, SATURDAY_HALL])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-06-01T08:59:59.999999", False),
        ("2026-06-01T08:59", False),
        ("2026-06-01T09:00", True),
        ("2026-06-01T11:59:59.999999", True),
        ("2026-06-01T12:00", False),
        ("2026-06-01T13:29", False),
        ("2026-06-01T13:30", True),
        ("2026-06-01T16:59:59.999999", True),
        ("2026-06-01T17:00", False),
        ("2026-06-06T10:00", False),  # Saturday
        ("2026-10-01T10:00", False),  # National Day, a Thursday
        ("2026-02-28T10:00", True),  # make-up Saturday
        ("2026-02-28T12:00", False),
    ],
)
def test_human_hours_are_exact_on_working_days_only(moment: str, is_open: bool) -> None:
    assert ONLINE_HUMAN_DEFAULT.is_open(at(moment), CALENDAR) is is_open
    assert CENTRE_DEFAULT.is_open(at(moment), CALENDAR) is is_open


def test_the_same_moment_is_judged_at_the_place_of_the_body() -> None:
    assert ONLINE_HUMAN_DEFAULT.is_open(datetime(2026, 6, 1, 1, 0, tzinfo=UTC), CALENDAR)
    assert not ONLINE_HUMAN_DEFAULT.is_open(datetime(2026, 6, 1, 9, 0, tzinfo=UTC), CALENDAR)
    late_sunday_utc = datetime(2026, 5, 31, 23, 30, tzinfo=UTC)
    assert ONLINE_HUMAN_DEFAULT.next_opening(late_sunday_utc, CALENDAR) == at("2026-06-01T09:00")


@pytest.mark.parametrize(
    ("moment", "opening", "closing"),
    [
        ("2026-06-01T08:00", "2026-06-01T09:00", "2026-06-01T12:00"),
        ("2026-06-01T09:00", "2026-06-01T09:00", "2026-06-01T12:00"),
        ("2026-06-01T10:30", "2026-06-01T10:30", "2026-06-01T12:00"),
        ("2026-06-01T12:00", "2026-06-01T13:30", "2026-06-01T17:00"),
        ("2026-06-01T12:30", "2026-06-01T13:30", "2026-06-01T17:00"),
        ("2026-06-05T17:00", "2026-06-08T09:00", "2026-06-08T12:00"),
        ("2026-09-30T20:00", "2026-10-08T09:00", "2026-10-08T12:00"),
        ("2026-02-27T18:00", "2026-02-28T09:00", "2026-02-28T12:00"),
    ],
)
def test_next_opening_and_closing(moment: str, opening: str, closing: str) -> None:
    assert ONLINE_HUMAN_DEFAULT.next_opening(at(moment), CALENDAR) == at(opening)
    assert ONLINE_HUMAN_DEFAULT.next_closing(at(moment), CALENDAR) == at(closing)


def test_a_night_is_one_opening_over_midnight() -> None:
    assert NIGHT_LINE.is_open(at("2026-06-01T23:59:59"), CALENDAR)
    assert NIGHT_LINE.is_open(at("2026-06-02T00:00"), CALENDAR)
    assert NIGHT_LINE.next_closing(at("2026-06-01T22:30"), CALENDAR) == at("2026-06-02T06:00")
    assert NIGHT_LINE.next_opening(at("2026-06-01T06:00"), CALENDAR) == at("2026-06-01T22:00")


def test_an_opening_before_a_closed_day_ends_at_midnight() -> None:
    weekdays = ServiceHours(SHANGHAI, dict.fromkeys(range(5), WHOLE_DAY), workdays_only=False)
    assert weekdays.next_closing(at("2026-06-03T10:00"), CALENDAR) == at("2026-06-06T00:00")


def test_round_the_clock_never_closes_and_needs_no_announced_year() -> None:
    in_2030 = at("2030-10-01T03:00")
    assert ROUND_THE_CLOCK.always_open
    assert ROUND_THE_CLOCK.is_open(in_2030, CALENDAR)
    assert ROUND_THE_CLOCK.next_opening(in_2030, CALENDAR) == in_2030
    assert ROUND_THE_CLOCK.next_closing(in_2030, CALENDAR) is None
    assert ROUND_THE_CLOCK.open_seconds_between(in_2030, in_2030 + timedelta(days=2), CALENDAR) == 172_800


def test_one_closed_day_ends_round_the_clock() -> None:
    hours = ServiceHours(
        SHANGHAI, dict.fromkeys(range(7), WHOLE_DAY), workdays_only=False, exceptions={date(2026, 6, 3): ()}
    )
    assert not hours.always_open
    assert hours.next_closing(at("2026-06-01T10:00"), CALENDAR) == at("2026-06-03T00:00")
    assert hours.open_seconds_between(at("2026-06-02T12:00"), at("2026-06-04T12:00"), CALENDAR) == 86_400


def test_a_closed_day_of_the_past_does_not_make_a_closing_to_come() -> None:
    hours = ServiceHours(
        SHANGHAI, dict.fromkeys(range(7), WHOLE_DAY), workdays_only=False, exceptions={date(2020, 6, 3): ()}
    )
    assert hours.next_closing(at("2026-06-01T10:00"), CALENDAR) is None


def test_a_hall_may_serve_on_saturdays_without_making_them_working_days() -> None:
    assert SATURDAY_HALL.is_open(at("2026-06-06T10:00"), CALENDAR)
    assert not SATURDAY_HALL.is_open(at("2026-06-07T10:00"), CALENDAR)
    assert not SATURDAY_HALL.is_open(at("2026-06-20T10:00"), CALENDAR)


def test_an_exception_wins_over_holiday_and_week() -> None:
    hours = ServiceHours(
        SHANGHAI,
        ONLINE_HUMAN_DEFAULT.weekly,
        workdays_only=True,
        workday_spans=ONLINE_HUMAN_DEFAULT.workday_spans,
        exceptions={date(2026, 10, 1): (MORNING,), date(2026, 6, 1): ()},
    )
    assert hours.spans_of(date(2026, 10, 1), CALENDAR) == (MORNING,)
    assert hours.spans_of(date(2026, 6, 1), CALENDAR) == ()


def test_a_make_up_workday_has_spans_of_its_own() -> None:
    hours = ServiceHours(SHANGHAI, ONLINE_HUMAN_DEFAULT.weekly, workdays_only=True, workday_spans=(MORNING,))
    assert hours.spans_of(date(2026, 2, 28), CALENDAR) == (MORNING,)
    assert len(hours.spans_of(date(2026, 2, 27), CALENDAR)) == 2


def test_hours_in_a_year_that_nobody_announced_are_refused() -> None:
    with pytest.raises(CalendarMissing, match="2027"):
        ONLINE_HUMAN_DEFAULT.next_opening(at("2026-12-31T18:00"), CALENDAR)
    assert ONLINE_HUMAN_DEFAULT.next_closing(at("2026-12-31T16:00"), CALENDAR) == at("2026-12-31T17:00")
    assert ONLINE_HUMAN_DEFAULT.open_seconds_between(at("2026-12-31T16:00"), at("2027-01-01T00:00"), CALENDAR) == 3600


def test_hours_without_any_opening_are_reported() -> None:
    shut = ServiceHours(SHANGHAI, {}, workdays_only=False)
    for search in (shut.next_opening, shut.next_closing):
        with pytest.raises(NeverOpen):
            search(at("2026-06-01T10:00"), CALENDAR)
    for seconds in (1, -1):
        with pytest.raises(NeverOpen):
            shut.add_open_seconds(at("2026-06-01T10:00"), seconds, CALENDAR)


def test_naive_moments_are_refused() -> None:
    naive = datetime(2026, 6, 1, 10)  # noqa: DTZ001 - the point of the test
    for asked in (ONLINE_HUMAN_DEFAULT.is_open, ONLINE_HUMAN_DEFAULT.next_opening, ONLINE_HUMAN_DEFAULT.next_closing):
        with pytest.raises(ValueError, match="naive"):
            asked(naive, CALENDAR)
    with pytest.raises(ValueError, match="naive"):
        ONLINE_HUMAN_DEFAULT.open_seconds_between(naive, at("2026-06-01T10:00"), CALENDAR)


@pytest.mark.parametrize(
    ("start", "end"),
    [(time(12), time(9)), (time(9), time(9)), (time(9, tzinfo=UTC), time(12)), (time(9), time(12, tzinfo=UTC))],
)
def test_a_span_runs_forward_in_local_time(start: time, end: time) -> None:
    with pytest.raises(ValueError, match="span"):
        Span(start, end)


@pytest.mark.parametrize(
    "spans",
    [
        (MORNING, Span(time(11), time(13))),
        (MORNING, Span(time(12), time(13))),
        (Span(time(13), time(14)), MORNING),
        (*WHOLE_DAY, MORNING),
    ],
)
def test_spans_of_a_day_stand_apart_and_in_order(spans: tuple[Span, ...]) -> None:
    with pytest.raises(ValueError, match="touch, overlap or are out of order"):
        ServiceHours(SHANGHAI, {0: spans}, workdays_only=False)


def test_hours_of_working_days_say_what_holds_on_make_up_workdays() -> None:
    with pytest.raises(ValueError, match="make-up workday"):
        ServiceHours(SHANGHAI, {0: (MORNING,)}, workdays_only=True)
    with pytest.raises(ValueError, match="weekdays"):
        ServiceHours(SHANGHAI, {7: (MORNING,)}, workdays_only=False)


@pytest.mark.parametrize(
    ("a", "b", "seconds"),
    [
        ("2026-06-01T09:00", "2026-06-01T17:00", 23_400),
        ("2026-06-01T11:59", "2026-06-01T13:31", 120),
        ("2026-06-01T17:00", "2026-06-02T09:00", 0),
        ("2026-09-30T16:00", "2026-10-08T10:00", 7_200),
        ("2026-02-27T16:00", "2026-03-02T10:00", 3_600 + 23_400 + 3_600),
        ("2026-06-01T10:00:00.250000", "2026-06-01T10:00:01", 0.75),
    ],
)
def test_service_time_between_two_moments(a: str, b: str, seconds: float) -> None:
    assert ONLINE_HUMAN_DEFAULT.open_seconds_between(at(a), at(b), CALENDAR) == seconds
    assert ONLINE_HUMAN_DEFAULT.open_seconds_between(at(b), at(a), CALENDAR) == -seconds


@pytest.mark.parametrize(
    ("start", "seconds", "end"),
    [
        ("2026-06-01T09:00", 3 * 3600, "2026-06-01T12:00"),
        ("2026-06-01T09:00", 3 * 3600 + 1, "2026-06-01T13:30:01"),
        ("2026-06-01T12:30", 300, "2026-06-01T13:35"),
        ("2026-09-30T16:59", 120, "2026-10-08T09:01"),
        ("2026-06-01T12:30", 0, "2026-06-01T12:30"),
        ("2026-06-01T13:31", -120, "2026-06-01T11:59"),
        ("2026-06-01T13:30", -3 * 3600, "2026-06-01T09:00"),
    ],
)
def test_service_time_is_added_over_closed_hours(start: str, seconds: int, end: str) -> None:
    assert ONLINE_HUMAN_DEFAULT.add_open_seconds(at(start), seconds, CALENDAR) == at(end)


def test_service_time_is_elapsed_time_where_clocks_are_set_forward() -> None:
    berlin = ServiceHours(ZoneInfo("Europe/Berlin"), dict.fromkeys(range(7), WHOLE_DAY), workdays_only=False)
    shift = ServiceHours(berlin.zone, {6: (Span(time(1), time(4)),)}, workdays_only=False)
    midnight = datetime(2026, 3, 29, tzinfo=berlin.zone)
    day_after = datetime(2026, 3, 30, tzinfo=berlin.zone)
    assert berlin.open_seconds_between(midnight, day_after, CALENDAR) == 23 * 3600
    assert shift.open_seconds_between(midnight, day_after, CALENDAR) == 2 * 3600


@given(KINDS, MOMENTS, LENGTHS)
@settings(database=None, deadline=None)
def test_what_was_added_is_what_lies_between(hours: ServiceHours, start: datetime, length: timedelta) -> None:
    end = hours.add_open_time(start, length, CALENDAR)
    assert end >= start
    assert hours.open_time_between(start, end, CALENDAR) == length
    back = hours.add_open_time(start, -length, CALENDAR)
    assert back <= start
    assert hours.open_time_between(back, start, CALENDAR) == length


@given(KINDS, MOMENTS, LENGTHS, LENGTHS)
@settings(database=None, deadline=None)
def test_service_time_added_in_two_steps_is_added_at_once(
    hours: ServiceHours, start: datetime, first: timedelta, second: timedelta
) -> None:
    assume(second)  # adding nothing stays where it is, also in closed hours
    halfway = hours.add_open_time(start, first, CALENDAR)
    assert hours.add_open_time(halfway, second, CALENDAR) == hours.add_open_time(start, first + second, CALENDAR)


@given(KINDS, MOMENTS)
@settings(database=None, deadline=None)
def test_the_next_opening_is_open_and_nothing_before_it_is(hours: ServiceHours, moment: datetime) -> None:
    opening = hours.next_opening(moment, CALENDAR)
    assert hours.is_open(opening, CALENDAR)
    assert hours.is_open(moment, CALENDAR) == (opening == moment)
    assert hours.open_time_between(moment, opening, CALENDAR) == timedelta(0)


@given(KINDS, MOMENTS)
@settings(database=None, deadline=None)
def test_the_next_closing_is_closed_and_the_moment_before_is_open(hours: ServiceHours, moment: datetime) -> None:
    closing = hours.next_closing(moment, CALENDAR)
    assume(closing is not None)
    assert closing is not None
    assert closing > moment
    assert not hours.is_open(closing, CALENDAR)
    assert hours.is_open(closing - timedelta.resolution, CALENDAR)
