"""What appraisal does when something has happened: what was begun or asked for anew is counted."""

from __future__ import annotations

from bangban.foundation.flows.reacting import follows
from bangban.foundation.ledger.models import Event


@follows("appraisal.figures", "appraisal.opened", "appraisal.recount")
def count_what_was_asked(event: Event) -> None:
    """Count an appraisal right after the page or the chore that asked for it has ended."""
    from bangban.oversight.appraisal.actions.counting import count_asked

    count_asked(event.number)
