"""What goes in and out of the API of the halls: tickets, windows, boards."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from bangban.surfaces.api.bodies import Code, Words

Label = Annotated[str, Meta(max_length=40)]


class AreaOut(msgspec.Struct):
    """A waiting area and the way to it."""

    code: str
    name: str
    floor: str
    route: str


class ClassOut(msgspec.Struct):
    """A class of business at this moment; seconds; `expected_seconds` is null while no open window serves it."""

    code: str
    name: str
    area: AreaOut
    waiting: int
    longest_seconds: int
    expected_seconds: int | None
    windows: list[str]


class WindowOut(msgspec.Struct):
    """A window at this moment."""

    id: int
    label: str
    state: str
    classes: list[str]
    serving: str


class QueueOut(msgspec.Struct):
    """A hall at this moment."""

    hall: str
    name: str
    at: str
    open: bool
    classes: list[ClassOut]
    windows: list[WindowOut]


class HallRef(msgspec.Struct):
    """A hall with queues."""

    hall: str
    name: str
    address: str
    opening_hours: str


class HallList(msgspec.Struct):
    """All halls with queues."""

    halls: list[HallRef]


class TicketIn(msgspec.Struct, forbid_unknown_fields=True, rename={"klass": "class"}):
    """A new ticket: the letter of a class, or what the person says; the same client_id again is the same ticket."""

    klass: Annotated[str, Meta(max_length=2)] = ""
    says: Annotated[str, Meta(max_length=200)] = ""
    item: Code | None = None
    flags: Annotated[list[Label], Meta(max_length=20)] = msgspec.field(default_factory=list)
    phone: Annotated[str, Meta(max_length=20)] = ""
    client_id: Annotated[str, Meta(max_length=80)] = ""


class TicketOut(msgspec.Struct, rename={"klass": "class"}, omit_defaults=False):
    """A ticket; `ahead` and `expected_seconds` only while it waits, `code` only when it was just issued."""

    number: str
    label: str
    state: str
    state_label: str
    hall: str
    klass: str
    area: AreaOut
    window: str
    call_count: int
    flags: list[str]
    appointment: str
    case: str
    issued_at: str
    called_at: str | None
    ahead: int | None
    expected_seconds: int | None
    allowed_actions: list[str]
    code: str = ""


class TicketActionIn(msgspec.Struct, forbid_unknown_fields=True, rename={"klass": "class"}):
    """What an action on a ticket needs: a class for transfer and move, flags, a reason, a result."""

    klass: Annotated[str, Meta(max_length=2)] = ""
    flags: Annotated[list[Label], Meta(max_length=20)] = msgspec.field(default_factory=list)
    reason: Words = ""
    result: Label = "unrecorded"
    staff: int | None = None


class WindowOpenIn(msgspec.Struct, forbid_unknown_fields=True):
    """Which classes a window serves; none means those it usually serves."""

    classes: Annotated[list[Label], Meta(max_length=50)] = msgspec.field(default_factory=list)


class WindowActionIn(msgspec.Struct, forbid_unknown_fields=True):
    """What an action on a window needs."""

    reason: Words = ""
    classes: Annotated[list[Label], Meta(max_length=50)] = msgspec.field(default_factory=list)


class CallNextIn(msgspec.Struct, forbid_unknown_fields=True):
    """A press of the button: the same key again gives the same ticket."""

    key: Annotated[str, Meta(max_length=64)] = ""


class SessionOut(msgspec.Struct):
    """A window that somebody has open."""

    session: str
    window: int
    label: str
    state: str
    classes: list[str]


class CalledOut(msgspec.Struct):
    """The ticket that was called; null when nobody waits for this window."""

    ticket: TicketOut | None


class CallOut(msgspec.Struct, rename={"klass": "class"}):
    """One call on a board; `key` changes with every call, `age_seconds` is counted by the house."""

    key: str
    label: str
    window: str
    route: str
    klass: str
    state: str
    count: int
    age_seconds: float


class UpcomingOut(msgspec.Struct, rename={"klass": "class"}):
    """What comes next in a class."""

    klass: str
    area: str
    waiting: int
    labels: list[str]


class BoardOut(msgspec.Struct):
    """A board at this moment; `seq` is where to follow the live stream from, on topic hall:<id>."""

    seq: int
    at: str
    topic: str
    calls: list[CallOut]
    upcoming: list[UpcomingOut]
    missed: list[str]
