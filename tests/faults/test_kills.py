"""kill -9 of web, worker and database: nothing acknowledged is lost, nothing happens twice."""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.house import House, Reply, soon

pytestmark = pytest.mark.slow
MESSAGES = 200


class Sender:
    """A client that sends each message until it is acknowledged, as the contract allows."""

    def __init__(self, house: House, number: str, code: str) -> None:
        self.house, self.number, self.code = house, number, code
        self.acknowledged: dict[str, Reply] = {}
        self.seen: Counter[int] = Counter()
        self.sentences: set[str] = set()
        self.retried = 0

    def send(self, place: int) -> None:
        client_id = f"m{place}"
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            try:
                answer = self.house.ask(
                    "POST",
                    f"/api/v1/cases/{self.number}/messages",
                    {"text": f"第{place}句", "client_id": client_id},
                    X_Case_Token=self.code,
                )
            except (OSError, http.client.HTTPException):
                self.retried += 1
                time.sleep(0.1)
                continue
            self.seen[answer.status] += 1
            if answer.status in (200, 201):
                self.acknowledged[client_id] = answer
                return
            self.sentences.add(answer.body["detail"])
            time.sleep(0.2)
        raise TimeoutError(client_id)


def _check_all_there_once(house: House, sender: Sender, count: int) -> None:
    assert len(sender.acknowledged) == count
    stored = house.sql(
        "SELECT m.client_id, m.position, m.id::text FROM conversation_message m JOIN cases_case c ON c.id = m.record_id"
        " WHERE c.number = %s AND m.client_id <> '' ORDER BY m.position",
        sender.number,
    )
    assert Counter(row[0] for row in stored) == Counter(f"m{place}" for place in range(count))
    assert {row[0]: row[2] for row in stored} == {name: a.body["id"] for name, a in sender.acknowledged.items()}
    positions = house.sql(
        "SELECT m.position FROM conversation_message m JOIN cases_case c ON c.id = m.record_id WHERE c.number = %s",
        sender.number,
    )
    assert sorted(p for (p,) in positions) == list(range(1, len(positions) + 1))
    events = house.sql("SELECT count(*) FROM ledger_event WHERE number = %s AND kind = 'case.say'", sender.number)
    assert events[0][0] == count
    assert "whole" in house.bangban("ledger", "verify").stdout


def _post_while(sender: Sender, count: int, strike: threading.Thread, at: int) -> None:
    def send(place: int) -> None:
        if place == at:
            strike.start()
        sender.send(place)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send, range(count)))
    strike.join()


@pytest.mark.clause("T637-5-d")
def test_no_acknowledged_message_is_lost_or_doubled_when_the_web_process_is_killed(house: House) -> None:
    web = house.serve()
    sender = Sender(house, *house.opened())

    def strike() -> None:
        for _ in range(2):
            house.kill(house.processes[-1])
            house.serve()

    _post_while(sender, MESSAGES, threading.Thread(target=strike), MESSAGES // 3)
    assert web.poll() is not None
    assert sender.retried > 0
    _check_all_there_once(house, sender, MESSAGES)


def test_requests_fail_clearly_while_the_database_restarts_and_then_work(house: House) -> None:
    house.serve()
    sender = Sender(house, *house.opened())
    before = house.database.pid

    def strike() -> None:
        import os
        import signal

        assert before
        os.kill(before, signal.SIGKILL)

    _post_while(sender, 120, threading.Thread(target=strike), 40)
    assert house.database.wait_until_running(120)
    assert house.database.pid != before
    assert set(sender.seen) <= {200, 201, 503}, sender.seen
    assert sender.seen[503] > 0, "nobody noticed; the test proves nothing"
    assert any("恢复" in sentence for sentence in sender.sentences)
    _check_all_there_once(house, sender, 120)
    assert house.answers()


def test_health_tells_that_the_database_is_away(house: House) -> None:
    house.serve()
    import os
    import signal

    assert house.database.pid
    os.kill(house.database.pid, signal.SIGKILL)
    answer = house.ask("GET", "/healthz", Accept="application/json")
    assert answer.status in (200, 503)
    page = house.ask("GET", "/", Accept="text/html")
    assert page.status in (200, 503)
    assert soon(house.answers, 120)


FOLLOWERS = ("cases.notices", "catalog.demand", "assistant.first_turn", "cases.citations")


def test_each_event_is_followed_once_when_the_worker_is_killed(house: House) -> None:
    house.serve()
    opened = [house.opened()[0] for _ in range(150)]
    last = house.sql("SELECT max(seq) FROM live_order")[0][0]

    def place() -> int:
        return int(
            house.sql("SELECT coalesce(sum(seq), 0) FROM ledger_cursor WHERE follower = ANY(%s)", list(FOLLOWERS))[0][0]
        )

    def caught_up() -> bool:
        rows = house.sql("SELECT count(*), min(seq) FROM ledger_cursor WHERE follower = ANY(%s)", list(FOLLOWERS))
        return bool(rows[0][0] == len(FOLLOWERS) and rows[0][1] >= last)

    worker = house.start("worker")
    for pause in (0.0, 0.1, 0.3):
        before = place()
        assert soon(lambda: place() > before or caught_up(), 120)  # noqa: B023 - asked at once
        time.sleep(pause)
        house.kill(worker)
        worker = house.start("worker")
    assert soon(caught_up, 240), house.sql("SELECT follower, seq, error FROM ledger_cursor")
    assert house.sql("SELECT follower, error FROM ledger_cursor WHERE error <> ''") == []
    told = house.sql(
        "SELECT c.number, count(*) FROM notify_delivery d JOIN cases_case c ON c.id = d.record_id"
        " WHERE c.number = ANY(%s) GROUP BY 1",
        opened,
    )
    assert dict(told) == dict.fromkeys(opened, 1)
