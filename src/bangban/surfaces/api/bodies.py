"""What goes in and out of the API, as typed structures; unknown fields are refused by name."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

Code = Annotated[str, Meta(max_length=100)]
Words = Annotated[str, Meta(max_length=20_000)]
Reference = Annotated[str, Meta(max_length=200)] | Annotated[int, Meta(ge=0, le=2**62)]


class Contact(msgspec.Struct, forbid_unknown_fields=True):
    """How to reach the person."""

    phone: Annotated[str, Meta(max_length=20)] = ""
    name: Annotated[str, Meta(max_length=100)] = ""


class CaseIn(msgspec.Struct, forbid_unknown_fields=True):
    """A new case: the question and a contact are required."""

    question: Words
    contact: Contact = msgspec.field(default_factory=Contact)
    channel: Code = "api"
    item: Code | None = None
    session: Code | None = None
    unit: Code | None = None
    user_kind: Annotated[str, Meta(pattern="^[a-z_]{1,60}$")] = "natural_person"
    wanted_service: Literal["consult", "guide", "assist"] = "consult"
    confidential: bool = False


class CaseOpened(msgspec.Struct):
    """The answer to a new case; `token` is shown once."""

    number: str
    token: str
    state: str
    stage: str
    allowed_actions: list[str]
    promised_at: str | None = None


class ItemRef(msgspec.Struct):
    """An item by id, code and name."""

    id: str
    code: str
    name: str


class Line(msgspec.Struct):
    """One line of the timeline."""

    id: str
    at: str
    kind: str
    actor: str
    text: str


class ClockOut(msgspec.Struct):
    """One clock; state is running, paused or stopped, light green, yellow or red."""

    rule: str
    label: str
    clause: str
    state: str
    light: str
    due_at: str


class WaitingOut(msgspec.Struct):
    """A place in the queue; `expected_seconds` is null when nobody can say honestly."""

    ahead: int
    expected_seconds: int | None


class CaseOut(msgspec.Struct):
    """A case as the caller may see it."""

    number: str
    version: int
    state: str
    state_label: str
    stage: str
    round: int
    question: str
    item: ItemRef | None
    first_contact: str | None
    owner: str | None
    unit: str | None
    promised_at: str | None
    outcome: str
    pending_consent: str
    timeline: list[Line]
    clocks: list[ClockOut]
    allowed_actions: list[str]
    queue: WaitingOut | None = None


class CaseRow(msgspec.Struct):
    """A case in a list."""

    number: str
    state: str
    stage: str
    round: int
    channel: str
    gist: str
    item: str
    owner: str
    unit: str
    created_at: str
    unread: int
    due_at: str | None


class CasePage(msgspec.Struct):
    """One page of cases; `next` is empty on the last page."""

    cases: list[CaseRow]
    next: str


class ActionIn(msgspec.Struct, rename={"class_": "class"}):
    """What actions ask for; each takes its own fields and ignores the others (docs/diagrams of the case flow)."""

    version: int | UnsetType | None = UNSET
    to: Reference | UnsetType | None = UNSET
    item: Reference | UnsetType | None = UNSET
    need_summary: Words | UnsetType | None = UNSET
    question_type: Code | UnsetType | None = UNSET
    scope: Code | UnsetType | None = UNSET
    complexity: Code | UnsetType | None = UNSET
    reason: Words | UnsetType | None = UNSET
    question: Words | UnsetType | None = UNSET
    text: Words | UnsetType | None = UNSET
    answer: Words | UnsetType | None = UNSET
    reply: Words | UnsetType | None = UNSET
    task: Words | UnsetType | None = UNSET
    due_at: Annotated[datetime, Meta(tz=True)] | UnsetType | None = UNSET
    stage: Code | UnsetType | None = UNSET
    note: Words | UnsetType | None = UNSET
    agree: bool | UnsetType | None = UNSET
    agreed: bool | UnsetType | None = UNSET
    consent: bool | UnsetType | None = UNSET
    opinion: Words | UnsetType | None = UNSET
    path: dict[Code, Words] | Words | UnsetType | None = UNSET
    out_of_scope_class: Code | UnsetType | None = UNSET
    class_: Code | UnsetType | None = UNSET
    acceptable: bool | UnsetType | None = UNSET
    open_points: list[Words] | UnsetType | None = UNSET
    outcome: Code | UnsetType | None = UNSET
    explanation: Words | UnsetType | None = UNSET
    basis: Words | UnsetType | None = UNSET
    evidence: Words | UnsetType | None = UNSET

    def given(self) -> dict[str, Any]:
        """Return what was sent."""
        return msgspec.to_builtins(self, builtin_types=(datetime,))  # type: ignore[no-any-return]


class MessageIn(msgspec.Struct, forbid_unknown_fields=True):
    """A message; the same client_id again gives the stored message."""

    text: Words
    client_id: Annotated[str, Meta(max_length=80)] = ""
    kind: Code = "text"
    internal: bool = False
    data: dict[str, Any] = msgspec.field(default_factory=dict)


class MessageOut(msgspec.Struct):
    """A message as both sides see it."""

    id: str
    position: int
    client_id: str
    kind: str
    party: str
    author: str
    text: str
    data: dict[str, Any]
    internal: bool
    at: str


class MessagePage(msgspec.Struct):
    """Messages after a position, in order; `last` is where to go on, also when nothing is new."""

    messages: list[MessageOut]
    last: int


class AskIn(msgspec.Struct, forbid_unknown_fields=True):
    """A question to the assistant; `session` keeps the context of earlier turns."""

    question: Words
    session: Code | None = None
    channel: Code = "api"


class AnswerOut(msgspec.Struct):
    """One answer or candidate with its source."""

    kind: str
    id: str
    title: str
    text: str
    score: float
    source: str


class AskOut(msgspec.Struct):
    """The assistant's turn."""

    session: str
    decision: str
    reason: str
    text: str
    answers: list[AnswerOut]


class EvaluationIn(msgspec.Struct, forbid_unknown_fields=True):
    """A rating of one service."""

    record: Code
    grade: Code
    options: Annotated[list[Code], Meta(max_length=50)] = msgspec.field(default_factory=list)
    text: Annotated[str, Meta(max_length=5000)] = ""


class EvaluationOut(msgspec.Struct):
    """The stored rating."""

    record: str
    round: int
    grade: str
    options: list[str]


class Problem(msgspec.Struct):
    """An error as RFC 9457 problem+json; `detail` says in Chinese what to do next."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str = ""
    fields: dict[str, str] | UnsetType = UNSET
    state: str | UnsetType = UNSET
    allowed_actions: list[str] | UnsetType = UNSET
    stale: bool | UnsetType = UNSET
