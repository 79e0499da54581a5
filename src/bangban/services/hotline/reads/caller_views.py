"""A caller as the desk shows one: the file, its marks and changes, and what went before (GB33358-4.2.4-c)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bangban.foundation.flows.flow import Transition


@dataclass(frozen=True)
class Merged:
    """A file that is shown with this one, and who found that both are one caller."""

    number: str
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class Change:
    """One correction; values of names, numbers and addresses are masked."""

    field: str
    before: str
    after: str
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class Mark:
    """A nuisance mark that is proposed or in force."""

    reason: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None


@dataclass(frozen=True)
class CallerFile:
    """A caller as the hotline sees one, masked; `asked_for` differs from `number` when that file was merged."""

    number: str
    asked_for: str
    version: int
    state_label: str
    kind: str
    kind_label: str
    name: str
    phones: tuple[str, ...]
    address: str
    language: str
    note: str
    verified: bool
    nuisance: str
    nuisance_label: str
    mark: Mark | None
    merged: tuple[Merged, ...]
    changes: tuple[Change, ...]
    open_orders: int
    allowed: tuple[Transition, ...]


@dataclass(frozen=True)
class Contact:
    """One thing a caller did on one channel: call, order, case or ticket."""

    kind: str
    id: UUID
    at: datetime
    number: str
    title: str
    state_label: str
    channel: str
    open: bool


@dataclass(frozen=True)
class History:
    """One page of what a caller did, the newest first; `after` is empty on the last page."""

    rows: tuple[Contact, ...]
    after: str
