"""Weeks of the roster as people write them: "早", "8-16", "20-8", "休"; pure.

A stretch belongs to the day on which it begins; its minutes count from that midnight, so "20-8" is 1200 to 1920.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from bangban.foundation.clocks.zones import DEFAULT_ZONE

DAY = 24 * 60
LONGEST_JOINED = 12 * 60
"""Two pieces that meet at midnight are read as one shift up to this length; longer ones are two shifts."""
WEEK_HOURS = 40
"""Hours of a week beyond which it is overtime (国务院关于职工工作时间的规定 第三条); told, not refused."""
MOST_SHIFTS, LONGEST_TEXT = 3, 40
NAMED = {"早": (8 * 60, 16 * 60), "中": (16 * 60, DAY), "夜": (0, 8 * 60)}
OFF = ("", "休", "休息", "-", "—")
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_SPAN = re.compile(r"(\d{1,2})(?::(\d{2}))?-(?:次日)?(\d{1,2})(?::(\d{2}))?")
_SAME = str.maketrans({"：": ":", "－": "-", "–": "-", "—": "-", "～": "-", "~": "-", "至": "-", "到": "-", "，": " ", "、": " ",
    ",": " ", ";": " ", "；": " ", "+": " ", "．": ":", "\u3000": " "})  # fmt: skip


@dataclass(frozen=True, order=True)
class Span:
    """One shift, in minutes of the day on which it begins; `end` beyond 1440 is on the next day."""

    start: int
    end: int

    @property
    def hours(self) -> float:
        """How long it is."""
        return (self.end - self.start) / 60


Week = tuple[tuple[Span, ...], ...]
"""The shifts of one person on the seven days from a Monday."""
EMPTY: Week = ((),) * 7


def day_hours() -> float:
    """Return the hours that nobody may be rostered beyond on one day (BANGBAN_ROSTER_DAY_HOURS).

    Eleven: eight of the working day and three of overtime (劳动法 第三十六条、第四十一条). An installation whose posts have
    another working-hours system approved (劳动法 第三十九条) sets its own.
    """
    return min(24.0, max(1.0, float(os.environ.get("BANGBAN_ROSTER_DAY_HOURS", "11"))))


def monday_of(day: date) -> date:
    """Return the Monday of the week that a day lies in."""
    return day - timedelta(days=day.weekday())


def read(text: str) -> tuple[Span, ...]:
    """Read what was typed into a cell; ValueError with a sentence for what cannot be read."""
    clean = re.sub(r"\s*([-:])\s*", r"\1", text.strip().translate(_SAME))
    if clean in OFF:
        return ()
    if len(clean) > LONGEST_TEXT:
        raise ValueError(f"最多{LONGEST_TEXT}个字。")
    found = sorted(_one(word) for word in clean.split())
    if len(found) > MOST_SHIFTS:
        raise ValueError(f"一天最多写{MOST_SHIFTS}段班次。")
    for first, second in pairwise(found):
        if second.start < first.end:
            raise ValueError(f"{show((first,))}和{show((second,))}时间重叠。")
    return tuple(found)


def _one(word: str) -> Span:
    if word.removesuffix("班") in NAMED:
        return Span(*NAMED[word.removesuffix("班")])
    match = _SPAN.fullmatch(word)
    if match is None:
        raise ValueError(f"看不懂“{word[:20]}”，请写早、中、夜、休，或起止时间，例如8-16、20:30-8。")
    start, end = (int(hour) * 60 + int(minute or 0) for hour, minute in (match.group(1, 2), match.group(3, 4)))
    if start >= DAY or end > DAY or any(int(part or 0) > 59 for part in match.group(2, 4)):
        raise ValueError(f"“{word[:20]}”不是一天里的时间，请写0到24点。")
    if start == end:
        raise ValueError(f"“{word[:20]}”的起止时间相同，全天请写0-24。")
    return Span(start, end if end > start else end + DAY)


def show(spans: Iterable[Span]) -> str:
    """Write shifts as they may be typed again; nothing for a day off."""
    names = {span: name for name, span in NAMED.items()}
    return " ".join(names.get((one.start, one.end)) or f"{_clock(one.start)}-{_clock(one.end)}" for one in spans)


def tell(span: Span) -> str:
    """Write a shift for whoever works it: 20:00–次日08:00."""
    end = span.end - DAY if span.end > DAY else span.end
    return f"{_long(span.start)}–{'次日' if span.end > DAY else ''}{_long(end)}"


def _clock(minutes: int) -> str:
    hour, minute = divmod(minutes - DAY if minutes > DAY else minutes, 60)
    return f"{hour}:{minute:02}" if minute else str(hour)


def _long(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@dataclass(frozen=True)
class Known:
    """A week as it is stored; `carried` is the end of Sunday's shift of the week before, on Monday from midnight."""

    week: Week
    carried: tuple[Span, ...]
    rest: tuple[Span, ...]
    """What stands on the Monday after, beside the end of this Sunday's shift."""


