"""Saying a figure and its change in words, pure (GB33358-5.6.1.2)."""

from __future__ import annotations

from bangban.oversight.reports.content import Line, Value
from bangban.oversight.reports.terms import NONE, SMALL

MOST = 10
"""A change of more than so many times says only that the earlier value was tiny."""


def amount(value: Value | None, unit: str = "") -> str:
    """Write a value; 无 where there is none."""
    if value is None or value.amount is None:
        return NONE
    number = value.amount
    if unit == "%":
        return f"{number:.2f}%"
    return f"{number:,.1f}" if isinstance(number, float) and not number.is_integer() else f"{number:,.0f}"


def change(now: Value, then: Value | None, unit: str = "") -> str:
    """Write the absolute change; shares change by percentage points."""
    if then is None or now.amount is None or then.amount is None:
        return NONE
    difference = now.amount - then.amount
    if unit == "%":
        return f"{difference:+.2f}个百分点" if round(difference, 2) else "持平"
    return (
        (f"{difference:+,.1f}" if not float(difference).is_integer() else f"{difference:+,.0f}")
        if difference
        else "持平"
    )


def percent(now: Value, then: Value | None) -> str:
    """Write the change in percent; 无 where the earlier value is missing or zero, 基数过小 where it is tiny."""
    if then is None or now.amount is None or not then.amount:
        return NONE
    if now.amount - then.amount >= MOST * then.amount:
        return SMALL
    return f"{100 * (now.amount - then.amount) / then.amount:+.1f}%".replace("+0.0%", "0.0%").replace("-0.0%", "0.0%")


def counts(now: int, then: int | None) -> tuple[str, str, str]:
    """Return the earlier count, the change and the change in percent, as written."""
    here, there = Value(now, now), None if then is None else Value(then, then)
    return amount(there), change(here, there), percent(here, there)


def phrase(line: Line, then: Value | None, word: str) -> str:
    """Return "比上月增加12件（+1.0%）", or "" without history."""
    if then is None or line.now.amount is None or then.amount is None:
        return ""
    difference = line.now.amount - then.amount
    if not round(difference, 2):
        return f"与{word}持平"
    if line.unit == "%":
        return f"比{word}{'提高' if difference > 0 else '下降'}{abs(difference):.2f}个百分点"
    relative = percent(line.now, then)
    said = f"{abs(difference):,.1f}".removesuffix(".0")
    return f"比{word}{'增加' if difference > 0 else '减少'}{said}{line.unit}" + (
        f"（{relative}）" if relative not in (NONE, SMALL) else ""
    )
