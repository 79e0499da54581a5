"""Messages of the media over HTTP: each judged by itself, the same again harmless, nothing answered with a failure."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import clear_url_caches, path
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangban.foundation.clocks.models import Clock
from bangban.foundation.clocks.moment import now
from bangban.services.conversation.models import Attachment
from bangban.services.hotline.models import IntakeMessage, WorkOrder
from bangban.services.hotline.reads.messages import files
from bangban.surfaces.api import limits
from bangban.surfaces.api.bodies_intake import MOST_MESSAGES
from bangban.surfaces.api.endpoint import operation
from bangban.surfaces.api.routes import ROUTES
from bangban.surfaces.api.routes_intake import INTAKE_ROUTES
from tests.hotline import Hotline, make_hotline
from tests.services.hotline.clips import MP4, PNG
from tests.surfaces.api import urls
from tests.surfaces.api.caller import Caller, assert_problem, guest, staff
from tests.surfaces.api.test_tokens import partner

MESSAGES, FILES = "/hotline/messages", "/hotline/files"


@pytest.fixture
def line(db: None) -> Hotline:
    return make_hotline()


@pytest.fixture(autouse=True)
def _mounted(settings: Any) -> None:
    """Mount these operations also where the list of all operations does not name them yet."""
    if {route.path for route in INTAKE_ROUTES} <= {route.path for route in ROUTES}:
        return
    alone = ModuleType("intake_alone")
    own = [path(f"api/v1{one.path}", operation({one.method: one})) for one in INTAKE_ROUTES]
    vars(alone).update({**vars(urls), "urlpatterns": [*own, *urls.urlpatterns]})
    settings.ROOT_URLCONF = alone
    clear_url_caches()


def medium() -> Caller:
    return partner("orders:write")[1]


def told(n: int = 1, **changes: Any) -> dict[str, Any]:
    return {"source": "sms", "medium": "cmcc", "id": f"m{n}", "sender": f"1390000{n:04}", "text": "路灯坏了", **changes}


def deliver(caller: Caller, *messages: Any) -> dict[str, Any]:
    answer = caller.post(MESSAGES, {"messages": list(messages)})
    assert answer.status == 200, answer.content[:500]
    body: dict[str, Any] = answer.body
    return body


@pytest.mark.clause("GB33358-3.2")
def test_messages_become_orders_and_the_same_again_names_the_same_order(line: Hotline) -> None:
    phone, at = medium(), (now() - timedelta(minutes=1)).isoformat()
    first = deliver(phone, told(1, received_at=at), told(2, source="media", medium="wechat"))
    assert [one["id"] for one in first["taken"]] == ["m1", "m2"] and first["refused"] == []
    assert deliver(phone, told(1, received_at=at), told(2, source="media", medium="wechat")) == first
    assert WorkOrder.objects.count() == 2
    due = Clock.objects.get(record_id=WorkOrder.objects.get(source="sms").id).due_at
    assert due.isoformat() == (datetime.fromisoformat(at) + timedelta(minutes=3)).isoformat()


def test_a_wrong_message_is_refused_by_itself_and_the_others_land(line: Hotline) -> None:
    answer = deliver(
        medium(), told(1), {"source": "sms"}, told(2, source="pigeon"), told(3, text=""), "text", told(4, extra=1),
        told(5, received_at="yesterday"), told(6, sender="1" * 201), told(7, files=[str(uuid4())]), told(8),
    )  # fmt: skip
    assert [one["id"] for one in answer["taken"]] == ["m1", "m8"]
    assert [(one["index"], one["id"]) for one in answer["refused"]] == [
        (1, ""), (2, "m2"), (3, "m3"), (4, ""), (5, "m4"), (6, "m5"), (7, "m6"), (8, "m7"),
    ]  # fmt: skip
    for one in answer["refused"]:
        assert one["detail"]
    assert "source" in answer["refused"][1]["fields"] and "files" in answer["refused"][7]["fields"]
    assert IntakeMessage.objects.count() == 2


@pytest.mark.clause("GB33358-4.2.4-h")
def test_a_file_is_sent_first_and_named_by_its_message(line: Hotline) -> None:
    phone = medium()
    sent = upload(phone, "现场.mp4", MP4)
    assert sent.status_code == 201, sent.content
    file = sent.json()
    assert (file["media_type"], file["size"], len(file["sm3"])) == ("video/mp4", len(MP4), 64)
    taken = deliver(phone, told(1, files=[file["id"]]))["taken"][0]
    assert [one.name for one in files(line.agent, taken["order"])] == ["现场.mp4"]
    assert deliver(phone, told(2, files=[file["id"]]))["refused"][0]["fields"]["files"]


def upload(caller: Caller, name: str, content: bytes) -> Any:
    file = SimpleUploadedFile(name, content)
    return Client().post(f"/api/v1{FILES}", {"file": file}, headers=caller.headers)


def test_a_file_that_may_not_be_stored_is_told_what_may(line: Hotline) -> None:
    phone = medium()
    refused = upload(phone, "照片.png", b"MZ\x90\x00" * 9)
    assert refused.status_code == 422 and "不支持这种文件" in refused.json()["detail"]
    assert_problem(phone.post(FILES, b"not multipart"), 422)
    broken = Client().generic(
        "POST", f"/api/v1{FILES}", b"--x\r\nbroken", "multipart/form-data; boundary=", headers=phone.headers
    )
    assert broken.status_code in (400, 422)
    assert not Attachment.objects.exists()


def test_only_media_with_the_scope_and_managers_deliver(line: Hotline) -> None:
    body = {"messages": [told()]}
    assert_problem(guest().post(MESSAGES, body), 401)
    assert_problem(partner("orders:read")[1].post(MESSAGES, body), 403)
    assert_problem(staff(line.agent).post(MESSAGES, body), 403)
    assert_problem(guest().post(FILES), 401)
    assert staff(line.manager).post(MESSAGES, body).status == 200
    assert upload(guest(), "照片.png", PNG).status_code == 401
    assert_problem(guest().get(MESSAGES), 405)


def test_a_delivery_has_at_most_a_hundred_messages(line: Hotline) -> None:
    phone = medium()
    assert_problem(phone.post(MESSAGES, {"messages": [told()] * (MOST_MESSAGES + 1)}), 422)
    assert_problem(phone.post(MESSAGES, {"messages": [told(text="a\x00b")]}), 422)
    assert deliver(phone) == {"taken": [], "refused": []}


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
odd = st.fixed_dictionaries(
    {},
    optional={
        name: anything | st.text(max_size=30)
        for name in ("source", "id", "medium", "sender", "name", "subject", "text", "sent_at", "received_at", "files")
    },
)
near = st.builds(
    lambda changes: told(1) | changes,
    st.fixed_dictionaries(
        {},
        optional={
            "source": st.sampled_from(["sms", "mailbox", "website", "media", "telephone"]),
            "sender": st.text(max_size=210), "text": st.text(max_size=60), "id": st.text(max_size=210),
            "subject": st.text(max_size=60), "name": st.text(max_size=60),
            "received_at": st.datetimes().map(lambda at: at.isoformat() + "Z"),
        },
    ),
)  # fmt: skip


@pytest.fixture
def phone(line: Hotline) -> Caller:
    return medium()


@given(messages=st.lists(anything | odd | near, max_size=4))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_no_delivery_at_all_is_answered_with_a_failure(phone: Caller, messages: list[Any]) -> None:
    limits.forget()
    answer = phone.post(MESSAGES, {"messages": messages})
    if "\\u0000" in json.dumps(messages):
        assert answer.status in (200, 422)
        return
    assert answer.status in (200, 400), answer.content[:300]
    if answer.status == 200:
        assert len(answer.body["taken"]) + len(answer.body["refused"]) == len(messages)
