"""Pure rules of entries, by tables and laws."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangban.foundation.clocks.calendar import AnnouncedCalendar
from bangban.registry.knowledge.answer import Answer, answer_digest
from bangban.registry.knowledge.rules import is_usable, problems_of, question_key, repair_due, usable_until
from bangban.registry.knowledge.terms import EntryKind

TODAY = date(2026, 11, 18)
ANSWER = Answer(question="问", answer="答", unit_name="某局", basis="某法")
DAYS = st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1))


def test_a_complete_answer_has_no_problem() -> None:
    assert problems_of(ANSWER, TODAY) == []


@pytest.mark.parametrize("kind", [EntryKind.LAW, EntryKind.NOTICE, EntryKind.DUTY])
def test_a_law_is_its_own_basis(kind: EntryKind) -> None:
    assert problems_of(replace(ANSWER, basis="", kind=kind), TODAY) == []


@given(DAYS, DAYS)
def test_an_answer_ends_with_the_first_of_its_ends(valid_to: date | None, basis_to: date | None) -> None:
    until = usable_until(replace(ANSWER, valid_to=valid_to, basis_valid_to=basis_to))
    assert until == min([one for one in (valid_to, basis_to) if one], default=None)
    if until:
        assert is_usable(None, until, until)
        assert not is_usable(None, until, until + timedelta(days=1))


@given(st.text(max_size=50))
def test_blanks_punctuation_and_case_do_not_make_another_question(question: str) -> None:
    assert question_key(f" {question.upper()}？！ ") == question_key(question.upper())
    assert question_key(question_key(question)) == question_key(question)


def test_errors_are_to_be_answered_by_the_end_of_the_fifth_working_day() -> None:
    due = repair_due(datetime(2026, 9, 30, 2, tzinfo=UTC), AnnouncedCalendar({}))
    assert due.date() == date(2026, 10, 13)


def test_any_change_of_content_changes_the_digest() -> None:
    assert answer_digest(ANSWER) != answer_digest(replace(ANSWER, aspect="fee"))
    assert answer_digest(ANSWER) == answer_digest(replace(ANSWER))
