"""What goes in and out of the API of the telephone exchange: events, calls, the live wall."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from bangban.services.telephony.events import ExchangeEvent

MOST_EVENTS = 500


class EventIn(ExchangeEvent, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One event of an exchange; docs/telephony.md says what each kind means."""


def _schema_of_event() -> dict[str, object]:
    schema = msgspec.json.schema(EventIn)
    return dict(schema["$defs"]["EventIn"])


AnyEvent = Annotated[msgspec.Raw, Meta(extra_json_schema=_schema_of_event())]
"""An event before it is looked at: one that is wrong must not keep the others of its delivery out."""


class EventsIn(msgspec.Struct, forbid_unknown_fields=True):
    """A delivery of up to 500 events; each is judged by itself."""

    events: Annotated[list[AnyEvent], Meta(max_length=MOST_EVENTS)]


class RefusedEvent(msgspec.Struct):
    """An event that was not taken: its place in the delivery, its id where it has one, and what to mend."""

    index: int
    id: str
    detail: str


class EventsTaken(msgspec.Struct):
    """What became of a delivery; `known` events had been told before and change nothing."""

    accepted: int
    known: int
    refused: list[RefusedEvent]


class CallLegOut(msgspec.Struct):
    """One person's part in a call."""

    role: str
    name: str
    rang_at: str | None
    joined_at: str | None
    ended_at: str | None
    missed: bool


class PhoneCallOut(msgspec.Struct):
    """A call as its events tell it; `phone` is masked, seconds are whole."""

    id: str
    exchange: str
    exchange_id: str
    direction: str
    phone: str
    language: str
    outcome: str
    offered_at: str
    queued_at: str | None
    ringing_at: str | None
    answered_at: str | None
    ended_at: str | None
    wait_seconds: int | None
    ring_seconds: int | None
    talk_seconds: int | None
    hold_seconds: int
    transfers: int
    agent: str
    record: str
    hotline: str
    legs: list[CallLegOut]


class CallFigures(msgspec.Struct):
    """Counts of inbound calls; `connection` and `in_time` are shares in per cent, null where nothing is to be divided."""

    offered: int
    answered: int
    answered_in_15: int
    abandoned: int
    missed: int
    lost_late: int
    wait_seconds: int
    talk_seconds: int
    hold_seconds: int
    connection: float | None
    in_time: float | None


class CallHour(msgspec.Struct):
    """One hour of the wall."""

    start: str
    figures: CallFigures


class RateOut(msgspec.Struct):
    """A share with its numerator and denominator."""

    part: int
    whole: int
    percent: float | None


class WallOut(msgspec.Struct):
    """The live wall at one moment; `rolling` is the connection rate of the last 24 hours.

    `unassigned` counts the calls of these 24 hours that could be given to no hotline of the house.
    """

    at: str
    waiting: int
    waiting_late: int
    longest_wait: int
    today: CallFigures
    last_hour: CallFigures
    rolling: RateOut
    unassigned: int
    hours: list[CallHour]
    seats: dict[str, int]
    languages: dict[str, dict[str, int]]
    alarms: int
