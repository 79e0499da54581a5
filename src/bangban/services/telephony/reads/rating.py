"""The connection rate over every 24 hours, and its alarms (GB33358-5.1.2.3-b)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q, Sum

from bangban.services.telephony.belonging import of
from bangban.services.telephony.counting import minute_of
from bangban.services.telephony.models import MinuteFigures, RateAlarm
from bangban.services.telephony.rate_views import AlarmView, CausingHour, Rate, Window
from bangban.services.telephony.rates import DAY, windows


def settled_by_minute(since: datetime, until: datetime, center: int | None = None) -> dict[datetime, Rate]:
    """Return answered and settled calls (answered or lost) by the minute in which they came."""
    of_center = Q() if center is None else Q(center=center)
    rows = (
        MinuteFigures.objects.filter(of_center, minute__gte=minute_of(since), minute__lt=until)
        .values("minute")
        .annotate(part=Sum("answered"), lost=Sum(F("abandoned") + F("missed")))
        .values_list("minute", "part", "lost")
    )
    return {minute: Rate(part, part + lost) for minute, part, lost in rows}


def rate_windows(since: datetime, until: datetime, center: int | None = None) -> list[Window]:
    """Return the rate of every 24 hours that end at a full minute after `since` and not after `until`."""
    return windows(settled_by_minute(since - DAY, until, center), since, until)


def alarms(limit: int = 20, center: int | None = None) -> list[AlarmView]:
    """Return the latest alarms of a hotline, the newest first; an open one has no end."""
    return [alarm_view(row) for row in RateAlarm.objects.filter(of(center)).order_by("-opened_at")[:limit]]


def alarms_since(at: datetime, center: int | None = None) -> list[AlarmView]:
    """Return alarms of a hotline that are open or ended after a moment."""
    rows = RateAlarm.objects.filter(Q(closed_at=None) | Q(closed_at__gte=at), of(center))
    return [alarm_view(row) for row in rows.order_by("-opened_at")[:20]]


def alarm_view(row: RateAlarm) -> AlarmView:
    """Return a stored alarm with its hours."""
    return AlarmView(
        row.id,
        row.opened_at,
        row.closed_at,
        Rate(row.answered, row.whole),
        Rate(row.lowest_answered, row.lowest_whole),
        tuple(CausingHour(datetime.fromisoformat(start), answered, whole) for start, answered, whole in row.hours),
    )
