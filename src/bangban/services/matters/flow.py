"""The flow of a matter, to read aloud: open → watched → closed (GB33358-5.2.3.1-b, 5.6.2.1; 并单 F3.03).

The system finds matters and lets them grow; a person says whether it is one, puts orders in or out, joins two, parts one
in two, names and closes it.
"""

from __future__ import annotations

from bangban.foundation.flows.flow import Flow, Input, Transition, register
from bangban.services.matters.models import Matter
from bangban.services.matters.parties import parties

STATES = {"open": "待确认", "watched": "关注中", "closed": "已关闭"}
LIVE = ("open", "watched")
REASON = Input("reason", "理由")
ORDERS = Input("orders", "拆出的工单")
ORDER = Input("order", "工单编号")
CLAUSE = "GB33358-5.2.3.1-b"

LINES = (
    Transition("confirm", "确认为集中事项", ("open",), "watched", ("handler",), visibility="staff", clause=CLAUSE),
    Transition("dismiss", "不是同一事项", LIVE, "closed", ("handler",), asks=(REASON,), visibility="staff", clause=CLAUSE),
    Transition("merge", "并入另一事项", LIVE, "closed", ("handler",), asks=(Input("into", "并入的事项编号"), REASON),
        visibility="staff", clause=CLAUSE),
    Transition("split", "拆成另一事项", LIVE, None, ("handler",), asks=(ORDERS, REASON), visibility="staff", clause=CLAUSE),
    Transition("rename", "改名", LIVE, None, ("manager",), asks=(Input("title", "名称"),), visibility="staff", clause=CLAUSE),
    Transition("add_order", "加入工单", LIVE, None, ("handler",), asks=(ORDER,), visibility="staff", clause=CLAUSE),
    Transition("remove_order", "移出工单", LIVE, None, ("handler",), asks=(ORDER, REASON), visibility="staff",
        clause=CLAUSE),
    Transition("close", "关闭", ("watched",), "closed", ("handler",), asks=(REASON,), visibility="staff", clause=CLAUSE),
    Transition("_grow", "又有工单反映", LIVE, None, ("system",), visibility="staff", clause=CLAUSE),
    Transition("_absorb", "并入其他事项的工单", LIVE, None, ("handler", "system"), visibility="staff", clause=CLAUSE),
    Transition("_join", "并入另一事项", ("open",), "closed", ("system",), visibility="staff", clause=CLAUSE),
    Transition("_shrink", "工单离开", LIVE, None, ("handler", "system"), visibility="staff", clause=CLAUSE),
    Transition("_scatter", "工单已撤回或分开", ("open",), "closed", ("system",), visibility="staff", clause=CLAUSE),
    Transition("_fade", "不再有新的反映", ("open",), "closed", ("system",), visibility="staff", clause=CLAUSE),
)  # fmt: skip

FLOW = register(
    Flow(
        record_type=Matter.record_type,
        label="集中反映事项",
        states=STATES,
        initial=("open",),
        transitions=LINES,
        parties=parties,
        topics=lambda matter: ["matters:all", f"matters:{matter.center_id or 0}", f"matter:{matter.number}"],
        place=lambda _: (None, None),
        final=("closed",),
    )
)
