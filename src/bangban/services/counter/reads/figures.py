"""The day's figures of the consultation desk, beside the online cases (DB23-6.4.1-a, DB23-6.4.3-a)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Avg, Count, F, Q

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import DEFAULT_ZONE, business_date
from bangban.services.cases.models import Case
from bangban.services.counter.models import HelpRequest, Inquiry, Topic


@dataclass(frozen=True)
class DayFigures:
    """One local day of a hall and those below it; `instant_share` is None without a question."""

    day: date
    asked: int
    instant: int
    promised: int
    waiting: int
    online: int
    topics: tuple[tuple[str, int], ...]
    help_calls: int
    help_response: timedelta | None

    @property
    def instant_share(self) -> float | None:
        """Return the share of questions that were answered on the spot."""
        return self.instant / self.asked if self.asked else None


def day_figures(actor: Actor, day: date | None = None) -> DayFigures:
    """Return the figures of a day (today when not said). Four queries."""
    day = day or business_date(now())
    begin = datetime.combine(day, time(0), DEFAULT_ZONE)
    units = sorted({*actor.subtree, *([actor.unit_id] if actor.unit_id else [])})
    within = Q(created_at__gte=begin, created_at__lt=begin + timedelta(days=1))
    asked = Inquiry.objects.filter(within, body_id__in=units)
    counts = asked.aggregate(
        all=Count("id"), instant=Count("id", filter=Q(instant=True)), waiting=Count("id", filter=Q(state="promised"))
    )
    topics = asked.values_list("topic").annotate(count=Count("id")).order_by("-count", "topic")
    calls = HelpRequest.objects.filter(within, body_id__in=units).aggregate(
        all=Count("id"), response=Avg(F("taken_at") - F("created_at"))
    )
    return DayFigures(
        day=day,
        asked=counts["all"],
        instant=counts["instant"],
        promised=counts["all"] - counts["instant"],
        waiting=counts["waiting"],
        online=Case.objects.filter(within, unit_id__in=units).count(),
        topics=tuple((str(Topic(topic).label), count) for topic, count in topics),
        help_calls=calls["all"],
        help_response=calls["response"],
    )
