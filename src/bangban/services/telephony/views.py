"""What the reads of telephony give: plain facts, numbers of people masked by whoever shows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Generic, TypeVar
from uuid import UUID

from bangban.services.telephony.rate_views import AlarmView, Figures, HourRow, Rate

Row = TypeVar("Row")


@dataclass(frozen=True)
class LegView:
    """One person's part in a call: an agent who was rung, or a third party; open while `ended_at` is None."""

    role: str
    staff_id: int | None
    staff_name: str
    party: str
    rang_at: datetime | None
    joined_at: datetime | None
    ended_at: datetime | None
    missed: bool


@dataclass(frozen=True)
class CallView:
    """One call as its events tell it. `phone` is the number in full: surfaces mask it. Times None: not (yet) so."""

    id: UUID
    exchange: str
    exchange_id: str
    direction: str
    phone: str
    language: str
    outcome: str
    offered_at: datetime
    queued_at: datetime | None
    ringing_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    wait_seconds: int | None
    ring_seconds: int | None
    talk_seconds: int | None
    hold_seconds: int
    on_hold: bool
    menu: bool
    transfers: int
    agent_id: int | None
    agent_name: str
    record_number: str
    language_met: bool | None
    legs: tuple[LegView, ...] = ()
    center_id: int | None = None


@dataclass(frozen=True)
class Waiting:
    """A caller whom nobody has answered yet; `late` after 15 seconds (GB33358-5.1.2.3-a)."""

    call_id: UUID
    offered_at: datetime
    waited: int
    late: bool
    language: str
    ringing_agent: str
    phone: str


@dataclass(frozen=True)
class SeatView:
    """A seat and who sits there. `state` is free, ready, ringing, talking, break or wrap_up; `since` is its begin."""

    number: str
    staff_id: int | None
    staff_name: str
    work_number: str
    state: str
    reason: str
    since: datetime | None
    languages: tuple[str, ...]


@dataclass(frozen=True)
class Wall:
    """The live wall at one moment (GB33358-5.1.2.3)."""

    at: datetime
    waiting: int
    waiting_late: int
    longest_wait: int
    today: Figures
    last_hour: Figures
    rolling: Rate
    unassigned: int
    hours: tuple[HourRow, ...]
    seats: dict[str, int]
    languages: dict[str, dict[str, int]]
    alarms: tuple[AlarmView, ...]


@dataclass(frozen=True)
class Breach:
    """A call that nobody answered within 15 s: answered late, or lost after that."""

    call_id: UUID
    offered_at: datetime
    wait_seconds: int
    outcome: str
    agent_name: str
    record_number: str


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a keyset list; `after` is what to ask the next page with, or empty at the end."""

    rows: tuple[Row, ...]
    after: str = ""


@dataclass(frozen=True)
class MissedCall:
    """A caller who was not answered and is to be called back 漏接回拨."""

    call_id: UUID
    offered_at: datetime
    wait_seconds: int | None
    phone: str
    language: str
    state: str
    claimed_by: int | None
    claimed_name: str
    claimed_at: datetime | None
    tries: int


@dataclass(frozen=True)
class Shortage:
    """A call that asked for a language and was answered by somebody without it (GB33358-4.2.3-b)."""

    call_id: UUID
    offered_at: datetime
    language: str
    agent_name: str
    agent_languages: tuple[str, ...]


@dataclass(frozen=True)
class Gap:
    """A stretch of the 7x24 roster in which no agent is on duty (GB33358-5.1.2.1)."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class RecordingView:
    """A recording of a call; `gone_at` once its time to be kept was over."""

    id: UUID
    call_id: UUID
    record_number: str
    reference: str
    at: datetime
    seconds: int
    digest: str
    keep_until: datetime
    gone_at: datetime | None


@dataclass(frozen=True)
class PlaybackView:
    """One attempt to listen to a recording, allowed or refused."""

    at: datetime
    who: str
    purpose: str
    reason: str
    allowed: bool
    outcome: str


@dataclass(frozen=True)
class MenuDay:
    """A day on which callers passed a voice menu (GB33358-5.1.2.2-a); without a recorded reason it is a deviation."""

    day: date
    calls: int
    reason: str


@dataclass(frozen=True)
class Utilisation:
    """How an agent's signed-in time went, in seconds by state; talking comes from the calls."""

    staff_id: int
    staff_name: str
    signed_in: int
    talking: int
    by_state: dict[str, int] = field(default_factory=dict)
    calls: int = 0


@dataclass(frozen=True)
class Difference:
    """Where the stored figures of a minute are not those that the raw events give."""

    minute: datetime
    language: str
    name: str
    stored: int
    counted: int
    center: int = 0


@dataclass(frozen=True)
class AudioView:
    """A waiting audio or a message and how it stands: proposed, approved, refused or withdrawn."""

    id: int
    key: str
    title: str
    text: str
    file: str
    state: str
    proposed_by: str
    proposed_at: datetime
    reviewed_by: str
    reviewed_at: datetime | None
    reason: str
