"""A program reads the place in the queue with the case (BJ-2-d)."""

from __future__ import annotations

import pytest

from bangban.services.cases import actions
from tests.cast import Cast
from tests.services.cases.test_waiting import taken_after
from tests.surfaces.api.caller import opened, staff


@pytest.mark.clause("BJ-2-d")
def test_a_waiting_case_tells_its_place_and_a_served_one_does_not(city: Cast) -> None:
    taken_after(city, minutes=5)
    opened()
    number, citizen = opened()
    assert citizen.get(f"/cases/{number}").body["queue"] == {"ahead": 1, "expected_seconds": 300}
    assert staff(city.guide).get(f"/cases/{number}").body["queue"]["ahead"] == 1
    actions.claim(city.guide, number)
    assert citizen.get(f"/cases/{number}").body["queue"] is None
