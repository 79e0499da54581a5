"""All writes of reports."""

from bangban.oversight.reports.actions.checking import assign, cancel, check, release, send_back
from bangban.oversight.reports.actions.counting import count_asked, fail_unfinished, recount
from bangban.oversight.reports.actions.drafting import draft_due, draft_routine, write
from bangban.oversight.reports.actions.recipients import end_recipient, save_recipient
from bangban.oversight.reports.actions.sending import acknowledge, register_receipt, send, warn_late
from bangban.oversight.reports.actions.special import draft_special, special_of_matter

__all__ = [
    "acknowledge", "assign", "cancel", "check", "count_asked", "draft_due",
    "draft_routine", "draft_special", "end_recipient", "fail_unfinished", "recount", "register_receipt", "release", "save_recipient",
    "send", "send_back", "special_of_matter", "warn_late", "write",
]  # fmt: skip
