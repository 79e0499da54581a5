"""The wall of the hotline and the lists behind its figures: late answers, lost calls, languages, alarms, menus."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe
from markupsafe import Markup

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import DEFAULT_ZONE, business_date
from bangban.foundation.privacy.masking import mask_phone
from bangban.services.telephony import reads
from bangban.services.telephony.belonging import NOBODY, several
from bangban.services.telephony.rate_views import AlarmView, Figures, Rate
from bangban.services.telephony.rates import LEAST_PERCENT
from bangban.services.telephony.views import MissedCall, Wall
from bangban.surfaces.desk import pages, times
from bangban.surfaces.hotline import choosing
from bangban.surfaces.web import given

SEES = ("calls.wall",)
AHEAD, SHOWN_GAPS = timedelta(days=7), 8
SEAT_STATES = {
    "ready": "空闲", "ringing": "振铃", "talking": "通话", "wrap_up": "话后处理", "break": "小休",
}  # fmt: skip
SEAT_TONES = {"ready": "success", "talking": "primary", "ringing": "primary", "wrap_up": "info", "break": "warn"}
LANGUAGES = {
    "mandarin": "普通话", "cantonese": "粤语", "hakka": "客家话", "teochew": "潮汕话", "english": "英语",
    "japanese": "日语", "korean": "韩语", "uyghur": "维吾尔语", "tibetan": "藏语", "": "未选语言",
}  # fmt: skip
OUTCOMES = {
    "waiting": "等候中", "ringing": "振铃中", "talking": "通话中", "answered": "已接听", "abandoned": "对方挂断",
    "missed": "未接听",
}  # fmt: skip
MISSED_COLUMNS = ["来电时间", "号码", "等候", "语言", "回拨", "话务员", "已试次数"]
CALLBACKS = {"open": "待回拨", "claimed": "回拨中"}


def language(code: str) -> str:
    """Return the name of a language; one that has none here is shown as it is written."""
    return LANGUAGES.get(code, code)


def percent(rate: Rate) -> str:
    """Return per cent with one place, rounded down, so that 94.96 is never shown as 95.0; a dash when nothing came."""
    return f"{rate.part * 1000 // rate.whole / 10:.1f}" if rate.whole else "—"


@require_safe
@pages.staff(*SEES)
def wall(request: HttpRequest) -> HttpResponse:
    """Show the live figures and the gaps of the roster (GB33358-5.1.2.3, 5.1.2.1)."""
    actor = pages.desk_actor(request)
    center = choosing.center_of(request, actor)
    gaps = [] if center == NOBODY else reads.roster_gaps(now(), now() + AHEAD, center)
    context = _figures(reads.wall(center=center)) | {
        "gaps": gaps[:SHOWN_GAPS],
        "more_gaps": max(0, len(gaps) - SHOWN_GAPS),
        "plans": may(actor, "orders.manage"),
        "tabs": tabs("wall", actor),
        "hotlines": choosing.choices(request, actor),
    }
    return pages.page(request, "hotline/wall.html", context, current="wall", topics=(f"hotline:{actor.unit_id}",))


@require_safe
@pages.staff(*SEES, quiet=True)
def figures(request: HttpRequest) -> HttpResponse:
    """Answer the live figures, for the page to renew itself."""
    center = choosing.center_of(request, pages.desk_actor(request))
    return pages.part(request, "hotline/_wall.html", _figures(reads.wall(center=center)))


def _figures(found: Wall) -> dict[str, Any]:
    by_state = [
        {"label": name, "value": found.seats.get(code, 0), "tone": SEAT_TONES[code]}
        for code, name in SEAT_STATES.items()
    ]
    hours = _every_hour(found)
    return {
        "wall": found,
        "percent": percent,
        "unassigned": found.unassigned if several() else 0,
        "low": found.rolling.below(LEAST_PERCENT),
        "alarm": next((alarm_facts(one) for one in found.alarms if one.closed_at is None), None),
        "signed_in": sum(found.seats.values()),
        "seats": by_state,
        "languages": [
            [language(code), counts.get("ready", 0), counts.get("ringing", 0) + counts.get("talking", 0),
             sum(counts.values())]
            for code, counts in found.languages.items()
        ],
        "offered": [
            {"label": _hour(hour), "value": figures.offered if figures else 0,
             "mark": figures is not None and figures.connection.below(LEAST_PERCENT)}
            for hour, figures in hours
        ],
        "lost": [
            {"label": _hour(hour), "value": figures.lost if figures else 0, "mark": True} for hour, figures in hours
        ],
    }  # fmt: skip


def _every_hour(found: Wall) -> list[tuple[datetime, Figures | None]]:
    """Return each hour of the rolling 24, so that an hour without a call has its place; none when no call came."""
    told = {row.start: row.figures for row in found.hours}
    if not told:
        return []
    this = found.at.astimezone(DEFAULT_ZONE).replace(minute=0, second=0, microsecond=0)
    back = max(23, int((this - min(told)).total_seconds() // 3600))
    return [(hour, told.get(hour)) for hour in (this - timedelta(hours=n) for n in range(back, -1, -1))]


def _hour(start: Any) -> str:
    return f"{start.astimezone(DEFAULT_ZONE).hour}时"


def alarm_facts(alarm: AlarmView) -> dict[str, Any]:
    """Return an alarm with its rates and the hours that caused it in words (GB33358-5.1.2.3-b)."""
    return {
        "opened_at": alarm.opened_at,
        "closed_at": alarm.closed_at,
        "lowest": percent(alarm.lowest),
        "of": f"{alarm.lowest.part} / {alarm.lowest.whole}",
        "hours": [
            {"at": f"{hour.start.astimezone(DEFAULT_ZONE):%-m月%-d日}{_hour(hour.start)}", "whole": hour.whole,
             "answered": hour.answered, "lost": hour.whole - hour.answered}
            for hour in alarm.hours
        ],
    }  # fmt: skip


def tabs(current: str, actor: Actor) -> list[dict[str, Any]]:
    """Return the ways between the pages of calls that this person's duties open."""
    ways = [
        ("wall", "大屏", "calls:wall", ("calls.wall",)),
        ("late", "超时应答", "calls:late", ("calls.wall",)),
        ("missed", "待回拨", "calls:missed", ("calls.wall",)),
        ("lost", "漏接记录", "calls:lost", ("calls.wall",)),
        ("shortages", "语言缺口", "calls:shortages", ("calls.wall",)),
        ("alarms", "接通率告警", "calls:alarms", ("calls.wall",)),
        ("rates", "解决与评价", "calls:rates", ("orders.manage", "reports.prepare")),
        ("menu", "语音菜单", "calls:menu", ("calls.wall",)),
        ("audio", "语音内容", "calls:audio", ("calls.take",)),
        ("seats", "座席", "calls:seats", ("orders.manage",)),
    ]
    return [
        {"label": label, "url": reverse(view), "current": code == current}
        for code, label, view, permissions in ways
        if any(may(actor, permission) for permission in permissions)
    ]


