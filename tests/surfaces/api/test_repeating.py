"""A client that does not know whether its request arrived may send it again."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from bangban.services.cases.models import Case
from bangban.services.conversation.models import Message
from tests.cast import Cast, make_city
from tests.surfaces.api.caller import CASE, Answer, Caller, assert_problem, guest, opened, staff


@pytest.mark.clause("T637-6.1.5-a")
def test_the_same_key_gives_the_same_answer_and_one_case(city: Cast) -> None:
    first = guest().post("/cases", CASE, Idempotency_Key="k1")
    again = guest().post("/cases", CASE, Idempotency_Key="k1")
    assert (first.status, first.content) == (again.status, again.content)
    assert Case.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(city: Cast) -> None:
    guest().post("/cases", CASE, Idempotency_Key="k1")
    assert_problem(guest().post("/cases", {**CASE, "question": "别的事情"}, Idempotency_Key="k1"), 409)
    assert Case.objects.count() == 1


def test_a_refused_request_may_be_mended_and_sent_again(city: Cast) -> None:
    assert_problem(guest().post("/cases", {**CASE, "contact": {}}, Idempotency_Key="k1"), 422)
    assert guest().post("/cases", CASE, Idempotency_Key="k1").status == 201


def test_keys_of_different_callers_do_not_meet(city: Cast) -> None:
    guest(address="192.0.2.1").post("/cases", CASE, Idempotency_Key="k1")
    guest(address="192.0.2.2").post("/cases", CASE, Idempotency_Key="k1")
    staff(city.guide).post("/cases", CASE, Idempotency_Key="k1")
    assert Case.objects.count() == 3


def test_a_key_does_not_show_a_case_to_a_neighbour_behind_the_same_address(city: Cast) -> None:
    number, citizen = opened()
    path = f"/cases/{number}/actions/withdraw"
    assert citizen.post(path, {}, Idempotency_Key="k1").status == 200
    assert citizen.post(path, {}, Idempotency_Key="k1").status == 200
    assert_problem(guest("guessed").post(path, {}, Idempotency_Key="k1"), 404)


def test_an_action_with_a_key_is_done_once(city: Cast) -> None:
    number, _ = opened()
    guide = staff(city.guide)
    path = f"/cases/{number}/actions/claim"
    first = guide.post(path, {}, Idempotency_Key="k1")
    assert guide.post(path, {}, Idempotency_Key="k1").content == first.content
    assert_problem(guide.post(path, {}), 409)


@pytest.mark.clause("T637-5-d")
def test_a_repeated_client_id_is_answered_200_with_the_same_message(city: Cast) -> None:
    number, citizen = opened()
    first = citizen.post(f"/cases/{number}/messages", {"text": "在吗", "client_id": "m1"})
    again = citizen.post(f"/cases/{number}/messages", {"text": "在吗", "client_id": "m1"})
    assert (first.status, again.status) == (201, 200)
    assert first.body == again.body
    assert Message.objects.filter(client_id="m1").count() == 1


def test_a_key_serves_messages_without_client_id(city: Cast) -> None:
    number, citizen = opened()
    path = f"/cases/{number}/messages"
    first = citizen.post(path, {"text": "在吗"}, Idempotency_Key="m")
    assert citizen.post(path, {"text": "在吗"}, Idempotency_Key="m").body == first.body
    assert len(citizen.get(path).body["messages"]) == 2


@pytest.fixture
def open_city(transactional_db: None) -> Iterator[Cast]:
    """A city that threads with their own connections can see."""
    yield make_city()


def _at_once(caller: Caller, path: str, body: dict[str, object], **headers: str) -> list[Answer]:
    def send(_: int) -> Answer:
        try:
            return caller.post(path, body, **headers)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        return list(pool.map(send, range(6)))


def test_the_same_key_several_times_at_once_makes_one_case(open_city: Cast) -> None:
    for place in range(5):
        answers = _at_once(guest(), "/cases", CASE, Idempotency_Key=f"k{place}")
        assert {a.status for a in answers} == {201}
        assert len({a.content for a in answers}) == 1
    assert Case.objects.count() == 5


def test_the_same_action_with_a_key_at_once_is_done_once(open_city: Cast) -> None:
    number, citizen = opened()
    answers = _at_once(citizen, f"/cases/{number}/messages", {"text": "在吗"}, Idempotency_Key="m")
    assert {a.status for a in answers} == {201}
    assert len({a.content for a in answers}) == 1
    assert Message.objects.filter(text__isnull=False, position__gt=1).count() == 1
