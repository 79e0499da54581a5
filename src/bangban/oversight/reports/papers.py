"""A report as a paper: said once, shown on the page, as PDF and as Word (GB33358-5.6.1, 5.6.2.2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bangban.foundation.clocks.zones import DEFAULT_ZONE
from bangban.foundation.documents.charts import Bar, Bars, Forecast, Lines, Part, Shares
from bangban.foundation.documents.paper import (
    Block,
    Cell,
    Chapter,
    Column,
    Drawing,
    Facts,
    Paper,
    Prose,
    Section,
    Table,
)
from bangban.oversight.reports import writing
from bangban.oversight.reports.comparing import amount, change, counts, percent
from bangban.oversight.reports.content import Content, Line, Row, Trend, UnitRow, Value, read
from bangban.oversight.reports.figures.measures import BY_CODE, GROUPS, TOPIC_GROUPS
from bangban.oversight.reports.forecast import FEWEST
from bangban.oversight.reports.models import Report
from bangban.oversight.reports.periods import Span, days
from bangban.oversight.reports.terms import BEFORE_WORD, LAST_YEAR_WORD, NONE, NOW_WORD, SMALL, Kind, Period
from bangban.registry.org.reads import place

MOST = 10
HISTORY = f"“{NONE}”表示没有可比的历史数据。"
POINTS = "比率的增减为百分点。"
TOO_SMALL = f"“{SMALL}”表示对比期的数太小，相差十倍以上，不算百分比。"
INTAKE = ("received", "calls", "connection", "in_15", "mean_wait", "refused", "emergency")
HANDLING = (
    "direct",
    "transferred",
    "transfer_in_time",
    "returned",
    "completed",
    "in_time",
    "solved",
    "overdue",
    "unsigned",
    "untransferred",
)
AFTERWARDS = ("visited", "process_good", "result_good", "second_round", "supervised")
STEPS = {"hour": "每小时", "day": "每日", "week": "每周", "month": "每月"}


def paper_of(report: Report) -> Paper:
    """Return a report as it stands now; sources of figures are in its cells."""
    content = read(report.content)
    blocks = _blocks(report, content)
    body = place(report.body_id)
    closing = [f"责任人：{report.responsible_name}"] if report.responsible_name else []
    closing += [f"签发人：{report.released_name}"] if report.released_name else []
    return Paper(
        title=report.title,
        blocks=(_head(report, content), *blocks),
        issuer=body.name if body else "",
        reference=report.number,
        footer=f"数据截至{written(report.cut_off_at)}",
        closing=(*closing, _day(report.released_at or report.generated_at)),
    )


def _blocks(report: Report, content: Content) -> Iterable[Block]:
    if report.state == "failed":
        return (Prose("数字没有统计出来，请重新统计。"),)
    if report.state == "counting" or not content.lines:
        return (Prose("数字正在统计，完成后自动显示。"),)
    return _special(report, content) if report.kind == Kind.SPECIAL else _routine(report, content)


def _head(report: Report, content: Content) -> Facts:
    return Facts(
        (
            ("统计范围", days(Span(content.first, content.last))),
            ("数据截止", written(report.cut_off_at)),
            ("生成时间", written(report.generated_at)),
            ("责任人", report.responsible_name or "待确定"),
        )
    )


def _routine(report: Report, content: Content) -> Iterable[Block]:
    now, before = NOW_WORD[Period(report.period)], BEFORE_WORD[Period(report.period)]
    yield Chapter("总体情况")
    yield Prose(writing.summary(content, report.period))
    yield from (Prose(text) for text in _paragraphs(report.comment))
    yield Chapter("受理情况")
    yield _figures("表1　来电与受理", content, INTAKE, now, before)
    if content.unassigned:
        yield Prose(writing.left_out(content.unassigned))
    yield Drawing(_line_of(content, now, before), f"图1　{STEPS[content.step]}受理量")
    yield _classes("表2　受理渠道", content, "source", now, before)
    yield _classes("表3　诉求类型", content, "kind", now, before)
    if parts := tuple(Part(row.label, row.now) for row in content.groups.get("kind", ()) if row.now):
        yield Drawing(Shares(parts), "图2　诉求类型构成")
    yield _classes("表4　事项分类", content, "category", now, before)
    if bars := _bars(content, "category"):
        yield Drawing(Bars(bars, now=now, before=before), "图3　反映较集中的事项")
    yield _classes("表5　发生区域", content, "region", now, before)
    yield Chapter("办理情况")
    yield _figures("表6　办理质效", content, HANDLING, now, before)
    yield _units("表7　承办单位", content.units)
    if late := _late(content.units):
        yield Drawing(Bars(late), "图4　超期未办结工单较多的单位")
    yield Chapter("回访与督办")
    yield _figures("表8　回访与督办", content, AFTERWARDS, now, before)
    yield Chapter("意见建议")
    yield from _suggestions(report)
    yield Chapter("数据核对与口径")
    yield from _accounts(report, content)


def _special(report: Report, content: Content) -> Iterable[Block]:
    topic = content.topic
    assert topic is not None
    yield Chapter("基本情况")
    yield Prose(writing.facts(topic))
    yield from (Prose(text) for text in _paragraphs(report.comment))
    yield Table(
        (Column("指标", weight=2), Column("数值", number=True), Column("口径", weight=5)),
        tuple((Cell(line.label), _source(line), Cell(BY_CODE[line.code].meaning)) for line in content.lines),
        "表1　受理与办理",
    )
    yield _units("表2　承办单位", content.units)
    yield Chapter("规律分析")
    yield from (Prose(text) for text in writing.regularity(content))
    number = 3
    for group, (title, named) in {
        "region": ("（一）地点", "发生区域"), "weekday": ("（二）时间", "星期分布"), "hour": ("", "时段分布"),
        "subject": ("（三）人群", "诉求人类型"),
    }.items():  # fmt: skip
        if title:
            yield Section(title)
        yield _shares(f"表{number}　{named}", content.groups.get(group, ()), group)
        number += 1
    yield Chapter("趋势研判")
    yield Prose(writing.trend(content))
    yield from _weeks(content, topic.trend)
    yield Chapter("意见建议")
    yield from _suggestions(report)
    yield Chapter("数据核对与关联工单")
    yield from _accounts(report, content)
    numbers = list(report.orders.order_by("order_number").values_list("order_number", flat=True))
    yield Prose(f"本报告关联工单{len(numbers)}件：{'、'.join(numbers)}。")


def _weeks(content: Content, forecast: Trend) -> Iterable[Block]:
    """Draw the weeks where there are enough whole ones; two half weeks beside each other show no course."""
    if forecast.n < FEWEST and content.line("received").now.part < writing.ENOUGH:
        yield Prose(f"完整的自然周不足{FEWEST}个，受理量也不足{writing.ENOUGH}件，不作图。")
        return
    ahead = Forecast(forecast.labels, forecast.values, forecast.low, forecast.high) if forecast.values else None
    # The running week is not over: beside the forecast of that very week it would look like a fall.
    points = [one for one in content.points if one.label not in forecast.labels]
    line = Lines(
        tuple(one.label for one in points), tuple(one.now for one in points), forecast=ahead, now_label="受理量"
    )
    yield Drawing(line, "图1　每周受理量与预测（未满的一周不画）" if ahead else "图1　每周受理量（首尾可能不是整周）")


def _figures(caption: str, content: Content, codes: tuple[str, ...], now: str, before: str) -> Table:
    columns = (
        Column("指标", weight=1.75), Column(now, number=True), Column(before, number=True), Column("增减", number=True),
        Column("环比", number=True, weight=1.25), Column(LAST_YEAR_WORD, number=True, weight=1.1),
        Column("增减", number=True), Column("同比", number=True, weight=1.25),
    )  # fmt: skip
    # A report that was counted before a figure was defined does not have it.
    lines = [line for code in codes for line in content.lines if line.code == code]
    rows = tuple(_compared(line) for line in lines)
    return Table(columns, rows, caption, _note(content, rows, any(line.unit == "%" for line in lines)))


def _note(content: Content, rows: tuple[tuple[Cell, ...], ...], shares: bool) -> str:
    """Say what the words and units in a table of comparisons mean, those that stand in it."""
    found = [HISTORY] if content.before is None or content.last_year is None else []
    found += [POINTS] if shares else []
    found += [TOO_SMALL] if any(cell.text == SMALL for row in rows for cell in row) else []
    return "".join(found)


def _compared(line: Line) -> tuple[Cell, ...]:
    label = line.label if line.unit in ("%", "件") else f"{line.label}（{line.unit}）"
    rest = [
        text
        for then in (line.before, line.last_year)
        for text in (
            amount(then, line.unit), change(line.now, then, line.unit).removesuffix("个百分点"), percent(line.now, then)
        )
    ]  # fmt: skip
    return (Cell(label), _source(line), *(Cell(text) for text in rest))


def _source(line: Line) -> Cell:
    return Cell(amount(line.now, line.unit), line.code)


def _classes(caption: str, content: Content, group: str, now: str, before: str) -> Table:
    columns = (
        Column(GROUPS[group][1], weight=2.2), Column(now, number=True, weight=0.9), Column(before, number=True, weight=0.9),
        Column("增减", number=True, weight=0.9), Column("环比", number=True, weight=1.25),
        Column(LAST_YEAR_WORD, number=True, weight=1.1), Column("增减", number=True, weight=0.9),
        Column("同比", number=True, weight=1.25),
    )  # fmt: skip
    rows = content.groups.get(group, ())
    shown = [row for row in rows if row.now or row.before or row.last_year][:MOST]
    note = f"只列前{MOST}类，共{len(rows)}类。" if len(rows) > MOST else ""
    written_rows = tuple(_class_row(row, group) for row in shown)
    return Table(columns, written_rows, caption, note + _note(content, written_rows, shares=False))


def _class_row(row: Row, group: str) -> tuple[Cell, ...]:
    value = Cell(f"{row.now:,}", f"received:{group}:{row.key}")
    return (
        Cell(row.label),
        value,
        *(Cell(one) for then in (row.before, row.last_year) for one in counts(row.now, then)),
    )


def _shares(caption: str, rows: tuple[Row, ...], group: str) -> Table:
    whole = sum(row.now for row in rows) or 1
    columns = (Column(TOPIC_GROUPS[group][1], weight=2), Column("受理量", number=True), Column("占比", number=True))
    shown = tuple(
        (Cell(row.label), Cell(f"{row.now:,}", f"received:{group}:{row.key}"), Cell(f"{100 * row.now / whole:.1f}%"))
        for row in rows[:24]
    )
    return Table(columns, shown, caption)


def _units(caption: str, units: tuple[UnitRow, ...]) -> Table:
    columns = (
        Column("承办单位", weight=3), Column("转办", number=True), Column("办结", number=True),
        Column("按时办结率", number=True, weight=1.6), Column("超期未办结", number=True, weight=1.3), Column("结果满意率", number=True, weight=1.6),
    )  # fmt: skip
    rows = tuple(
        (
            Cell(one.label), Cell(f"{one.given:,}", f"unit:given:{one.key}"), Cell(f"{one.completed:,}", f"unit:completed:{one.key}"),
            Cell(_share(one.in_time, one.timed)), Cell(f"{one.overdue:,}", f"unit:overdue:{one.key}"), Cell(_share(one.satisfied, one.asked)),
        )
        for one in units[: 2 * MOST]
    )  # fmt: skip
    note = f"只列转办量前{2 * MOST}个单位，共{len(units)}个。" if len(units) > 2 * MOST else ""
    return Table(columns, rows, caption, note, empty="没有转办单位的工单。")


def _share(part: int, whole: int) -> str:
    return amount(Value(100 * part / whole if whole else None), "%")


def _bars(content: Content, group: str) -> tuple[Bar, ...]:
    return tuple(Bar(row.label, row.now, row.before) for row in content.groups.get(group, ())[:8] if row.now)


def _late(units: tuple[UnitRow, ...]) -> tuple[Bar, ...]:
    worst = sorted((one for one in units if one.overdue), key=lambda one: -one.overdue)[:8]
    return tuple(Bar(one.label, one.overdue) for one in worst)


def _line_of(content: Content, now: str, before: str) -> Lines:
    points = content.points
    return Lines(
        tuple(one.label for one in points), tuple(one.now for one in points), tuple(one.before for one in points),
        now_label=now, before_label=before,
    )  # fmt: skip


def _suggestions(report: Report) -> Iterable[Block]:
    found = _paragraphs(report.suggestions)
    yield from (Prose(text) for text in found or ["无。"])


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _accounts(report: Report, content: Content) -> Iterable[Block]:
    if report.reconciled_at:
        said = "数字与工单一致" if report.agrees else "数字与工单不一致"
        yield Prose(f"{written(report.reconciled_at)}已自动与工单核对，{said}。")
    else:
        yield Prose("尚未与工单核对；签发前系统自动核对。")
    yield Table(
        (Column("核对项", weight=3), Column("报告", number=True), Column("工单", number=True), Column("结果", weight=1)),
        tuple(
            (Cell(one["label"]), Cell(f"{one['report']:,}"), Cell(f"{one['orders']:,}"),
             Cell("一致" if one["report"] == one["orders"] else "不一致"))
            for one in report.reconciled
        ),
        "核对结果", empty="尚未核对。",
    )  # fmt: skip
    if report.kind == Kind.ROUTINE:
        rows = tuple((Cell(one.label), Cell(one.meaning)) for one in BY_CODE.values())
        yield Table((Column("指标", weight=1.4), Column("口径", weight=5)), rows, "统计口径")


def written(at: datetime) -> str:
    """Return a moment as documents write it."""
    return writing.moment(at)


def _day(at: datetime) -> str:
    local = at.astimezone(DEFAULT_ZONE)
    return f"{local.year}年{local.month}月{local.day}日"