def day_of(request: HttpRequest, name: str = "day", back: int = 0) -> date:
    """Return the day of an address; today (or so many days back) when there is none or it is no day."""
    return given.day_of(request.GET.get(name, "")) or business_date(now()) - timedelta(days=back)


def span_of(request: HttpRequest, back: int) -> tuple[date, date]:
    """Return the first and last day of an address, in order."""
    first, last = day_of(request, "from", back), day_of(request, "to")
    return (first, last) if first <= last else (last, first)


def _list(
    request: HttpRequest, current: str, title: str, lead: str, columns: list[str], rows: Iterable[list[Any]], empty: str,
    **more: Any,
) -> HttpResponse:  # fmt: skip
    actor = pages.desk_actor(request)
    context = {
        "title": title, "lead": lead, "columns": [{"label": label} for label in columns], "rows": list(rows),
        "empty": empty, "tabs": tabs(current, actor), "hotlines": choosing.choices(request, actor), "more": "",
        "dates": {}, **more,
    }  # fmt: skip
    return pages.page(request, "hotline/wall_list.html", context, current="wall")


def _next(request: HttpRequest, after: str, **chosen: date) -> str:
    return (
        f"{request.path}?{urlencode({**{name: str(day) for name, day in chosen.items()}, 'after': after})}"
        if after
        else ""
    )


def _center(request: HttpRequest) -> int | None:
    return choosing.center_of(request, pages.desk_actor(request))


def _after(request: HttpRequest) -> str:
    return request.GET.get("after", "")[:200]


@require_safe
@pages.staff(*SEES)
def hours(request: HttpRequest) -> HttpResponse:
    """Show the figures of each of the last 24 hours, the latest first."""
    rows = [
        [f"{row.start:%-m月%-d日} {_hour(row.start)}", row.figures.offered, row.figures.answered, row.figures.lost,
         percent(row.figures.connection), percent(row.figures.in_time)]
        for row in reversed(reads.wall(center=_center(request)).hours)
    ]  # fmt: skip
    return _list(
        request, "wall", "逐时数字", "近24小时每小时的来电、接听和未接通。",
        ["时段", "来电", "接听", "未接通", "接通率%", "15秒接听率%"], rows, "近24小时没有来电",
    )  # fmt: skip


