"""Every action of intake against every duty: only who stands in the table may act, strangers learn nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import DUTIES
from bangban.foundation.flows.flow import FlowError, Incomplete, NotAllowed, NotYours
from bangban.services.hotline import actions
from bangban.services.hotline.flow import FLOW
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.parties import parties_of
from tests.cast import guest
from tests.hotline import Hotline, opened_order, registered_order
from tests.services.hotline.ways import requester

Run = Callable[[Actor, str], object]
RUNS: dict[str, Run] = {
    "take": actions.take,
    "_save": lambda actor, number: actions.save(actor, number, {"place": "别处"}),
    "respond": lambda actor, number: actions.respond(actor, number, "您好"),
    "confirm": lambda actor, number: actions.confirm(actor, number, confirmed=True),
    "register": actions.register,
    "call_unit": lambda actor, number: actions.call_unit(actor, number, consent=True, unit_id=0),
    "end_three_party": lambda actor, number: actions.end_three_party(actor, number, "no_answer"),
    "answer": lambda actor, number: actions.answer(actor, number, "已答复", "answered", "agent"),
    "_use": lambda actor, number: actions.use_knowledge(actor, number, "ZS000"),
    "refuse": lambda actor, number: actions.refuse(actor, number, "petition", "请向信访部门提出。"),
    "withdraw": lambda actor, number: actions.withdraw(actor, number, "不办了"),
    "report_emergency": lambda actor, number: actions.report_emergency(actor, number, "public_health"),
    "acknowledge": actions.acknowledge,
    "receive_emergency": actions.receive_emergency,
    "_put_through": lambda actor, number: actions.put_through(actor, number, "119"),
}  # fmt: skip


def everybody(line: Hotline, number: str) -> dict[str, Actor]:
    """One actor of each duty at the hotline and at a unit, the one who called, and strangers."""
    here = {f"hotline:{duty}": replace(line.second_agent, duties=frozenset({duty})) for duty in DUTIES}
    there = {f"unit:{duty}": replace(line.builder, duties=frozenset({duty})) for duty in DUTIES}
    return {
        **here, **there, **line.staff(), "requester": requester(number), "stranger": guest("guessed"),
        "unsigned": replace(line.agent, unsigned=True),
    }  # fmt: skip


@pytest.mark.parametrize("stage", ["registering", "registered", "emergency"])
def test_every_action_of_intake_is_open_to_its_parties_only(line: Hotline, stage: str) -> None:
    number = opened_order(line) if stage == "registering" else registered_order(line).number
    if stage == "emergency":
        actions.report_emergency(line.agent, number, "accident_disaster")
    order = WorkOrder.objects.get(number=number)
    tried = {"permitted": 0, "refused": 0}
    for name, actor in everybody(line, number).items():
        parties = parties_of(order, actor)
        for action, run in RUNS.items():
            permitted = any(parties & set(one.who) and order.state in one.sources for one in FLOW.by_action[action])
            tried["permitted" if permitted else "refused"] += 1
            if permitted:
                continue
            with pytest.raises((NotYours, NotAllowed)) as refusal:
                run(actor, number)
            if not parties:
                assert isinstance(refusal.value, NotYours), f"{name} learnt of the order by {action}"
    order.refresh_from_db()
    assert order.version == WorkOrder.objects.get(number=number).version
    assert tried["permitted"] > 20
    assert tried["refused"] > 500


def test_who_is_permitted_is_only_refused_for_what_is_missing(line: Hotline) -> None:
    number = opened_order(line)
    order = WorkOrder.objects.get(number=number)
    for action in ("_save", "confirm", "call_unit", "_use", "respond", "_put_through"):
        assert FLOW.line_for(action, order, parties_of(order, line.agent))
        try:
            RUNS[action](line.agent, number)
        except FlowError as refusal:
            assert isinstance(refusal, Incomplete), action


def test_a_person_complained_about_is_a_stranger_to_the_complaint(line: Hotline) -> None:
    order = registered_order(line, "complaint", about_staff=line.second_agent.staff_id)
    for action, run in RUNS.items():
        with pytest.raises(NotYours):
            run(line.second_agent, order.number)
        assert action
