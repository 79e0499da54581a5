"""A call is the fold of its events: the same for every order of arrival and any repetition (pure).

Events are read in the order of the exchange's clock, and those of one moment in the order of `KINDS`. What happened
once is what counts: an answered call stays answered whatever is told about it besides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from bangban.services.telephony.events import KINDS, ExchangeEvent

RANK = {kind: place for place, kind in enumerate(KINDS)}
LIMIT_SECONDS = 15
"""Within how many seconds a call is to be answered (GB33358-5.1.2.3-a)."""


@dataclass
class Leg:
    """One person's part in a call; `role` is agent, unit or adviser; open while `ended_at` is None."""

    role: str
    name: str
    rang_at: datetime | None = None
    joined_at: datetime | None = None
    ended_at: datetime | None = None
    missed: bool = False


@dataclass
class Take:
    """A recording of a call, as its last telling has it."""

    reference: str
    at: datetime
    seconds: int = 0
    digest: str = ""


@dataclass
class CallState:
    """What is known of a call. Seconds are whole: waiting and ringing rounded up, talking and holding down."""

    offered_at: datetime
    first_at: datetime
    last_at: datetime
    direction: str = "in"
    caller: str = ""
    called: str = ""
    language: str = ""
    queued_at: datetime | None = None
    ringing_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str = "waiting"
    agent: str = ""
    wait_seconds: int | None = None
    ring_seconds: int | None = None
    talk_seconds: int | None = None
    hold_seconds: int = 0
    on_hold: bool = False
    menu: bool = False
    transfers: int = 0
    legs: list[Leg] = field(default_factory=list)
    recordings: list[Take] = field(default_factory=list)

    @property
    def parties(self) -> list[Leg]:
        """The third parties that joined, with role, start and end."""
        return [leg for leg in self.legs if leg.role != "agent"]


def in_order(events: Iterable[ExchangeEvent]) -> list[ExchangeEvent]:
    """Return each event once, by the exchange's clock; of two tellings under one id the same one always wins."""
    by_id: dict[tuple[str, str], ExchangeEvent] = {}
    for event in events:
        key = (event.exchange, event.id)
        if key not in by_id or _place(event) < _place(by_id[key]):
            by_id[key] = event
    return sorted(by_id.values(), key=_place)


def _place(event: ExchangeEvent) -> tuple[datetime, int, str, bytes]:
    return event.at, RANK[event.kind], event.id, msgspec.msgpack.encode(event)


def fold(events: Iterable[ExchangeEvent]) -> CallState:
    """Return the call that its events tell of. ValueError for no events at all."""
    told = in_order(events)
    if not told:
        raise ValueError("A call without events is no call.")
    state = _outline(told)
    _name(state, told)
    _ring_and_answer(state, told)
    _end(state, told)
    _walk(state, told)
    _judge(state)
    return state


def _outline(told: list[ExchangeEvent]) -> CallState:
    offered = _first(told, "offered") or told[0].at
    return CallState(offered_at=offered, first_at=told[0].at, last_at=told[-1].at)


def _first(told: list[ExchangeEvent], *kinds: str) -> datetime | None:
    return next((event.at for event in told if event.kind in kinds), None)


def _name(state: CallState, told: list[ExchangeEvent]) -> None:
    state.direction = "out" if any(event.direction == "out" for event in told) else "in"
    state.caller = next((event.caller for event in told if event.caller), "")
    state.called = next((event.called for event in told if event.called), "")
    state.language = next((event.language for event in told if event.language), "")
    state.menu = any(event.kind == "menu" for event in told)
    state.transfers = sum(event.kind == "transferred" for event in told)
    takes: dict[str, Take] = {}
    for event in told:
        if event.kind == "recorded" and event.recording:
            take = takes.setdefault(event.recording, Take(event.recording, event.at))
            take.seconds, take.digest = event.seconds or take.seconds, event.digest or take.digest
    state.recordings = list(takes.values())


def _ring_and_answer(state: CallState, told: list[ExchangeEvent]) -> None:
    state.queued_at = _first(told, "queued")
    state.answered_at = answered = _first(told, "answered")
    rang = [event.at for event in told if event.kind == "ringing" and (answered is None or event.at <= answered)]
    state.ringing_at = rang[-1] if rang else None


_ENDS = frozenset({"abandoned", "hung_up"})


def _end(state: CallState, told: list[ExchangeEvent]) -> None:
    """The last word on the end of a talk holds: an exchange may tell the hang-up of each side.

    An end that the system only supposes gives way to one that somebody made.
    """
    ends = [event for event in told if event.kind in _ENDS and event.at >= (state.answered_at or event.at)]
    ends = [event for event in ends if event.by != "system"] or ends
    if not ends:
        return
    if state.answered_at is not None:
        state.ended_at, state.outcome = ends[-1].at, "answered"
        return
    state.ended_at = ends[0].at
    gave_up = any(event.kind == "abandoned" or event.by == "caller" for event in ends)
    state.outcome = "abandoned" if gave_up else "missed"


