"""All queries of reports, returning plain objects."""

from bangban.oversight.reports.reads.documents import Document, document
from bangban.oversight.reports.reads.lists import ReportPage, ReportRow, report_page
from bangban.oversight.reports.reads.one import Officer, ReportView, SendingView, report_view
from bangban.oversight.reports.reads.recipients import RecipientView, recipients_of, units
from bangban.oversight.reports.reads.trace import TracePage, TraceRow, trace

__all__ = [
    "Document", "Officer", "RecipientView", "ReportPage", "ReportRow", "ReportView", "SendingView", "TracePage", "TraceRow",
    "document", "recipients_of", "report_page", "report_view", "trace", "units",
]  # fmt: skip
