"""From the questions people ask most to the answer that everybody gives; five kinds of entries, all found (T637-8.6-b)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bangban.foundation.access.actors import Actor
from bangban.registry.knowledge import reads
from bangban.registry.knowledge.actions import (
    answer_candidate,
    draft_candidate,
    note_gap,
    publish_entry,
    submit_entry,
)
from bangban.registry.knowledge.terms import EntryKind
from bangban.services.assistant.actions import ask
from bangban.services.assistant.reads import search_knowledge
from bangban.services.assistant.shelf import shelf
from tests.cast import Cast
from tests.registry.conftest import Office
from tests.registry.knowledge.test_entries import published

QUESTION = "灵活就业人员怎么参加失业保险"


@pytest.fixture(autouse=True)
def _fresh_shelf() -> Iterator[None]:
    shelf.clear()
    yield
    shelf.clear()


@pytest.mark.clause("T637-8.6-b", "BJ-5-e")
def test_the_question_asked_most_becomes_an_approved_template_for_people_and_assistant(
    office: Office, city: Cast
) -> None:
    note_gap("冷门问题在哪里问", "assistant", body_id=office.department_id)
    for _ in range(3):
        candidate = note_gap(QUESTION, "case", body_id=office.department_id)
    ranked = reads.gaps(city.adviser)
    assert [(gap.question, gap.asked) for gap in ranked] == [(QUESTION, 3), ("冷门问题在哪里问", 1)]
    answer_candidate(candidate.id, city.adviser, answer="持身份证到窗口参保。", basis="失业保险条例")
    entry = draft_candidate(candidate.id, office.editor)
    submit_entry(entry.id, office.editor)
    assert search_knowledge(QUESTION) == []
    publish_entry(entry.id, office.reviewer)
    shelf.clear()
    (group,) = reads.gaps(state="published")
    shown = reads.entry(entry.id)
    assert shown is not None
    assert (group.entry_id, group.answered_by, shown.author_name, shown.reviewer_name) == (
        entry.id, "郑顾问", "文编辑", "审核员",
    )  # fmt: skip
    assert [hit.number for hit in search_knowledge(QUESTION)] == [entry.number]
    assert ask(Actor("guest", "g"), QUESTION).answers[0].id == str(entry.id)


@pytest.mark.clause("GB33358-3.5")
@pytest.mark.parametrize(
    "kind", [EntryKind.LAW, EntryKind.REGULATION, EntryKind.POLICY, EntryKind.DUTY, EntryKind.BUSINESS]
)
def test_entries_of_every_kind_are_kept_and_found(office: Office, kind: EntryKind) -> None:
    title = f"{kind.label}：城镇排水与污水处理"
    entry = published(office, kind=kind, question=title, answer="第一条 为了加强管理。", region="440100000000")
    published(office)
    shelf.clear()
    found = search_knowledge("城镇排水与污水处理")
    assert found[0].number == entry.number
    shown = reads.entry(entry.id)
    assert shown is not None and shown.kind_label == kind.label
