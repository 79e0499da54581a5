"""Periods of routine reports, pure: which days, which days to compare with, how they are called (GB33358-5.6.1.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bangban.oversight.reports.terms import Period

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Local days from the first to the last, both counted."""

    first: date
    last: date


def containing(period: str, day: date) -> Span:
    """Return the period that a day lies in; weeks begin on Monday."""
    if period == Period.DAY:
        return Span(day, day)
    if period == Period.WEEK:
        first = day - timedelta(days=day.weekday())
        return Span(first, first + timedelta(days=6))
    if period == Period.MONTH:
        first = day.replace(day=1)
        return Span(first, _next_month(first) - DAY)
    if period == Period.QUARTER:
        first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
        return Span(first, _next_month(_next_month(_next_month(first))) - DAY)
    return Span(date(day.year, 1, 1), date(day.year, 12, 31))


def last_complete(period: str, today: date) -> Span:
    """Return the latest period that is over on a day."""
    return before(period, containing(period, today))


def before(period: str, span: Span) -> Span:
    """Return the period just before another."""
    return containing(period, span.first - DAY)


def last_year(period: str, span: Span) -> Span:
    """Return the same period a year earlier; for weeks the week 52 weeks before, for 29 February the 28th."""
    if period == Period.WEEK:
        return Span(span.first - timedelta(weeks=52), span.last - timedelta(weeks=52))
    day = span.first
    return containing(period, day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == 2 else day.day))


def called(period: str, span: Span) -> str:
    """Return how a period is written in a title."""
    first, last = span.first, span.last
    if period == Period.DAY:
        return f"{first.year}年{first.month}月{first.day}日"
    if period == Period.MONTH:
        return f"{first.year}年{first.month}月"
    if period == Period.QUARTER:
        return f"{first.year}年第{(first.month + 2) // 3}季度"
    if period == Period.YEAR:
        return f"{first.year}年"
    return days(Span(first, last))


def days(span: Span) -> str:
    """Return the days of a span, saying no year or month twice."""
    first, last = span.first, span.last
    begin = f"{first.year}年{first.month}月{first.day}日"
    if first == last:
        return begin
    if first.year != last.year:
        return f"{begin}至{last.year}年{last.month}月{last.day}日"
    return f"{begin}至{last.month}月{last.day}日" if first.month != last.month else f"{begin}至{last.day}日"


def step_of(period: str) -> str:
    """Return by which step a report draws its line: hours of a day, days, weeks of a quarter, months of a year."""
    return {Period.DAY: "hour", Period.QUARTER: "week", Period.YEAR: "month"}.get(Period(period), "day")


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
