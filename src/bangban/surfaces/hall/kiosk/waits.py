"""People ahead and expected waits in plain words, and when the hall issues tickets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from bangban.foundation.clocks.hours import NeverOpen
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.reads import service_hours, work_calendar
from bangban.registry.halls.reads import HOURS_KIND, Hall, is_open, spans_of
from bangban.surfaces.portal import times
from bangban.surfaces.portal.language import Language, say

UNKNOWN = "暂无窗口开放，请咨询引导台"
HOUR = 60
STEP_BEYOND_HOUR = 5


def expected_words(seconds: int | None, language: Language) -> str:
    """Say an expected wait: whole minutes, past one hour in steps of five; honest when nobody can tell."""
    if seconds is None:
        return say(language, UNKNOWN)
    if seconds < HOUR:
        return say(language, "不到 1 分钟")
    minutes = ceil(seconds / 60)
    if minutes < HOUR:
        return say(language, "约 {} 分钟", minutes)
    minutes = ceil(minutes / STEP_BEYOND_HOUR) * STEP_BEYOND_HOUR
    hours, rest = divmod(minutes, HOUR)
    return say(language, "约 {} 小时 {} 分钟", hours, rest) if rest else say(language, "约 {} 小时", hours)


def where(floor: str, area: str) -> str:
    """Say where one waits; a name that has its floor in it is not told twice."""
    return area if not floor or any(mark in area for mark in ("层", "楼")) else f"{floor} {area}"


@dataclass(frozen=True)
class Doors:
    """Whether tickets are issued now; until when, or when the hall opens next (in words of the page)."""

    open: bool
    until: str
    opens: str


def doors(plan: Hall, language: Language, at: datetime | None = None) -> Doors:
    """Return whether the hall issues tickets at a moment; they stop before it closes by the hall's own rule."""
    moment = at or now()
    last = _last_ticket(plan, moment)
    if last is not None and moment < last:
        local = last.astimezone(plan.zone)
        return Doors(True, f"{local.hour}:{local.minute:02}", "")
    try:
        opens = service_hours(HOURS_KIND, plan.body_id).next_opening(moment, work_calendar())
    except NeverOpen:
        return Doors(False, "", "")
    # In the last minutes before closing the hall is still open, and opens anew after that.
    if is_open(plan.body_id, moment):
        opens = _after(plan, moment)
    return Doors(False, "", times.opening(opens, language))


def _last_ticket(plan: Hall, moment: datetime) -> datetime | None:
    spans = spans_of(plan.body_id, moment.astimezone(plan.zone).date())
    for start, end in spans:
        if start <= moment < end:
            # A break at noon is no closing: who has a number then is called after it.
            return end - plan.rules.tickets_stop_before_close if end == spans[-1][1] else end
    return None


def _after(plan: Hall, moment: datetime) -> datetime:
    spans = spans_of(plan.body_id, moment.astimezone(plan.zone).date())
    end = next(end for start, end in spans if start <= moment < end)
    return service_hours(HOURS_KIND, plan.body_id).next_opening(end, work_calendar())
