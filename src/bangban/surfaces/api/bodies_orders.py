"""What goes in and out of the API of hotline orders."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from bangban.surfaces.api.bodies import ClockOut, Code, Contact, Line, Reference, Words

Short = Annotated[str, Meta(max_length=300)]
Aware = Annotated[datetime, Meta(tz=True)]
Number = Annotated[int, Meta(ge=0, le=1_000_000_000)]


class OrderIn(msgspec.Struct, forbid_unknown_fields=True):
    """What a person tells the hotline; `text` is the request in their words. Fields can be completed with PATCH.

    For a complaint or report `confidential` must have been asked. `call` is the call of an exchange that it came by.
    """

    source: Code = "website"
    contact: Contact = msgspec.field(default_factory=Contact)
    address: Short = ""
    subject_kind: Code = "natural_person"
    kind: Code = ""
    title: Short = ""
    text: Words = ""
    place: Short = ""
    region: Code = ""
    confidential: bool | None = None
    wished_reply: Code = "telephone"
    medium: Code = ""
    call: UUID | None = None


class OrderOpened(msgspec.Struct):
    """A new order; the token lets a guest come back and is shown once."""

    number: str
    token: str
    state: str
    allowed_actions: list[str]


class OrderFields(msgspec.Struct, forbid_unknown_fields=True):
    """Fields to save, by name, and what the sender saw before: a field that another changed comes back as a conflict."""

    fields: dict[Code, Words]
    base: dict[Code, Words] | None = None


class OrderSaved(msgspec.Struct):
    """What became of each field."""

    version: int
    saved: dict[str, str]
    conflicts: dict[str, str]
    problems: dict[str, str]


class OrderRow(msgspec.Struct):
    """A line of a list; names are masked, confidential ones hidden from units."""

    number: str
    state: str
    state_label: str
    kind: str
    source: str
    urgency: str
    round: int
    received_at: str
    gist: str
    place: str
    name: str
    category: str
    unit: str
    due_at: str | None
    supervision_level: int


class OrderPage(msgspec.Struct):
    """A page of a list; `after` is empty on the last one."""

    rows: list[OrderRow]
    after: str


class SubjectOut(msgspec.Struct):
    """Who speaks, as the caller of the API may know it."""

    kind: str
    name: str
    phone: str
    address: str
    confidential: bool | None
    hidden: bool


class UnitOut(msgspec.Struct):
    """What one unit was given, and how it stands."""

    unit: str
    role: str
    state: str
    round: int
    due_at: str
    signed_at: str | None
    reason: str


class VisitOut(msgspec.Struct):
    """The call-back of one round."""

    round: int
    state: str
    policy: str
    process_satisfied: bool | None
    result_satisfied: bool | None
    attempts: int


class OrderOut(msgspec.Struct):
    """An order with its parts: subject, matter, handling, call-back, story."""

    number: str
    version: int
    state: str
    state_label: str
    source: str
    kind: str
    category: str
    urgency: str
    emergency_class: str
    round: int
    title: str
    happened: str
    place: str
    course: str
    present_state: str
    request: str
    subject: SubjectOut
    lead: str
    due_at: str | None
    result_code: str
    result: str
    handling: str
    supervision_level: int
    merged_into: str
    units: list[UnitOut]
    visits: list[VisitOut]
    timeline: list[Line]
    clocks: list[ClockOut]
    allowed_actions: list[str]


class OrderActionIn(msgspec.Struct):
    """What actions ask for; each takes its own fields and ignores the others (docs/flows/order.md).

    Units are ids or codes of bodies; `days` are working days; satisfied, approve and consent are true or false.
    """

    opinion: Words | UnsetType = UNSET
    units: list[Reference] | UnsetType = UNSET
    lead: Reference | UnsetType = UNSET
    unit: Reference | UnsetType = UNSET
    category: Code | UnsetType = UNSET
    days: Number | UnsetType = UNSET
    reason: Words | UnsetType = UNSET
    text: Words | UnsetType = UNSET
    result: Words | Number | UnsetType = UNSET
    code: Code | UnsetType = UNSET
    source: Code | UnsetType = UNSET
    channel: Code | UnsetType = UNSET
    proof: Words | UnsetType = UNSET
    handling: Words | UnsetType = UNSET
    ground: Code | UnsetType = UNSET
    approve: bool | UnsetType = UNSET
    note: Words | UnsetType = UNSET
    consent: bool | UnsetType = UNSET
    outcome: Code | UnsetType = UNSET
    answer: Words | UnsetType = UNSET
    emergency_class: Code | UnsetType = UNSET
    transferred_to: Code | UnsetType = UNSET
    follow_up: Words | UnsetType = UNSET
    refusal: Code | UnsetType = UNSET
    path: Words | UnsetType = UNSET
    into: Code | UnsetType = UNSET
    next_at: Aware | UnsetType = UNSET
    spoken_at: Aware | UnsetType = UNSET
    call_id: UUID | UnsetType = UNSET
    how: Words | UnsetType = UNSET
    early: Words | UnsetType = UNSET
    basis: Words | UnsetType = UNSET
    kind_reason: Words | UnsetType = UNSET
    process_satisfied: bool | UnsetType = UNSET
    result_satisfied: bool | UnsetType = UNSET
    contacted: bool | UnsetType = UNSET
    solved: bool | UnsetType = UNSET
    attitude: Number | UnsetType = UNSET
    efficiency: Number | UnsetType = UNSET
    process: Number | UnsetType = UNSET

    def given(self) -> dict[str, object]:
        """Return what was sent."""
        return {name: value for name in self.__struct_fields__ if (value := getattr(self, name)) is not UNSET}
