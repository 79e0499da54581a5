"""Pure rules of holdings: what a registration must say, and when the next check or review is due."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Protocol, TypeVar

from bangban.oversight.holdings.terms import MONTHS, NAME_LIMIT, NOTE_LIMIT, PLACE_LIMIT, SERIAL_LIMIT

AHEAD = timedelta(days=7)
"""How long before its day a check or review is announced."""
OLDEST = date(1980, 1, 1)
LONGEST_RESTORE = 30 * 24 * 3600


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, or the last of that month when it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, min(day.day, monthrange(day.year + years, month + 1)[1]))


def stage(due_on: date, today: date) -> int:
    """Return 0 while a date is far, 1 within a week of it, 2 once it has passed."""
    return 2 if due_on < today else 1 if due_on - AHEAD <= today else 0


class Edition(Protocol):
    """What tells editions of a document apart: their order, and the day from which each holds."""

    edition: int
    valid_from: date


E = TypeVar("E", bound=Edition)


def editions_on(editions: Iterable[E], today: date) -> tuple[E | None, list[E]]:
    """Return the edition that holds on a day, and those that will begin later, the next one first.

    A later edition takes the place of every earlier one from its day on, also of one that would have begun after it.
    """
    known = sorted(editions, key=lambda one: one.edition)
    holding = next((one for one in reversed(known) if one.valid_from <= today), None)
    coming: list[E] = []
    for one in known:
        if one.valid_from > today and (holding is None or one.edition > holding.edition):
            coming = [earlier for earlier in coming if earlier.valid_from < one.valid_from]
            coming.append(one)
    return holding, coming


def too_long(given: Mapping[str, str], limits: Mapping[str, int]) -> dict[str, str]:
    """Return a sentence for every text over its limit of characters."""
    return {
        name: f"共{len(given[name])}字，最多{limit}字。"
        for name, limit in limits.items()
        if len(given.get(name, "")) > limit
    }


def interval_problem(months: int) -> str:
    """Return what is wrong with an interval in months, or nothing."""
    return "" if MONTHS[0] <= months <= MONTHS[1] else f"请填写{MONTHS[0]}到{MONTHS[1]}的整数（月）。"


def equipment_problems(
    name: str, place: str, serial: str, since: date | None, months: int, today: date
) -> dict[str, str]:
    """Return what is wrong with a registration, by field."""
    limits = {"name": NAME_LIMIT, "place": PLACE_LIMIT, "serial_number": SERIAL_LIMIT}
    problems = too_long({"name": name, "place": place, "serial_number": serial}, limits)
    problems |= {} if name else {"name": "请填写设备名称。"}
    problems |= {} if place else {"place": "请填写放在哪里，例如机房A柜。"}
    if since is None or not OLDEST <= since <= today:
        problems["in_service_on"] = "请选择启用日期，不能晚于今天。"
    if wrong := interval_problem(months):
        problems["check_months"] = wrong
    return problems


def check_problems(
    result: str, note: str, seconds: int | None, checked_on: date | None, since: date, today: date, *, recovery: bool
) -> dict[str, str]:
    """Return what is wrong with a check, by field; a passed restore drill must say how long it took."""
    problems = too_long({"note": note}, {"note": NOTE_LIMIT})
    if checked_on is None or not since <= checked_on <= today:
        problems["checked_on"] = "检查日期应在启用之后、今天或以前。"
    if result not in ("pass", "fail"):
        problems["result"] = "请选择正常或有问题。"
    elif result == "fail" and not note:
        problems["note"] = "有问题的请写明是什么问题、怎样处理。"
    if seconds is not None and not 0 < seconds <= LONGEST_RESTORE:
        problems["recovery_seconds"] = "请填写恢复演练用了多少秒，最多30天。"
    elif recovery and result == "pass" and seconds is None:
        problems["recovery_seconds"] = "容灾设备要做恢复演练，请填写恢复用了多少秒。"
    return problems
