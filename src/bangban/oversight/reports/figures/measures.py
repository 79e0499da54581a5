"""The figures of the hotline, each defined once: pages, documents, traces and reconciliation all read this table.

`part` and `whole` are conditions on an order `o` (or its call-back `v`); a figure without a whole is a count. `cut` is
the moment up to which a report counts, so that the same report counted later gives the same number.
"""

from __future__ import annotations

from dataclasses import dataclass

from bangban.oversight.supervision import counting as supervision
from bangban.services.hotline.terms import Urgency

# What the hotline took on: neither refused, merged into another, nor withdrawn.
TAKEN = "o.state <> 'withdrawn' AND o.refusal = '' AND o.merged_into_id IS NULL"
EMERGENCY = f"(o.urgency = '{Urgency.EMERGENCY}' OR o.emergency_class <> '')"
ENDED_BY_UNIT = "NOT o.direct AND o.due_at IS NOT NULL"
LATE = "o.due_at < %(cut)s"
MADE = "v.made_at >= %(first)s AND v.made_at < %(until)s"
DONE = "v.done_at >= %(first)s AND v.done_at < %(until)s"
LATE_TRANSFER = (
    "EXISTS (SELECT 1 FROM clocks_clock c WHERE c.record_id = o.id AND c.code = 'order_transfer'"
    " AND c.breached_at IS NOT NULL)"
)


def over(code: str) -> str:
    """Return the condition on an order to be over a limit of a clock at the cut-off; a paused clock is not over."""
    return (
        f"o.id IN (SELECT c.record_id FROM clocks_clock c WHERE c.code = '{code}' AND c.due_at < %(cut)s"
        " AND c.state <> 'paused' AND (c.stopped_at IS NULL OR c.stopped_at >= %(cut)s))"
    )


@dataclass(frozen=True)
class Cohort:
    """Which rows a figure is counted over, when one belongs to a period, and how those of one hotline and topic are told."""

    label: str
    table: str
    member: str
    at: str
    center: str = "o.center_id"
    only: str = "o.number = ANY(%(only)s)"


