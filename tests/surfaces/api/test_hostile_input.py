"""Nothing that a program can send is answered with a failure of ours."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangban.registry.catalog.models.items import Item
from bangban.services.cases.models import Case
from bangban.surfaces.api import limits
from bangban.surfaces.api.openapi import document
from bangban.surfaces.api.views.cases import ACTIONS
from tests.cast import Cast
from tests.services.cases.steps import consulting
from tests.surfaces.api.caller import CASE, Caller, assert_problem, guest, opened, staff

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"


def _deep(depth: int) -> bytes:
    return b'{"data":' * depth + b"1" + b"}" * depth


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400), (b"{", 400), (b"nonsense", 400), (b"\xff\xfe", 400), (b'{"question":"\xff"}', 400), (b"\x00", 400),
        (b"[]", 422), (b"null", 422), (b'"text"', 422), (b"{}", 422), (b'{"question":"ab\\u0000cd"}', 422),
        (b'{"question":"a\\ud800b"}', 400), (_deep(100_000), 400), (b"[" * 200_000, 400), (b'{"question":1e999}', 422),
        (b'{"question":"' + b"x" * 900_000 + b'"}', 422), (b'{"question":"' + b"x" * 1_100_000 + b'"}', 413),
    ],
)  # fmt: skip
def test_a_broken_body_is_refused_as_what_it_is(city: Cast, body: bytes, status: int) -> None:
    answer = guest().post("/cases", body)
    # A body of arrays is the wrong type before it is too deep, and either refusal is right.
    assert answer.status == status or {answer.status, status} == {400, 422}, answer.content[:300]
    assert_problem(answer, answer.status)


def test_deep_and_nul_data_of_a_message_is_refused(city: Cast) -> None:
    number, citizen = opened()
    path = f"/cases/{number}/messages"
    for data in (b'{"text":"x","data":' + _deep(300) + b"}", b'{"text":"x","data":{"a":"\\u0000"}}',
                 b'{"text":"x","client_id":"a\\u0000"}', b'{"text":"x","data":{"\\u0000":1}}'):  # fmt: skip
        assert_problem(citizen.post(path, data), 422)
    assert_problem(citizen.get(f"/cases/{quote(number)}%00"), 404)
    assert_problem(citizen.get("/cases?search=%00"), 422)


@pytest.mark.clause("T637-5-g")
def test_a_script_in_every_field_comes_back_as_json_only(city: Cast, item: Item) -> None:
    number, citizen = opened(question=SCRIPT, contact={"name": SCRIPT, "phone": "13900000001"})
    guide = staff(city.guide)
    guide.act(number, "claim")
    guide.act(number, "sort", need_summary=SCRIPT, scope="own", complexity="simple", item=item.code)
    citizen.post(f"/cases/{number}/messages", {"text": SCRIPT, "client_id": SCRIPT, "data": {SCRIPT: SCRIPT}})
    guide.act(number, "close", opinion=SCRIPT)
    citizen.post("/evaluations", {"record": number, "grade": "satisfied", "text": SCRIPT})
    for caller in (citizen, guide):
        for path in (f"/cases/{number}", f"/cases/{number}/messages", "/cases?box=after"):
            answer = caller.get(path)
            assert answer.status == 200
            assert answer.headers["Content-Type"] == "application/json"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for text in (SCRIPT, "ZX" + SCRIPT):
        assert (
            SCRIPT.encode() not in assert_problem(guide.get(f"/cases/{quote(text, safe='')}"), 404)["detail"].encode()
        )


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=8,
)
odd = st.sampled_from(
    ["", "\x00", "²", "９", "-1", "9" * 30, "'; DROP TABLE cases_case; --", SCRIPT, "../../etc/passwd", "%", "\u202e"]
)
words = odd | st.text(max_size=30)


def _operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path.removeprefix("/api/v1"), method.upper(), operation)
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    ]


def _fields(operation: dict[str, Any]) -> list[str]:
    if "requestBody" not in operation:
        return []
    name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    return list(document()["components"]["schemas"][name]["properties"])


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, str, bytes | None, dict[str, str]]:
    """Draw a request for an operation of the document: nearly right, odd, or raw bytes."""
    path, method, operation = draw(st.sampled_from(_operations()))
    for name in ("number", "action", "name"):
        if "{" + name + "}" in path:
            known = {"number": "NUMBER", "action": draw(st.sampled_from(sorted(ACTIONS))), "name": "overview"}[name]
            path = path.replace("{" + name + "}", draw(st.just(known) | words.map(lambda t: quote(t, safe=""))))
    names = [p["name"] for p in operation["parameters"] if p["in"] == "query"]
    asked = draw(st.dictionaries(st.sampled_from(names), words, max_size=4)) if names else {}
    path += "?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in asked.items())
    fields = _fields(operation)
    typical = st.sampled_from(["NUMBER", "own", "complex", "yx", "guide", "specialist", "T0001", "obtained", "2026-12-01T00:00:00Z",
                               "9999-12-31T23:59:59-14:00", True, "consult"]) | odd  # fmt: skip
    shaped = st.dictionaries(st.sampled_from(fields or ["x"]), typical | anything, max_size=8).map(
        lambda body: json.dumps(body).encode()
    )
    body = draw(shaped | st.binary(max_size=60)) if method == "POST" else None
    headers = draw(st.fixed_dictionaries({}, optional={"Idempotency-Key": words.filter(_plain)}))
    return method, path, body, headers


def _plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


@settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(request=requests(), who=st.integers(0, 4))
def _storm(
    callers: list[Caller], number: str, request: tuple[str, str, bytes | None, dict[str, str]], who: int
) -> None:
    method, path, body, headers = request
    limits.forget()
    answer = Caller({**callers[who].headers, **headers}).call(
        method, path.replace("NUMBER", number), body.replace(b"NUMBER", number.encode()) if body else body
    )
    assert answer.status < 500, (method, path, body, answer.content[:300])
    if answer.status >= 400:
        assert_problem(answer, answer.status)


def test_no_request_of_any_kind_is_answered_with_a_failure(city: Cast, item: Item) -> None:
    number, _ = consulting(city, item)
    case_code = opened()[1]
    people = [city.guide, city.specialist, city.manager]
    _storm([guest(), case_code, *[staff(person) for person in people]], number)
    assert Case.objects.filter(number=number).exists()


def test_the_usual_case_still_opens(city: Cast) -> None:
    assert guest().post("/cases", CASE).status == 201


def test_a_broken_table_of_ours_is_not_blamed_on_the_caller(city: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise msgspec.ValidationError("Object contains unknown field `topics`")

    monkeypatch.setattr("bangban.surfaces.api.views.assistant.ask", broken)
    with pytest.raises(msgspec.ValidationError):
        guest().post("/assistant/ask", {"question": "失业金怎么领"})
