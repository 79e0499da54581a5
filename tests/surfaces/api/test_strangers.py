"""Who is not a party learns nothing, and cannot try numbers for long."""

from __future__ import annotations

import pytest

from bangban.registry.catalog.models.items import Item
from bangban.services.cases.actions import transfer_down
from bangban.surfaces.api import limits
from bangban.surfaces.api.limits import GUESSES_PER_MINUTE
from tests.cast import Cast
from tests.services.cases.steps import SORTED
from tests.surfaces.api.caller import Caller, assert_problem, guest, opened, staff

UNKNOWN = "ZX2611180000000"


def _calls(caller: Caller, number: str) -> list[tuple[int, object, object]]:
    made = [
        caller.get(f"/cases/{number}"),
        caller.get(f"/cases/{number}/messages"),
        caller.post(f"/cases/{number}/messages", {"text": "在吗"}),
        caller.act(number, "withdraw"),
        caller.act(number, "claim"),
        caller.act(number, "no_such_action"),
        caller.post("/evaluations", {"record": number, "grade": "very_satisfied"}),
    ]
    return [(a.status, a.body["title"], a.body["detail"]) for a in made]


@pytest.mark.clause("T637-5-g", "BJP-4")
def test_a_foreign_case_looks_exactly_like_an_unknown_one(city: Cast) -> None:
    number, _ = opened()
    for caller in (guest(), guest("guessed"), staff(city.stranger), staff(city.district_guide)):
        limits.forget()
        foreign = _calls(caller, number)
        limits.forget()
        unknown = _calls(caller, UNKNOWN)
        assert foreign == unknown
        assert {status for status, _, _ in foreign} == {404}


def test_the_code_of_one_case_does_not_open_another(city: Cast) -> None:
    first, citizen = opened()
    second, _ = opened()
    assert citizen.get(f"/cases/{first}").status == 200
    assert_problem(citizen.get(f"/cases/{second}"), 404)


def test_whoever_tries_numbers_is_slowed_down_also_when_a_number_fits(city: Cast) -> None:
    number, citizen = opened()
    address = "192.0.2.7"
    guesser = guest("guessed", address)
    for place in range(GUESSES_PER_MINUTE):
        assert guesser.get(f"/cases/ZX26111800{place:05}").status == 404
    refused = guesser.get(f"/cases/{UNKNOWN}")
    assert_problem(refused, 429)
    assert int(refused.headers["Retry-After"]) >= 1
    hit = guest(citizen.headers["X-Case-Token"], address).get(f"/cases/{number}")
    assert_problem(hit, 429)
    assert citizen.get(f"/cases/{number}").status == 200


def test_guessing_tokens_is_slowed_down_too(city: Cast) -> None:
    statuses = [
        Caller({"Authorization": f"Bearer bb_{place}"}, "192.0.2.8").get("/cases").status
        for place in range(GUESSES_PER_MINUTE + 2)
    ]
    assert statuses[0] == 401
    assert statuses[-1] == 429


def test_a_receiver_sees_the_case_only_while_it_is_offered(city: Cast, item: Item) -> None:
    number, _ = opened()
    guide, district = staff(city.guide), staff(city.district_guide)
    assert guide.act(number, "claim").status == 200
    assert guide.act(number, "sort", **SORTED, item=item.code).status == 200
    assert district.get(f"/cases/{number}").status == 404
    transfer_down(city.guide, number, {"to": "yx"})
    assert district.get(f"/cases/{number}").body["allowed_actions"] == ["accept", "return"]


def test_internal_words_and_the_sorted_need_stay_with_staff(city: Cast) -> None:
    number, citizen = opened()
    guide = staff(city.guide)
    guide.act(number, "claim")
    guide.act(number, "sort", **{**SORTED, "need_summary": "此人很着急"})
    assert guide.post(f"/cases/{number}/messages", {"text": "内部备注", "internal": True}).status == 201
    seen = citizen.get(f"/cases/{number}/messages").content + citizen.get(f"/cases/{number}").content
    assert "内部备注".encode() not in seen
    assert "此人很着急".encode() not in seen
    assert "内部备注".encode() in guide.get(f"/cases/{number}/messages").content
    assert_problem(citizen.post(f"/cases/{number}/messages", {"text": "x", "internal": True}), 409)
