"""Whatever people do in whatever order, a case never comes into a state that the standards do not know."""

from __future__ import annotations

import random

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangban.foundation.clocks.moment import stand_at
from bangban.foundation.ledger.verify import verify
from bangban.registry.catalog.models.items import Item
from tests.cast import WORKING_MORNING, Cast
from tests.foundation.flows.walking import Walk

AFTERWARDS = 4


@pytest.mark.clause("T637-8.3-a", "T637-6.2.3-c", "T637-8.3.1-b", "T637-8.3.2-d", "BJ-3.1")
@given(seed=st.integers(0, 2**32), length=st.integers(10, 60))
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_no_walk_of_deeds_leads_to_an_illegal_state_and_somebody_is_always_responsible(
    city: Cast, item: Item, seed: int, length: int
) -> None:
    stand_at(WORKING_MORNING)
    with transaction.atomic():
        walk = Walk(city, item, random.Random(seed))
        for _ in range(length):
            walk.step()
            if walk.finished and walk.steps_after_the_end > AFTERWARDS:
                break
        walk.check_whole()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert verify().broken == ()
        transaction.set_rollback(True)
