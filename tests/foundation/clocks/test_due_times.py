"""When a limit is due, by example: units, rolls, the end of business, the body's zone, pauses (F7.09-F7.14)."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bangban.foundation.clocks.calendar import AnnouncedCalendar, CalendarMissing
from bangban.foundation.clocks.hours import ONLINE_HUMAN_DEFAULT, ROUND_THE_CLOCK
from bangban.foundation.clocks.rules import Lead, Limit, Pause, Unit, due_at, is_provisional, light, warn_at

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = AnnouncedCalendar()
FIVE_DAYS = Limit(5, "working_day")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def due(limit: Limit, started: str, *pauses: Pause, now: str | None = None) -> datetime:
    return due_at(limit, at(started), CALENDAR, ONLINE_HUMAN_DEFAULT, pauses, at(now) if now else None)


def pause(start: str, end: str | None) -> Pause:
    return Pause("supplement", at(start), at(end) if end else None)


@pytest.mark.parametrize(
    ("start", "amount", "last_day"),
    [
        ("2025-01-24", 5, "2025-02-07"),
        ("2025-01-24", 20, "2025-02-27"),
        ("2025-09-26", 5, "2025-10-10"),
        ("2025-09-30", 1, "2025-10-09"),
        ("2025-09-30", 5, "2025-10-14"),
        ("2025-12-31", 5, "2026-01-08"),
        ("2026-01-04", 1, "2026-01-05"),
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-02-13", 20, "2026-03-19"),
        ("2026-04-30", 1, "2026-05-06"),
        ("2026-09-18", 5, "2026-09-24"),
        ("2026-09-30", 10, "2026-10-20"),
    ],
)
def test_a_limit_of_working_days_ends_with_its_last_day(start: str, amount: int, last_day: str) -> None:
    for time_of_start in ("00:00", "10:00", "23:59:59.999999"):
        assert due(Limit(amount, "working_day"), f"{start}T{time_of_start}") == at(f"{last_day}T23:59:59")


@pytest.mark.parametrize(
    ("start", "amount", "raw", "rolled"),
    [
        ("2025-09-25", 7, "2025-10-02", "2025-10-09"),
        ("2026-02-10", 7, "2026-02-17", "2026-02-24"),
        ("2025-09-26", 15, "2025-10-11", "2025-10-11"),
    ],
)
def test_a_limit_of_calendar_days_rolls_off_a_rest_day_when_told(
    start: str, amount: int, raw: str, rolled: str
) -> None:
    assert due(Limit(amount, "calendar_day", roll=False), f"{start}T10:00") == at(f"{raw}T23:59:59")
    assert due(Limit(amount, "calendar_day"), f"{start}T10:00") == at(f"{rolled}T23:59:59")


@pytest.mark.parametrize(
    ("amount", "unit", "end"),
    [
        (15, "second", "2026-09-30T23:59:05"),
        (3, "minute", "2026-10-01T00:01:50"),
        (24, "hour", "2026-10-01T23:58:50"),
    ],
)
def test_hours_minutes_and_seconds_run_in_real_time(amount: int, unit: Unit, end: str) -> None:
    assert due(Limit(amount, unit), "2026-09-30T23:58:50") == at(end)


def test_service_time_runs_only_while_the_service_is_open() -> None:
    assert due(Limit(2, "hour", service_time=True), "2026-09-30T16:00") == at("2026-10-08T10:00")
    assert due(Limit(5, "minute", service_time=True), "2026-06-01T12:30") == at("2026-06-01T13:35")


def test_service_time_of_a_round_the_clock_service_is_real_time() -> None:
    limit = Limit(24, "hour", service_time=True)
    assert due_at(limit, at("2026-10-01T10:00"), CALENDAR, ROUND_THE_CLOCK) == at("2026-10-02T10:00")


def test_a_day_limit_ends_with_the_end_of_business_where_it_is_set() -> None:
    limit = Limit(1, "working_day", end_of_day=time(17))
    assert due(limit, "2026-04-30T16:59") == at("2026-05-06T17:00")


@pytest.mark.parametrize(
    ("started", "end"),
    [
        ("2026-06-05T10:00", "2026-06-05T17:00"),
        ("2026-06-05T17:00", "2026-06-05T17:00"),
        ("2026-06-05T17:01", "2026-06-08T17:00"),
        ("2026-06-06T10:00", "2026-06-08T17:00"),
    ],
)
def test_a_same_day_limit_that_begins_after_business_ends_with_the_next_working_day(started: str, end: str) -> None:
    assert due(Limit(0, "working_day", end_of_day=time(17)), started) == at(end)
    assert due(Limit(0, "calendar_day", end_of_day=time(17)), started) == at(end)


def test_a_same_day_limit_without_roll_ends_with_the_next_day() -> None:
    limit = Limit(0, "calendar_day", roll=False, end_of_day=time(17))
    assert due(limit, "2026-06-05T18:00") == at("2026-06-06T17:00")


def test_the_starting_day_is_the_day_at_the_place_of_the_body() -> None:
    before_midnight_utc = datetime(2026, 6, 1, 23, 30, tzinfo=UTC)
    assert due_at(Limit(1, "working_day"), before_midnight_utc, CALENDAR, ONLINE_HUMAN_DEFAULT) == at(
        "2026-06-03T23:59:59"
    )
    assert due_at(Limit(1, "calendar_day"), before_midnight_utc, CALENDAR, ONLINE_HUMAN_DEFAULT) == at(
        "2026-06-03T23:59:59"
    )


def test_a_due_time_is_given_in_the_zone_of_the_hours() -> None:
    start = datetime(2026, 6, 1, 1, tzinfo=UTC)
    for limit in (FIVE_DAYS, Limit(1, "hour"), Limit(1, "hour", service_time=True)):
        assert due_at(limit, start, CALENDAR, ONLINE_HUMAN_DEFAULT).tzinfo is ONLINE_HUMAN_DEFAULT.zone


def test_a_limit_into_a_year_nobody_announced_is_refused() -> None:
    assert due(FIVE_DAYS, "2026-12-24T10:00") == at("2026-12-31T23:59:59")
    with pytest.raises(CalendarMissing, match="2027"):
        due(FIVE_DAYS, "2026-12-25T10:00")
    with pytest.raises(CalendarMissing, match="2027"):
        due(Limit(15, "calendar_day"), "2026-12-20T10:00")
    assert due(Limit(15, "calendar_day", roll=False), "2026-12-20T10:00") == at("2027-01-04T23:59:59")


def test_a_guessed_due_time_is_marked_and_a_firm_one_is_not() -> None:
    guess = AnnouncedCalendar(provisional=True)
    start = at("2026-12-25T10:00")
    for limit in (FIVE_DAYS, Limit(15, "calendar_day"), Limit(40, "hour", service_time=True)):
        end = due_at(limit, start, guess, ONLINE_HUMAN_DEFAULT)
        assert is_provisional(limit, start, end, guess, ONLINE_HUMAN_DEFAULT)
    for limit in (Limit(4, "working_day"), Limit(15, "calendar_day", roll=False), Limit(400, "hour")):
        end = due_at(limit, start, guess, ONLINE_HUMAN_DEFAULT)
        assert not is_provisional(limit, start, end, guess, ONLINE_HUMAN_DEFAULT)


def test_a_guess_of_opening_hours_on_the_starting_day_itself_is_marked() -> None:
    guess, limit = AnnouncedCalendar(provisional=True), Limit(30, "minute", service_time=True)
    start, end = at("2027-01-01T10:00"), at("2027-01-01T10:30")
    assert due_at(limit, start, guess, ONLINE_HUMAN_DEFAULT) == end
    assert is_provisional(limit, start, end, guess, ONLINE_HUMAN_DEFAULT)
    assert not is_provisional(limit, start, end, guess, ROUND_THE_CLOCK)


def test_a_supplement_stops_the_approval_clock_which_then_continues() -> None:
    assert due(FIVE_DAYS, "2026-06-01T10:00") == at("2026-06-08T23:59:59")
    # Two of five days are spent on Wednesday; three are left from the next Wednesday on.
    assert due(FIVE_DAYS, "2026-06-01T10:00", pause("2026-06-03T11:00", "2026-06-10T09:00")) == at(
        "2026-06-15T23:59:59"
    )


def test_information_disclosure_starts_anew_from_the_supplement() -> None:
    limit = Limit(20, "working_day", resume="restart")
    supplement = pause("2026-01-20T10:00", "2026-02-13T10:00")
    assert due(limit, "2026-01-15T10:00", supplement) == at("2026-03-19T23:59:59")


def test_a_pause_over_a_holiday_costs_only_its_working_days() -> None:
    assert due(FIVE_DAYS, "2026-09-29T10:00", pause("2026-09-30T10:00", "2026-10-08T10:00")) == at(
        "2026-10-13T23:59:59"
    )


def test_a_pause_inside_rest_days_or_inside_one_day_moves_nothing() -> None:
    untouched = due(FIVE_DAYS, "2026-06-04T10:00")
    assert due(FIVE_DAYS, "2026-06-04T10:00", pause("2026-06-06T08:00", "2026-06-07T20:00")) == untouched
    assert due(FIVE_DAYS, "2026-06-04T10:00", pause("2026-06-05T09:00", "2026-06-05T16:00")) == untouched


def test_calendar_days_move_by_the_paused_calendar_days_and_roll_at_the_end() -> None:
    limit = Limit(10, "calendar_day")
    assert due(limit, "2026-06-01T10:00") == at("2026-06-11T23:59:59")
    assert due(limit, "2026-06-01T10:00", pause("2026-06-03T10:00", "2026-06-05T10:00")) == at("2026-06-15T23:59:59")


def test_a_pause_while_the_end_rolls_over_a_holiday_leaves_the_day_of_the_resume() -> None:
    limit = Limit(7, "calendar_day")
    assert due(limit, "2025-09-25T10:00") == at("2025-10-09T23:59:59")
    assert due(limit, "2025-09-25T10:00", pause("2025-10-05T10:00", "2025-10-21T10:00")) == at("2025-10-21T23:59:59")


def test_a_pause_on_the_last_day_leaves_the_working_day_of_the_resume() -> None:
    last_day = "2026-06-08T10:00"
    assert due(FIVE_DAYS, "2026-06-01T10:00", pause(last_day, "2026-06-10T10:00")) == at("2026-06-10T23:59:59")
    assert due(FIVE_DAYS, "2026-06-01T10:00", pause(last_day, "2026-06-13T10:00")) == at("2026-06-15T23:59:59")


def test_a_resume_after_business_on_the_last_day_leaves_the_next_working_day() -> None:
    limit = Limit(5, "working_day", end_of_day=time(17))
    late = pause("2026-06-08T16:00", "2026-06-08T18:00")
    assert due(limit, "2026-06-01T10:00", late) == at("2026-06-09T17:00")


def test_elapsed_time_keeps_its_remainder_to_the_microsecond() -> None:
    stop, go = "2026-06-01T10:07:30.000001", "2026-06-01T11:00:00"
    assert due(Limit(10, "minute"), "2026-06-01T10:00", pause(stop, go)) == at("2026-06-01T11:02:29.999999")
    assert due(Limit(10, "minute", resume="restart"), "2026-06-01T10:00", pause(stop, go)) == at("2026-06-01T11:10")


def test_service_time_moves_by_the_service_time_of_the_pause() -> None:
    limit = Limit(2, "hour", service_time=True)
    assert due(limit, "2026-06-01T11:00", pause("2026-06-01T11:30", "2026-06-01T14:00")) == at("2026-06-01T15:30")
    assert due(limit, "2026-06-01T11:00", pause("2026-06-01T12:05", "2026-06-01T13:25")) == at("2026-06-01T14:30")


def test_several_pauses_add_up_in_any_order_and_overlaps_count_once() -> None:
    first, second = pause("2026-06-02T10:00", "2026-06-04T10:00"), pause("2026-06-05T10:00", "2026-06-09T10:00")
    expected = at("2026-06-12T23:59:59")
    assert due(FIVE_DAYS, "2026-06-01T10:00", first, second) == expected
    assert due(FIVE_DAYS, "2026-06-01T10:00", second, first) == expected
    overlapping = pause("2026-06-03T10:00", "2026-06-09T10:00")
    assert due(FIVE_DAYS, "2026-06-01T10:00", first, overlapping) == at("2026-06-15T23:59:59")


def test_an_open_pause_counts_as_resumed_now() -> None:
    hearing = pause("2026-06-03T10:00", None)
    closed = pause("2026-06-03T10:00", "2026-06-10T10:00")
    assert due(FIVE_DAYS, "2026-06-01T10:00", hearing, now="2026-06-10T10:00") == due(
        FIVE_DAYS, "2026-06-01T10:00", closed
    )
    with pytest.raises(ValueError, match="open"):
        due(FIVE_DAYS, "2026-06-01T10:00", hearing)


def test_an_open_pause_of_a_slightly_later_clock_moves_nothing() -> None:
    ahead = pause("2026-06-03T10:00:00.5", None)
    assert due(FIVE_DAYS, "2026-06-01T10:00", ahead, now="2026-06-03T10:00") == due(FIVE_DAYS, "2026-06-01T10:00")


@pytest.mark.parametrize("resume", ["continue", "restart"])
def test_a_breach_is_not_healed_by_a_later_pause(resume: Any) -> None:
    limit = Limit(5, "working_day", resume=resume)
    after_the_end = pause("2026-06-09T00:00", "2026-06-20T10:00")
    assert due(limit, "2026-06-01T10:00", after_the_end) == at("2026-06-08T23:59:59")


def test_a_pause_before_the_start_changes_nothing_and_one_across_it_counts_from_the_start() -> None:
    assert due(FIVE_DAYS, "2026-06-08T10:00", pause("2026-06-01T10:00", "2026-06-03T10:00")) == at(
        "2026-06-15T23:59:59"
    )
    assert due(FIVE_DAYS, "2026-06-08T10:00", pause("2026-06-01T10:00", "2026-06-10T10:00")) == at(
        "2026-06-17T23:59:59"
    )


def test_naive_moments_are_refused() -> None:
    naive = datetime(2026, 6, 1, 10)  # noqa: DTZ001 - the point of the test
    with pytest.raises(ValueError, match="naive"):
        due_at(FIVE_DAYS, naive, CALENDAR, ONLINE_HUMAN_DEFAULT)
    with pytest.raises(ValueError, match="naive"):
        due_at(
            FIVE_DAYS, at("2026-06-01T10:00"), CALENDAR, ONLINE_HUMAN_DEFAULT, [pause("2026-06-01T10:00", None)], naive
        )
    with pytest.raises(ValueError, match="naive"):
        Pause("supplement", naive, None)
    with pytest.raises(ValueError, match="naive"):
        Pause("supplement", at("2026-06-01T10:00"), naive)
    with pytest.raises(ValueError, match="naive"):
        warn_at(FIVE_DAYS, naive, Lead(1, "hour"), CALENDAR, ONLINE_HUMAN_DEFAULT)


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": -1},
        {"unit": "week"},
        {"resume": "again"},
        {"end_of_day": time(17, tzinfo=UTC)},
    ],
)
def test_a_limit_that_means_nothing_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"negative|unknown|zone"):
        Limit(**{"amount": 5, "unit": "working_day", **wrong})


def test_a_pause_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="ends before it starts"):
        pause("2026-06-02T10:00", "2026-06-01T10:00")


@pytest.mark.parametrize(
    ("limit", "lead", "due_time", "warning"),
    [
        (FIVE_DAYS, Lead(1, "working_day"), "2026-06-08T23:59:59", "2026-06-05T09:00"),
        (FIVE_DAYS, Lead(2, "working_day"), "2026-10-08T23:59:59", "2026-09-29T09:00"),
        (FIVE_DAYS, Lead(0, "working_day"), "2026-06-08T23:59:59", "2026-06-08T09:00"),
        (FIVE_DAYS, Lead(0, "working_day"), "2026-06-08T08:00", "2026-06-08T08:00"),
        (FIVE_DAYS, Lead(24, "hour"), "2026-06-08T17:00", "2026-06-07T17:00"),
        (Limit(10, "calendar_day"), Lead(2, "calendar_day"), "2026-06-09T23:59:59", "2026-06-05T09:00"),
        (Limit(10, "calendar_day", roll=False), Lead(2, "calendar_day"), "2026-06-09T23:59:59", "2026-06-07T00:00"),
        (Limit(3, "minute"), Lead(60, "second"), "2026-06-08T03:00", "2026-06-08T02:59"),
        (Limit(30, "minute", service_time=True), Lead(10, "minute"), "2026-06-01T13:35", "2026-06-01T11:55"),
        (Limit(30, "minute", service_time=True), Lead(0, "minute"), "2026-06-01T13:35", "2026-06-01T13:35"),
    ],
)
def test_the_warning_comes_ahead_of_the_end_and_inside_service_where_days_count(
    limit: Limit, lead: Lead, due_time: str, warning: str
) -> None:
    assert warn_at(limit, at(due_time), lead, CALENDAR, ONLINE_HUMAN_DEFAULT) == at(warning)


def test_a_limit_itself_may_be_the_lead_of_another() -> None:
    one_day = Limit(1, "working_day")
    assert warn_at(FIVE_DAYS, at("2026-06-08T23:59:59"), one_day, CALENDAR, ONLINE_HUMAN_DEFAULT) == at(
        "2026-06-05T09:00"
    )


@pytest.mark.parametrize(
    ("now", "colour"),
    [
        ("2026-06-05T08:59:59", "green"),
        ("2026-06-05T09:00", "yellow"),
        ("2026-06-08T23:59:59", "yellow"),
        ("2026-06-08T23:59:59.000001", "red"),
    ],
)
def test_the_light_is_yellow_from_the_warning_and_red_after_the_end(now: str, colour: str) -> None:
    assert light(at(now), at("2026-06-08T23:59:59"), at("2026-06-05T09:00")) == colour


def test_an_imported_rest_day_moves_the_due_time() -> None:
    changed = AnnouncedCalendar({date(2026, 6, 8): False})
    start = at("2026-06-01T10:00")
    moved = due_at(FIVE_DAYS, start, changed, ONLINE_HUMAN_DEFAULT)
    assert moved - due_at(FIVE_DAYS, start, CALENDAR, ONLINE_HUMAN_DEFAULT) == timedelta(days=1)
