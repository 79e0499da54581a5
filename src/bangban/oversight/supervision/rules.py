"""Pure rules of supervision: how high a task stands, and who is to be asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bangban.oversight.supervision.terms import HIGHEST, Method

RAISED_AFTER = ((1, 2), (3, 3), (5, 4))
"""After so many working days overdue a task stands at this level (F3.15)."""
BAD_GRADE = 2


def level_of(days_overdue: int) -> int:
    """Return the level of an order that is overdue by so many whole working days: 2 from the first, at most the highest."""
    level = 2
    for days, reached in RAISED_AFTER:
        if days_overdue >= days:
            level = max(level, reached)
    return min(level, HIGHEST)


@dataclass(frozen=True)
class Officer:
    """One who may supervise, with the number of open tasks."""

    staff_id: int
    open_tasks: int


def choose(officers: Iterable[Officer], excluded: frozenset[int]) -> int | None:
    """Return the officer with the fewest open tasks who did not take or handle the order; None when there is none."""
    fitting = [one for one in officers if one.staff_id not in excluded]
    return min(fitting, key=lambda one: (one.open_tasks, one.staff_id)).staff_id if fitting else None


def missing_facts(method: Method, facts: Mapping[str, str]) -> dict[str, str]:
    """Return a sentence for each thing that the method must record and that is empty (GB33358-5.2.3.2)."""
    return {name: f"请填写{label}。" for name, label in method.asks if not facts.get(name, "").strip()}


def wrong_content(content: str, longest: int) -> str:
    """Return what is wrong with the words of a supervision, as a sentence; empty when nothing is."""
    if not content:
        return "请填写督办内容。"
    return f"督办内容最多{longest}字，现在有{len(content)}字。" if len(content) > longest else ""


def is_bad(process: bool | None, result: bool | None, attitude: int | None, efficiency: int | None) -> list[str]:
    """Return what was bad about a service by its call-back, in words; empty when nothing was (GB33358-5.2.3.1-e)."""
    found = ["办理过程不满意"] if process is False else []
    found += ["办理结果不满意"] if result is False else []
    found += ["服务态度差"] if attitude is not None and attitude <= BAD_GRADE else []
    found += ["工作效率低"] if efficiency is not None and efficiency <= BAD_GRADE else []
    return found
