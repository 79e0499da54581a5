"""What the exchange was asked for an order and could not do: it stands on the order, with what to do instead."""

from __future__ import annotations

import logging

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import FlowError
from bangban.services.hotline.actions.door import order_deed
from bangban.services.hotline.models import WorkOrder
from bangban.services.telephony.commands import Command, when_refused

log = logging.getLogger(__name__)
INSTEAD = {
    "call": "电话没有拨出。{problem}请稍后再拨，或改用短信联系诉求人。",
    "join": "没有请到单位加入通话。{problem}请手动拨打单位的值班电话，或转交办理。",
    "transfer": "没有转接成功。{problem}请诉求人立即直接拨打{number}。",
}
"""What the agent reads, by kind of command; `problem` is the sentence of the exchange."""


@when_refused
def line_refused(command: Command, problem: str) -> None:
    """Note on the order that the exchange could not do what was wished; a unit that was being called counts as not reached."""
    number = command.data.get("record", "")
    if command.kind not in INSTEAD or not WorkOrder.objects.filter(number=number).exists():
        return
    sentence = INSTEAD[command.kind].format(problem=problem, number=command.data.get("number", ""))
    try:
        with order_deed(SYSTEM, number, "_line_refused") as deed:
            deed.tell(call=command.call, wish=command.kind, sentence=_without_number(sentence, command))
            if command.kind == "join":
                _nobody_came(deed, problem)
    except FlowError as error:
        log.info("Order %s is over, the refusal of the exchange was not noted: %s", number, error.sentence)


def _without_number(sentence: str, command: Command) -> str:
    """Take the caller's number out of what an exchange said: no event holds personal data."""
    phone = command.data.get("number", "")
    return sentence.replace(phone, "") if command.kind == "call" and phone else sentence


def _nobody_came(deed: Deed[WorkOrder], problem: str) -> None:
    row = deed.record.three_parties.filter(ended_at=None, joined_at=None).first()
    if row is not None:
        row.ended_at, row.outcome, row.reason = max(deed.at, row.asked_at), "no_answer", problem
        deed.changed(row, "ended_at", "outcome", "reason")
