"""Events of a telephone exchange over HTTP: each judged by itself, the same again harmless, nothing answered with a failure."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangban.foundation.clocks.moment import now
from bangban.services.telephony.events import KINDS
from bangban.services.telephony.models import Call, RawEvent
from bangban.services.telephony.reads import recompute, wall
from bangban.services.telephony.simulation.traffic import traffic
from bangban.surfaces.api import limits
from bangban.surfaces.api.bodies_calls import MOST_EVENTS
from bangban.surfaces.api.routes_calls import CALL_ROUTES
from tests.cast import Cast, add_staff
from tests.surfaces.api.caller import Caller, assert_problem, guest, staff
from tests.surfaces.api.test_tokens import partner

EVENTS = "/hotline/calls/events"


def exchange() -> Caller:
    return partner("calls:write", "calls:read")[1]


@pytest.fixture
def phone(city: Cast) -> Caller:
    return exchange()


def event(n: int = 1, kind: str = "offered", **changes: Any) -> dict[str, Any]:
    return {"id": f"e{n}", "call": "c1", "kind": kind, "at": now().isoformat(), "caller": "13900000001", **changes}


def deliver(caller: Caller, *events: Any) -> dict[str, Any]:
    answer = caller.post(EVENTS, {"events": list(events)})
    assert answer.status == 200, answer.content[:500]
    body: dict[str, Any] = answer.body
    return body


@pytest.mark.clause("GB33358-5.1.2.3-a", "GB33358-3.8")
def test_a_call_is_told_in_any_order_and_twice_and_read_with_its_number_masked(city: Cast) -> None:
    phone, at = exchange(), now()
    told = [
        event(3, "answered", at=at.isoformat(), agent="S1"),
        event(4, "hung_up", at=(at + timedelta(seconds=60)).isoformat()),
        event(1, at=(at - timedelta(seconds=9)).isoformat()),
    ]
    assert deliver(phone, *told) == {"accepted": 3, "known": 0, "refused": []}
    assert deliver(phone, *reversed(told), told[0]) == {"accepted": 0, "known": 4, "refused": []}
    call = Call.objects.get()
    found = phone.get(f"/hotline/calls/{call.id}").body
    assert (found["outcome"], found["wait_seconds"], found["talk_seconds"]) == ("answered", 9, 60)
    assert found["phone"] == "139****0001"
    shown = phone.get("/hotline/wall").body
    assert (shown["today"]["offered"], shown["today"]["answered_in_15"], shown["rolling"]["percent"]) == (1, 1, 100.0)
    assert phone.get("/hotline/figures").body == shown["today"]
    assert phone.get(f"/hotline/figures?from={now():%Y-%m-%d}").body["talk_seconds"] == 60


@pytest.mark.parametrize(
    ("wrong", "names"),
    [
        ({"kind": "exploded"}, "exploded"),
        ({"at": None}, "at"),
        ({"at": "yesterday"}, "at"),
        ({"at": "2026-11-18T10:00:00"}, "时区"),
        ({"at": "2026-12-18T10:00:00+08:00"}, "时钟"),
        ({"caller": 5}, "caller"),
        ({"agnet": "S1"}, "agnet"),
        ({"seconds": -1}, "seconds"),
        ({"seconds": 10**30}, "seconds"),
        ({"note": "x" * 600}, "note"),
        ({"call": ""}, "call"),
        ({"direction": "up"}, "direction"),
        ({"kind": "recorded", "recording": "../../etc/passwd"}, "recording"),
    ],
)
def test_a_wrong_event_is_refused_with_a_sentence_and_the_others_land(
    city: Cast, wrong: dict[str, Any], names: str
) -> None:
    taken = deliver(exchange(), event(1), event(2, **wrong), event(3, "queued"))
    assert taken["accepted"] == 2
    (refused,) = taken["refused"]
    assert (refused["index"], refused["id"]) == (1, "e2")
    assert names in refused["detail"]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in refused["detail"])


def test_an_event_without_id_is_found_by_its_place(city: Cast) -> None:
    lacking = event(1)
    del lacking["id"]
    refused = deliver(exchange(), event(5), lacking, 7, None, [], "x")["refused"]
    assert [one["index"] for one in refused] == [1, 2, 3, 4, 5]
    assert "id" in refused[0]["detail"]


def test_a_delivery_is_limited_and_a_broken_one_refused_whole(city: Cast) -> None:
    phone = exchange()
    many = [event(n, call=f"c{n}") for n in range(MOST_EVENTS + 1)]
    assert_problem(phone.post(EVENTS, {"events": many}), 422)
    assert deliver(phone, *many[:-1])["accepted"] == MOST_EVENTS
    assert deliver(phone) == {"accepted": 0, "known": 0, "refused": []}
    for body in (b"", b"{", b"[]", b'{"events":5}', b'{"event":[]}', b'{"events":['):
        answer = phone.post(EVENTS, body)
        assert answer.status in (400, 422)
        assert_problem(answer, answer.status)
    assert_problem(phone.post(EVENTS, b'{"events":[{"id":"a\\u0000"}]}'), 422)
    for garbled in (b'{"id":"\xff"}', b'{"id":"\\ud800"}', b'{"note":' * 500 + b"1" + b"}" * 500):
        taken = phone.post(EVENTS, b'{"events":[' + garbled + b"," + json.dumps(event(7)).encode() + b"]}")
        assert taken.status in (200, 400, 422)
        assert taken.status != 200 or [one["index"] for one in taken.body["refused"]] == [0]


def test_a_delivery_asks_the_database_the_same_however_many_events_it_holds(city: Cast) -> None:
    phone = exchange()
    deliver(phone, event(0))
    counts = []
    for size in (10, 400):
        events = [event(n, call=f"d{size}-{n // 4}", id=f"{size}-{n}") for n in range(size)]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            deliver(phone, *events)
        counts.append(len(queries))
    assert counts[1] <= counts[0] + 2
    assert counts[1] < 30


def test_only_an_exchange_or_a_manager_delivers_events_and_only_the_hotline_reads_calls(city: Cast) -> None:
    manager = staff(add_staff("rx", "曾经理", "gz", "hotline_manager"))
    agent = staff(add_staff("hw", "冯话务", "gz", "hotline_agent"))
    stranger, nobody = staff(city.guide), guest()
    assert deliver(exchange(), event(1))["accepted"] == 1
    call = Call.objects.get()
    body = {"events": [event(2)]}
    expected = {
        ("POST", EVENTS): (200, 403, 403, 401),
        ("GET", f"/hotline/calls/{call.id}"): (200, 200, 403, 401),
        ("GET", "/hotline/wall"): (200, 200, 403, 401),
        ("GET", "/hotline/figures"): (200, 200, 403, 401),
    }
    assert {(route.method, route.path) for route in CALL_ROUTES} == {
        (method, path.replace(str(call.id), "{id}")) for method, path in expected
    }
    for (method, path), wanted in expected.items():
        for who, status in zip((manager, agent, stranger, nobody), wanted, strict=True):
            assert who.call(method, path, body if method == "POST" else None).status == status, (path, status)
    assert_problem(partner_reading().post(EVENTS, body), 403)


def partner_reading() -> Caller:
    from bangban.foundation.access.models import Account
    from bangban.foundation.access.tokens import make_token

    text = make_token(Account.objects.get(username="mini"), "reader", ("calls:read",))
    return Caller({"Authorization": f"Bearer {text}"})


def test_an_unknown_call_or_day_is_told_as_such(city: Cast) -> None:
    phone = exchange()
    for name in ("none", "00000000-0000-0000-0000-000000000000", "1%00", "..%2f"):
        assert_problem(phone.get(f"/hotline/calls/{name}"), 404)
    for query in ("from=tomorrow", "from=0001-01-01", "to=9999-12-31", "from=2026-11-19&to=2026-11-18", "from=%00"):
        assert_problem(phone.get(f"/hotline/figures?{query}"), 422)


@pytest.mark.clause("GB33358-5.1.2.3-a")
def test_played_traffic_over_http_is_counted_as_it_was(city: Cast) -> None:
    phone = exchange()
    events = list(traffic(3, now() - timedelta(hours=1), 60, 0.5))
    wire = [{name: value for name, value in json.loads(_json(one)).items() if value} for one in reversed(events)]
    for start in range(0, len(wire), 97):
        assert deliver(phone, *wire[start : start + 97])["refused"] == []
    offered = {one.call for one in events if one.kind == "offered"}
    answered = {one.call for one in events if one.kind == "answered"}
    today = wall().today
    assert (today.offered, today.answered) == (len(offered), len(answered))
    assert recompute(now().date(), now().date()) == []


def _json(one: Any) -> bytes:
    import msgspec

    return msgspec.json.encode(one)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=6,
)
moments = st.sampled_from([
    "2026-11-18T10:00:00+08:00", "2026-11-18T02:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "now", "",
    "2026-11-18T10:00:00", "2026-02-30T10:00:00Z", 0, None, 1e18,
])  # fmt: skip
nearly = st.fixed_dictionaries(
    {"id": st.text(max_size=8) | anything, "call": st.text(max_size=4), "kind": st.sampled_from(KINDS) | anything, "at": moments},
    optional={
        "agent": st.text(max_size=8), "party": st.text(max_size=8), "seconds": st.integers() | anything, "role": anything,
        "recording": st.text(max_size=8) | st.just("a/b.wav"), "exchange": st.text(max_size=3), "language": st.text(max_size=5),
        "direction": st.sampled_from(["in", "out", "", "x"]), "caller": st.text(max_size=12), "digest": st.text(max_size=5),
        "by": st.sampled_from(["caller", "agent", "", "?"]),
    },
)  # fmt: skip


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(events=st.lists(nearly | anything, max_size=6))
def test_no_delivery_is_answered_with_a_failure(phone: Caller, events: list[Any]) -> None:
    limits.forget()
    answer = phone.post(EVENTS, {"events": events})
    if answer.status == 200:
        assert answer.body["accepted"] + answer.body["known"] + len(answer.body["refused"]) == len(events)
        assert RawEvent.objects.count() >= answer.body["accepted"]
    else:
        assert_problem(answer, answer.status)
        assert answer.status in (400, 422)
        text = json.dumps(events)
        assert "\\u0000" in text or "\\ud" in text
