"""What goes in and out of the API of the consultation desk: questions, calls for help, search, roster, crowd alerts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from bangban.surfaces.api.bodies import Code, Reference, Words
from bangban.surfaces.api.bodies_hall import Label

Short = Annotated[str, Meta(max_length=200)]
Phone = Annotated[str, Meta(max_length=20)]
Aware = Annotated[datetime, Meta(tz=True)]


class InquiryIn(msgspec.Struct, forbid_unknown_fields=True):
    """A question at the desk: answered on the spot, or promised for `agreed_at` with name and phone of who asks.

    `item` is a number or code, `cited` the number of a standard answer, `owner` a staff id or account name.
    """

    answered: bool
    item: Code = ""
    topic: Code = ""
    question: Words = ""
    name: Annotated[str, Meta(max_length=100)] = ""
    phone: Phone = ""
    user_kind: Code = "natural_person"
    channel: Code = "window"
    reply: Words = ""
    basis: Words = ""
    cited: Code = ""
    agreed_at: Aware | None = None
    owner: Reference | None = None


class GivenOut(msgspec.Struct):
    """A thing that was handed out with an answer."""

    kind: str
    title: str
    how: str
    at: str
    by: str


class InquiryRowOut(msgspec.Struct):
    """A line of the consultation ledger; name and phone are masked."""

    number: str
    state: str
    state_label: str
    channel: str
    topic: str
    item: str
    gist: str
    name: str
    phone: str
    registrar: str
    owner: str
    instant: bool
    created_at: str
    agreed_at: str | None
    replied_at: str | None
    missed: bool


class InquiryPageOut(msgspec.Struct):
    """One page of the ledger, the latest first; `after` is empty on the last page."""

    inquiries: list[InquiryRowOut]
    after: str


class InquiryOut(msgspec.Struct):
    """A question in full; `tell` is what to say about the promise, only when it was just made."""

    inquiry: InquiryRowOut
    hall: str
    question: str
    user_kind: str
    item_version: int | None
    reply: str
    basis: str
    cited: str
    replied_by: str
    withdrawn_because: str
    materials: list[GivenOut]
    allowed_actions: list[str]
    tell: str = ""


class InquiryActionIn(msgspec.Struct, forbid_unknown_fields=True):
    """What an action on a question needs; each takes its own fields.

    reply: `reply`, `basis`, `cited`, `told` (the person knows already, no text message). give_material: `kind`, `ref`, `how`
    (printed, sent), `phone`, `item`. hand_on: `to` (staff id or account name), `reason`. withdraw: `reason`.
    """

    reply: Words = ""
    basis: Words = ""
    cited: Code = ""
    told: bool = False
    kind: Code = ""
    ref: Short = ""
    how: Code = "printed"
    phone: Phone = ""
    item: Code = ""
    to: Reference | None = None
    reason: Words = ""


class HelpIn(msgspec.Struct, forbid_unknown_fields=True):
    """A call for help; machines leave `hall` and `location` empty and mean where they stand."""

    kind: Code
    hall: Code = ""
    location: Short = ""
    terminal: Annotated[str, Meta(max_length=60)] = ""
    ticket: Annotated[str, Meta(max_length=60)] = ""
    note: Words = ""
    name: Annotated[str, Meta(max_length=100)] = ""
    phone: Phone = ""


class HelpDetail(msgspec.Struct):
    """What the people of the hall know of a call; `waited_seconds` runs until somebody took it."""

    kind: str
    kind_label: str
    location: str
    terminal: str
    ticket: str
    note: str
    name: str
    phone: str
    created_at: str
    waited_seconds: int
    taken_by: str
    taken_at: str | None
    contacted: str
    contacted_at: str | None
    measures: str
    closed_by: str
    closed_at: str | None
    allowed_actions: list[str]


class HelpOut(msgspec.Struct):
    """A call for help: whoever called learns whether somebody comes, `detail` is for the people of the hall."""

    number: str
    state: str
    state_label: str
    detail: HelpDetail | None = None


class HelpActionIn(msgspec.Struct, forbid_unknown_fields=True):
    """contact: `contacted` (department or number), `contacted_at` (now when empty). close: `measures`. take: nothing."""

    contacted: Short = ""
    contacted_at: Aware | None = None
    measures: Words = ""


class SpotOut(msgspec.Struct):
    """A facility, window or area with the way to it."""

    name: str
    kind: str
    floor: str
    route: str


class ItemGuideOut(msgspec.Struct):
    """What an item asks for; `charged` and `visits` are null where the guide does not say."""

    conditions: str
    promised_limit: str
    statutory_limit: str
    charged: bool | None
    visits: int | None
    materials: list[str]
    steps: list[str]
    basis: list[str]


class FoundItemOut(msgspec.Struct):
    """An item and where it is handled in this hall; the best ones come with their guide."""

    code: str
    name: str
    department: str
    limit: str
    where: str
    guide: ItemGuideOut | None


class FoundAnswerOut(msgspec.Struct):
    """A standard answer with its source."""

    number: str
    revision: int
    question: str
    answer: str
    basis: str
    source: str


class FoundOut(msgspec.Struct):
    """What one search brought, the best first of each kind (DB23-6.4.2)."""

    text: str
    places: list[SpotOut]
    items: list[FoundItemOut]
    answers: list[FoundAnswerOut]


class GapOut(msgspec.Struct):
    """Opening time of a day with nobody rostered for consultation."""

    day: str
    starts: str
    ends: str


class GapList(msgspec.Struct):
    """The gaps of the coming days."""

    hall: str
    gaps: list[GapOut]


class PersonOut(msgspec.Struct):
    """Somebody who could do it."""

    id: int
    name: str


class OptionOut(msgspec.Struct, rename={"klass": "class"}):
    """What can be done about a crowd, with what take_measure needs for it."""

    measure: str
    label: str
    detail: str
    session: str
    window: int | None
    staff: list[PersonOut]
    klass: str
    count: int
    url: str


class MeasureOut(msgspec.Struct):
    """A measure that was taken."""

    at: str
    by: str
    measure: str
    label: str
    note: str


class AlertOut(msgspec.Struct, rename={"klass": "class"}):
    """A crowd alert: figures when it was raised and now (seconds); options only while it is open."""

    number: str
    hall: str
    state: str
    state_label: str
    klass: str
    class_name: str
    reason: str
    reason_label: str
    waiting: int
    expected_seconds: int | None
    waiting_now: int
    expected_seconds_now: int | None
    raised_at: str
    handled_at: str | None
    over_at: str | None
    response_seconds: int | None
    measures: list[MeasureOut]
    options: list[OptionOut]
    allowed_actions: list[str]


class AlertList(msgspec.Struct):
    """Alerts of a hall, open ones first; `before` is what to ask on with, empty at the end."""

    alerts: list[AlertOut]
    before: str


class MeasureIn(msgspec.Struct, forbid_unknown_fields=True, rename={"klass": "class"}):
    """What is done about a crowd, filled as an option of the alert says; `class` is a letter."""

    measure: Label
    note: Words = ""
    session: Code = ""
    window: Annotated[int, Meta(ge=1, le=2**53)] | None = None
    staff: Annotated[int, Meta(ge=1, le=2**53)] | None = None
    klass: Annotated[str, Meta(max_length=2)] = ""
    count: Annotated[int, Meta(ge=0, le=1000)] = 0
