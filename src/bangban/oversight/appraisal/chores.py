"""What appraisal does by itself: drafts, draws, opens the review, warns."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.flow import FlowError
from bangban.foundation.jobs.schedule import chore
from bangban.oversight.appraisal import actions
from bangban.oversight.appraisal.rules import block
from bangban.oversight.appraisal.schemes import in_force
from bangban.oversight.appraisal.terms import Subject
from bangban.oversight.reports.periods import last_complete
from bangban.registry.org.models import BodyKind
from bangban.registry.org.reads import tree

log = logging.getLogger(__name__)


def _each(work: Callable[[int], object]) -> int:
    done = 0
    for center in tree().of_kind(BodyKind.HOTLINE):
        try:
            done += work(center.id) is not None
        except FlowError as error:
            log.info("Nothing to do for hotline %s: %s", center.code, error.sentence)
    return done


@chore("appraisal.sample", "10 5 * * * 0")
def sample(now: datetime) -> int:
    """Draw last month's calls for quality checks."""
    first, last = block(business_date(now), 1)
    return _each(
        lambda center: actions.draw(SYSTEM, center, first, last, in_force(center, Subject.ROUTINE)["per_agent"])
    )


@chore("appraisal.draft", "20 5 * * * 0")
def draft(now: datetime) -> int:
    """Draft the appraisal of the latest complete period."""

    def work(center: int) -> object:
        period = in_force(center, Subject.ROUTINE)["period"]
        return actions.draft(SYSTEM, center, period, last_complete(period, business_date(now)).first)

    return _each(work)


@chore("appraisal.review", "30 5 * * * 0")
def review(now: datetime) -> int:
    """Open the improvement review of an interval that is over (GB33358-7.3)."""
    return _each(lambda center: actions.open_review(SYSTEM, center))


@chore("appraisal.sheets", "*/10 * * * * 25")
def keep_sheets(now: datetime) -> int:
    """Keep the evaluation sheets of the present and the last periods fresh."""
    return actions.keep_sheets(now)


@chore("appraisal.count", "* * * * * */5")
def count_sheets(now: datetime) -> int:
    """Count the evaluation sheets that were asked for."""
    return actions.count_sheets(now)


@chore("appraisal.late", "0 8 * * * 0")
def late(now: datetime) -> int:
    """Warn about plans and reviews past their date."""
    return actions.warn_late(now)
