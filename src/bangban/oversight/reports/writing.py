"""The sentences of a report, written from its figures; the officer adds, the figures stay (GB33358-5.6.1, 5.6.2.2)."""

from __future__ import annotations

from datetime import datetime

from bangban.foundation.clocks.zones import DEFAULT_ZONE
from bangban.oversight.reports.comparing import amount, phrase
from bangban.oversight.reports.content import Content, Row, Topic
from bangban.oversight.reports.periods import Span, days
from bangban.oversight.reports.terms import BEFORE_WORD, LAST_YEAR_WORD, NOW_WORD, Period

LIMITS = {"overdue": "办理时限", "unsigned": "签收时限", "untransferred": "转办时限"}
SPREAD, ENOUGH = 5, 10
"""So many classes are named one by one; from so many orders on a share or a place in a row says something."""


def summary(content: Content, period: str) -> str:
    """Return the paragraph that a routine report begins with."""
    word, earlier = NOW_WORD[Period(period)], BEFORE_WORD[Period(period)]
    received = content.line("received")
    said = [f"{word}（{days(Span(content.first, content.last))}）共受理群众诉求{amount(received.now)}件"]
    compared = [phrase(received, received.before, earlier), phrase(received, received.last_year, LAST_YEAR_WORD)]
    said += [one for one in compared if one] or ["没有可比的历史数据"]
    text = "，".join(said) + "。"
    if not received.now.amount:
        return text + late(content)
    text += _spread(content, "source", "按渠道分") + _spread(content, "kind", "按诉求类型分") + _most(content)
    return text + _rates(content, earlier)


def _spread(content: Content, group: str, begin: str) -> str:
    rows = [row for row in content.groups.get(group, ()) if row.now]
    whole = sum(row.now for row in rows) or 1
    named = [(row.label, row.now) for row in rows[:SPREAD]]
    if rest := sum(row.now for row in rows[SPREAD:]):
        named.append((f"其他{len(rows) - SPREAD}类", rest))
    parts = "、".join(f"{label}{number:,}件（{100 * number / whole:.1f}%）" for label, number in named)
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
    return "；".join(parts) + ("。" if parts else "") + late(content)


def late(content: Content) -> str:
    """Return what was over its limit at the cut-off, whenever it was received; each limit is counted for itself."""
    when = moment(content.cut_off)
    counts = {code: content.line(code).now.part for code in LIMITS}
    found = [f"超过{LIMITS[code]}的{number:,}件" for code, number in counts.items() if number]
    if not found:
        return f"截至{when}，没有超过办理、签收或转办时限的在办工单。"
    none = [LIMITS[code] for code, number in counts.items() if not number]
    rest = f"；没有超过{'、'.join(none)}的" if none else ""
    return f"截至{when}，在办工单（不论何时受理）中{'、'.join(found)}{rest}。"


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
    """Return one sentence each on place, time and group; with too few orders, that nothing can be told from them."""
    received = content.line("received").now.part
    if received < ENOUGH:
        return [f"关联工单只有{received}件，不足{ENOUGH}件，看不出规律，只列分布如下。"]
    found = []
    for group, begin in (("region", "地点"), ("weekday", "日期"), ("hour", "时段"), ("subject", "人群")):
        rows = sorted((row for row in content.groups.get(group, ()) if row.now), key=lambda row: -row.now)
        if rows:
            found.append(f"{begin}上，{_concentration(rows)}。")
    return found


def _concentration(rows: list[Row]) -> str:
    whole = sum(row.now for row in rows)
    if len(rows) == 1:
        return f"均为{rows[0].label}，{whole:,}件"
    if rows[0].now == rows[-1].now:
        return f"{len(rows)}类各{rows[0].now:,}件，没有集中"
    top = rows[:2]
    if rows[2:] and rows[2].now == rows[1].now:
        top = [row for row in rows if row.now == rows[0].now]
    if len(top) > SPREAD:
        return "没有明显集中"
    parts = "、".join(f"{row.label}{row.now:,}件（{100 * row.now / whole:.1f}%）" for row in top)
    return f"{'集中在' if rows[0].now * 2 >= whole else '较多的是'}{parts}"


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


def moment(at: datetime) -> str:
    """Return a moment as documents write it."""
    return f"{_when(at)} {at.astimezone(DEFAULT_ZONE):%H:%M}"


def _when(at: datetime) -> str:
    local = at.astimezone(DEFAULT_ZONE)
    return f"{local.year}年{local.month}月{local.day}日"
