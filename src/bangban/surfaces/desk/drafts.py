"""A knowledge entry on its page: what is published, what is in work, and the form that writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import NotYours, Transition
from bangban.registry.knowledge.answer import Answer, answer_of
from bangban.registry.knowledge.flow import ENTRY_FLOW, ENTRY_STATES
from bangban.registry.knowledge.models import Entry, EntryVersion, Standing
from bangban.registry.knowledge.parties import of_entry
from bangban.registry.knowledge.reads import entry as published
from bangban.registry.knowledge.reads.entries import by_ref
from bangban.registry.knowledge.terms import EntryKind
from bangban.registry.knowledge.views import EntryDetail
from bangban.surfaces.web.given import day_of

WRITERS = frozenset({"editor", "reviewer", "author", "system"})
STEPS = ("edit", "submit", "publish", "send_back", "confirm", "withdraw")


@dataclass(frozen=True)
class EntryPage:
    """An entry for one viewer."""

    number: str
    state: str
    state_label: str
    detail: EntryDetail | None
    work: Answer | None
    work_revision: int
    work_standing: str
    author: str
    flag_reason: str
    allowed: tuple[Transition, ...]
    parties: frozenset[str]

    @property
    def content(self) -> Answer:
        """Return what the entry says: in force, or in work when it was never published."""
        known = self.detail.content if self.detail else self.work
        assert known is not None
        return known

    @property
    def steps(self) -> list[Transition]:
        """Return what may be done here, in the order of the work; the author of a version does not publish it."""
        found = {line.action: line for line in self.allowed}
        return [found[step] for step in STEPS if step in found]


def opened(actor: Actor, number: str) -> EntryPage:
    """Return an entry; drafts only to those who write and review them. Raises NotYours else."""
    row = Entry.objects.filter(by_ref(number)).first()
    if row is None:
        raise NotYours("没有找到这条知识。")
    parties = of_entry(row, actor)
    work = None
    if not WRITERS.isdisjoint(parties) and row.pending_revision:
        work = EntryVersion.objects.filter(entry=row, revision=row.pending_revision).first()
    detail = published(row.id)
    if detail is None and work is None:
        raise NotYours("没有找到这条知识。")
    return EntryPage(
        number=row.number,
        state=row.state,
        state_label=ENTRY_STATES[row.state],
        detail=detail,
        work=answer_of(work) if work else None,
        work_revision=work.revision if work else 0,
        work_standing=str(Standing(work.standing).label) if work else "",
        author=work.author_name if work else "",
        flag_reason=row.flag_reason if row.flagged_at else "",
        allowed=tuple(ENTRY_FLOW.allowed(row, parties)),
        parties=parties,
    )


@dataclass
class Draft:
    """The form of an entry, as it was typed."""

    question: str = ""
    answer: str = ""
    kind: str = EntryKind.ANSWER.value
    similar: str = ""
    unit_name: str = ""
    item_ref: str = ""
    theme: str = ""
    basis: str = ""
    source_title: str = ""
    valid_from: str = ""
    valid_to: str = ""
    note: str = ""
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """Return the kinds of entries."""
        return [(kind.value, str(kind.label)) for kind in EntryKind]

    def check(self) -> bool:
        """Tell whether it can be kept as a draft; what publishing needs is checked on submission."""
        self.problems = {}
        if len(self.question.strip()) < 2:
            self.problems["question"] = "请写下问题。"
        if not self.answer.strip():
            self.problems["answer"] = "请写下标准答案。"
        if self.kind not in EntryKind.values:
            self.problems["kind"] = "请选择类别。"
        for name in ("valid_from", "valid_to"):
            if day_of(getattr(self, name)) is None and getattr(self, name):
                self.problems[name] = "请填写日期，例如 2026-11-22。"
        return not self.problems

    def content(self, base: Answer | None = None) -> Answer:
        """Return the content; what the form does not show stays as it was."""
        return replace(
            base or Answer(question="", answer=""),
            question=self.question.strip(),
            answer=self.answer.strip(),
            kind=EntryKind(self.kind),
            similar=tuple(line.strip() for line in self.similar.splitlines() if line.strip()),
            unit_name=self.unit_name.strip(),
            item_ref=self.item_ref.strip(),
            theme=self.theme.strip(),
            basis=self.basis.strip(),
            source_title=self.source_title.strip(),
            valid_from=day_of(self.valid_from),
            valid_to=day_of(self.valid_to),
        )


TEXTS = ("question", "answer", "kind", "unit_name", "item_ref", "theme", "basis", "source_title")


def draft_of(content: Answer) -> Draft:
    """Return the form filled with what an entry says."""
    days: dict[str, Any] = {
        name: getattr(content, name).isoformat() if getattr(content, name) else ""
        for name in ("valid_from", "valid_to")
    }
    texts: dict[str, Any] = {name: str(getattr(content, name)) for name in TEXTS}
    return Draft(**texts, similar="\n".join(content.similar), **days)


def posted(data: Mapping[str, str]) -> Draft:
    """Read a sent form."""
    names = (*TEXTS, "similar", "valid_from", "valid_to", "note")
    given: dict[str, Any] = {name: data.get(name, "").replace("\r\n", "\n")[:10_000] for name in names}
    return Draft(**given)
