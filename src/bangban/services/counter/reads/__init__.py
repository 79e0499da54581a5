"""Everything that can be asked about the consultation desk; plain objects leave, models stay."""

from bangban.services.counter.reads.exporting import COLUMNS, ledger_rows
from bangban.services.counter.reads.figures import DayFigures, day_figures
from bangban.services.counter.reads.finding import Found, ItemFound, look_up
from bangban.services.counter.reads.help import HelpStatus, HelpView, help_log, help_status, help_view, open_help
from bangban.services.counter.reads.inquiries import (
    BOXES,
    InquiryRow,
    ledger,
    missed_promises,
    waiting_counts,
)
from bangban.services.counter.reads.materials import Offer, offers
from bangban.services.counter.reads.one import InquiryView, inquiry_view
from bangban.services.counter.reads.roster import roster_gaps

__all__ = [
    "BOXES",
    "COLUMNS",
    "DayFigures",
    "Found",
    "HelpStatus",
    "HelpView",
    "InquiryRow",
    "InquiryView",
    "ItemFound",
    "Offer",
    "day_figures",
    "help_log",
    "help_status",
    "help_view",
    "inquiry_view",
    "ledger",
    "ledger_rows",
    "look_up",
    "missed_promises",
    "offers",
    "open_help",
    "roster_gaps",
    "waiting_counts",
]
