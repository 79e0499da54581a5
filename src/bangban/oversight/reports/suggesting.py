"""Suggestions proposed by rule from the figures; the officer changes or drops them before the report is checked."""

from __future__ import annotations

from bangban.oversight.reports.content import Content, UnitRow

ENOUGH, RISE = 10, 0.3
# What the standard or the usual agreement asks for, in percent.
WANTED = (
    ("connection", 95, "接通率为{now}，低于95%，建议按来电高峰时段增排话务员。"),
    ("in_time", 95, "按时办结率为{now}，建议对临近时限的工单提前提醒，对多次超期的单位约谈。"),
    ("result_good", 90, "办理结果满意率为{now}，建议对不满意工单逐件复核，该再次交办的及时再次交办。"),
    ("visited", 80, "回访完成率为{now}，建议补齐未完成的回访。"),
)


def routine(content: Content) -> str:
    """Return suggestions for a routine report, one a line; empty where nothing stands out."""
    found = [_overdue(content), *_risen(content)]
    for code, least, text in WANTED:
        line = content.line(code)
        if line.now.amount is not None and line.now.amount < least:
            found.append(text.format(now=f"{line.now.amount:.2f}%"))
    return _numbered([one for one in found if one])


def special(content: Content) -> str:
    """Return suggestions for a special report: who should act, where, and what to watch."""
    topic, found = content.topic, []
    unit = max(content.units, key=lambda one: one.given, default=None)
    if unit:
        found.append(f"建议由{unit.label}牵头，对该问题提出整改措施和完成时间。")
    place = max(content.groups.get("region", ()), key=lambda row: row.now, default=None)
    if place and place.key:
        found.append(f"建议把{place.label}列为重点，先行排查。")
    if topic and topic.trend.values and topic.trend.slope > 0:
        found.append("受理量仍在上升，建议同时准备对外说明口径，更新知识库答复。")
    if topic and topic.unsatisfied:
        found.append("建议对回访不满意的工单逐件复核。")
    return _numbered(found)


def _overdue(content: Content) -> str:
    worst: UnitRow | None = max(content.units, key=lambda one: one.overdue, default=None)
    if worst is None or not worst.overdue:
        return ""
    return f"{worst.label}超期未办结工单{worst.overdue}件，在各单位中最多，建议督促限期办结并说明原因。"


def _risen(content: Content) -> list[str]:
    risen = [
        row
        for row in content.groups.get("category", ())
        if row.key and row.before is not None and row.now - row.before >= ENOUGH and row.now > row.before * (1 + RISE)
    ]
    risen.sort(key=lambda row: row.before - row.now if row.before is not None else 0)
    return [
        f"{row.label}诉求比上期增加{row.now - (row.before or 0):,}件，建议由主管部门研究源头治理。" for row in risen[:2]
    ]


def _numbered(texts: list[str]) -> str:
    return "\n".join(f"{place}. {text}" for place, text in enumerate(texts, 1))
