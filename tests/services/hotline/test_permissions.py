"""Every action of the flow against every member of the cast in every state: the table below is the law, the flow obeys it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.flows.flow import FlowError, NotAllowed, NotYours
from bangban.services.hotline.actions import handling, merging
from bangban.services.hotline.actions.door import order_deed
from bangban.services.hotline.flow import FLOW, LINES, STATES
from bangban.services.hotline.reads import order_view
from tests.cast import guest
from tests.hotline import Hotline, opened_order, registered_order
from tests.services.hotline.ways import archived, completed, dispatched, handled, load, requester, visited

ACTIONS = sorted({line.action for line in LINES})
INPUTS = {one.name: "x" for line in LINES for one in line.asks}


def returned(line: Hotline) -> str:
    number = dispatched(line)
    handling.return_order(line.builder, number, "不属于本单位职责")
    return number


def merged(line: Hotline) -> str:
    number = registered_order(line).number
    merging.merge(line.agent, number, registered_order(line).number)
    return number


STAGES: dict[str, Callable[[Hotline], str]] = {
    "registering": opened_order,
    "registered": lambda line: registered_order(line).number,
    "dispatched": lambda line: dispatched(line, assisting=True),
    "handling": lambda line: handled(line, assisting=True),
    "returned": returned,
    "completed": completed,
    "visited": lambda line: visited(line, False, False),
    "merged": merged,
    "archived": archived,
}
AGENTS, MANAGERS = {"agent", "second_agent"}, {"manager", "second_manager"}
DESK, UNIT = AGENTS | MANAGERS, {"builder", "second_builder"}
WITH_UNIT, OPEN = ("dispatched", "handling"), ("registering", "registered", "dispatched", "handling", "returned")
TALKING = (*OPEN, "completed", "visited")
PARTS: dict[str, dict[str, set[str]]] = {}


def _may(action: str, states: tuple[str, ...] | str, who: set[str]) -> None:
    for state in (states,) if isinstance(states, str) else states:
        PARTS.setdefault(state, {}).setdefault(action, set()).update(who)


_may("dispatch", "registered", DESK)
_may("redispatch", "returned", DESK)
_may("designate", "returned", MANAGERS)
_may("sign", "dispatched", UNIT)
_may("return", WITH_UNIT, UNIT)
for _part in ("sign_part", "return_part", "report_part"):
    _may(_part, WITH_UNIT, {"roads"})
_may("reply", "handling", UNIT)
_may("ask_extension", "handling", UNIT)
_may("decide_extension", "handling", MANAGERS)
_may("contact", WITH_UNIT, UNIT | {"roads"})
_may("contact", (*TALKING, "merged"), DESK | {"visitor"})
_may("discuss", TALKING, DESK | {"officer"})
_may("discuss", WITH_UNIT, UNIT | {"roads"})
_may("discuss", ("completed", "visited"), UNIT)
_may("_reveal", TALKING, DESK | {"visitor", "officer"})
_may("_reveal", (*WITH_UNIT, "completed", "visited"), UNIT)
_may("merge", OPEN, DESK)
_may("_absorb", OPEN, DESK)
_may("unmerge", "merged", MANAGERS | {"system"})
_may("send_back", "completed", MANAGERS)
_may("_claim_visit", ("completed", "merged"), {"visitor"})
_may("try_visit", ("completed", "merged"), {"visitor"})
_may("visit", ("completed", "merged"), {"visitor", "requester"})
_may("end_visit", ("completed", "merged"), {"visitor", "system"})
_may("redo", "visited", MANAGERS | {"visitor"})
_may("decline_redo", "visited", MANAGERS | {"visitor"})
_may("ask_reopen", "archived", DESK | {"archivist"})
_may("reopen", "archived", MANAGERS)
_may("refuse_reopen", "archived", MANAGERS)
_may("_supervise", TALKING, MANAGERS | {"officer", "system"})
_may("_supervise", (*WITH_UNIT, "completed", "visited"), UNIT)
_may("_remind", OPEN, {"system"})
_may("_offer_expired", WITH_UNIT, {"system"})
_may("_link", TALKING, DESK | {"system"})
MINE = sorted({action for lines in PARTS.values() for action in lines} | {"archive", "complete"})


class _Undo(Exception):
    """Leaves the deed without a trace."""


def _let_in(actor: Actor, number: str, action: str) -> bool:
    try:
        with transaction.atomic(), order_deed(actor, number, action, INPUTS):
            raise _Undo
    except _Undo:
        return True
    except FlowError:
        return False


@pytest.mark.parametrize("stage", STAGES)
def test_each_action_is_open_to_its_people_in_its_states_only(line: Hotline, stage: str) -> None:
    number = STAGES[stage](line)
    assert load(number).state == stage
    cast = {**line.staff(), "requester": requester(number), "system": SYSTEM, "guest": guest("wrong")}
    for action in MINE:
        found = {name for name, actor in cast.items() if _let_in(actor, number, action)}
        assert found == PARTS.get(stage, {}).get(action, set()), f"{action} of an order that is {stage}"


def test_the_table_knows_every_state_and_every_action_of_this_way() -> None:
    assert set(STATES) - set(STAGES) == {"refused", "withdrawn"}
    assert set(MINE) <= set(ACTIONS)


@pytest.mark.parametrize("stage", ["registered", "handling", "completed", "archived"])
def test_strangers_learn_nothing(line: Hotline, stage: str) -> None:
    number = STAGES[stage](line)
    for stranger in (line.outsider, line.rescue, guest("guessed")):
        with pytest.raises(NotYours):
            order_view(stranger, number)
        for action in ACTIONS:
            with pytest.raises(NotYours), order_deed(stranger, number, action, INPUTS):
                pass


def test_an_undertaker_of_a_unit_that_gave_it_back_reads_it_and_does_nothing(line: Hotline) -> None:
    number = returned(line)
    assert order_view(line.builder, number).allowed == ()
    for action in ACTIONS:
        with pytest.raises((NotAllowed, NotYours)), order_deed(line.builder, number, action, INPUTS):
            pass
    assert FLOW.parties(load(number), line.builder) == {"former_unit"}
