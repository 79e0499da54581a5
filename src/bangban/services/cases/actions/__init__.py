"""Everything that anybody can do to a case; nothing else writes cases."""

from bangban.services.cases.actions.closing import ask_result, close, follow_up, solved, withdraw
from bangban.services.cases.actions.dispatch import (
    accept,
    assign,
    claim,
    offer_expired,
    reassign,
    request_human,
    return_offer,
    take_back,
    transfer_down,
)
from bangban.services.cases.actions.helping import advise, ask_adviser, ask_unit, help_card, reply_task
from bangban.services.cases.actions.opening import NewCase, Opened, open_case
from bangban.services.cases.actions.sorting import sort
from bangban.services.cases.actions.stages import answer_consent, propose_stage
from bangban.services.cases.actions.talking import post_message

__all__ = [
    "NewCase",
    "Opened",
    "accept",
    "advise",
    "answer_consent",
    "ask_adviser",
    "ask_result",
    "ask_unit",
    "assign",
    "claim",
    "close",
    "follow_up",
    "help_card",
    "offer_expired",
    "open_case",
    "post_message",
    "propose_stage",
    "reassign",
    "reply_task",
    "request_human",
    "return_offer",
    "solved",
    "sort",
    "take_back",
    "transfer_down",
    "withdraw",
]