def _walk(state: CallState, told: list[ExchangeEvent]) -> None:
    """Follow who came and went, and the holding, from event to event."""
    held_at: datetime | None = None
    held = timedelta()
    for event in told:
        if state.ended_at is not None and event.at > state.ended_at:
            break
        if event.kind == "held":
            held_at = held_at or event.at
        elif held_at and event.kind in ("resumed", "transferred"):
            held, held_at = held + (event.at - held_at), None
        if event.kind in _STEPS:
            _STEPS[event.kind](state.legs, event)
    if held_at and state.ended_at:
        held, held_at = held + (state.ended_at - held_at), None
    state.hold_seconds, state.on_hold = int(held.total_seconds()), held_at is not None
    for leg in state.legs:
        leg.ended_at = leg.ended_at or state.ended_at
    state.agent = _agent(state.legs)


def _agent(legs: list[Leg]) -> str:
    """Whoever answered last; before that, whoever is being rung, or was rung last."""
    agents = [leg for leg in legs if leg.role == "agent"]
    chosen = [leg for leg in agents if leg.joined_at] or [leg for leg in agents if not leg.ended_at] or agents
    return chosen[-1].name if chosen else ""


def _open(legs: list[Leg], role: str, name: str) -> Leg | None:
    return next((leg for leg in legs if leg.role == role and leg.name == name and leg.ended_at is None), None)


def _leave(legs: list[Leg], role: str, at: datetime) -> None:
    for leg in legs:
        if leg.role == role and leg.ended_at is None:
            leg.ended_at = at


def _rings(legs: list[Leg], event: ExchangeEvent) -> None:
    if event.agent and _open(legs, "agent", event.agent) is None:
        legs.append(Leg("agent", event.agent, rang_at=event.at))


def _misses(legs: list[Leg], event: ExchangeEvent) -> None:
    for leg in legs:
        if leg.role == "agent" and not (leg.ended_at or leg.joined_at) and event.agent in ("", leg.name):
            leg.ended_at, leg.missed = event.at, True


def _answers(legs: list[Leg], event: ExchangeEvent) -> None:
    """An agent who answers takes the call over from one who was rung or talked."""
    mine = _open(legs, "agent", event.agent)
    for leg in legs:
        if leg.role == "agent" and leg is not mine and leg.ended_at is None:
            leg.ended_at = event.at
    if mine is None:
        mine = Leg("agent", event.agent)
        legs.append(mine)
    mine.joined_at = mine.joined_at or event.at


def _joins(legs: list[Leg], event: ExchangeEvent) -> None:
    role, name = event.role or "unit", event.party or event.agent
    mine = _open(legs, role, name)
    if mine is None:
        legs.append(Leg(role, name, joined_at=event.at))
    else:
        mine.joined_at = mine.joined_at or event.at


def _leaves(legs: list[Leg], event: ExchangeEvent) -> None:
    name = event.party or event.agent
    for leg in legs:
        named = leg.name == name if name else leg.role == (event.role or leg.role) and leg.role != "agent"
        if named and leg.ended_at is None:
            leg.ended_at = event.at


def _transfers(legs: list[Leg], event: ExchangeEvent) -> None:
    """The agent hands over and leaves; another agent is told of by `ringing` and `answered` that follow."""
    _leave(legs, "agent", event.at)
    if event.party and event.role != "agent" and _open(legs, event.role or "unit", event.party) is None:
        legs.append(Leg(event.role or "unit", event.party, joined_at=event.at))


_STEPS = {
    "ringing": _rings,
    "missed": _misses,
    "answered": _answers,
    "joined": _joins,
    "left": _leaves,
    "transferred": _transfers,
}


def _judge(state: CallState) -> None:
    settled = state.answered_at or state.ended_at
    if settled is not None:
        state.wait_seconds = _up(settled - state.offered_at)
    if state.answered_at is not None:
        state.ring_seconds = _up(state.answered_at - (state.ringing_at or state.answered_at))
        if state.ended_at is None:
            state.outcome = "talking"
        else:
            state.talk_seconds = int((state.ended_at - state.answered_at).total_seconds())
    elif state.ended_at is None and any(leg.role == "agent" and leg.ended_at is None for leg in state.legs):
        state.outcome = "ringing"


def _up(span: timedelta) -> int:
    """Round up to whole seconds, never under nothing: an exchange's clock may step back."""
    return max(0, -(-span // timedelta(seconds=1)))