COHORTS = {
    "received": Cohort(
        "本期受理的工单", "hotline_workorder o",
        "o.received_at >= %(first)s AND o.received_at < %(until)s AND o.state <> 'registering'", "o.received_at",
    ),
    "completed": Cohort(
        "本期办结的工单", "hotline_workorder o", "o.completed_at >= %(first)s AND o.completed_at < %(until)s", "o.completed_at",
    ),
    "visits": Cohort(
        "本期产生或完成的回访", "hotline_visit v JOIN hotline_workorder o ON o.id = v.order_id", f"(({MADE}) OR ({DONE}))",
        "v.made_at",
    ),
    "standing": Cohort(
        "截止时间还没有办结的工单，不论何时受理", "hotline_workorder o",
        "o.received_at < %(until)s AND o.state <> 'registering' AND (o.completed_at IS NULL OR o.completed_at >= %(cut)s)",
        "o.received_at",
    ),
    "supervision": Cohort(
        "本期开始的督办", supervision.TABLE, supervision.begun("first", "until"), "t.created_at", "t.center_id",
        supervision.OF_ORDERS,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Measure:
    """One figure: its name, over whom it is counted, and in a sentence what it means."""

    code: str
    label: str
    cohort: str
    part: str
    meaning: str
    whole: str = ""

    @property
    def unit(self) -> str:
        """件 for counts, % for shares."""
        return "%" if self.whole else "件"


MEASURES = (
    Measure("received", "受理总量", "received", "TRUE", "本期接到并登记的诉求，不含仍在登记中的。"),
    Measure("refused", "不予受理", "received", "o.refusal <> ''", "本期接到、告知途径后不予受理的诉求。"),
    Measure("direct", "直接答复率", "received", f"o.direct AND ({TAKEN})",
        "话务员当场答复或经三方通话答复办结的，占本期受理并承办诉求的比例；不予受理、并单、撤回的不计。", TAKEN),
    Measure("transferred", "转办量", "received", "o.transferred_at < %(cut)s", "截止时间前已转交单位办理的本期工单。"),
    Measure("transfer_in_time", "按时转办率", "received", f"o.transferred_at < %(cut)s AND NOT {LATE_TRANSFER}",
        "转交没有超过2个工作日的，占已转交工单的比例。", "o.transferred_at < %(cut)s"),
    Measure("returned", "退单量", "received", "o.returns > 0", "被承办单位退回过的本期工单。"),
    Measure("second_round", "二次交办", "received", "o.round > 1", "因过程和结果都不满意而再次交办的本期工单。"),
    Measure("emergency", "突发应急", "received", EMERGENCY,
        "紧急程度为突发应急的本期工单，含来话来信内容疑似、还没有按四类事件上报的；与工单列表标“突发”的一致。"),
    Measure("completed", "办结量", "completed", "TRUE", "本期办结的工单，含直接办结。"),
    Measure("in_time", "按时办结率", "completed", f"{ENDED_BY_UNIT} AND o.completed_at <= o.due_at",
        "单位在时限内办结的，占本期由单位办结工单的比例。", ENDED_BY_UNIT),
    Measure("solved", "解决率", "completed", "o.result_code IN ('answered', 'solved')",
        "结果为已答复或已解决的，占本期办结工单的比例。", "TRUE"),
    Measure("overdue", "超期未办结", "standing", f"({TAKEN}) AND {LATE}",
        "截止时间已过办理时限而没有办结的工单，不论何时受理；超期后办结的不在内，计入按时办结率。"),
    Measure("unsigned", "超期未签收", "standing", f"({TAKEN}) AND {over('order_sign')}",
        "截止时间已过签收时限、承办单位没有签收的工单，不论何时受理；与办理时限分开计。"),
    Measure("untransferred", "超期未转办", "standing", f"({TAKEN}) AND {over('order_transfer')}",
        "截止时间已过转办时限、还没有转交单位的工单，不论何时受理。"),
    Measure("supervised", supervision.LABEL, "supervision", "TRUE", supervision.MEANING),
    Measure("visited", "回访完成率", "visits", f"({MADE}) AND v.state = 'done' AND v.done_at < %(cut)s",
        "截止时间前已回访的，占本期应回访的比例；按抽样办法不需回访的不计。", f"({MADE}) AND v.state <> 'not_due'"),
    Measure("process_good", "办理过程满意率", "visits", f"({DONE}) AND v.process_satisfied",
        "对办理过程满意的，占本期回访到的比例。", f"({DONE}) AND v.process_satisfied IS NOT NULL"),
    Measure("result_good", "办理结果满意率", "visits", f"({DONE}) AND v.result_satisfied",
        "对办理结果满意的，占本期回访到的比例。", f"({DONE}) AND v.result_satisfied IS NOT NULL"),
)  # fmt: skip
BY_CODE = {one.code: one for one in MEASURES}

# What a special report is made of (GB33358-5.6.2.2).
TOPIC_MEASURES = (
    "received",
    "transferred",
    "overdue",
    "unsigned",
    "untransferred",
    "supervised",
    "second_round",
    "completed",
    "in_time",
    "solved",
    "result_good",
)
HOUR = "(extract(hour FROM o.received_at AT TIME ZONE 'Asia/Shanghai')::int / 3 * 3)::text"
TOPIC_GROUPS = {
    "region": ("left(o.region, 6)", "发生区域"),
    "weekday": ("extract(isodow FROM o.received_at AT TIME ZONE 'Asia/Shanghai')::int::text", "星期"),
    "hour": (HOUR, "时段"),
    "subject": ("o.subject_kind", "诉求人"),
    "kind": ("o.kind", "诉求类型"),
    "category": ("o.category_id::text", "事项分类"),
}

# What a report breaks the intake down by: name, the expression, the caption.
GROUPS = {
    "source": ("o.source", "受理渠道"),
    "kind": ("o.kind", "诉求类型"),
    "category": ("o.category_id::text", "事项分类"),
    "region": ("left(o.region, 6)", "发生区域"),
}
