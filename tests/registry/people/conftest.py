"""Service users for the tests of their room."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.phone_codes import send_phone_code
from bangban.foundation.clocks.moment import stand_at
from bangban.registry.people.actions import sign_in_phone
from bangban.registry.people.reads import actor_of_person
from tests.foundation.access.conftest import last_code

MORNING = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
ZHANG = ("张三", "111", "11010519491231002X")


@pytest.fixture(autouse=True)
def _morning() -> None:
    stand_at(MORNING)


def come_in(phone: str = "13900000001") -> Actor:
    """Sign in by phone and return the actor."""
    send_phone_code(phone)
    return actor_of_person(sign_in_phone(phone, last_code()).account, "web")


@pytest.fixture
def citizen(db: None) -> Actor:
    """A service user who has just come in by phone."""
    return come_in()


@pytest.fixture
def clerk(db: None) -> Actor:
    """A member of staff who may verify documents."""
    return Actor(
        "staff", "staff:1", "林引导", staff_id=1, unit_name="广州市政务服务中心", duties=frozenset({"triage_agent"})
    )
