"""The flow of a report, to read aloud: counting → drafted → checked → released → sent → acknowledged.

A job counts the figures, so that nobody waits for a year of orders (GB33358-5.6.1.3); a count that fails, or that nobody
finished, says so as a state of its own and is begun again from there.
Whoever checked a report does not release it; one that does not agree with the orders is not released at all.
"""

from __future__ import annotations

from bangban.foundation.flows.flow import Condition, Flow, Input, Transition, register
from bangban.oversight.reports.models import Report
from bangban.oversight.reports.parties import parties

STATES = {
    "counting": "统计中",
    "failed": "没有统计成",
    "drafted": "待核对",
    "checked": "待签发",
    "released": "待报送",
    "sent": "已报送，待签收",
    "acknowledged": "已签收",
    "cancelled": "已作废",
}
UNSENT = ("failed", "drafted", "checked", "released")
REASON = Input("reason", "理由")
SUGGESTED = Condition(
    "suggestions", "专题报告要写明意见建议；确实没有的，请写“无”。",
    lambda report: report.kind == "routine" or bool(report.suggestions.strip()),
)  # fmt: skip
RESPONSIBLE = Condition("responsible", "请先确定责任人。", lambda report: report.responsible_id is not None)
AGREES = Condition(
    "agrees", "报告的数字与工单不一致，不能签发。请退回统计人员重新统计。", lambda report: report.agrees is True
)

LINES = (
    Transition("assign", "确定责任人", ("drafted", "checked"), None, ("officer", "manager"), asks=(Input("staff", "责任人"),),
        visibility="staff", clause="GB33358-5.6.1.1"),
    Transition("write", "保存文字", ("drafted",), None, ("officer",), visibility="staff", clause="GB33358-5.6.2.2"),
    Transition("recount", "重新统计", ("counting", "failed", "drafted", "checked"), "counting", ("officer",), visibility="staff",
        clause="GB33358-5.6.1.4"),
    # A count that was given up as too slow may still come in.
    Transition("_counted", "统计完成", ("counting", "failed"), "drafted", ("system",), visibility="staff",
        clause="GB33358-5.6.1.4"),
    Transition("_failed", "没有统计成", ("counting",), "failed", ("system",), visibility="staff", clause="GB33358-5.6.1.4"),
    Transition("check", "核对无误", ("drafted",), "checked", ("officer",), needs=(RESPONSIBLE, SUGGESTED), visibility="staff",
        clause="GB33358-5.6.1.1"),
    Transition("return", "退回", ("checked",), "drafted", ("manager",), asks=(REASON,), visibility="staff",
        clause="GB33358-5.6.1.3"),
    Transition("release", "签发", ("checked",), "released", ("manager",), needs=(AGREES,), visibility="staff",
        clause="GB33358-5.6.1.3"),
    Transition("send", "报送", ("released",), "sent", ("officer", "manager"), asks=(Input("recipients", "报送对象"),),
        visibility="staff", clause="GB33358-5.6.1.3"),
    Transition("send_more", "补充报送", ("sent", "acknowledged"), "sent", ("officer", "manager"),
        asks=(Input("recipients", "报送对象"),), visibility="staff", clause="GB33358-5.6.1.3"),
    Transition("acknowledge", "签收", ("sent",), "acknowledged", ("recipient",), visibility="staff", clause="GB33358-5.6.1.3"),
    Transition("register_receipt", "登记回执", ("sent",), "acknowledged", ("officer", "manager"),
        asks=(Input("sending", "报送对象"), Input("by", "签收人")), visibility="staff", clause="GB33358-5.6.1.3"),
    Transition("cancel", "作废", ("counting", "failed", "drafted", "checked"), "cancelled", ("officer", "manager"), asks=(REASON,),
        visibility="staff", clause="GB33358-5.6.2.1"),
    Transition("_reconcile", "与工单核对", ("drafted", "checked"), None, ("officer", "manager", "system"), visibility="staff",
        clause="GB33358-5.6.1.4"),
    Transition("_late", "逾期提醒", UNSENT, None, ("system",), visibility="staff", clause="GB33358-5.6.1.4"),
)  # fmt: skip

FLOW = register(
    Flow(
        record_type=Report.record_type,
        label="统计报告",
        states=STATES,
        initial=("drafted", "counting"),
        transitions=LINES,
        parties=parties,
        topics=lambda report: [f"unit:{report.body_id}", f"report:{report.number}"],
        place=lambda report: (report.responsible_id, report.body_id),
        final=("acknowledged", "cancelled"),
    )
)
