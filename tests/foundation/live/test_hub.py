"""What a client of the stream sees, on a real server and a real database."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.foundation.live.conftest import Client, Database, Site, happen_in, until

from bangban.foundation.live.numbering import EPHEMERAL_CHANNEL


def test_a_stream_begins_with_the_pause_and_the_current_number(site: Site) -> None:
    site.database.happen("case:1")
    now = site.base + 1
    until(lambda: site.hub.last == now)
    client = site.connect("case:1")
    assert client.retry == 2000
    assert (client.ready.id, client.ready.data) == (now, {"seq": now, "topics": ["case:1"]})


def test_a_frame_is_a_hint_without_personal_data(site: Site) -> None:
    client = site.connect("case:1")
    seq = site.database.happen("case:1", kind="case.claimed", number="BB2026-1")
    event = client.next()
    assert (event.id, event.kind) == (seq, "case.claimed")
    assert sorted(event.data) == ["at", "kind", "number", "record_type", "seq", "topics"]
    assert event.data.items() >= {"number": "BB2026-1", "record_type": "case", "topics": ["case:1"]}.items()


def test_a_frame_for_several_topics_of_a_client_comes_once(site: Site) -> None:
    client = site.connect("case:1,desk:5")
    site.database.happen("case:1", "desk:5", "unit:9")
    site.database.happen("case:1")
    first, second = client.next(), client.next()
    assert (first.data["seq"], second.data["seq"]) == (site.base + 1, site.base + 2)
    assert first.data["topics"] == ["case:1", "desk:5"], "topics of others stay unknown"


def test_other_topics_stay_silent(site: Site) -> None:
    client = site.connect("case:1")
    site.database.happen("case:2")
    site.database.happen("case:1")
    assert client.numbers(1) == [site.base + 2]


@pytest.mark.parametrize(
    ("level", "seen"), [("user", ["user"]), ("staff", ["staff", "user"]), ("internal", ["internal", "staff", "user"])]
)
def test_each_level_sees_its_own_and_the_wider_ones(site: Site, level: str, seen: list[str]) -> None:
    live = site.connect("case:1", level=level)
    for visibility in ("internal", "staff", "user"):
        site.database.happen("case:1", kind=visibility, visibility=visibility)
    assert [live.next().kind for _ in seen] == seen
    resumed = site.connect("case:1", after=site.base, level=level)
    assert [resumed.next().kind for _ in seen] == seen


def test_an_interrupted_client_goes_on_after_its_last_number(site: Site) -> None:
    for _ in range(5):
        site.database.happen("case:1")
    base = site.base
    until(lambda: site.hub.last == base + 5)
    client = site.connect("case:1", last=base + 2)
    assert client.ready.data["seq"] == base + 5
    assert client.ready.id == base + 2, "a client that is cut off right here must not skip what it has not seen"
    site.database.happen("case:1")
    assert client.numbers(4) == [base + 3, base + 4, base + 5, base + 6]


def test_a_page_goes_on_after_the_number_it_was_made_with(site: Site) -> None:
    site.database.happen("case:1")
    site.database.happen("case:1")
    assert site.connect("case:1", after=site.base + 1).numbers(1) == [site.base + 2]


def test_the_browsers_own_number_counts_more_than_the_address(site: Site) -> None:
    for _ in range(3):
        site.database.happen("case:1")
    assert site.connect("case:1", after=site.base, last=site.base + 2).numbers(1) == [site.base + 3]


def test_what_is_no_longer_in_memory_comes_from_the_database(
    open_site: Callable[..., Site], database: Database
) -> None:
    for number in range(50):
        database.happen("case:1", "desk:1") if number % 2 else database.happen("case:2", "desk:1")
    site = open_site(recent=8, page=5, pending=8)
    database.happen("case:1")
    until(lambda: site.hub.last == 51)
    assert site.connect("case:1,desk:1", after=0).numbers(51) == list(range(1, 52))
    assert site.connect("case:2", after=10).numbers(20) == list(range(11, 51, 2))


def test_who_asks_for_pruned_frames_is_told_to_reload(open_site: Callable[..., Site], database: Database) -> None:
    for _ in range(3):
        database.happen("case:1")
    database.do("INSERT INTO live_retention (id, floor) VALUES (1, 2); DELETE FROM live_frame WHERE seq <= 2")
    site = open_site()
    client = site.connect("case:1", after=1)
    reset = client.next()
    assert (reset.kind, reset.id, reset.data) == ("reset", 3, {"seq": 3})
    database.happen("case:1")
    assert client.numbers(1) == [4]
    assert site.connect("case:1", after=2).numbers(2) == [3, 4], "what is kept is still told"


def test_a_number_from_the_future_means_reload(site: Site) -> None:
    """The database was restored from a backup: the numbers begin again lower."""
    assert site.connect("case:1", last=site.base + 99).next().kind == "reset"


def test_numbers_that_go_back_under_way_mean_reload(open_site: Callable[..., Site], database: Database) -> None:
    site = open_site()
    for _ in range(3):
        database.happen("case:1")
    until(lambda: site.hub.last == 3)
    client = site.connect("case:1")
    database.do("DELETE FROM live_order WHERE seq > 1; DELETE FROM live_frame WHERE seq > 1")
    cut_listener(database)
    assert client.next().kind == "reset"
    database.happen("case:1")
    assert client.numbers(1) == [2]


def test_after_a_cut_database_connection_the_gap_is_read_again(site: Site) -> None:
    client = site.connect("case:1")
    site.database.happen("case:1")
    assert client.numbers(1) == [site.base + 1]
    cut_listener(site.database)
    for _ in range(5):
        site.database.happen("case:1")
    assert client.numbers(5) == [site.base + n for n in range(2, 7)]
    site.database.happen("case:1")
    assert client.numbers(1) == [site.base + 7]


def test_an_event_announced_by_number_only_arrives_whole(site: Site) -> None:
    client = site.connect("case:1")
    site.database.happen("case:1", *[f"case:{'x' * 90}{n}" for n in range(100)], kind="case.merged")
    assert client.next().data["topics"] == ["case:1"]


def test_a_late_commit_reaches_connected_and_returning_clients(site: Site) -> None:
    live = site.connect("case:1")
    with site.database.connect() as late:
        happen_in(late, "case:1")
        site.database.happen("case:1")
        assert live.numbers(1) == [site.base + 1]
        returning = site.connect("case:1", last=site.base + 1)
        late.commit()
    assert live.numbers(1) == [site.base + 2]
    assert returning.numbers(1) == [site.base + 2]


def test_passing_signs_have_no_number_and_are_not_repeated(site: Site) -> None:
    client, other = site.connect("case:1"), site.connect("case:2")
    show(site.database, "case:1", {"who": "staff"})
    sign = client.next()
    assert (sign.id, sign.kind, sign.data) == (
        None,
        "typing",
        {"kind": "typing", "topic": "case:1", "data": {"who": "staff"}},
    )
    site.database.happen("case:1", "case:2")
    assert (client.next().kind, other.next().kind) == ("case.message", "case.message")


def test_a_passing_sign_for_staff_does_not_reach_a_citizen(site: Site) -> None:
    client = site.connect("case:1")
    show(site.database, "case:1", {}, visibility="staff")
    site.database.happen("case:1")
    assert client.next().kind == "case.message"


def test_a_denied_topic_refuses_the_stream_before_it_begins(site: Site) -> None:
    site.authority.denied.add("case:2")
    client = site.connect("case:1,case:2")
    assert client.status == 403
    assert "case:2" in client.problem()["detail"]


@pytest.mark.parametrize(
    "query", ["", "topics=", "topics=case", "topics=case:1;2", "topics=access:5", "topics=case:1&after=x"]
)
def test_a_malformed_question_is_refused(site: Site, query: str) -> None:
    client = Client(site.port, query, {})
    site.clients.append(client)
    assert client.status == 400
    assert client.problem()["title"] == "请求有误"


def test_an_authority_that_fails_lets_nobody_in(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.authority.broken = True
    client = site.connect("case:1")
    assert (client.status, client.response.getheader("retry-after")) == (503, "3")
    assert "no answer" in caplog.text


def test_one_address_may_not_take_all_streams(open_site: Callable[..., Site]) -> None:
    site = open_site(streams_per_address=2)
    first, second, third = (site.connect("case:1") for _ in range(3))
    assert (first.status, second.status, third.status) == (200, 200, 429)
    first.close()
    until(lambda: site.hub.admission.count == 1)
    assert site.connect("case:1").status == 200


def test_a_full_server_says_when_to_come_back(open_site: Callable[..., Site]) -> None:
    site = open_site(streams=1)
    site.connect("case:1")
    client = site.connect("case:1")
    assert (client.status, client.response.getheader("retry-after")) == (503, "10")


def test_a_lost_right_ends_at_once_when_it_is_announced(site: Site) -> None:
    site.authority.subject = "staff-7"
    client = site.connect("case:1,desk:7")
    site.authority.denied.add("case:1")
    with site.database.connect() as connection:
        happen_in(connection, "access:staff-7", kind="access.changed", visibility="internal")
        happen_in(connection, "case:1", kind="secret")
        happen_in(connection, "desk:7", kind="allowed")
        connection.commit()
    events = [client.next(), client.next()]
    assert sorted(event.kind for event in events) == ["allowed", "revoked"]
    assert next(event.data for event in events if event.kind == "revoked") == {"topics": ["case:1"]}


def test_without_any_right_left_the_stream_ends(site: Site) -> None:
    site.authority.subject = "staff-7"
    client = site.connect("case:1")
    site.authority.denied.add("case:1")
    site.database.happen("access:staff-7", kind="access.changed", visibility="internal")
    assert client.next().kind == "revoked"
    with pytest.raises(EOFError):
        client.next()
    until(lambda: not site.hub.subscribers)


def test_another_person_behind_the_same_cookie_has_to_come_back(site: Site) -> None:
    site.authority.subject = "staff-7"
    client = site.connect("case:1")
    site.authority.subject = "staff-8"
    site.database.happen("access:staff-7", kind="access.changed", visibility="internal")
    with pytest.raises(EOFError):
        client.next()


def test_the_authority_is_asked_again_and_again(open_site: Callable[..., Site]) -> None:
    site = open_site(recheck=0.5)
    client = site.connect("case:1")
    until(lambda: site.authority.asked >= 3)
    site.authority.denied.add("case:1")
    assert client.next().kind == "revoked"


def test_a_right_that_expires_is_not_used_longer(site: Site) -> None:
    site.authority.lasts = timedelta(seconds=1.5)
    client = site.connect("case:1")
    site.authority.denied.add("case:1")
    assert client.next().kind == "revoked"


def test_a_right_that_has_already_expired_is_none(site: Site) -> None:
    site.authority.lasts = timedelta(seconds=-1)
    assert site.connect("case:1").status == 403


def test_while_the_authority_is_down_a_doubted_client_gets_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bangban.foundation.live.checks.RETRY_SECONDS", 0.2)
    site.authority.subject = "staff-7"
    client = site.connect("case:1")
    site.authority.broken = True
    site.database.happen("access:staff-7", kind="access.changed", visibility="internal")
    site.database.happen("case:1")
    with pytest.raises(TimeoutError):
        client.next(timeout=0.3)
    client.close()
    until(lambda: not site.hub.checks._running)


def test_a_quiet_connection_is_kept_alive(open_site: Callable[..., Site], database: Database) -> None:
    site = open_site(ping=0.2)
    client = site.connect("case:1")
    assert client.comment() == "ping"
    database.happen("case:1")
    assert client.next().kind == "case.message"


def test_a_client_that_does_not_read_is_cut_off_and_resumes(open_site: Callable[..., Site], database: Database) -> None:
    site = open_site(pending=50)
    with socket.socket() as lazy:
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        lazy.connect(("127.0.0.1", site.port))
        lazy.sendall(b"GET /live/?topics=case:1 HTTP/1.1\r\nHost: a\r\n\r\n")
        until(lambda: site.hub.subscribers)
        swift = site.connect("case:1")
        sent = 0
        while len(site.hub.subscribers) == 2:
            with database.connect() as connection:
                for _ in range(20):
                    happen_in(connection, "case:1", kind="k" * 5000)
                connection.commit()
            sent += 20
            assert sent < 20_000, "never cut off"
            assert swift.numbers(20) == list(range(sent - 19, sent + 1))


def test_a_large_transaction_cuts_nobody_off(open_site: Callable[..., Site], database: Database) -> None:
    site = open_site(pending=64)
    client = site.connect("case:1")
    with database.connect() as connection:
        for _ in range(2_000):
            happen_in(connection, "case:1")
        connection.commit()
    assert client.numbers(2_000) == list(range(1, 2_001))


def test_a_client_that_leaves_is_forgotten(site: Site) -> None:
    client = site.connect("case:1")
    until(lambda: site.hub.subscribers)
    client.close()
    until(lambda: not site.hub.subscribers)
    assert site.hub._by_topic == {}
    until(lambda: site.hub.admission.count == 0)


def test_the_server_stops_in_time_with_open_streams(open_site: Callable[..., Site]) -> None:
    site = open_site()
    clients = [site.connect("case:1") for _ in range(20)]
    assert site.stop() < 30
    assert all(client.retry is not None for client in clients)


def test_a_line_break_in_a_kind_cannot_forge_an_event(site: Site) -> None:
    client = site.connect("case:1")
    site.database.happen("case:1", kind="a\n\nevent: reset\ndata: {}\n\n")
    event = client.next()
    assert event.kind == "a event: reset data: {}"
    assert event.data["seq"] == site.base + 1


def show(database: Database, topic: str, data: dict[str, Any], visibility: str = "user") -> None:
    sign = json.dumps({"topic": topic, "kind": "typing", "visibility": visibility, "data": data})
    with database.connect(autocommit=True) as connection:
        connection.execute("SELECT pg_notify(%s, %s)", [EPHEMERAL_CHANNEL, sign])


def cut_listener(database: Database) -> None:
    """Kill the connection that listens, as a failover would."""
    killed = database.ask(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE application_name = 'bangban-live-listener' AND datname = current_database()"
    )
    assert killed == 1
