"""What the consultation desk keeps."""

from bangban.services.counter.models.help import CALLS_FOR_CONTACT, HelpKind, HelpRequest
from bangban.services.counter.models.inquiries import GivenHow, GivenKind, Inquiry, Topic
from bangban.services.counter.models.loans import Loan, Thing, Use, UseCount

__all__ = [
    "CALLS_FOR_CONTACT",
    "GivenHow",
    "GivenKind",
    "HelpKind",
    "HelpRequest",
    "Inquiry",
    "Loan",
    "Thing",
    "Topic",
    "Use",
    "UseCount",
]
