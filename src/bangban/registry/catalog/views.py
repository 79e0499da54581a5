"""What pages, the API and other rooms see of the catalogue: plain values, no model instances."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from bangban.registry.catalog.guide import Guide, MaterialLine

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list; `next_cursor` is empty on the last one."""

    rows: tuple[T, ...]
    next_cursor: str = ""


@dataclass(frozen=True, slots=True)
class ItemCard:
    """An item in a list."""

    id: UUID
    number: str
    code: str
    name: str
    situation: str
    department_id: int
    department: str
    region: str
    region_name: str
    item_class: str
    item_type: str
    item_type_label: str
    audience: tuple[str, ...]
    themes: tuple[str, ...]
    limit: str
    visits: int | None
    online_filing: bool
    online_booking: bool
    application_started: bool
    revision: int
    effective_from: datetime


@dataclass(frozen=True, slots=True)
class TemplateLink:
    """A form to download: the current version of its key."""

    key: str
    title: str
    kind: str
    revision: int
    file_name: str
    size: int


@dataclass(frozen=True, slots=True)
class MaterialView:
    """One material with its forms and its facts in words."""

    position: int
    line: MaterialLine
    copies: str
    necessity: str
    source: str
    blank: TemplateLink | None
    sample: TemplateLink | None


@dataclass(frozen=True)
class ItemDetail:
    """One version of an item, complete; `in_effect` tells whether it is the current one. `state` is the item's."""

    id: UUID
    number: str
    code: str
    state: str
    state_label: str
    department_id: int
    revision: int
    in_effect: bool
    guide: Guide
    materials: tuple[MaterialView, ...]
    statutory_limit: str
    promised_limit: str
    audience_text: str
    item_type_label: str
    modes: tuple[str, ...]
    gaps: tuple[str, ...]
    effective_from: datetime | None
    author_name: str
    reviewer_name: str
    source: str
    external_id: str

    @property
    def name(self) -> str:
        """The item's name."""
        return self.guide.name


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One line of an item's change history (T637-6.1.6-b)."""

    revision: int
    standing: str
    standing_label: str
    author_name: str
    written_at: datetime
    reviewer_name: str
    reviewed_at: datetime | None
    effective_from: datetime | None
    change_note: str
    changes: dict[str, tuple[Any, Any]]


@dataclass(frozen=True)
class ItemDraft:
    """What an editor or reviewer of an item has before him: the version in work, else the current one.

    `version` is to be sent back with an edit; `allowed_actions` are the buttons.
    """

    id: UUID
    number: str
    code: str
    state: str
    state_label: str
    version: int
    revision: int
    standing: str
    standing_label: str
    department_id: int
    guide: Guide
    gaps: tuple[str, ...]
    author_name: str
    change_note: str
    changes: dict[str, tuple[Any, Any]]
    allowed_actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PendingItem:
    """An item with work in progress, as the editor's and reviewer's list shows it."""

    id: UUID
    number: str
    code: str
    name: str
    department: str
    state: str
    standing: str
    author_id: int | None
    author_name: str
    revision: int
    gaps: tuple[str, ...]
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """One way into the catalogue with the number of items behind it."""

    code: str
    name: str
    side: str
    count: int


@dataclass(frozen=True, slots=True)
class SectionView:
    """One section of the column (BJP-8); `by` and `value` are arguments of `browse`."""

    code: str
    title: str
    by: str
    value: str


@dataclass(frozen=True)
class Navigation:
    """All ways into the catalogue and its public counters (BJP-8, BJP-9)."""

    sections: tuple[SectionView, ...]
    themes: tuple[Choice, ...]
    departments: tuple[Choice, ...]
    life_events: tuple[Choice, ...]
    regions: tuple[Choice, ...]
    guides: int
    bookable: int
    fileable: int


@dataclass(frozen=True, slots=True)
class HotItem:
    """An item with how often it was asked for."""

    card: ItemCard
    count: int


@dataclass(frozen=True, slots=True)
class HandlingPlaceView:
    """One place that handles an item; `distance` in metres when both ends have coordinates."""

    body_id: int
    name: str
    address: str
    phone: str
    opening_hours: str
    windows: str
    note: str
    latitude: float | None
    longitude: float | None
    distance: int | None


@dataclass(frozen=True, slots=True)
class ServiceLineView:
    """One line of a service list in words."""

    position: int
    item_id: UUID | None
    subject: str
    services: tuple[str, ...]
    service_labels: tuple[str, ...]
    body_id: int
    body: str
    level: str
    channels: tuple[str, ...]
    hours: str
    helper: str
    note: str


@dataclass(frozen=True)
class ServiceListView:
    """One version of a service list (T637-7.1-b)."""

    id: UUID
    number: str
    title: str
    body_id: int
    body: str
    revision: int
    state: str
    published_at: datetime | None
    review_due_at: datetime | None
    reviewer_name: str
    lines: tuple[ServiceLineView, ...]


@dataclass(frozen=True, slots=True)
class DueList:
    """A list whose review is near or overdue (T637-7.1-c)."""

    id: UUID
    title: str
    body_id: int
    body: str
    revision: int
    review_due_at: datetime
    overdue: bool


@dataclass(frozen=True)
class OneTimeNotice:
    """Everything the person must know, told once (DB23-6.1.2, DB3205-3.6); `missing` is what the guide leaves open."""

    item_id: UUID
    name: str
    revision: int
    parts: tuple[tuple[str, tuple[str, ...]], ...]
    missing: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class GuideFile:
    """A guide as a file to take home (T637-7.2-c)."""

    file_name: str
    media_type: str
    text: str


@dataclass(frozen=True)
class TemplateFile:
    """The bytes of a form."""

    link: TemplateLink
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Passage:
    """What the search index knows of one item or one knowledge entry.

    `valid_from` and `valid_to` are local dates, both included; outside them the passage must not be used for answering.
    """

    id: UUID
    kind: str
    number: str
    revision: int
    title: str
    text: str
    similar: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    department: str = ""
    department_id: int | None = None
    region: str = ""
    audience: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    item_id: UUID | None = None
    aspect: str = ""
    source: str = ""
    external_id: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Removed:
    """An item or entry that the search index must drop."""

    id: UUID
    kind: str
