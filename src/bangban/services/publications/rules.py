"""Pure rules of published information: days, LED schedules, what a publication must say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bangban.foundation.clocks.zones import DEFAULT_ZONE
from bangban.services.publications.terms import LED_LIMIT, WEEKDAYS, Kind, Target

TITLE_LIMIT, TEXT_LIMIT = 80, 5000
SHORTEST_SECONDS, LONGEST_SECONDS = 5, 300
MOST_SPANS = 6
SPAN = re.compile(r"([0-9]{1,2}):([0-9]{2})[-—–~至]([0-9]{1,2}):([0-9]{2})")
BETWEEN = re.compile(r"[、,，;；\s]+")


@dataclass(frozen=True)
class Content:
    """What a publication says, as a form or a program gives it; days are days at the body's place."""

    kind: str
    title: str
    text: str
    valid_from: date | None
    valid_to: date | None = None
    targets: tuple[str, ...] = ()
    includes_below: bool = False
    led_text: str = ""
    led_weekdays: tuple[int, ...] = tuple(range(7))
    led_spans: tuple[tuple[str, str], ...] = ()
    led_seconds: int = 15
    problems: dict[str, str] = field(default_factory=dict, compare=False)


def spans_of(text: str) -> tuple[tuple[str, str], ...]:
    """Read "9:00-12:00、13:30-17:00" as pairs of HH:MM; ValueError for anything that is not a stretch of one day."""
    found = []
    plain = re.sub(r"\s*([-—–~至])\s*", r"\1", text.replace("：", ":").strip())
    for piece in (piece for piece in BETWEEN.split(plain) if piece):
        match = SPAN.fullmatch(piece)
        if not match:
            raise ValueError(piece)
        start, end = (int(match[1]), int(match[2])), (int(match[3]), int(match[4]))
        if not (start < end <= (24, 0) and start[1] < 60 and end[1] < 60):
            raise ValueError(piece)
        found.append((_clock(start), _clock(end)))
    return tuple(sorted(set(found)))


def _clock(moment: tuple[int, int]) -> str:
    return f"{moment[0]:02d}:{moment[1]:02d}"


def spans_text(spans: Sequence[Sequence[str]]) -> str:
    """Write pairs as a form shows them; all day when there is none."""
    return "、".join(f"{start}-{end}" for start, end in spans)


def schedule_text(weekdays: Sequence[int], spans: Sequence[Sequence[str]], seconds: int) -> str:
    """Say when an LED text plays: 每天 全天，每次15秒."""
    days = "每天" if len(set(weekdays)) == len(WEEKDAYS) else "、".join(WEEKDAYS[day] for day in sorted(set(weekdays)))
    return f"{days} {spans_text(spans) or '全天'}，每次{seconds}秒"


def plays_at(weekdays: Sequence[int], spans: Sequence[Sequence[str]], moment: datetime) -> bool:
    """Tell whether an LED text plays at a moment, in the time of the place; no spans mean all day."""
    local = moment.astimezone(DEFAULT_ZONE)
    clock = f"{local.hour:02d}:{local.minute:02d}"
    return local.weekday() in weekdays and (not spans or any(start <= clock < end for start, end in spans))


def check(content: Content) -> dict[str, str]:
    """Return what keeps a publication from being kept, by field, each with what to do."""
    problems: dict[str, str] = {}
    if content.kind not in Kind.values:
        problems["kind"] = "请选择类别。"
    if not content.title.strip():
        problems["title"] = "请填写标题。"
    elif len(content.title) > TITLE_LIMIT:
        problems["title"] = f"标题共{len(content.title)}字，最多{TITLE_LIMIT}字。"
    if not content.text.strip():
        problems["text"] = "请填写正文。"
    elif len(content.text) > TEXT_LIMIT:
        problems["text"] = f"正文共{len(content.text)}字，最多{TEXT_LIMIT}字。"
    if not content.targets or set(content.targets) - set(Target.values):
        problems["targets"] = "请至少选择一种发布方式。"
    return {**problems, **_days(content), **(_led(content) if Target.LED in content.targets else {})}


def _days(content: Content) -> dict[str, str]:
    if content.valid_from is None:
        return {"valid_from": "请填写开始日期，例如 2026-11-22。"}
    if content.valid_to and content.valid_to < content.valid_from:
        return {"valid_to": "结束日期不能早于开始日期。"}
    return {}


def _led(content: Content) -> dict[str, str]:
    problems: dict[str, str] = {}
    if not content.led_text.strip():
        problems["led_text"] = f"请填写LED公告屏的短文，最多{LED_LIMIT}字。"
    elif len(content.led_text) > LED_LIMIT:
        problems["led_text"] = f"LED短文共{len(content.led_text)}字，最多{LED_LIMIT}字。"
    elif len(content.led_text.splitlines()) > 1:
        problems["led_text"] = "LED短文只能写一行。"
    if not content.led_weekdays or not set(content.led_weekdays) <= set(range(7)):
        problems["led_weekdays"] = "请选择播放的日子。"
    if len(content.led_spans) > MOST_SPANS:
        problems["led_spans"] = f"播放时段最多{MOST_SPANS}段。"
    if not SHORTEST_SECONDS <= content.led_seconds <= LONGEST_SECONDS:
        problems["led_seconds"] = f"每次播放{SHORTEST_SECONDS}到{LONGEST_SECONDS}秒。"
    return problems
