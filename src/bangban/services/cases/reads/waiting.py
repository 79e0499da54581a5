"""How long a queued case still waits: its place in the queue of its unit, and an honest guess of the time (BJ-2-d)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from bangban.foundation.clocks.hours import ServiceHours
from bangban.foundation.clocks.reads import service_hours, work_calendar
from bangban.foundation.flows.models import Interval
from bangban.foundation.handover.models import Answer, Handover
from bangban.foundation.handover.models import Kind as Move
from bangban.registry.org.reads import colleagues
from bangban.services.cases.models import Case
from bangban.services.cases.rules import expected_wait

RECENT = timedelta(days=14)
LATEST = 50
QUEUED = "queued"


@dataclass(frozen=True)
class Waiting:
    """A place in a queue: how many wait longer, and seconds of service time still to wait; None when nobody can say."""

    ahead: int
    expected_seconds: int | None


def waiting_of(case: Case, at: datetime) -> Waiting | None:
    """Return the place of a case in its queue; None when it does not wait for a person. At most five queries.

    The place counts from when the case began to wait, so an offer that lapsed and was renewed loses nothing. Outside
    service hours, with nobody present or too little experience, only the place is told.
    """
    mine = Interval.objects.filter(record_id=case.id, ended_at=None, state=QUEUED).first()
    if case.state != QUEUED or mine is None or mine.unit_id is None:
        return None
    ahead = _ahead(mine, mine.unit_id)
    hours, calendar = service_hours("online_human", mine.unit_id), work_calendar()
    if not hours.is_open(at, calendar):
        return Waiting(ahead, None)
    people = sum(one.on_duty for one in colleagues(at, body_id=mine.unit_id, duty="triage_agent"))
    recent = _recent(mine.unit_id, at, hours) if people else []
    waited = hours.open_seconds_between(mine.began_at, at, calendar)
    return Waiting(ahead, expected_wait(recent, people=people, ahead=ahead, waited=waited))


def _ahead(mine: Interval, unit_id: int) -> int:
    """Return how many cases that are offered to the same unit began to wait before this one."""
    offered = Handover.objects.filter(
        to_unit_id=unit_id, kind=Move.QUEUE, answer=Answer.OFFERED, record_type=Case.record_type
    )
    earlier = Q(began_at__lt=mine.began_at) | Q(began_at=mine.began_at, id__lt=mine.id)
    waiting = Interval.objects.filter(earlier, record_id__in=offered.values("record_id"), ended_at=None, state=QUEUED)
    return waiting.count()


def _recent(unit_id: int, at: datetime, hours: ServiceHours) -> list[float]:
    """Return how long the latest cases waited that somebody took, in seconds of service time."""
    withdrawn = Case.objects.filter(id=OuterRef("record_id"), state="withdrawn")
    rows = Interval.objects.filter(
        ~Exists(withdrawn), record_type=Case.record_type, state=QUEUED, unit_id=unit_id, ended_at__isnull=False,
        began_at__gte=at - RECENT,
    )  # fmt: skip
    calendar = work_calendar()
    spans = rows.order_by("-began_at").values_list("began_at", "ended_at")[:LATEST]
    return [hours.open_seconds_between(began, ended, calendar) for began, ended in spans if ended is not None]
