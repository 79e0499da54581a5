"""What pages, the API and other rooms see of the knowledge base: plain values, no model instances."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from bangban.registry.knowledge.answer import Answer


@dataclass(frozen=True)
class EntryDetail:
    """One version of an entry. `usable` tells whether it may be used for answering today (T637-5-e)."""

    id: UUID
    number: str
    state: str
    state_label: str
    revision: int
    in_effect: bool
    usable: bool
    content: Answer
    kind_label: str
    body_id: int | None
    item_id: UUID | None
    item_revision: int | None
    usable_from: date | None
    usable_to: date | None
    flagged_at: datetime | None
    flag_reason: str
    source: str
    external_id: str
    author_name: str
    written_at: datetime
    reviewer_name: str
    reviewed_at: datetime | None
    uses: int
    helpful: int
    unhelpful: int

    @property
    def citation(self) -> str:
        """How an answer names what it rests on: entry number and version."""
        return f"{self.number} 第{self.revision}版"


@dataclass(frozen=True, slots=True)
class EntryCard:
    """An entry in a list, with the standing of the version shown."""

    id: UUID
    number: str
    question: str
    unit_name: str
    kind: str
    kind_label: str
    theme: str
    state: str
    state_label: str
    standing: str
    revision: int
    item_id: UUID | None
    author_id: int | None
    author_name: str
    usable_to: date | None
    flagged_at: datetime | None
    flag_reason: str
    updated_at: datetime


@dataclass(frozen=True)
class EntryDraft:
    """What an editor or reviewer of an entry has before him: the version in work, else the current one.

    `version` is to be sent back with an edit; `problems` are sentences by field; `allowed_actions` are the buttons.
    """

    id: UUID
    number: str
    state: str
    state_label: str
    version: int
    revision: int
    standing: str
    standing_label: str
    body_id: int | None
    content: Answer
    problems: dict[str, str]
    author_name: str
    change_note: str
    changes: dict[str, tuple[Any, Any]]
    allowed_actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EntryVersionLine:
    """One line of an entry's change history."""

    revision: int
    standing: str
    standing_label: str
    author_name: str
    written_at: datetime
    reviewer_name: str
    reviewed_at: datetime | None
    change_note: str
    changes: dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class GapView:
    """A question without a fitting entry on its way into the knowledge base (BJ-5-e)."""

    id: UUID
    number: str
    question: str
    state: str
    state_label: str
    body_id: int | None
    body: str
    item_id: UUID | None
    origin: str
    origin_label: str
    asked: int
    last_asked_at: datetime
    created_at: datetime
    answer: str
    basis: str
    answered_by: str
    answered_at: datetime | None
    entry_id: UUID | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """An open error report on an entry."""

    id: UUID
    entry_id: UUID
    entry_number: str
    revision: int
    question: str
    text: str
    given_at: datetime
    due_at: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class PhraseView:
    """One phrase for one situation; `revision` is its version."""

    key: str
    situation: str
    label: str
    text: str
    clause: str
    revision: int


@dataclass(frozen=True, slots=True)
class PathView:
    """Where a matter outside online guidance goes (BJ-4)."""

    id: UUID
    number: str
    path_class: str
    class_label: str
    topic: str
    region: str
    keywords: tuple[str, ...]
    answer: str
    department_id: int | None
    department: str
    phone: str
    clause: str
    revision: int


@dataclass(frozen=True, slots=True)
class ItemAnswer:
    """The standard answer that goes with an item, as it is cited."""

    id: UUID
    number: str
    revision: int
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class RuleView:
    """A law, policy or internal rule, and whether the asking member of staff has read this version (DB3205-6.2)."""

    id: UUID
    number: str
    title: str
    kind_label: str
    revision: int
    usable_to: date | None
    read_at: datetime | None
    readers: int
