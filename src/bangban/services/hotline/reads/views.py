"""What the page of an order shows, as plain objects: its head and its five parts (GB33358-3.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bangban.foundation.clocks.reads import ClockView
from bangban.foundation.flows.flow import Transition
from bangban.services.hotline.flow import FINAL
from bangban.services.hotline.models import EmergencyReport, WorkOrder
from bangban.services.hotline.reads.story import Happening

AT_HOTLINE = frozenset({"desk", "agent", "manager", "visitor", "officer", "colleague", "archivist", "system"})


@dataclass(frozen=True)
class Subject:
    """Who speaks; masked, and hidden from units when it is confidential (GB33358-5.1.2.5-b, 5.1.2.6)."""

    kind: str
    name: str
    phone: str
    address: str
    confidential: bool | None
    asked_at: datetime | None
    hidden: bool
    wished_reply: str
    caller: str


@dataclass(frozen=True)
class UnitPart:
    """What one unit was given, and how it stands."""

    id: UUID
    unit_id: int
    unit: str
    role: str
    role_label: str
    state: str
    state_label: str
    round: int
    designated: bool
    task: str
    offered_at: datetime
    due_at: datetime
    signed_at: datetime | None
    signed_by: str
    ended_at: datetime | None
    opinion: str
    reason: str


@dataclass(frozen=True)
class ReplyLine:
    """One reply to the caller with what proves it."""

    round: int
    channel: str
    text: str
    by: str
    unit: str
    at: datetime
    proof: str
    call_id: UUID | None


@dataclass(frozen=True)
class ExtensionLine:
    """One wish for more time."""

    id: UUID
    unit: str
    days: int
    ground: str
    reason: str
    asked_at: datetime
    decision: str
    decided_by: str
    note: str
    new_due: datetime | None


@dataclass(frozen=True)
class VisitPart:
    """The call-back of one round, with its attempts."""

    round: int
    policy: str
    state: str
    not_before: datetime
    staff: str
    done_at: datetime | None
    channel: str
    process_satisfied: bool | None
    result_satisfied: bool | None
    grades: tuple[tuple[str, int | None], ...]
    reasons: tuple[str, ...]
    text: str
    attempts: tuple[tuple[datetime, str, str, bool, str], ...]


@dataclass(frozen=True)
class ThreePartyLine:
    """One three-party call."""

    unit: str
    person: str
    consent_at: datetime
    joined_at: datetime | None
    ended_at: datetime | None
    outcome: str
    answer: str
    reason: str


@dataclass(frozen=True)
class Addition:
    """What a caller added after telling the matter: words, or a file, and the merged order whose caller it was."""

    at: datetime
    text: str
    file: UUID | None
    file_name: str
    of: str


@dataclass(frozen=True)
class Linked:
    """Another record of the same journey."""

    record_type: str
    record_id: UUID
    why: str


@dataclass(frozen=True)
class OrderView:
    """An order for one viewer; `reopening_by` is who asked that it be opened again, while that is undecided."""

    order: WorkOrder
    id: UUID
    number: str
    version: int
    state: str
    state_label: str
    source_label: str
    kind_label: str
    category_path: str
    subject: Subject
    agent: str
    handler: str
    lead: str
    units: tuple[UnitPart, ...]
    replies: tuple[ReplyLine, ...]
    extensions: tuple[ExtensionLine, ...]
    three_parties: tuple[ThreePartyLine, ...]
    emergency: EmergencyReport | None
    visits: tuple[VisitPart, ...]
    originals: tuple[tuple[datetime, str, str, str], ...]
    additions: tuple[Addition, ...]
    knowledge: tuple[tuple[str, datetime], ...]
    links: tuple[Linked, ...]
    merged: tuple[str, ...]
    timeline: tuple[Happening, ...]
    clocks: tuple[ClockView, ...]
    allowed: tuple[Transition, ...]
    parties: frozenset[str]
    can_say: bool
    reopening_by: int | None

    @property
    def allowed_actions(self) -> list[str]:
        """Return the codes of what this viewer may do now."""
        return list(dict.fromkeys(line.action for line in self.allowed))

    @property
    def over(self) -> bool:
        """Tell whether nothing more happens to it."""
        return self.state in FINAL

    @property
    def at_hotline(self) -> bool:
        """Tell whether the viewer works for the hotline."""
        return not self.parties.isdisjoint(AT_HOTLINE)

    @property
    def is_person(self) -> bool:
        """Tell whether the viewer is the one who asked."""
        return "requester" in self.parties
