"""What goes in and out of the API, as typed structures; unknown fields are refused by name."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta


class Contact(msgspec.Struct, forbid_unknown_fields=True):
    """How to reach the person."""

    phone: Annotated[str, Meta(max_length=20)] = ""
    name: Annotated[str, Meta(max_length=100)] = ""


class CaseIn(msgspec.Struct, forbid_unknown_fields=True):
    """A new case: the question and a contact are required."""

    question: Annotated[str, Meta(max_length=20_000)]
    contact: Contact = msgspec.field(default_factory=Contact)
    channel: str = "api"
    item: str | None = None
    session: str | None = None
    unit: str | None = None
    user_kind: str = "natural_person"
    wanted_service: str = "consult"
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


class MessageIn(msgspec.Struct, forbid_unknown_fields=True):
    """A message; the same client_id again gives the stored message."""

    text: Annotated[str, Meta(max_length=20_000)]
    client_id: Annotated[str, Meta(max_length=80)] = ""
    kind: str = "text"
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
    at: str


class MessagePage(msgspec.Struct):
    """Messages after a position, in order."""

    messages: list[MessageOut]
    last: int


class AskIn(msgspec.Struct, forbid_unknown_fields=True):
    """A question to the assistant; `session` keeps the context of earlier turns."""

    question: Annotated[str, Meta(max_length=20_000)]
    session: str | None = None
    channel: str = "api"


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

    record: str
    grade: str
    options: list[str] = msgspec.field(default_factory=list)
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
