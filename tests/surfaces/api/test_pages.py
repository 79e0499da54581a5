"""Lists come in pages that neither lose nor repeat a case while new ones arrive."""

from __future__ import annotations

import base64
import json

import pytest

from tests.cast import Cast
from tests.surfaces.api.caller import assert_problem, guest, opened, staff


def test_pages_follow_each_other_while_new_cases_arrive(city: Cast) -> None:
    numbers = [opened()[0] for _ in range(7)]
    guide = staff(city.guide)
    seen: list[str] = []
    after = ""
    for _ in range(10):
        page = guide.get(f"/cases?box=waiting&limit=3&after={after}").body
        assert len(page["cases"]) <= 3
        seen += [row["number"] for row in page["cases"]]
        opened()
        after = page["next"]
        if not after:
            break
    assert seen == numbers[::-1]


def test_a_guest_lists_only_what_the_code_opens(city: Cast) -> None:
    number, citizen = opened()
    opened()
    assert [row["number"] for row in citizen.get("/cases").body["cases"]] == [number]
    assert guest().get("/cases").body == {"cases": [], "next": ""}


def test_a_list_is_narrowed_by_number_and_phone(city: Cast) -> None:
    number, _ = opened(contact={"phone": "13911112222"})
    opened()
    guide = staff(city.guide)
    for words in (number, number.lower(), "13911112222"):
        rows = guide.get(f"/cases?box=waiting&search={words}").body["cases"]
        assert [row["number"] for row in rows] == [number]
    assert "box" in assert_problem(guide.get("/cases?box=nowhere"), 422)["fields"]


def _mark(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "after",
    ["x", "中文", "%00", _mark(5), _mark([1, 2]), _mark(["2026-01-01", 5]), _mark(["0001-01-01T00:00:00+14:00", "x"]),
     _mark(["2026-01-01T00:00:00", {}]), _mark([[[[[[]]]]]])],
)  # fmt: skip
def test_a_broken_mark_is_refused_with_a_sentence(city: Cast, after: str) -> None:
    assert "after" in assert_problem(staff(city.guide).get(f"/cases?after={after}"), 422)["fields"]


@pytest.mark.parametrize("limit", ["0", "-1", "²", "abc", "99999999999", "٣", ""])
def test_a_strange_limit_falls_back(city: Cast, limit: str) -> None:
    number, citizen = opened()
    assert citizen.get(f"/cases?limit={limit}").status == 200
    assert citizen.get(f"/cases/{number}/messages?after={limit}&limit={limit}").status == 200


def test_messages_come_after_a_position(city: Cast) -> None:
    number, citizen = opened()
    for place in range(5):
        citizen.post(f"/cases/{number}/messages", {"text": f"第{place}句"})
    page = citizen.get(f"/cases/{number}/messages?after=2&limit=2").body
    assert [m["position"] for m in page["messages"]] == [3, 4]
    assert page["last"] == 4
