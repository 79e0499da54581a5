"""What is left of a limit, in numbers and in the words of a page."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from bangban.foundation.clocks.calendar import AnnouncedCalendar, CalendarMissing
from bangban.foundation.clocks.hours import ONLINE_HUMAN_DEFAULT
from bangban.foundation.clocks.rules import Limit, Pause, Remaining, Unit, due_at, remaining

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = AnnouncedCalendar()
FIVE_DAYS = Limit(5, "working_day")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def left(limit: Limit, now: str, *pauses: Pause, started: str = "2026-06-01T10:00") -> Remaining:
    return remaining(limit, at(started), at(now), CALENDAR, ONLINE_HUMAN_DEFAULT, pauses)


@pytest.mark.parametrize(
    ("now", "days", "text"),
    [
        ("2026-06-01T10:00", 5, "还剩5个工作日"),
        ("2026-06-04T23:00", 2, "还剩2个工作日"),
        ("2026-06-05T09:00", 1, "还剩1个工作日"),
        ("2026-06-07T09:00", 1, "还剩1个工作日"),
        ("2026-06-08T09:00", 0, "今天到期"),
        ("2026-06-08T23:59:59", 0, "今天到期"),
        ("2026-06-09T03:00:00", -1, "已超时1个工作日"),
        ("2026-06-15T10:00", -5, "已超时5个工作日"),
    ],
)
def test_working_days_are_told_as_working_days(now: str, days: int, text: str) -> None:
    seen = left(FIVE_DAYS, now)
    assert (seen.days, seen.text_zh, seen.overdue) == (days, text, days < 0)
    assert seen.due == at("2026-06-08T23:59:59")


@pytest.mark.parametrize(
    ("now", "text"),
    [
        ("2026-06-05T17:00:00", "今天到期"),
        ("2026-06-05T17:00:00.5", "已超时"),
        ("2026-06-05T20:00:30", "已超时3小时"),
        ("2026-06-06T19:30:00", "已超时1天2小时"),
        ("2026-06-08T09:00:00", "已超时1个工作日"),
    ],
)
def test_less_than_a_working_day_overdue_is_told_in_elapsed_time(now: str, text: str) -> None:
    assert left(Limit(4, "working_day", end_of_day=time(17)), now).text_zh == text


def test_calendar_days_are_told_as_days() -> None:
    limit = Limit(10, "calendar_day")
    assert left(limit, "2026-06-04T10:00").text_zh == "还剩7天"
    assert left(limit, "2026-06-11T10:00").text_zh == "今天到期"
    assert left(limit, "2026-06-13T10:00").text_zh == "已超时2天"


@pytest.mark.parametrize(
    ("amount", "unit", "now", "text"),
    [
        (24, "hour", "2026-06-01T10:00", "还剩1天"),
        (24, "hour", "2026-06-01T10:00:01", "还剩23小时59分钟"),
        (72, "hour", "2026-06-02T09:30", "还剩2天"),
        (3, "minute", "2026-06-01T10:00:30", "还剩2分钟30秒"),
        (15, "second", "2026-06-01T10:00:01", "还剩14秒"),
        (15, "second", "2026-06-01T10:00:14.5", "即将到期"),
        (15, "second", "2026-06-01T10:00:15.5", "已超时"),
        (2, "hour", "2026-06-01T15:00:00", "已超时3小时"),
        (3, "minute", "2026-06-01T11:05:00", "已超时1小时2分钟"),
    ],
)
def test_hours_minutes_and_seconds_are_told_in_their_two_leading_parts(
    amount: int, unit: Unit, now: str, text: str
) -> None:
    seen = left(Limit(amount, unit), now)
    assert (seen.text_zh, seen.days) == (text, None)


def test_seconds_are_exact_and_negative_when_overdue() -> None:
    assert left(Limit(15, "second"), "2026-06-01T10:00:01.25").seconds == 13.75
    assert left(Limit(15, "second"), "2026-06-01T10:00:16.25").seconds == -1.25


def test_service_time_is_told_in_hours_that_run_on() -> None:
    limit = Limit(30, "hour", service_time=True)
    seen = left(limit, "2026-06-01T20:00")
    assert (seen.text_zh, seen.seconds) == ("还剩24小时30分钟", 24.5 * 3600)
    assert left(limit, "2026-06-01T21:00").seconds == seen.seconds


def test_overdue_service_time_is_measured_in_service_time() -> None:
    limit = Limit(7, "hour", service_time=True)
    late = left(limit, "2026-06-02T14:30")
    assert late.due == at("2026-06-02T10:30")
    assert (late.seconds, late.text_zh) == (-2.5 * 3600, "已超时2小时30分钟")


def test_a_paused_limit_stands_still_and_says_so() -> None:
    hearing = Pause("hearing", at("2026-06-03T10:00"), None)
    for now in ("2026-06-03T10:00", "2026-06-06T10:00", "2026-07-15T10:00"):
        seen = left(FIVE_DAYS, now, hearing)
        assert (seen.days, seen.paused, seen.text_zh) == (3, True, "已暂停计时，还剩3个工作日")


def test_a_limit_paused_on_its_last_day_ends_on_the_day_it_continues() -> None:
    hearing = Pause("hearing", at("2026-06-08T10:00"), None)
    for now in ("2026-06-08T11:00", "2026-06-13T10:00"):
        assert left(FIVE_DAYS, now, hearing).text_zh == "已暂停计时，恢复计时当天到期"


def test_a_pause_with_a_planned_end_stands_still_until_then() -> None:
    testing = Pause("testing", at("2026-06-03T10:00"), at("2026-06-12T10:00"))
    during, after = left(FIVE_DAYS, "2026-06-05T10:00", testing), left(FIVE_DAYS, "2026-06-12T10:00", testing)
    planned = due_at(FIVE_DAYS, at("2026-06-01T10:00"), CALENDAR, ONLINE_HUMAN_DEFAULT, [testing])
    assert during.due == after.due == planned
    assert (during.days, during.paused, after.days, after.paused) == (3, True, 3, False)
    assert left(FIVE_DAYS, "2026-06-02T10:00", testing).days == 4


def test_a_breached_limit_is_overdue_although_it_was_paused_later() -> None:
    seen = left(FIVE_DAYS, "2026-06-12T10:00", Pause("hearing", at("2026-06-10T10:00"), None))
    assert (seen.overdue, seen.paused, seen.text_zh) == (True, False, "已超时4个工作日")


def test_a_guess_is_told_as_provisional() -> None:
    guess = AnnouncedCalendar(provisional=True)
    start = at("2026-12-28T10:00")
    seen = remaining(FIVE_DAYS, start, start, guess, ONLINE_HUMAN_DEFAULT)
    assert (seen.provisional, seen.text_zh) == (True, "还剩5个工作日（暂定）")
    assert not remaining(Limit(3, "working_day"), start, start, guess, ONLINE_HUMAN_DEFAULT).provisional


def test_without_an_announced_year_there_is_no_text() -> None:
    with pytest.raises(CalendarMissing, match="2027"):
        left(FIVE_DAYS, "2026-12-28T10:00", started="2026-12-28T10:00")