@require_safe
@pages.staff(*SEES)
def late(request: HttpRequest) -> HttpResponse:
    """Show the calls of a day that nobody answered within 15 seconds (GB33358-5.1.2.3-a)."""
    day = day_of(request)
    found = reads.breaches(day, _after(request), center=_center(request))
    rows = [
        [times.when(row.offered_at), f"{row.wait_seconds} 秒", OUTCOMES.get(row.outcome, row.outcome),
         row.agent_name or "—", link(row.record_number)]
        for row in found.rows
    ]  # fmt: skip
    return _list(
        request, "late", "超时应答", "来电15秒内没有接听的，含接晚了的和没等到接听就挂断的。",
        ["来电时间", "等候", "结果", "话务员", "工单"], rows, "这一天没有超时应答的来电", dates={"day": day},
        more=_next(request, found.after, day=day),
    )  # fmt: skip


@require_safe
@pages.staff(*SEES)
def missed(request: HttpRequest) -> HttpResponse:
    """Show who is to be called back, those who called first first (F3.03)."""
    found = reads.missed(_after(request), center=_center(request))
    return _list(
        request, "missed", "漏接回拨", "没有接听的来电，由话务员在“话务”页领取回拨；来电人再次打入并接通的自动移出。",
        MISSED_COLUMNS, _missed_rows(found.rows), "没有待回拨的漏接来电", more=_next(request, found.after),
    )  # fmt: skip


@require_safe
@pages.staff(*SEES)
def lost(request: HttpRequest) -> HttpResponse:
    """Show every call of a day that nobody answered, and what became of it (F3.03)."""
    day = day_of(request)
    found = reads.lost(day, _after(request), center=_center(request))
    return _list(
        request, "lost", "漏接记录", "这一天没有接听的每一个来电，以及后来是否回拨、是否再次打入。",
        MISSED_COLUMNS, _missed_rows(found.rows), "这一天没有漏接的来电", dates={"day": day},
        more=_next(request, found.after, day=day),
    )  # fmt: skip


def _became(row: MissedCall) -> str:
    if row.state != "done":
        return "—" if row.phone else "没有号码，不能回拨"
    return "已回拨" if row.claimed_by else "来电人已再次打入"


def _missed_rows(found: Iterable[MissedCall]) -> list[list[Any]]:
    return [
        [times.when(row.offered_at), mask_phone(row.phone) if row.phone else "未显示号码",
         times.length(row.wait_seconds), language(row.language),
         CALLBACKS.get(row.state) or _became(row),
         row.claimed_name or "—", row.tries]
        for row in found
    ]  # fmt: skip


@require_safe
@pages.staff(*SEES)
def shortages(request: HttpRequest) -> HttpResponse:
    """Show calls answered by somebody without the language that was asked for (GB33358-4.2.3-b)."""
    first, last = span_of(request, 6)
    found = reads.shortages(first, last, _after(request), center=_center(request))
    rows = [
        [times.when(row.offered_at), language(row.language), row.agent_name or "—",
         "、".join(language(code) for code in row.agent_languages) or "未登记"]
        for row in found.rows
    ]  # fmt: skip
    return _list(
        request, "shortages", "语言缺口", "来电人选的语言当时没有空闲的话务员会说，由别的话务员接听的来电。",
        ["来电时间", "要求的语言", "接听人", "接听人会的语言"], rows, "这几天每个来电都由会说该语言的话务员接听",
        dates={"from": first, "to": last}, more=_next(request, found.after, **{"from": first, "to": last}),
    )  # fmt: skip


@require_safe
@pages.staff(*SEES)
def alarms(request: HttpRequest) -> HttpResponse:
    """Show when the rate of 24 hours was under 95 %, and the hours that caused it (GB33358-5.1.2.3-b)."""
    actor = pages.desk_actor(request)
    context = {
        "alarms": [alarm_facts(one) for one in reads.alarms(50, _center(request))],
        "tabs": tabs("alarms", actor),
        "hotlines": choosing.choices(request, actor),
    }
    return pages.page(request, "hotline/wall_alarms.html", context, current="wall")


def link(number: str) -> Any:
    """Return a cell that leads to an order, or a dash."""
    if not number:
        return "—"
    return Markup('<a class="num nowrap" href="{}">{}</a>').format(reverse("hotline:order", args=[number]), number)