def join(days: Mapping[date, Sequence[Span]], monday: date) -> Known:
    """Read stored pieces, each within its own day, as shifts: pieces that meet at midnight are one.

    `days` holds the pieces from the Sunday before to the Monday after.
    """
    pieces = {day: sorted(days.get(day, ())) for day in (monday + timedelta(days=n) for n in range(-1, 8))}
    ends = {
        day: _continued(pieces[day], pieces[day + timedelta(days=1)])
        for day in pieces
        if day <= monday + timedelta(days=6)
    }
    week = []
    for n in range(7):
        day = monday + timedelta(days=n)
        own = pieces[day][1:] if ends[day - timedelta(days=1)] else pieces[day]
        more = ends[day]
        week.append(tuple([*own[:-1], Span(own[-1].start, DAY + more)] if more and own else own))
    after = pieces[monday + timedelta(days=7)]
    before = ends[monday - timedelta(days=1)]
    return Known(
        week=tuple(week),
        carried=(Span(0, before),) if before else (),
        rest=tuple(after[1:] if ends[monday + timedelta(days=6)] else after),
    )


def _continued(today: Sequence[Span], tomorrow: Sequence[Span]) -> int:
    """Return until which minute of tomorrow today's last piece goes on; 0 when it ends at or before midnight."""
    if not today or not tomorrow or today[-1].end != DAY or tomorrow[0].start:
        return 0
    long = DAY - today[-1].start + tomorrow[0].end
    return tomorrow[0].end if long <= LONGEST_JOINED else 0


def split(week: Week, known: Known) -> list[tuple[Span, ...]]:
    """Return what is to be stored for the seven days and the Monday after, each piece within its own day."""
    days: list[list[Span]] = [list(known.carried), *([] for _ in range(6)), list(known.rest)]
    for n, spans in enumerate(week):
        for span in spans:
            days[n].append(Span(span.start, min(span.end, DAY)))
            if span.end > DAY:
                days[n + 1].append(Span(0, span.end - DAY))
    return [tuple(sorted(pieces)) for pieces in days]


def conflicts(week: Week, known: Known, most: float) -> dict[int, str]:
    """Return by day (0 = Monday) why a week cannot be: twice at once, or beyond the hours of a day."""
    found: dict[int, str] = {}
    last = max((one.end for one in known.carried), default=0)
    for n, spans in enumerate(week):
        if spans and spans[0].start < last:
            before = "上周日" if n == 0 else WEEKDAYS[n - 1]
            found[n] = f"{before}的班要到{_long(last)}才结束，同一人不能同时上两个班。"
        hours = sum(one.hours for one in spans)
        if hours > most:
            found[n] = f"这一天排了{hours:g}小时，一天最多{most:g}小时。"
        last = max((one.end for one in spans), default=0) - DAY
    if known.rest and min(known.rest).start < last:
        found[6] = f"这个班到下周一{_long(last)}才结束，和下周一的班重叠，请先改下周的排班。"
    return found


def hours_of(week: Week) -> float:
    """Return the hours of a week."""
    return sum(one.hours for spans in week for one in spans)


def stretches(weeks: Iterable[tuple[Week, Known]], monday: date) -> list[tuple[datetime, datetime]]:
    """Return from when to when somebody is on duty, for everybody, in the seven days from a Monday."""
    begin = datetime.combine(monday, time(), DEFAULT_ZONE)
    found = []
    for week, known in weeks:
        found += [(begin, begin + timedelta(minutes=one.end)) for one in known.carried]
        for n, spans in enumerate(week):
            day = begin + timedelta(days=n)
            found += [(day + timedelta(minutes=one.start), day + timedelta(minutes=one.end)) for one in spans]
    return found
