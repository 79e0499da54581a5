"""Whether a person is there to answer, and when the next one will be (BJ-6, F8.18)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bangban.foundation.clocks.hours import NeverOpen, ServiceHours, Span
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.reads import service_hours, work_calendar
from bangban.registry.org.reads import colleagues, front_door
from bangban.surfaces.portal import times
from bangban.surfaces.portal.language import Language, say


@dataclass(frozen=True)
class Staffed:
    """The human service at one moment. `present` is None when nobody looked."""

    open: bool
    present: bool | None
    until: datetime | None
    opens: datetime | None

    def sentence(self, language: Language) -> str:
        """Say honestly whether somebody answers now, else from when."""
        if not self.open:
            if self.opens is None:
                return say(language, "人工服务时间未设定，请拨打12345")
            return say(language, "人工休息中，{}上线", times.opening(self.opens, language))
        if self.present is False:
            return say(language, "人工服务时间内，专员暂时不在线，可先留言")
        if self.until is None:
            return say(language, "人工在线")
        return say(language, "人工在线，服务至 {}", times.short(self.until, language))


def staffed(*, look: bool = False) -> Staffed:
    """Return the state of the city's online human service; with `look`, also whether a guide is on duty."""
    at, calendar = now(), work_calendar()
    try:
        door = front_door()
        hours = service_hours("online_human", door.id)
    except LookupError:
        return Staffed(False, None, None, None)
    if not hours.is_open(at, calendar):
        return Staffed(False, None, None, _next(hours, at))
    present = any(one.on_duty for one in colleagues(at, body_id=door.id, duty="triage_agent")) if look else None
    return Staffed(True, present, hours.next_closing(at, calendar), None)


def _next(hours: ServiceHours, at: datetime) -> datetime | None:
    try:
        return hours.next_opening(at, work_calendar())
    except NeverOpen:
        return None


def hours_text(language: Language) -> str:
    """Return the hours of the human service in words; empty before they are set up."""
    try:
        return week_text(service_hours("online_human", front_door().id), language)
    except LookupError:
        return ""


def week_text(hours: ServiceHours, language: Language) -> str:
    """Say a week of service: 工作日 9:00-12:00、13:30-17:00, and every group of weekdays that differs."""
    groups: dict[tuple[Span, ...], list[int]] = {}
    for weekday in range(7):
        if spans := hours.weekly.get(weekday, ()):
            groups.setdefault(spans, []).append(weekday)
    return say(language, "；").join(
        f"{_days(days, hours, language)} {_spans(spans, language)}" for spans, days in groups.items()
    )


def _days(days: list[int], hours: ServiceHours, language: Language) -> str:
    if hours.workdays_only and days == [0, 1, 2, 3, 4]:
        return say(language, "工作日")
    if len(days) == 7:
        return say(language, "每天")
    names = times.ENGLISH_WEEKDAYS if language == "en" else [f"周{name}" for name in times.WEEKDAYS]
    return say(language, "、").join(names[day] for day in days)


def _spans(spans: tuple[Span, ...], language: Language) -> str:
    texts = [
        f"{_time(span.start.hour, span.start.minute)}-{_time(span.end.hour or 24, span.end.minute)}" for span in spans
    ]
    return say(language, "、").join(texts)


def _time(hour: int, minute: int) -> str:
    return f"{hour}:{minute:02}"
