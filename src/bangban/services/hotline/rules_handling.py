"""Pure rules of the way of an order after intake: limits, who may get it, the draw of call-backs, what a return needs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from bangban.foundation.clocks.calendar import WorkCalendar, add_workdays
from bangban.foundation.clocks.hours import ServiceHours
from bangban.foundation.clocks.limits import Limit
from bangban.foundation.clocks.rules import due_at
from bangban.services.hotline.terms import COMPLAINTS, Kind

CONSULT_DAYS = 2
LONGEST_DAYS = 250
MOST_EXTENSION = 5
RETURN_WITHIN = timedelta(hours=24)
MOST_TRIES = 3
LATEST_TRY = timedelta(days=30)
CLAIM_FOR = timedelta(minutes=30)
ARCHIVE_AFTER = timedelta(days=3)
LONGEST_TEXT = 4000
SMS_LONGEST = 500
CONSULTING = (Kind.CONSULTATION, Kind.QUERY)
GROUNDS = {
    "law_longer": "法律法规规定的时限更长",
    "objective_difficulty": "客观上有困难",
    "several_units": "涉及多个单位，需要协调",
}
GRADES = range(1, 6)
WHOLE = 1 << 32


def working_days_after(at: datetime, days: int, calendar: WorkCalendar, hours: ServiceHours) -> datetime:
    """Return the end of the last of so many working days after a moment; the day itself is not counted (F7.09)."""
    return due_at(Limit(amount=days, unit="working_day"), at, calendar, hours)


def next_working_morning(at: datetime, calendar: WorkCalendar, hours: ServiceHours) -> datetime:
    """Return when service opens on the next working day: the earliest moment of a call-back (F3.15)."""
    day = add_workdays(at.astimezone(hours.zone).date(), 1, calendar)
    return hours.next_opening(datetime.combine(day, time.min, hours.zone), calendar)


def extended(due: datetime, days: int, calendar: WorkCalendar, hours: ServiceHours) -> datetime:
    """Return a limit moved by working days, at the same time of day."""
    local = due.astimezone(hours.zone)
    return datetime.combine(add_workdays(local.date(), days, calendar), local.timetz())


def default_days(kind: str, of_category: int | None, agreed: int, standard: int) -> int:
    """Return the limit in working days when none is named: of the class, else as agreed with the unit, else the usual.

    What is only asked is answered within two days at the latest, whatever was agreed (F3.14).
    """
    if of_category:
        return of_category
    usual = agreed or standard
    return min(usual, CONSULT_DAYS) if kind in CONSULTING else usual


def forbidden_units(
    kind: str, about_unit: int | None, staff_body: int | None, paths: Mapping[int, Sequence[int]]
) -> frozenset[int]:
    """Return the units that must never get a complaint: the one complained about, the person's own, and all below them.

    `paths` are the ids from the root down to each body (GB33358-5.1.1.3).
    """
    accused = {body for body in (about_unit, staff_body) if body is not None}
    if kind not in COMPLAINTS or not accused:
        return frozenset()
    return frozenset(body for body, path in paths.items() if not accused.isdisjoint(path)) | accused


def drawn(number_digest: bytes, share: int) -> bool:
    """Tell whether a digest of order and round falls into a share of percent; the same digest always gives the same."""
    return int.from_bytes(number_digest[:4], "big") * 100 < share * WHOLE


def gives_up(tries: Collection[date]) -> bool:
    """Tell whether a caller who was not reached is given up: after three tries, made on more than one day (GB33358-5.4.4)."""
    return len(tries) >= MOST_TRIES and len(set(tries)) > 1
