"""The first page of figures: closing and loop as two rates, days, channels, units, outcomes, advisers (T637-8.5, BJ-7)."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.oversight.analysis.reads import REPORTS, report
from bangban.oversight.evaluation.models import Grade
from bangban.surfaces.desk import pages

ZONE = ZoneInfo("Asia/Shanghai")
SHOWN = ("overview", "days", "consultations", "channels", "stages", "states", "outcomes", "units", "advisers")
TITLES = {
    "overview": "总览", "days": "每日办件", "consultations": "窗口和线上咨询", "channels": "渠道", "states": "状态",
    "stages": "阶段", "complexity": "难易", "outcomes": "办理结果", "units": "单位", "advisers": "专业顾问响应",
}  # fmt: skip
COLUMNS = {
    "day": "日期", "label": "名称", "code": "代码", "cases": "办件", "opened": "登记", "closed": "结案", "looped": "闭环", "asked": "请教",
    "answered": "答复", "median_s": "中位用时（秒）", "counter": "窗口咨询", "at_window": "现场", "by_phone": "电话",
    "instant": "当场答复", "promised": "约定答复", "missed": "超过约定时间", "online": "线上咨询", "all": "合计",
}  # fmt: skip
PERIODS = ((7, "近7天"), (30, "近30天"), (90, "近90天"))
# A spreadsheet takes a cell that begins so for a formula, whoever wrote it.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@require_safe
@pages.staff("statistics.view")
def statistics(request: HttpRequest) -> HttpResponse:
    """Show the figures of a period."""
    actor = pages.desk_actor(request)
    first, last = request.GET.get("from", ""), request.GET.get("to", "")
    error, status = "", 200
    try:
        found = {name: report(actor, name, first, last) for name in SHOWN}
    except Incomplete as refusal:
        error, status = refusal.sentence, 422
        found = {name: report(actor, name) for name in SHOWN}
    context = {
        "found": found,
        "error": error,
        "titles": TITLES,
        "periods": _periods(found["overview"]),
        "days": _days(found["days"]["rows"], "opened", "closed"),
        "asked": _days(found["consultations"]["rows"], "counter", "online"),
        "grades": [
            {"label": label, "value": found["overview"]["grades"].get(code, 0)} for code, label in Grade.choices
        ],
        "exports": [
            (TITLES[name], f"{reverse('desk:export', args=[name])}?{_range(found['overview'])}") for name in SHOWN
        ],
        "percent": percent,
        "scope": scope_of(actor),
    }
    return pages.page(request, "desk/statistics.html", context, current="statistics", status=status)


def percent(part: float | None) -> str:
    """Say a share with one decimal; a dash when there is nothing to divide by."""
    return "—" if part is None else f"{100 * part:.1f}"


def _range(overview: dict[str, Any]) -> str:
    return urlencode({"from": overview["from"], "to": overview["to"]})


def _periods(overview: dict[str, Any]) -> list[dict[str, Any]]:
    today = now().astimezone(ZONE).date()
    made = []
    for days, label in PERIODS:
        begin = today - timedelta(days=days - 1)
        current = overview["from"] == begin.isoformat() and overview["to"] == today.isoformat()
        url = f"{reverse('desk:statistics')}?{urlencode({'from': begin.isoformat(), 'to': today.isoformat()})}"
        made.append({"label": label, "url": url, "current": current})
    return made


def _days(rows: list[dict[str, Any]], *names: str) -> dict[str, list[dict[str, Any]]]:
    """Return points for the charts; the label of every so many days is left out, so that they do not touch."""
    every = max(1, -(-len(rows) // 10))
    made: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for place, row in enumerate(rows):
        day = date.fromisoformat(row["day"])
        label = f"{day.month}/{day.day}" if place % every == 0 else ""
        for name, points in made.items():
            points.append({"label": label, "value": row[name]})
    return made


@require_safe
@pages.staff("statistics.view")
def export(request: HttpRequest, name: str) -> HttpResponse:
    """Answer one report as CSV for a spreadsheet."""
    if name not in REPORTS:
        raise NotYours("没有这张报表。")
    found = report(pages.desk_actor(request), name, request.GET.get("from", ""), request.GET.get("to", ""))
    response = HttpResponse(as_csv(name, found), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="bangban-{name}-{found["from"]}-{found["to"]}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


def as_csv(name: str, found: dict[str, Any]) -> str:
    """Write a report as CSV with a byte order mark, every cell safe against formulas."""
    out = io.StringIO()
    writer = csv.writer(out)
    if "rows" in found:
        heads = list(found["rows"][0]) if found["rows"] else []
        writer.writerow([safe(COLUMNS.get(head, head)) for head in heads])
        writer.writerows([[safe(row[head]) for head in heads] for row in found["rows"]])
    else:
        writer.writerow(["指标", "数值"])
        writer.writerows([[safe(head), safe(value)] for head, value in found.items() if not isinstance(value, dict)])
    return "\ufeff" + out.getvalue()


def safe(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def scope_of(actor: Actor) -> str:
    """Say over which units the figures go."""
    return f"{actor.unit_name}及下级单位" if actor.subtree else "全部单位"
