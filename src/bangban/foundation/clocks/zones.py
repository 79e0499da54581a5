"""Moments and business dates: every datetime of a clock is aware, and a date is the date at the body's place."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

DEFAULT_ZONE = ZoneInfo("Asia/Shanghai")


def aware(moment: datetime) -> datetime:
    """Return `moment` unchanged; raise ValueError when it is naive, since a guessed zone may move a limit by a day."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError(f"naive datetime {moment.isoformat()}: clocks need a time zone")
    return moment


def in_utc(moment: datetime) -> datetime:
    """Return the same moment in UTC, where differences are true elapsed time; raise ValueError when naive."""
    return aware(moment).astimezone(UTC)


def business_date(moment: datetime, zone: ZoneInfo = DEFAULT_ZONE) -> date:
    """Return the date of `moment` at the body's place (23:30 UTC is already the next day in Shanghai)."""
    return aware(moment).astimezone(zone).date()


def start_of_day(day: date, zone: ZoneInfo = DEFAULT_ZONE) -> datetime:
    """Return the moment at which `day` begins at the body's place."""
    return datetime(day.year, day.month, day.day, tzinfo=zone)
