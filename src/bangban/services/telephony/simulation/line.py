"""The played exchange: a queue, finite seats, the longest idle agent who speaks the language; a pure generator.

The same plan gives the same events. `Line.book` holds what really happened so far.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from math import ceil
from random import Random
from typing import Any

from bangban.foundation.privacy.crypto import digest
from bangban.services.telephony.events import ExchangeEvent
from bangban.services.telephony.simulation.habits import NUMBERS, UNITS, language_of, phone_of
from bangban.services.telephony.simulation.plan import Plan
from bangban.services.telephony.simulation.seats import Seat
from bangban.services.telephony.simulation.truth import Played

MOST_REDIALS = 3
BREAK_AFTER_MISS = 60.0


@dataclass
class Caller:
    """Somebody on the line; `turn` counts the times this one has been offered to a seat."""

    played: Played
    called: str
    redials: int
    seat: int | None = None
    over: bool = False
    turn: int = 0
    told: int = 0


class Line:
    """The exchange while it is played."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.book: dict[str, Played] = {}
        self._dice = Random(f"line {plan.seed}")  # noqa: S311 - play, not secrets
        self._numbers, self._order = count(1), count()
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._now = 0.0
        self._told: list[ExchangeEvent] = []
        self._queue: list[Caller] = []
        self._idle: dict[int, float] = {}
        self._busy: set[int] = set()
        self._staffed = 0

    def events(self) -> Iterator[ExchangeEvent]:
        """Yield what the exchange tells, in the order of its clock."""
        for hour in range(max(1, len(self.plan.staffing))):
            self._at(hour * 3600.0, lambda hour=hour: self._staff(hour))  # type: ignore[misc]
        for moment in self.plan.arrivals:
            self._at(moment, self._somebody_calls)
        while self._heap and self._heap[0][0] <= self.plan.until:
            self._now, _, happen = heapq.heappop(self._heap)
            happen()
            yield from self._told
            self._told.clear()

    def _at(self, moment: float, happen: Callable[[], None]) -> None:
        heapq.heappush(self._heap, (round(moment, 3), next(self._order), happen))

    def _after(self, seconds: float, happen: Callable[[], None]) -> None:
        self._at(self._now + seconds, happen)

    @property
    def _moment(self) -> datetime:
        return self.plan.begins + timedelta(milliseconds=round(self._now * 1000))

    def _tell(self, caller: Caller, kind: str, **more: Any) -> None:
        caller.told += 1
        played = caller.played
        told: dict[str, Any] = {
            "exchange": self.plan.exchange, "id": f"{played.call}.{caller.told}", "call": played.call, "kind": kind,
            "at": self._moment, "caller": played.caller, "called": caller.called, "language": played.language,
        }  # fmt: skip
        self._told.append(ExchangeEvent(**(told | more)))

    def _agent(self, caller: Caller) -> str:
        return "" if caller.seat is None else self.plan.seats[caller.seat].agent

    # seats

    def _staff(self, hour: int) -> None:
        share = self.plan.staffing[hour] if self.plan.staffing else 1.0
        self._staffed = ceil(len(self.plan.seats) * share)
        for seat in [seat for seat in self._idle if seat >= self._staffed]:
            del self._idle[seat]
        for seat in range(self._staffed):
            if seat not in self._busy and seat not in self._idle:
                self._free(seat)

    def _free(self, seat: int) -> None:
        """Let a seat take the caller who waits longest and whom it may take, or be idle."""
        self._busy.discard(seat)
        if seat >= self._staffed:
            return
        for caller in self._queue:
            if self._fits(self.plan.seats[seat], caller.played.language):
                self._queue.remove(caller)
                self._ring(caller, seat)
                return
        self._idle[seat] = self._now

    def _fits(self, seat: Seat, language: str) -> bool:
        if not language or language in seat.languages:
            return True
        staffed = range(min(self._staffed, len(self.plan.seats)))
        return not any(language in self.plan.seats[other].languages for other in staffed)

    def _find_seat(self, caller: Caller) -> None:
        seats, language = self.plan.seats, caller.played.language
        seat = next((seat for seat in self._idle if self._fits(seats[seat], language)), None)
        if seat is None:
            self._queue.append(caller)
            return
        del self._idle[seat]
        self._ring(caller, seat)

    # a call

    def _somebody_calls(self) -> None:
        self._calls(phone_of(self._dice), language_of(self._dice), 0)

    def _calls(self, phone: str, language: str, redials: int) -> None:
        if self._now >= self.plan.closes:
            return
        name = f"{self.plan.begins:%Y%m%dT%H%M%S}-{self.plan.seed}-{next(self._numbers):06d}"
        played = Played(name, phone, self._moment, language)
        self.book[name] = played
        caller = Caller(played, self._dice.choice(NUMBERS), redials)
        self._tell(caller, "offered")
        self._tell(caller, "queued")
        self._after(self.plan.habits.patience_of(self._dice), lambda: self._gives_up(caller))
        self._find_seat(caller)

    def _gives_up(self, caller: Caller) -> None:
        if caller.over or caller.played.answered:
            return
        caller.over = True
        caller.played.ended, caller.played.outcome = self._moment, "abandoned"
        self._tell(caller, "abandoned", by="caller")
        if caller.seat is None:
            self._queue.remove(caller)
        else:
            self._free(caller.seat)
        if caller.redials < MOST_REDIALS and self._dice.random() < self.plan.habits.redial:
            played = caller.played
            self._after(
                self._dice.uniform(15, 240), lambda: self._calls(played.caller, played.language, caller.redials + 1)
            )

    def _ring(self, caller: Caller, seat: int) -> None:
        habits = self.plan.habits
        self._busy.add(seat)
        caller.seat, caller.turn = seat, caller.turn + 1
        caller.played.outcome = "ringing"
        turn = caller.turn
        self._tell(caller, "ringing", agent=self._agent(caller))
        if self._dice.random() < habits.not_at_desk:
            self._after(habits.ring_limit, lambda: self._nobody_there(caller, turn))
        else:
            self._after(self._dice.uniform(*habits.pick_up), lambda: self._answer(caller, turn))

    def _nobody_there(self, caller: Caller, turn: int) -> None:
        if caller.over or caller.turn != turn or caller.seat is None:
            return
        self._tell(caller, "missed", agent=self._agent(caller))
        caller.played.missed += 1
        seat, caller.seat = caller.seat, None
        caller.played.outcome = "waiting"
        self._after(BREAK_AFTER_MISS, lambda: self._free(seat))
        found = next((s for s in self._idle if self._fits(self.plan.seats[s], caller.played.language)), None)
        if found is None:
            self._queue.insert(0, caller)
        else:
            del self._idle[found]
            self._ring(caller, found)

    def _answer(self, caller: Caller, turn: int) -> None:
        if caller.over or caller.turn != turn:
            return
        habits, dice = self.plan.habits, self._dice
        played = caller.played
        played.answered, played.agent, played.outcome = self._moment, self._agent(caller), "talking"
        self._tell(caller, "answered", agent=played.agent)
        talk = habits.talk_time(dice)
        if dice.random() < habits.held:
            begin, length = talk * dice.uniform(0.2, 0.5), talk * dice.uniform(0.05, 0.3)
            self._after(begin, lambda: self._tell(caller, "held", agent=played.agent, by="agent"))
            self._after(begin + length, lambda: self._tell(caller, "resumed", agent=played.agent, by="agent"))
        if dice.random() < habits.joined:
            self._three_talk(caller, talk * dice.uniform(0.82, 0.85), talk * dice.uniform(0.9, 0.97))
        if dice.random() < habits.transferred:
            self._after(talk, lambda: self._transfer(caller))
        else:
            self._after(talk, lambda: self._hang_up(caller))

    def _three_talk(self, caller: Caller, begin: float, end: float) -> None:
        unit = self._dice.choice(UNITS)
        caller.played.thirds += 1
        self._after(begin, lambda: self._tell(caller, "joined", party=unit, role="unit", by="agent"))
        self._after(end, lambda: self._tell(caller, "left", party=unit, role="unit", by="unit"))

    def _transfer(self, caller: Caller) -> None:
        self._tell(caller, "transferred", party=self._dice.choice(UNITS), role="unit", by="agent")
        caller.played.transfers += 1
        self._wrap_up(caller)
        self._after(self._dice.uniform(20, 120), lambda: self._hang_up(caller))

    def _hang_up(self, caller: Caller) -> None:
        caller.over = True
        caller.played.ended, caller.played.outcome = self._moment, "answered"
        self._tell(caller, "hung_up", by="caller" if self._dice.random() < 0.7 else "agent")
        self._wrap_up(caller)
        self._after(self._dice.uniform(0.5, 4), lambda: self._recorded(caller))

    def _recorded(self, caller: Caller) -> None:
        played = caller.played
        assert played.answered is not None and played.ended is not None
        reference = f"{played.answered:%Y/%m/%d}/{played.call}.wav"
        self._tell(
            caller, "recorded", agent=played.agent, recording=reference,
            seconds=round((played.ended - played.answered).total_seconds()), digest=digest(reference.encode()).hex(),
        )  # fmt: skip

    def _wrap_up(self, caller: Caller) -> None:
        if caller.seat is not None:
            seat, caller.seat = caller.seat, None
            self._after(self._dice.uniform(*self.plan.habits.wrap_up), lambda: self._free(seat))
