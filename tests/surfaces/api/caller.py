"""A program that calls the API: with a token or a case code, and JSON both ways."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.models import Account
from bangban.foundation.access.tokens import SCOPES, make_token

QUESTION = "失业了怎么领失业金"
CASE = {"question": QUESTION, "contact": {"name": "张三", "phone": "13900000001"}, "channel": "web"}


@dataclass
class Answer:
    """What came back."""

    status: int
    body: Any
    headers: dict[str, str]
    content: bytes


@dataclass
class Caller:
    """One client of the API with its standing headers."""

    headers: dict[str, str] = field(default_factory=dict)
    address: str = "127.0.0.1"

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Send one request; `body` is sent as it is when it is bytes."""
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        given = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        response = Client().generic(
            method, f"/api/v1{path}", content, "application/json", headers=given, REMOTE_ADDR=self.address
        )
        kind = response.headers["Content-Type"]
        decoded = json.loads(response.content) if "json" in kind else None
        return Answer(response.status_code, decoded, dict(response.headers), response.content)

    def get(self, path: str, **headers: str) -> Answer:
        """Read."""
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        """Write."""
        return self.call("POST", path, body, **headers)

    def act(self, number: str, action: str, **given: Any) -> Answer:
        """Do an action of the case flow."""
        return self.post(f"/cases/{number}/actions/{action}", given)


def guest(code: str = "", address: str = "127.0.0.1") -> Caller:
    """Return a caller without a token, who may know a case code."""
    return Caller({"X-Case-Token": code} if code else {}, address)


def staff(actor: Actor, scopes: tuple[str, ...] = SCOPES) -> Caller:
    """Return a caller with a member of staff's token."""
    account = Account.objects.get(id=actor.account_id)
    return Caller({"Authorization": f"Bearer {make_token(account, 'test', scopes)}"})


def opened(caller: Caller | None = None, **changes: Any) -> tuple[str, Caller]:
    """Return number and citizen of a new case."""
    answer = (caller or guest()).post("/cases", {**CASE, **changes})
    assert answer.status == 201, answer.body
    return answer.body["number"], guest(answer.body["token"])


def assert_problem(answer: Answer, status: int) -> dict[str, Any]:
    """Check that this is a problem with a sentence, and return it."""
    assert answer.status == status, (answer.status, answer.content[:500])
    assert answer.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.body
    assert body["status"] == status
    assert body["type"] == "about:blank"
    assert body["title"]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in body["detail"]), body
    assert body["request_id"] == answer.headers["X-Request-Id"]
    return body
