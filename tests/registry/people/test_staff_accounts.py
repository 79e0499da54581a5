"""A member of staff who is cut off leaves nothing behind: no session, no token, and no case without a person."""

from __future__ import annotations

import pytest

from bangban.foundation.access.accounts import disable
from bangban.foundation.access.models import Account
from bangban.registry.catalog.models.items import Item
from bangban.services.cases import actions
from bangban.services.cases.reads import list_cases
from tests.cast import Cast
from tests.services.cases.steps import claimed, consulting


@pytest.mark.clause("T637-6.1.6-c")
def test_open_cases_of_a_disabled_account_wait_for_a_manager_to_give_them_on(city: Cast, item: Item) -> None:
    left, _ = consulting(city, item)
    claimed(city)
    assert list_cases(city.manager, "reassign").rows == ()
    disable(Account.objects.get(id=city.specialist.account_id))
    assert [row.number for row in list_cases(city.manager, "reassign").rows] == [left]
    for actor in (city.guide, city.stranger, city.district_guide):
        assert list_cases(actor, "reassign").rows == ()
    actions.reassign(city.manager, left, {"to": "specialist2", "reason": "原承办人停用"})
    assert list_cases(city.manager, "reassign").rows == ()
