"""Recurring work: call-backs that were not drawn end by themselves, and ended orders go to the archive."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from django.db.models import Q

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.flows.flow import FlowError
from bangban.foundation.jobs.schedule import chore
from bangban.services.hotline.actions.filing import archive
from bangban.services.hotline.actions.renewing import renew
from bangban.services.hotline.actions.visiting import NOT_DRAWN, end_visit
from bangban.services.hotline.models import Visit, WorkOrder
from bangban.services.hotline.reads.visits import WINDOW
from bangban.services.hotline.rules_handling import ARCHIVE_AFTER

MOST_RENEWED = 1000
log = logging.getLogger(__name__)


@chore("hotline.end_visits", "*/10 * * * * 0")
def end_undrawn(now: datetime) -> int:
    """End what was not drawn once the caller has had three days for an answer of his own (GB33358-5.4.1)."""
    rows = Visit.objects.filter(state="not_due", done_at=None, made_at__lte=now - WINDOW)
    # While the main order is worked on again, the answer of a merged caller is not waited for yet.
    rows = rows.filter(
        Q(order__state="completed")
        | Q(order__state="merged", order__merged_into__state__in=["completed", "visited", "archived"])
    )
    numbers = rows.order_by("made_at").values_list("order__number", flat=True)
    return _each(numbers, lambda number: end_visit(SYSTEM, number, NOT_DRAWN))


@chore("hotline.archive", "30 2 * * * 0")
def archive_ended(now: datetime) -> int:
    """Archive what has been visited, refused or merged for some days and has nothing open (GB33358-5.5.1).

    What is not complete stays for the archivist, whose clock runs; what was opened again he files himself.
    """
    before = now - ARCHIVE_AFTER
    ended = (
        Q(state="visited", visited_at__lte=before)
        | Q(state="refused", updated_at__lte=before)
        | Q(state="merged", updated_at__lte=before, merged_into__state__in=["visited", "archived"])
    )
    rows = WorkOrder.objects.filter(ended).exclude(reopenings__ended_at=None, reopenings__isnull=False)
    numbers = rows.order_by("updated_at").values_list("number", flat=True)
    return _each(numbers, lambda number: archive(SYSTEM, number))


@chore("hotline.words", "*/2 * * * * 0")
def renew_words(now: datetime) -> int:
    """Make the words of orders from before a change of the search anew, a few at a time (GB33358-5.5.2)."""
    return renew(MOST_RENEWED)


def _each(numbers: Iterable[str], act: Callable[[str], object]) -> int:
    done = 0
    for number in list(numbers):
        try:
            act(number)
            done += 1
        except FlowError as refusal:
            log.info("Order %s waits: %s", number, refusal.sentence)
    return done
