"""What the panels of both sides see: plain frozen values, no rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bangban.services.guidance.rules.acceptability import Acceptability
from bangban.services.guidance.rules.situations import Option


@dataclass(frozen=True, slots=True)
class EntryView:
    """The way in that was sent last, and whether it was used."""

    id: UUID
    kind: str
    kind_label: str
    title: str
    url: str
    place: str
    windows: str
    hours: str
    phone: str
    booking: str
    sent_by: str
    sent_at: datetime
    visits: int
    last_visit_at: datetime | None


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One question about the situation with the answer known so far."""

    code: str
    text: str
    options: tuple[Option, ...]
    answer: str


@dataclass(frozen=True, slots=True)
class NeedView:
    """One material of the personal list; `state` as the checklist component names it."""

    id: UUID
    key: str
    name: str
    required: bool
    necessity: str
    delivery: str
    delivery_label: str
    copies: str
    note: str
    blank: tuple[str, int] | None
    sample: tuple[str, int] | None
    ready: bool
    ready_at: datetime | None
    attachment: UUID | None
    attachment_name: str

    @property
    def state(self) -> str:
        """Return exempt, ok or open."""
        if self.delivery == "exempt":
            return "exempt"
        return "ok" if self.ready or self.attachment else "open"


@dataclass(frozen=True, slots=True)
class MaterialsView:
    """The personal material list in its newest version."""

    id: UUID
    version: int
    item_revision: int
    made_by: str
    at: datetime
    sent_at: datetime | None
    situation: tuple[str, ...]
    needs: tuple[NeedView, ...]

    @property
    def ready(self) -> int:
        """Return how many lines need nothing more."""
        return sum(need.state != "open" for need in self.needs)


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """Another value beside the one in the form."""

    id: UUID
    origin: str
    origin_label: str
    by: str
    old: str
    value: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field with its value, who filled it, and what was proposed instead. Sensitive values are masked for staff."""

    code: str
    label: str
    kind: str
    required: bool
    hint: str
    options: tuple[tuple[str, str], ...]
    limit: int
    sensitive: bool
    value: str
    words: str
    version: int
    problem: str
    filled_by: str
    filled_by_label: str
    source: str
    at: datetime | None
    suggestions: tuple[SuggestionView, ...]


@dataclass(frozen=True, slots=True)
class SectionView:
    """One section of the form."""

    title: str
    fields: tuple[FieldView, ...]


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One change of the draft's history: both values, who, when."""

    label: str
    old: str
    new: str
    filled_by_label: str
    source: str
    at: datetime


@dataclass(frozen=True)
class FormView:
    """The draft form."""

    id: UUID
    state: str
    state_label: str
    submissions: int
    submitted_at: datetime | None
    sections: tuple[SectionView, ...]
    filled: int
    needed: int
    problems: tuple[tuple[str, str], ...]
    changes: tuple[ChangeView, ...]

    @property
    def editable(self) -> bool:
        """Tell whether values may be changed now."""
        return self.state in ("filling", "correction")

    def field(self, code: str) -> FieldView | None:
        """Return one field."""
        return next((field for section in self.sections for field in section.fields if field.code == code), None)


@dataclass(frozen=True, slots=True)
class FindingView:
    """One line of a check; `state` as the checklist component names it."""

    id: UUID
    code: str
    label: str
    automatic: str
    automatic_label: str
    sentence: str
    found: str
    expected: str
    verdict: str
    verdict_label: str
    note: str
    late: bool
    reviewed_by: str
    reviewed_at: datetime | None
    state: str


@dataclass(frozen=True, slots=True)
class CheckView:
    """One check with its reviewer and time."""

    id: UUID
    kind: str
    label: str
    round: int
    reviewer: str
    began_at: datetime
    finished_at: datetime | None
    outcome: str
    outcome_label: str
    findings: tuple[FindingView, ...]

    @property
    def waiting(self) -> int:
        """Return how many lines the specialist has not confirmed."""
        return sum(not finding.verdict for finding in self.findings)


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """One correction notice."""

    round: int
    defects: int
    late: int
    sent_by: str
    sent_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of guidance in plain words."""

    at: datetime
    text: str
    who: str


@dataclass(frozen=True)
class GuidanceView:
    """Everything of guidance and assistance on one case for one viewer."""

    number: str
    state: str
    stage: str
    item_name: str
    item_code: str
    may_work: bool
    may_fill: bool
    entry: EntryView | None
    questions: tuple[QuestionView, ...]
    materials: MaterialsView | None
    form: FormView | None
    checks: tuple[CheckView, ...]
    corrections: tuple[CorrectionView, ...]
    acceptability: Acceptability
    history: tuple[StepView, ...]

    @property
    def begun(self) -> bool:
        """Tell whether there is anything to show."""
        return self.may_work or self.may_fill or bool(self.entry or self.materials or self.form)

    @property
    def checking(self) -> tuple[CheckView, ...]:
        """Return the two lists of the newest round."""
        newest = max((check.round for check in self.checks), default=0)
        return tuple(check for check in self.checks if check.round == newest)
