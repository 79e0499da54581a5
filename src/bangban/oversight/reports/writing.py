"""The sentences of a report, written from its figures; the officer adds, the figures stay (GB33358-5.6.1, 5.6.2.2)."""

from __future__ import annotations

from datetime import datetime

from bangban.foundation.clocks.zones import DEFAULT_ZONE
from bangban.oversight.reports.comparing import amount, phrase
from bangban.oversight.reports.content import Content, Row, Topic
from bangban.oversight.reports.periods import Span, days
from bangban.oversight.reports.terms import BEFORE_WORD, LAST_YEAR_WORD, NOW_WORD, Period


def summary(content: Content, period: str) -> str:
    """Return the paragraph that a routine report begins with."""
    word, earlier = NOW_WORD[Period(period)], BEFORE_WORD[Period(period)]
    received = content.line("received")
    said = [f"{word}（{days(Span(content.first, content.last))}）共受理群众诉求{amount(received.now)}件"]
    compared = [phrase(received, received.before, earlier), phrase(received, received.last_year, LAST_YEAR_WORD)]
    said += [one for one in compared if one] or ["没有可比的历史数据"]
    text = "，".join(said) + "。"
    if not received.now.amount:
        return text
    text += _spread(content, "source", "按渠道分") + _spread(content, "kind", "按诉求类型分") + _most(content)
    return text + _rates(content, earlier)


def _spread(content: Content, group: str, begin: str) -> str:
    rows = [row for row in content.groups.get(group, ()) if row.now][:3]
    whole = sum(row.now for row in content.groups.get(group, ())) or 1
    parts = "、".join(f"{row.label}{row.now:,}件（{100 * row.now / whole:.1f}%）" for row in rows)
    return f"{begin}，{parts}。" if parts else ""


def _most(content: Content) -> str:
    rows = [row for row in content.groups.get("category", ()) if row.now and row.key][:3]
    return f"反映较集中的事项是{_listed(rows)}。" if rows else ""


def _listed(rows: list[Row]) -> str:
    return "、".join(f"{row.label}（{row.now:,}件）" for row in rows)


def _rates(content: Content, earlier: str) -> str:
    parts = []
    for code in ("connection", "in_15", "direct", "transfer_in_time", "in_time", "visited", "result_good"):
        line = content.line(code)
        if line.now.amount is not None:
            compared = phrase(line, line.before, earlier)
            parts.append(f"{line.label}{amount(line.now, line.unit)}" + (f"，{compared}" if compared else ""))
    overdue = content.line("overdue").now.amount
    end = f"超期工单{overdue:,.0f}件。" if overdue else "没有超期工单。"
    return "；".join(parts) + ("；" if parts else "") + end


def left_out(unassigned: int) -> str:
    """Return what is not in the telephone figures of one of several hotlines; "" for nothing."""
    if not unassigned:
        return ""
    return f"统计期内另有{unassigned:,}次来电不知属于哪条热线，没有计入来电量、接通率、15秒接听率和平均等待。"


def facts(topic: Topic) -> str:
    """Return what happened: how many told it, from when to when, how it stands."""
    if not topic.orders or topic.first_at is None or topic.last_at is None:
        return "目前没有关联的工单。"
    told = f"{_when(topic.first_at)}至{_when(topic.last_at)}，热线受理反映“{topic.name}”的诉求{topic.orders:,}件"
    by = f"，涉及{topic.callers:,}位诉求人" if topic.callers else ""
    again = f"，其中{topic.repeated:,}位反映两次以上" if topic.repeated else ""
    stands = f"尚有{topic.open:,}件在办" if topic.open else "均已办结"
    bad = f"，{topic.unsatisfied:,}件回访对结果不满意" if topic.unsatisfied else ""
    return f"{told}{by}{again}。{stands}{bad}。"


def regularity(content: Content) -> list[str]:
    """Return one sentence each on place, time and group."""
    found = []
    for group, begin in (("region", "地点"), ("weekday", "日期"), ("hour", "时段"), ("subject", "人群")):
        rows = sorted(content.groups.get(group, ()), key=lambda row: -row.now)
        whole = sum(row.now for row in rows)
        if not whole:
            continue
        top = [row for row in rows[:2] if row.now]
        parts = "、".join(f"{row.label}{row.now:,}件（{100 * row.now / whole:.1f}%）" for row in top)
        found.append(f"{begin}上，{'集中在' if rows[0].now * 2 >= whole else '较多的是'}{parts}。")
    return found


def trend(content: Content) -> str:
    """Return where it is going, with what the forecast rests on; never a forecast without its basis."""
    topic = content.topic
    if topic is None:
        return ""
    forecast = topic.trend
    if not forecast.values:
        return forecast.basis
    word = "上升" if forecast.slope > 0.5 else "下降" if forecast.slope < -0.5 else "基本平稳"
    low, high = forecast.low[0], forecast.high[0]
    return (
        f"近期受理量{word}。预计{forecast.labels[0]}起的一周约{forecast.values[0]:g}件"
        f"（区间{low:g}至{high:g}件）。{forecast.basis}"
    )


def _when(at: datetime) -> str:
    local = at.astimezone(DEFAULT_ZONE)
    return f"{local.year}年{local.month}月{local.day}日"
