"""Everything that anybody can do at the consultation desk; nothing else writes its records."""

from bangban.services.counter.actions.exporting import export_in_full
from bangban.services.counter.actions.giving import give_material
from bangban.services.counter.actions.help import close_help, contact, request_help, take_help
from bangban.services.counter.actions.inquiries import hand_on, log_inquiry, reply, reveal_contact, withdraw
from bangban.services.counter.rules import NewInquiry

__all__ = [
    "NewInquiry",
    "close_help",
    "contact",
    "export_in_full",
    "give_material",
    "hand_on",
    "log_inquiry",
    "reply",
    "request_help",
    "reveal_contact",
    "take_help",
    "withdraw",
]
