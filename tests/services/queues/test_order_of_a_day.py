"""A simulated hall under any sequence of steps: nobody is lost, nobody is called twice, every wait is bounded."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bangban.registry.halls.defaults import CREDITS, FLAGS
from bangban.services.queues.rules import rank, rank_of_rejoin

MORNING = datetime(2026, 11, 18, 1, 0, tzinfo=UTC)
CREDIT = {flag: timedelta(minutes=minutes) for flag, minutes in CREDITS.items()}
LARGEST = max(CREDIT.values())
BEHIND, LONGEST_SERVICE = 3, 30
ENDED = frozenset({"done", "left"})


@dataclass
class Visitor:
    """A ticket of the simulation; `open_calls` counts calls that no rejoin or transfer has answered."""

    id: int
    klass: int
    queued: datetime
    place: datetime
    flags: frozenset[str]
    state: str = "waiting"
    calls: int = 0
    returns: int = 0
    overtaken_by: set[int] = field(default_factory=set)
    must_go_before: set[int] = field(default_factory=set)


class HallOfAnyDay(RuleBasedStateMachine):
    """Windows 0 and 1 serve class 0, window 2 serves both classes."""

    SERVED = ({0}, {0}, {0, 1})

    def __init__(self) -> None:
        super().__init__()
        self.now = MORNING
        self.all: list[Visitor] = []
        self.at: dict[int, Visitor] = {}

    def waiting(self, *klasses: int) -> list[Visitor]:
        found = (v for v in self.all if v.state == "waiting" and v.klass in klasses)
        return sorted(found, key=lambda v: (v.place, v.id))

    @initialize()
    def somebody_comes(self) -> None:
        self.comes(0, frozenset())

    @rule(klass=st.integers(0, 1), flags=st.frozensets(st.sampled_from(sorted(FLAGS)), max_size=2))
    def comes(self, klass: int, flags: frozenset[str]) -> None:
        # No two tickets are issued in the same microsecond.
        self.now += timedelta(microseconds=2)
        self.all.append(Visitor(len(self.all), klass, self.now, rank(self.now, flags, CREDIT), flags))

    @rule(minutes=st.integers(0, 45))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(window=st.integers(0, 2))
    def calls(self, window: int) -> None:
        line = self.waiting(*self.SERVED[window])
        if window in self.at or not line:
            return
        called = line[0]
        called.state, called.calls = "called", called.calls + 1
        self.at[window] = called
        for other in line[1:]:
            if called.queued > other.queued and called.klass == other.klass:
                other.overtaken_by.add(called.id)
            if other.returns == 0:
                assert called.queued - other.queued <= LARGEST, "overtaken by somebody who came too late for it"
        for other in line[1:]:
            assert called.id not in other.must_go_before, "more than the agreed number went before who came back"

    @precondition(lambda self: self.at)
    @rule(data=st.data())
    def misses(self, data: Any) -> None:
        window = data.draw(st.sampled_from(sorted(self.at)))
        self.at.pop(window).state = "missed"

    @precondition(lambda self: self.at)
    @rule(data=st.data())
    def finishes(self, data: Any) -> None:
        window = data.draw(st.sampled_from(sorted(self.at)))
        self.at.pop(window).state = "done"

    @precondition(lambda self: self.at)
    @rule(data=st.data())
    def transfers(self, data: Any) -> None:
        window = data.draw(st.sampled_from(sorted(self.at)))
        moved = self.at.pop(window)
        place = moved.place
        moved.state, moved.klass = "waiting", 1 - moved.klass
        assert moved.place == place

    @precondition(lambda self: any(v.state == "missed" and not v.returns for v in self.all))
    @rule(data=st.data())
    def returns(self, data: Any) -> None:
        back = data.draw(st.sampled_from([v for v in self.all if v.state == "missed" and not v.returns]))
        line = self.waiting(back.klass)
        before = [v for v in line if (v.place, v.id) < (back.place, back.id)]
        back.place = rank_of_rejoin([v.place for v in line], BEHIND, back.place)
        back.state, back.returns = "waiting", 1
        ahead = {v.id for v in line if (v.place, v.id) < (back.place, back.id)}
        earlier_returns = {v.id for v in line if v.returns}
        assert len(ahead - earlier_returns) <= max(BEHIND, len(before))
        back.must_go_before = {v.id for v in line if v.id not in ahead and v.klass == back.klass and not v.flags}

    @precondition(lambda self: any(v.state == "waiting" for v in self.all))
    @rule(data=st.data())
    def leaves(self, data: Any) -> None:
        data.draw(st.sampled_from([v for v in self.all if v.state == "waiting"])).state = "left"

    @invariant()
    def nobody_is_lost_or_in_two_places(self) -> None:
        held = [v.id for v in self.at.values()]
        assert len(held) == len(set(held))
        assert {v.id for v in self.all if v.state == "called"} == set(held)
        assert all(v.state in ENDED | {"waiting", "called", "missed"} for v in self.all)

    def teardown(self) -> None:
        """Let the windows go on while people with every flag keep coming: who waits now is called within the bound."""
        served_now = [v for v in self.all if v.state == "waiting"]
        if not served_now:
            return
        began, before = self.now, len(self.all)
        for visitor in self.at.values():
            visitor.state = "done"
        self.at.clear()
        turns = 0
        while any(v.state == "waiting" for v in served_now):
            turns += 1
            if self.now < began + 3 * LARGEST:
                for klass in (0, 1):
                    self.comes(klass, frozenset({"appointment"}))
            for window in (0, 1, 2):
                self.calls(window)
                if window in self.at:
                    self.at.pop(window).state = "done"
            self.now += timedelta(minutes=LONGEST_SERVICE)
            # Two come per turn; only those of the largest credit's time can go before who waits already.
            possible = before + 2 * (LARGEST / timedelta(minutes=LONGEST_SERVICE) + 1)
            assert turns <= possible, "a ticket starves"


HallOfAnyDay.TestCase.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
TestAnyDay = HallOfAnyDay.TestCase
