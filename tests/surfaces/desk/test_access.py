"""Every address of the work portal, asked by every duty, by a stranger, and by staff without the duty."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern

from bangban.foundation.access.duties import DUTIES, PERMISSIONS
from bangban.registry.org import actions as org
from bangban.registry.org.reads import actor_of
from bangban.surfaces.desk.urls import urlpatterns
from tests.cast import Cast
from tests.services.cases.steps import opened
from tests.surfaces.desk.conftest import Desk

OPEN = {"signin"}
EVERYBODY = {
    "board", "signout", "undertaking", "account", "password", "enrol", "confirm", "disable", "end-session", "messages", "bell", "alive",
}  # fmt: skip
DOORS: dict[str, tuple[str, ...]] = {
    "presence": ("presence.set",),
    "lease": ("presence.set", "calls.take"),
    **dict.fromkeys(("contact",), ("personal_data.reveal",)),
    **dict.fromkeys(("feedback", "knowledge", "entry"), ("knowledge.search",)),
    **dict.fromkeys(("entry-new", "entry-edit"), ("knowledge.edit",)),
    **dict.fromkeys(("entry-do", "gap"), ("knowledge.edit", "knowledge.review")),
    "new": ("cases.register",),
    "team": ("team.manage",),
    **dict.fromkeys(("statistics", "export"), ("statistics.view",)),
    **dict.fromkeys(("outbox", "resend", "finish"), ("notify.outbox",)),
    "conformance": ("conformance.view",),
    "ledger": ("ledger.audit",),
    **dict.fromkeys(("accounts", "account-do"), ("accounts.manage", "duties.grant")),
}


def address(pattern: URLPattern, number: str) -> str:
    route = str(pattern.pattern)
    values = {
        "<str:number>": number, "<str:action>": "claim", "<str:what>": "item", "<str:code>": "T0001", "<str:entry>": "ZS1",
        "<str:name>": "overview", "<uuid:attachment>": str(uuid4()), "<uuid:delivery>": str(uuid4()),
        "<uuid:candidate>": str(uuid4()), "<int:account>": "1",
    }  # fmt: skip
    for mark, value in values.items():
        route = route.replace(mark, value)
    assert "<" not in route, route
    return f"/desk/{route}"


def posts(name: str) -> bool:
    return name in {
        "signout", "password", "enrol", "confirm", "disable", "end-session", "presence", "lease", "alive", "do", "say", "upload", "typing",
        "read", "insert", "feedback", "resend", "finish", "gap", "entry-do", "account-do",
    }  # fmt: skip


def ask(client: Client, pattern: URLPattern, number: str) -> int:
    url = address(pattern, number)
    name = str(pattern.name)
    return (client.post(url) if posts(name) else client.get(url)).status_code


def test_a_stranger_is_sent_to_the_sign_in_page_everywhere(city: Cast, client: Client) -> None:
    number, _ = opened()
    for pattern in urlpatterns:
        url = address(pattern, number)
        answer = client.post(url) if posts(str(pattern.name)) else client.get(url)
        if pattern.name in OPEN:
            assert answer.status_code == 200
        else:
            assert answer.status_code == 303, url
            assert answer.headers["Location"].startswith("/desk/signin"), url
        assert number not in answer.content.decode()


@pytest.mark.parametrize("duty", sorted(DUTIES))
@pytest.mark.clause("T637-6.1.2-a")
def test_each_duty_opens_its_pages_and_no_others(city: Cast, desk: Desk, duty: str) -> None:
    number, _ = opened()
    staff = org.save_staff(org.NewStaff("walker", "走访", "gz", (duty,)))
    actor = actor_of(staff.account)
    for pattern in urlpatterns:
        name = str(pattern.name)
        if name in OPEN | {"signout"}:
            continue
        permissions = () if name in EVERYBODY else DOORS.get(name, ("cases.list",))
        may = not permissions or any(duty in PERMISSIONS[permission] for permission in permissions)
        status = ask(desk(actor), pattern, number)
        assert status < 500, (duty, name, status)
        if may:
            assert status != 403, (duty, name)
        else:
            assert status == 403, (duty, name, status)


def test_a_case_of_another_unit_does_not_exist_at_any_address(city: Cast, desk: Desk) -> None:
    number, _ = opened()
    client = desk(city.stranger)
    for pattern in urlpatterns:
        if "cases/" in str(pattern.pattern):
            assert ask(client, pattern, number) == 404, pattern.name
