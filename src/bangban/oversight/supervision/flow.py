"""The flow of a supervision task, to read aloud: open → replied → closed (GB33358-5.2.3)."""

from __future__ import annotations

from bangban.foundation.flows.flow import Condition, Flow, Input, Transition, register, starts, stops
from bangban.oversight.supervision.models import Task
from bangban.oversight.supervision.parties import parties_of, place_of, topics_of

STATES = {"open": "督办中", "replied": "单位已回复", "closed": "已结束"}
OPEN = ("open", "replied")
RECORDED = Condition(
    "entries",
    "请先记录至少一次督办（电话、短信、书面通知、现场督查或会议），再结束。",
    lambda task: task.entries_count > 0,
)

LINES = (
    Transition("record", "记录督办", OPEN, None, ("officer",),
        asks=(Input("method", "督办方式"), Input("content", "督办内容")), visibility="staff", clause="GB33358-5.2.3.2"),
    Transition("reply", "回复督办", OPEN, "replied", ("unit",), asks=(Input("text", "回复"),), visibility="staff",
        clocks=(stops("supervision_reply"),), clause="GB33358-5.2.3.4"),
    Transition("raise", "升级", OPEN, None, ("officer", "manager", "system"), asks=(Input("reason", "理由"),),
        visibility="staff", clause="GB33358-5.2.3.1-d"),
    Transition("assign", "更换督办人员", OPEN, None, ("manager",), asks=(Input("officer", "督办人员"), Input("reason", "理由")),
        visibility="staff", clause="GB33358-5.2.3.3"),
    Transition("close", "结束督办", OPEN, "closed", ("officer",), needs=(RECORDED,),
        asks=(Input("result", "督办结果"), Input("conclusion", "结论"), Input("despite", "仍结束的理由", required=False)), visibility="staff",
        clocks=(stops("supervision_reply"),), clause="GB33358-5.2.3.4"),
    Transition("settle", "情形消除", OPEN, "closed", ("system",), visibility="staff",
        clocks=(stops("supervision_reply"),), clause="GB33358-5.2.3.1-c"),
    # The order went to another unit, which is to reply now.
    Transition("_follow", "随工单转到现承办单位", OPEN, "open", ("system",), visibility="staff",
        clocks=(stops("supervision_reply"), starts("supervision_reply")), clause="GB33358-5.2.3.4"),
    Transition("_spread", "记入其余工单", (*OPEN, "closed"), None, ("system",), visibility="staff",
        clause="GB33358-5.2.3.4"),
    Transition("_clock", "时限提醒", OPEN, None, ("system",), visibility="staff", clause="GB33358-4.2.4-e"),
)  # fmt: skip

FLOW = register(
    Flow(
        record_type=Task.record_type,
        label="督办",
        states=STATES,
        initial=("open",),
        transitions=LINES,
        parties=parties_of,
        topics=topics_of,
        place=place_of,
        final=("closed",),
    )
)
