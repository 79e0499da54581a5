"""What reports do when something happens elsewhere: a concentrated matter opens the task of a special report."""

from __future__ import annotations

from bangban.foundation.flows.reacting import follows
from bangban.foundation.ledger.models import Event
from bangban.foundation.notify.purposes import HOUR, Purpose, register

REPORT_SENT = register(Purpose("report_sent", "统计报告报送", alarm_after=24 * HOUR))


@follows("reports.special", "matter.concentrated")
def open_special(event: Event) -> None:
    """Draft the special report of a matter that many told, once (GB33358-5.6.2.1)."""
    from bangban.oversight.reports.actions.drafting import special_of_matter

    special_of_matter(event.number)
