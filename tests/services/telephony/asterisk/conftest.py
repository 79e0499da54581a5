"""An adapter at work on a fake Asterisk, with a house that remembers what it was told."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from bangban.foundation.flows.flow import NotAllowed
from bangban.services.telephony import actions
from bangban.services.telephony.asterisk.adapter import Adapter
from bangban.services.telephony.asterisk.settings import Settings
from bangban.services.telephony.events import ExchangeEvent, problem_of
from bangban.services.telephony.folding import CallState, fold
from bangban.services.telephony.simulation.doors import NotTaken, Taken
from bangban.services.telephony.simulation.truth import Counted
from tests.services.telephony.asterisk.fake_ari import PASSWORD, USER, FakeAri, until


@dataclass
class House:
    """A house as the adapter sees it: agents who are ready, and the events it has taken."""

    ready: list[str] = field(default_factory=lambda: ["1001", "1002"])
    away: bool = False
    events: list[ExchangeEvent] = field(default_factory=list)
    asked_for: list[str] = field(default_factory=list)
    approved: dict[str, str] = field(default_factory=dict)
    audio_asked: list[str] = field(default_factory=list)

    def use_audio(self, key: str) -> SimpleNamespace:
        self.audio_asked.append(key)
        if key not in self.approved:
            raise NotAllowed("这段语音没有经过审核批准，不能播放。", state="unapproved")
        return SimpleNamespace(key=key, file=self.approved[key])

    def pick(self, language: str, besides: frozenset[str], called: str) -> str | None:
        self.asked_for.append(language)
        return next((agent for agent in self.ready if agent not in besides), None)

    def send(self, events: Sequence[ExchangeEvent]) -> Taken:
        if self.away:
            raise NotTaken("away")
        assert [problem_of(event, event.at) for event in events] == [""] * len(events)
        known = {event.id for event in self.events}
        self.events += events
        return Taken(accepted=len({event.id for event in events} - known))

    def still_open(self, exchange: str) -> dict[str, bool]:
        """Return the calls that have begun and not ended, and whether each was answered."""
        states = {name: self.call(name) for name in {event.call for event in self.events}}
        return {name: state.answered_at is not None for name, state in states.items() if state.ended_at is None}

    def figures(self, day: object) -> Counted:
        raise NotImplementedError

    def kinds(self) -> list[str]:
        seen: dict[str, str] = {}
        for event in sorted(self.events, key=lambda one: one.at):
            seen.setdefault(event.id, event.kind)
        return list(seen.values())

    def call(self, name: str) -> CallState:
        return fold(event for event in self.events if event.call == name)


@contextmanager
def working(ari: FakeAri, house: House, folder: Path, **settings: object) -> Iterator[Adapter]:
    """Run an adapter in a thread until the block ends."""
    adapter = Adapter(
        Settings(url=ari.url, user=USER, password=PASSWORD, **settings),  # type: ignore[arg-type]
        folder, door=house, pick=house.pick, carry_out=lambda commands: None, still_open=house.still_open,
    )  # fmt: skip
    thread = threading.Thread(target=adapter.run)
    thread.start()
    try:
        until(lambda: ari.sockets)
        yield adapter
    finally:
        adapter.end()
        thread.join(60)
        assert not thread.is_alive()


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> House:
    house = House()
    monkeypatch.setattr(actions, "use_audio", house.use_audio)
    return house
