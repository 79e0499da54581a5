"""Every operation against every kind of caller: the table says who may, and covers every route."""

from __future__ import annotations

import pytest

from bangban.surfaces.api import limits
from bangban.surfaces.api.routes import ONLINE_ROUTES, ROUTES
from tests.cast import Cast
from tests.surfaces.api.caller import CASE, Caller, guest, opened, staff
from tests.surfaces.api.test_tokens import partner

BODIES = {
    "/cases": CASE,
    "/cases/{number}/messages": {"text": "在吗"},
    "/assistant/ask": {"question": "转人工"},
    "/evaluations": {"record": "NUMBER", "grade": "satisfied"},
}
# nobody, the citizen, a partner without the code, the guide of the unit, staff elsewhere, a manager of the unit
RULES: dict[tuple[str, str], tuple[int, int, int, int, int, int]] = {
    ("POST", "/assistant/ask"): (200, 200, 200, 200, 200, 200),
    ("POST", "/cases"): (201, 201, 201, 201, 201, 201),
    ("GET", "/cases"): (200, 200, 200, 200, 200, 200),
    ("GET", "/cases/{number}"): (404, 200, 404, 200, 404, 200),
    ("POST", "/cases/{number}/actions/{action}"): (404, 409, 404, 200, 404, 409),
    ("GET", "/cases/{number}/messages"): (404, 200, 404, 200, 404, 200),
    ("POST", "/cases/{number}/messages"): (404, 201, 404, 409, 404, 201),
    ("POST", "/evaluations"): (404, 409, 404, 409, 404, 409),
    ("GET", "/stats/{name}"): (401, 401, 403, 403, 403, 200),
}


@pytest.mark.clause("T637-6.1.6-d", "T637-5-g")
def test_every_route_keeps_its_access_rule(city: Cast) -> None:
    assert set(RULES) == {(route.method, route.path) for route in ONLINE_ROUTES}
    _, mini = partner("cases:read", "cases:write", "assistant", "stats")
    others = (staff(city.guide), staff(city.stranger), staff(city.manager))
    for (method, path), expected in RULES.items():
        number, citizen = opened()
        found = [_status(caller, method, path, number) for caller in (guest(), citizen, mini, *others)]
        assert found == list(expected), (method, path)


def _status(caller: Caller, method: str, path: str, number: str) -> int:
    limits.forget()
    body = dict(BODIES.get(path, {}))
    if "record" in body:
        body["record"] = number
    address = path.format(number=number, action="claim", name="overview")
    return caller.call(method, address, body if method == "POST" else None).status


def test_other_methods_are_refused_with_what_is_allowed(city: Cast) -> None:
    for path in {route.path for route in ROUTES}:
        allowed = {route.method for route in ROUTES if route.path == path}
        address = path.format(number="ZX1", action="claim", name="x", code="gz", id="1")
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} - allowed:
            answer = guest().call(method, address)
            assert answer.status == 405, (method, path)
            assert set(answer.headers["Allow"].split(", ")) == allowed
            assert answer.headers["Content-Type"] == "application/problem+json"
