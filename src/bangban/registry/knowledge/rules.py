"""What an entry must hold, when it may be used, and when two questions are the same: pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bangban.foundation.clocks.calendar import WorkCalendar, add_workdays
from bangban.foundation.clocks.zones import DEFAULT_ZONE, business_date
from bangban.registry.knowledge.answer import ANSWER_FIELDS, Answer
from bangban.registry.knowledge.terms import EntryKind

NEEDS_BASIS = frozenset({EntryKind.ANSWER, EntryKind.INTERPRETATION})
REPAIR_WORKDAYS = 5
REVIEW_DAYS = 365


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with an entry, in words for its editor; an error stops publishing."""

    field: str
    sentence: str
    stops: bool


def problems_of(answer: Answer, today: date) -> list[Problem]:
    """Return everything that an entry lacks or contradicts, at once (GB33358-4.2.5, F3.26)."""
    found = [
        (not answer.question, "question", "请填写问题。", True),
        (
            len(answer.question) > 128 and answer.kind == EntryKind.ANSWER,
            "question",
            "问题超过128个字，请精简。",
            False,
        ),
        (not answer.answer, "answer", "请填写标准答案。", True),
        (not answer.unit_name, "unit_name", "请填写出具答案的部门。", True),
        (answer.kind in NEEDS_BASIS and not answer.basis, "basis", "请填写依据的法律、文件或办事指南。", True),
        (bool(answer.valid_to and answer.valid_to < today), "valid_to", "有效期已经过去。", True),
        (
            bool(answer.basis_valid_to and answer.basis_valid_to < today),
            "basis",
            "依据已经失效，不能再用来答复。",
            True,
        ),
        (_ends_early(answer), "valid_to", "失效日期早于生效日期。", True),
        (answer.question in answer.keywords, "keywords", "关键词不能与问题相同。", False),
        (any(len(word) > 20 for word in answer.keywords), "keywords", "关键词不超过20个字。", False),
    ]
    return [Problem(field, sentence, stops) for wrong, field, sentence, stops in found if wrong]


def _ends_early(answer: Answer) -> bool:
    return bool(answer.valid_from and answer.valid_to and answer.valid_to < answer.valid_from)


def usable_until(answer: Answer) -> date | None:
    """Return the last day on which an answer may be used: its own validity and that of its basis (T637-5-e)."""
    ends = [end for end in (answer.valid_to, answer.basis_valid_to) if end]
    return min(ends) if ends else None


def is_usable(usable_from: date | None, usable_to: date | None, today: date) -> bool:
    """Tell whether an entry may be used for answering today."""
    return (usable_from is None or usable_from <= today) and (usable_to is None or today <= usable_to)


def question_key(question: str) -> str:
    """Return a question without blanks, punctuation and case: equal keys mean the same question."""
    return "".join(letter for letter in question.lower() if letter.isalnum())[:200]


def repair_due(at: datetime, calendar: WorkCalendar, zone: ZoneInfo = DEFAULT_ZONE) -> datetime:
    """Return until when a reported error must be answered: the end of the fifth working day."""
    last = add_workdays(business_date(at, zone), REPAIR_WORKDAYS, calendar)
    return datetime.combine(last, time(23, 59, 59), tzinfo=zone)


def next_review(today: date) -> date:
    """Return when an entry is to be looked at again."""
    return today + timedelta(days=REVIEW_DAYS)


def differences(old: Answer | None, new: Answer) -> dict[str, tuple[Any, Any]]:
    """Return what a version changes, field by field."""
    return {
        name: (getattr(old, name) if old else None, getattr(new, name))
        for name in ANSWER_FIELDS
        if old is None or getattr(old, name) != getattr(new, name)
    }
