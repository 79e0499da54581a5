"""The flow of a patrol, to read aloud: open → done; one begun by mistake is cancelled.

A patrol looks at people or at premises, as its checklist says; never at both.
"""

from __future__ import annotations

from bangban.foundation.flows.flow import Condition, Flow, Input, Transition, register
from bangban.oversight.patrols.models import Patrol
from bangban.oversight.patrols.parties import parties
from bangban.oversight.patrols.terms import Kind

STATES = {"open": "巡查中", "done": "已完成", "cancelled": "已作废"}
OF_PEOPLE = Condition(
    "people", "这次巡查查的是场所，请另开一次巡查。", lambda patrol: patrol.checklist.kind == Kind.STAFF
)
OF_PREMISES = Condition(
    "premises", "这次巡查查的是人员，请另开一次巡查。", lambda patrol: patrol.checklist.kind == Kind.SITE
)

LINES = (
    Transition("check", "记录", ("open",), None, ("inspector",),
        asks=(Input("staff", "人员"), Input("verdicts", "检查结果")), needs=(OF_PEOPLE,), visibility="internal", clause="DB23-5.2.1"),
    Transition("check_site", "记录场所", ("open",), None, ("inspector",), asks=(Input("verdicts", "检查结果"),),
        needs=(OF_PREMISES,), visibility="internal", clause="GB33358-4.2.1"),
    Transition("finish", "完成巡查", ("open",), "done", ("inspector",), asks=(Input("summary", "小结", required=False),),
        visibility="internal", clause="DB23-5.3"),
    Transition("cancel", "作废", ("open",), "cancelled", ("inspector", "manager"), asks=(Input("reason", "理由"),),
        visibility="internal", clause="DB23-5.3"),
)  # fmt: skip

FLOW = register(
    Flow(
        record_type=Patrol.record_type,
        label="巡查",
        states=STATES,
        initial=("open",),
        transitions=LINES,
        parties=parties,
        topics=lambda patrol: [f"unit:{patrol.body_id}"],
        place=lambda patrol: (patrol.inspector_id, patrol.body_id),
        final=("done", "cancelled"),
    )
)
