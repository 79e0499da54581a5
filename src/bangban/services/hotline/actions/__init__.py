"""All writes of the hotline order."""

from bangban.services.hotline.actions.answering import answer, refuse, respond, use_knowledge, withdraw
from bangban.services.hotline.actions.dispatching import designate, dispatch, redispatch
from bangban.services.hotline.actions.emergencies import (
    acknowledge,
    escalate,
    put_through,
    receive_emergency,
    report_emergency,
)
from bangban.services.hotline.actions.extending import ask_extension, decide_extension
from bangban.services.hotline.actions.filing import archive, ask_reopen, refuse_reopen, reopen
from bangban.services.hotline.actions.handling import complete, discuss, send_back
from bangban.services.hotline.actions.linking import case_from_order, order_from_case
from bangban.services.hotline.actions.merging import link, merge, unmerge
from bangban.services.hotline.actions.opening import NewOrder, Opened, open_order
from bangban.services.hotline.actions.reaching import contact, reveal
from bangban.services.hotline.actions.registering import Saved, confirm, register, save, take
from bangban.services.hotline.actions.replying import reply
from bangban.services.hotline.actions.signing import report_part, return_order, return_part, sign, sign_part
from bangban.services.hotline.actions.supervising import note, remind
from bangban.services.hotline.actions.three_party import call_unit, end_three_party
from bangban.services.hotline.actions.visiting import claim_visit, decline_redo, end_visit, redo, try_visit, visit

__all__ = [
    "NewOrder", "Opened", "Saved", "acknowledge", "answer", "archive", "ask_extension", "ask_reopen", "call_unit",
    "case_from_order", "claim_visit", "complete", "confirm", "contact", "decide_extension", "decline_redo", "designate",
    "discuss", "dispatch", "end_three_party", "end_visit", "escalate", "link", "merge", "note", "open_order",
    "order_from_case", "put_through", "receive_emergency", "redispatch", "redo", "refuse", "refuse_reopen", "register",
    "remind", "reopen", "reply", "report_emergency", "report_part", "respond", "return_order", "return_part", "reveal",
    "save", "send_back", "sign", "sign_part", "take", "try_visit", "unmerge", "use_knowledge", "visit", "withdraw",
]  # fmt: skip
