"""What reports do when something has happened: a concentrated matter opens a special report, what was asked for is counted."""

from __future__ import annotations

from bangban.foundation.flows.reacting import follows
from bangban.foundation.ledger.models import Event
from bangban.foundation.notify.purposes import HOUR, Purpose, register

REPORT_SENT = register(Purpose("report_sent", "统计报告报送", alarm_after=24 * HOUR))


@follows("reports.special", "matter.concentrated")
def open_special(event: Event) -> None:
    """Draft the special report of a matter that many told, once (GB33358-5.6.2.1)."""
    from bangban.oversight.reports.actions.special import special_of_matter

    special_of_matter(event.number)


@follows("reports.count", "report.opened", "report.recount")
def count_what_was_asked(event: Event) -> None:
    """Count the figures of a report that was begun or is asked for anew, right after the page or the chore has ended."""
    from bangban.oversight.reports.actions.counting import count_asked

    count_asked(event.number)
