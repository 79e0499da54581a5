"""A case is opened through the API by any client, and comes back to whoever holds its code."""

from __future__ import annotations

import pytest
from django.test import Client

from bangban.foundation.access.actors import CHANNELS
from bangban.foundation.ledger.models import Event
from bangban.registry.catalog.models.items import Item
from bangban.registry.org import reads
from bangban.registry.org.models import Body
from bangban.services.cases.models import Case
from tests.cast import NIGHT, Cast, make_city
from tests.surfaces.api.caller import CASE, assert_problem, guest, opened, staff


@pytest.mark.clause("T637-8.1-b")
def test_a_new_case_is_answered_with_its_number_and_code(city: Cast) -> None:
    answer = guest().post("/cases", CASE)
    assert answer.status == 201
    assert set(answer.body) == {"number", "token", "state", "stage", "allowed_actions", "promised_at"}
    assert answer.body["state"] == "queued"
    assert answer.body["stage"] == "consult"
    assert "withdraw" in answer.body["allowed_actions"]
    assert Case.objects.get(number=answer.body["number"]).contact_name == "张三"


@pytest.mark.clause("T637-8.1-a", "T637-6.1.5-a", "T637-6.1.5-b", "T637-6.1.5-d")
@pytest.mark.parametrize("channel", [code for code in CHANNELS if code != "system"])
def test_every_channel_makes_the_same_record_with_its_own_code(city: Cast, channel: str) -> None:
    number, citizen = opened(channel=channel)
    case = Case.objects.get(number=number)
    assert (case.channel, case.state, case.number[:2]) == (channel, "queued", "ZX")
    assert citizen.get(f"/cases/{number}").body["number"] == number
    listed = staff(city.guide).get(f"/cases?box=waiting&channel={channel}").body["cases"]
    assert [row["number"] for row in listed] == [number]


@pytest.mark.clause("T637-8.1-a")
def test_a_case_of_the_kiosk_goes_on_in_the_web_by_its_code(city: Cast) -> None:
    number, citizen = opened(channel="kiosk")
    assert citizen.post(f"/cases/{number}/messages", {"text": "我回到家了"}).status == 201
    assert len(citizen.get(f"/cases/{number}/messages").body["messages"]) == 2


@pytest.mark.clause("T637-8.1-b")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"question": ""}, "question"),
        ({"question": "长" * 2001}, "question"),
        ({"contact": {}}, "phone"),
        ({"contact": {"phone": "12"}}, "phone"),
        ({"channel": "telepathy"}, "channel"),
        ({"item": "no such item"}, "item"),
        ({"unit": "no such unit"}, "unit"),
        ({"question": 5}, "question"),
        ({"contact": {"phone": 13900000001}}, "contact.phone"),
        ({"wanted_service": "miracle"}, "wanted_service"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_what_is_missing_or_wrong_is_refused_by_the_name_of_the_field(
    city: Cast, changes: dict[str, object], field: str
) -> None:
    body = assert_problem(guest().post("/cases", {**CASE, **changes}), 422)
    assert field in body["fields"], body
    assert not Case.objects.exists()


def test_a_body_without_its_question_names_it(city: Cast) -> None:
    body = assert_problem(guest().post("/cases", {"contact": {"phone": "13900000001"}}), 422)
    assert "question" in body["fields"]


def test_a_named_item_and_unit_come_along(city: Cast, item: Item) -> None:
    number, _ = opened(item=item.code, unit="yx")
    case = Case.objects.get(number=number)
    assert (case.item_id, case.unit_id) == (item.id, city.district.id)


@pytest.mark.django_db
@pytest.mark.clause("BJ-6-b")
def test_at_night_the_promise_is_the_next_morning() -> None:
    make_city(NIGHT)
    answer = guest().post("/cases", CASE)
    assert answer.body["promised_at"].startswith("2026-11-19T")


def test_the_code_is_shown_once_and_stored_as_a_digest(city: Cast) -> None:
    answer = guest().post("/cases", CASE)
    token = answer.body["token"]
    case = Case.objects.get(number=answer.body["number"])
    assert token.encode() not in bytes(case.token_digest)
    again = guest(token).get(f"/cases/{case.number}")
    assert token.encode() not in again.content
    assert not Event.objects.filter(data__icontains=token).exists()


def test_a_house_without_an_open_centre_says_so_instead_of_failing(city: Cast) -> None:
    Body.objects.update(online_since=None)
    reads.forget()
    assert_problem(guest().post("/cases", CASE), 409)
    assert any("online_since" in warning for warning in Client().get("/healthz").json()["warnings"])
