"""Every action of the flow against every part of the cast: only who stands in the table may act, strangers see nothing."""

from __future__ import annotations

import pytest

from bangban.foundation.flows.flow import NotAllowed, NotYours
from bangban.registry.catalog.models.items import Item
from bangban.services.cases.actions.door import case_deed
from bangban.services.cases.flow import FLOW, LINES
from bangban.services.cases.models import Case
from bangban.services.cases.parties import parties_of
from bangban.services.cases.reads import case_view
from tests.cast import Cast, guest
from tests.services.cases.steps import claimed, closed, consulting, opened

ACTIONS = sorted({line.action for line in LINES})


@pytest.mark.parametrize("stage", ["queued", "claimed", "consult", "closed"])
def test_every_action_is_open_to_its_parties_only(city: Cast, item: Item, stage: str) -> None:
    makers = {"queued": opened, "claimed": lambda: claimed(city, item), "consult": lambda: consulting(city, item),
              "closed": lambda: closed(city, item)}  # fmt: skip
    number, citizen = makers[stage]()
    cast = {**city.staff(), "citizen": citizen, "other citizen": guest("wrong code")}
    for name, actor in cast.items():
        case = Case.objects.get(number=number)
        parties = parties_of(case, actor)
        for action in ACTIONS:
            lines = FLOW.by_action[action]
            permitted = any(parties & set(line.who) and case.state in line.sources for line in lines)
            try:
                FLOW.line_for(action, case, parties)
                assert permitted, f"{name} could {action} a {stage} case"
            except NotYours:
                assert not parties or not lines, f"{name} was told that the case does not exist"
            except NotAllowed:
                pass


def test_strangers_learn_nothing(city: Cast, item: Item) -> None:
    number, _ = consulting(city, item)
    for stranger in (city.stranger, city.district_guide, guest("guessed")):
        with pytest.raises(NotYours):
            case_view(stranger, number)
        for action in ACTIONS:
            with pytest.raises(NotYours), case_deed(stranger, number, action):
                pass


def test_an_unknown_number_and_a_foreign_case_look_the_same(city: Cast) -> None:
    number, _ = opened()
    refusals = []
    for candidate in (number, "ZX2611180000000"):
        with pytest.raises(NotYours) as refusal:
            case_view(guest("guessed"), candidate)
        refusals.append(refusal.value.sentence)
    assert refusals[0] == refusals[1]
