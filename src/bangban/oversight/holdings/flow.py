"""Equipment: in use ⇄ faulty → retired. Internal-control documents: current → abolished, revised and reviewed between."""

from __future__ import annotations

from bangban.foundation.flows.flow import Flow, Input, Transition, register
from bangban.oversight.holdings.models import Equipment, Regulation
from bangban.oversight.holdings.parties import parties

SEEN, CONTROL = "GB33358-4.2.4-i", "GB33358-6.1"

EQUIPMENT = register(
    Flow(
        record_type=Equipment.record_type,
        label="设备",
        states={"in_use": "在用", "faulty": "待修复", "retired": "已停用"},
        initial=("in_use",),
        transitions=(
            # The result decides the state: a check that found something leads to "faulty", one without brings it back.
            Transition("check", "登记检查", ("in_use", "faulty"), None, ("manager", "keeper"),
                asks=(Input("result", "检查结果"), Input("checked_on", "检查日期")), visibility="staff", clause=SEEN),
            Transition("change", "更正登记", ("in_use", "faulty"), None, ("manager",), visibility="staff", clause=SEEN),
            Transition("retire", "停用", ("in_use", "faulty"), "retired", ("manager",), asks=(Input("reason", "停用原因"),),
                visibility="staff", clause=SEEN),
            Transition("_remind", "到期提醒", ("in_use", "faulty"), None, ("system",), visibility="staff", clause=SEEN),
        ),
        parties=parties,
        topics=lambda one: [f"unit:{one.body_id}"],
        place=lambda one: (one.keeper_id, one.body_id),
        final=("retired",),
    )
)  # fmt: skip
REGULATION = register(
    Flow(
        record_type=Regulation.record_type,
        label="内控制度",
        states={"current": "现行", "abolished": "已废止"},
        initial=("current",),
        transitions=(
            Transition("revise", "修订", ("current",), None, ("manager",),
                asks=(Input("text", "制度全文"), Input("change", "修订说明")), visibility="staff", clause=CONTROL),
            Transition("review", "复审通过", ("current",), None, ("manager",), asks=(Input("conclusion", "复审结论"),),
                visibility="staff", clause=CONTROL),
            Transition("abolish", "废止", ("current",), "abolished", ("manager",), asks=(Input("reason", "废止原因"),),
                visibility="staff", clause=CONTROL),
            Transition("_remind", "复审提醒", ("current",), None, ("system",), visibility="staff", clause=CONTROL),
        ),
        parties=parties,
        topics=lambda one: [f"unit:{one.body_id}"],
        place=lambda one: (None, one.body_id),
        final=("abolished",),
    )
)  # fmt: skip
ALL = (EQUIPMENT, REGULATION)
