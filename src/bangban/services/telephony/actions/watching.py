"""The watch over the rate of every 24 hours, and over the roster of the coming days."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from bangban.foundation.clocks.zones import DEFAULT_ZONE
from bangban.registry.org.models import Staff
from bangban.services.telephony.actions.hinting import tell_wall
from bangban.services.telephony.actions.telling import tell_managers
from bangban.services.telephony.belonging import NOBODY, hotlines, of, several
from bangban.services.telephony.counting import minute_of
from bangban.services.telephony.models import RateAlarm, RateWatch
from bangban.services.telephony.rate_views import CausingHour, Rate, Window
from bangban.services.telephony.rates import DAY, LEAST_PERCENT, MINUTE, Minutes, causes, windows
from bangban.services.telephony.reads.rating import settled_by_minute
from bangban.services.telephony.reads.roster import roster_gaps

NAMED_HOURS = 24
TOLD_HOURS = 3
AHEAD = timedelta(days=7)
TOLD_GAPS = 5


def judge(at: datetime) -> int:
    """Judge each window of 24 hours of each hotline that ended since the last time (GB33358-5.1.2.3-b).

    Returns how many. Calls of no hotline are judged as one more.

    Under 95 % an alarm opens, once, with the hours that caused it, and the managers are told; it closes when a window
    is at 95 % again. After a longer stop only the windows of the last day are judged.
    """
    if several():
        return sum(_judge(place.id, place.id, at) for place in hotlines()) + _judge(None, NOBODY, at)
    only = next(iter(hotlines()), None)
    return _judge(only.id if only else None, None, at)


@transaction.atomic
def _judge(center: int | None, counted: int | None, at: datetime) -> int:
    """Judge for a hotline what is counted for it (`belonging`: None counts the whole house)."""
    until = minute_of(at)
    watch, _ = RateWatch.objects.select_for_update().get_or_create(
        id=center or NOBODY, defaults={"judged_until": until - MINUTE}
    )
    since = max(watch.judged_until, until - DAY)
    if since >= until:
        return 0
    minutes = settled_by_minute(since - DAY, until, counted)
    found = windows(minutes, since, until)
    alarm = RateAlarm.objects.filter(closed_at=None, center_id=center).first()
    for window in found:
        alarm = _judge_one(center, alarm, window, minutes)
    watch.judged_until = until
    watch.save(update_fields=["judged_until"])
    return len(found)


def _judge_one(center: int | None, alarm: RateAlarm | None, window: Window, minutes: Minutes) -> RateAlarm | None:
    if not window.rate.below(LEAST_PERCENT):
        if alarm is not None:
            alarm.closed_at = window.until
            alarm.save(update_fields=["closed_at"])
            tell_wall()
        return None
    if alarm is None:
        return _raise(center, window, minutes)
    lowest = Rate(alarm.lowest_answered, alarm.lowest_whole)
    if window.rate.part * lowest.whole < lowest.part * window.rate.whole:
        alarm.lowest_answered, alarm.lowest_whole = window.rate.part, window.rate.whole
        alarm.hours = _stored(causes(minutes, window.until))
        alarm.save(update_fields=["lowest_answered", "lowest_whole", "hours"])
    return alarm


def _raise(center: int | None, window: Window, minutes: Minutes) -> RateAlarm:
    hours, rate = causes(minutes, window.until), window.rate
    alarm = RateAlarm.objects.create(
        center_id=center, opened_at=window.until, answered=rate.part, whole=rate.whole, lowest_answered=rate.part,
        lowest_whole=rate.whole, hours=_stored(hours),
    )  # fmt: skip
    tell_managers(_words(rate, hours), f"rate_alarm:{alarm.id}", center)
    tell_wall()
    return alarm


def _stored(hours: list[CausingHour]) -> list[list[str | int]]:
    return [[hour.start.isoformat(), hour.answered, hour.whole] for hour in hours[:NAMED_HOURS]]


def _words(rate: Rate, hours: list[CausingHour]) -> str:
    named = "；".join(
        f"{hour.start.astimezone(DEFAULT_ZONE):%-m月%-d日%-H时}（来电{hour.whole}个，接通{hour.answered}个）"
        for hour in hours[:TOLD_HOURS]
    )
    # Rounded down, so that 94.96 % is never told as 95.0 %.
    percent = rate.part * 1000 // rate.whole / 10
    return (
        f"连续24小时接通率为{percent}%，低于95%：来电{rate.whole}个，接通{rate.part}个。漏接较多的时段：{named}。"
        "请增加话务员，并安排漏接回拨。"
    )


def warn_of_gaps(at: datetime) -> int:
    """Tell the managers once a day of hours of the coming week without an agent (GB33358-5.1.2.1); returns how many.

    A house or a hotline without any agent answers no calls and is not warned.
    """
    centers = [place.id for place in hotlines()] if several() else [None]
    return sum(_warn_of_gaps(at, center) for center in centers)


def _warn_of_gaps(at: datetime, center: int | None) -> int:
    if not Staff.objects.filter(of(center, "body_id"), active=True, duties__contains=["hotline_agent"]).exists():
        return 0
    found = roster_gaps(at, at + AHEAD, center)
    if found:
        named = "；".join(
            f"{gap.start.astimezone(DEFAULT_ZONE):%-m月%-d日%H:%M}至{gap.end.astimezone(DEFAULT_ZONE):%-m月%-d日%H:%M}"
            for gap in found[:TOLD_GAPS]
        )
        text = f"未来7天有{len(found)}个时段没有话务员值班：{named}。热线应24小时有人接听，请补排班。"
        day = f"{at.astimezone(DEFAULT_ZONE):%Y-%m-%d}"
        tell_managers(text, f"roster_gaps:{day}:{center}" if center else f"roster_gaps:{day}", center)
    return len(found)
