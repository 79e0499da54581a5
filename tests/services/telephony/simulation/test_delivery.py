"""Deliveries are repeated until they are taken, and what cannot be delivered is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import msgspec
import pytest

from bangban.foundation.clocks.moment import now
from bangban.services.telephony.events import ExchangeEvent
from bangban.services.telephony.simulation import delivery
from bangban.services.telephony.simulation.delivery import Couriers, bring
from bangban.services.telephony.simulation.disorder import delivered
from bangban.services.telephony.simulation.doors import MOST, HttpDoor, NotTaken, Taken
from bangban.services.telephony.simulation.traffic import traffic
from bangban.services.telephony.simulation.truth import Counted

BEGINS = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)


class Flaky:
    """A house that fails every other time, after having taken the events or before."""

    def __init__(self, failures: int = 10**9) -> None:
        self.taken: dict[str, ExchangeEvent] = {}
        self.sizes: list[int] = []
        self.turn, self.failures = 0, failures

    def send(self, events: Sequence[ExchangeEvent]) -> Taken:
        self.turn += 1
        if self.turn % 4 == 1 and self.turn < self.failures:
            raise NotTaken("away")
        new = {event.id: event for event in events if event.id not in self.taken}
        self.taken |= new
        if self.turn % 4 == 3 and self.turn < self.failures:
            raise NotTaken("the answer was lost")
        self.sizes.append(len(events))
        return Taken(accepted=len(new), known=len(events) - len(new))

    def figures(self, day: date) -> Counted:
        raise NotImplementedError


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "WAITS", (0.0,))


def test_a_house_that_fails_gets_every_event_in_the_end() -> None:
    events = list(traffic(1, BEGINS, 300, 2.0))
    doors = [Flaky(), Flaky()]
    sent = bring(delivered(events, 1), Couriers(doors), real_time=False)
    assert doors[0].taken | doors[1].taken == {event.id: event for event in events}
    assert sent.repeated > 0
    assert sent.events >= len(events)
    assert max(doors[0].sizes + doors[1].sizes) <= MOST


def test_a_house_that_stays_away_ends_the_playing_with_its_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "GIVE_UP_AFTER", 0.0)

    class Away(Flaky):
        def send(self, events: Sequence[ExchangeEvent]) -> Taken:
            raise NotTaken("away for ever")

    with pytest.raises(NotTaken, match="for ever"):
        bring(delivered(traffic(1, BEGINS, 2000, 2.0), 1), Couriers([Away()]), real_time=False)


def test_in_real_time_an_event_goes_out_at_its_moment() -> None:
    door, start = Flaky(0), now()
    events = [
        ExchangeEvent(id=f"e{n}", call="c", kind="queued", at=start + timedelta(milliseconds=n * 60)) for n in range(10)
    ]
    bring(((event.at, event) for event in events), Couriers([door]), real_time=True)
    assert now() - start >= timedelta(milliseconds=540)
    assert len(door.taken) == 10
    assert len(door.sizes) > 2


class Answers(BaseHTTPRequestHandler):
    """A house that answers what it was told to, one after another."""

    protocol_version = "HTTP/1.1"
    script: ClassVar[list[tuple[int, bytes]]] = []
    seen: ClassVar[list[tuple[str, str, bytes]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.path, self.headers["Authorization"], body))
        status, content = self.script.pop(0)
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        self.close_connection = status == 599

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def address() -> Iterator[str]:
    Answers.script.clear()
    Answers.seen.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


def test_what_a_house_answers_decides_whether_to_repeat(address: str) -> None:
    event = ExchangeEvent(id="e", call="c", kind="queued", at=BEGINS)
    door = HttpDoor(address, "secret")
    taken = b'{"accepted":0,"known":1,"refused":[{"index":0,"id":"x","detail":"no"}]}'
    Answers.script += [(200, taken), (503, b"{}"), (429, b"{}"), (401, b"{}"), (403, b"{}"), (422, b"{}")]
    assert door.send([event]) == Taken(0, 1, [("x", "no")])
    path, token, body = Answers.seen[0]
    assert (path, token) == ("/api/v1/hotline/calls/events", "Bearer secret")
    assert msgspec.json.decode(body, type=dict[str, list[ExchangeEvent]]) == {"events": [event]}
    for wrong in (NotTaken, NotTaken, PermissionError, PermissionError, LookupError):
        with pytest.raises(wrong):
            door.send([event])


def test_a_connection_that_the_house_closed_meanwhile_is_made_again(address: str) -> None:
    door = HttpDoor(address, "t")
    Answers.script += [(599, b"{}"), (200, b'{"accepted":1,"known":0,"refused":[]}')]
    with pytest.raises(NotTaken):
        door.send([])
    time.sleep(0.1)
    assert door.send([]).accepted == 1


def test_a_house_that_is_not_there_is_to_be_tried_again(address: str) -> None:
    with pytest.raises(NotTaken):
        HttpDoor("http://127.0.0.1:1", "t").send([])
    with pytest.raises(LookupError):
        HttpDoor("127.0.0.1:8000", "t")
