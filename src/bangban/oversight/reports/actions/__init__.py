"""All writes of reports."""

from bangban.oversight.reports.actions.checking import assign, cancel, check, release, send_back
from bangban.oversight.reports.actions.drafting import (
    ask_recount,
    ask_routine,
    count_asked,
    draft_due,
    draft_routine,
    draft_special,
    recount,
    special_of_matter,
    write,
)
from bangban.oversight.reports.actions.recipients import end_recipient, save_recipient
from bangban.oversight.reports.actions.sending import acknowledge, register_receipt, send, warn_late

__all__ = [
    "acknowledge", "ask_recount", "ask_routine", "assign", "cancel", "check", "count_asked", "draft_due",
    "draft_routine", "draft_special", "end_recipient", "recount", "register_receipt", "release", "save_recipient",
    "send", "send_back", "special_of_matter", "warn_late", "write",
]  # fmt: skip
