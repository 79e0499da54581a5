"""Questions without a fitting entry become entries, each step with a time and a person (BJ-5-e)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from bangban.foundation.clocks.defaults import install_defaults
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.clocks.sweep import sweep
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.actions import make_partitions
from bangban.foundation.ledger.models import Event
from bangban.foundation.ledger.verify import verify
from bangban.registry.knowledge import reads
from bangban.registry.knowledge.actions import (
    answer_candidate,
    dismiss_candidate,
    draft_candidate,
    note_gap,
    publish_entry,
    submit_entry,
)
from bangban.registry.knowledge.models import Candidate
from tests.cast import Cast
from tests.registry.conftest import Office


@pytest.mark.clause("BJ-5-e")
def test_a_question_goes_from_gap_to_published_entry(office: Office, city: Cast) -> None:
    candidate = note_gap("灵活就业能领失业金吗？", "assistant", body_id=office.department_id)
    (gap,) = reads.gaps(city.adviser)
    assert (gap.state_label, gap.origin_label, gap.body) == ("待部门答复", "智能客服", "广州市人力资源和社会保障局")
    assert gap.due_at is not None and 6 <= (gap.due_at - now()).days <= 8
    answer_candidate(candidate.id, city.adviser, answer="参加失业保险的可以。", basis="失业保险条例")
    entry = draft_candidate(candidate.id, office.editor)
    submit_entry(entry.id, office.editor)
    publish_entry(entry.id, office.reviewer)
    done = reads.gaps(state="published")[0]
    assert (done.answered_by, done.entry_id, done.due_at) == ("郑顾问", entry.id, None)
    shown = reads.entry(entry.id)
    assert shown is not None
    assert (shown.content.question, shown.content.basis) == ("灵活就业能领失业金吗？", "失业保险条例")
    kinds = list(Event.objects.filter(record_id=candidate.id).order_by("position").values_list("kind", flat=True))
    assert kinds == ["candidate.opened", "candidate.answer", "candidate.draft", "candidate.publish"]
    assert reads.gaps() == []
    assert verify().broken == ()


def test_the_same_question_counts_up_instead_of_doubling(office: Office) -> None:
    first = note_gap("灵活就业，能领失业金吗？", "assistant", body_id=office.department_id)
    again = note_gap("灵活就业能领失业金吗", "case", body_id=office.department_id, origin_number="ZX1")
    other = note_gap("灵活就业能领失业金吗", "case", body_id=office.center_id)
    assert first.id == again.id != other.id
    assert [(gap.asked, gap.body_id) for gap in reads.gaps()] == [(2, office.department_id), (1, office.center_id)]


def test_a_dismissed_question_may_come_again(office: Office) -> None:
    first = note_gap("今天天气怎么样", "assistant")
    with pytest.raises(Incomplete):
        dismiss_candidate(first.id, office.reviewer, "")
    dismiss_candidate(first.id, office.reviewer, "与政务服务无关")
    assert note_gap("今天天气怎么样", "assistant").id != first.id
    with pytest.raises(NotAllowed):
        draft_candidate(first.id, office.reviewer)


def test_only_the_body_answers_and_only_editors_draft(office: Office, city: Cast) -> None:
    candidate = note_gap("问题", "case", body_id=office.department_id)
    with pytest.raises(NotYours):
        answer_candidate(candidate.id, city.guide, answer="答", basis="据")
    with pytest.raises(NotYours):
        draft_candidate(candidate.id, office.foreign_editor)
    with pytest.raises(Incomplete):
        answer_candidate(candidate.id, city.adviser, answer="答", basis="")
    assert reads.gaps(office.foreign_editor) == []


def test_an_unanswered_gap_is_told_when_its_time_is_up(office: Office) -> None:
    candidate = note_gap("问题", "help_card", body_id=office.department_id)
    stand_at(now() + timedelta(days=20))
    assert sweep(now()) == 1
    assert Event.objects.filter(record_id=candidate.id, kind="clock.breached").exists()


@pytest.mark.parametrize(("question", "origin"), [("", "case"), ("？！", "case"), ("问题", "magic")])
def test_empty_questions_and_unknown_origins_are_refused(city: Cast, question: str, origin: str) -> None:
    with pytest.raises(Incomplete):
        note_gap(question, origin)


def test_listing_takes_the_same_queries_however_many(office: Office, django_assert_num_queries: Any) -> None:
    for place in range(15):
        note_gap(f"问题{place}", "case", body_id=office.department_id)
    reads.gaps(office.reviewer)
    with django_assert_num_queries(2):
        assert len(reads.gaps(office.reviewer)) == 15


def test_two_who_note_the_same_question_at_once_make_one_candidate(transactional_db: None) -> None:
    install_defaults()
    make_partitions(now())

    def note(_: int) -> None:
        try:
            note_gap("同时来的问题", "assistant")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(note, range(8)))
    candidate = Candidate.objects.get()
    assert candidate.asked == 8
