"""The flows of the consultation desk, one page to read aloud (DB23-6.4).

Inquiry: answered at once, or promised → answered | withdrawn. Call for help: waiting → taken → closed.
A loan has a page of its own (flow_loans.py).
"""

from __future__ import annotations

from bangban.foundation.flows.flow import Condition, Flow, Input, Transition, register, stops
from bangban.services.counter.flow_loans import LOAN
from bangban.services.counter.models import CALLS_FOR_CONTACT, HelpRequest, Inquiry
from bangban.services.counter.parties import (
    help_place,
    help_topics,
    inquiry_place,
    inquiry_topics,
    of_help,
    of_inquiry,
)

__all__ = ["AGREED", "HELP", "INQUIRY", "LOAN"]

AGREED = "agreed_reply"
INQUIRY_STATES = {"promised": "已约定答复", "answered": "已答复", "withdrawn": "已撤回"}
HELP_STATES = {"waiting": "等待协助", "taken": "正在协助", "closed": "已结束"}
HERE = ("desk", "manager")

INQUIRY_LINES = (
    Transition("reply", "答复", ("promised",), "answered", HERE, story="{who}答复了咨询",
        asks=(Input("reply", "答复内容"), Input("basis", "依据", required=False)),
        clocks=(stops(AGREED),), clause="DB23-6.4.1-b", visibility="staff"),
    Transition("give_material", "提供材料", ("promised", "answered"), None, HERE, story="提供了咨询材料",
        asks=(Input("kind", "材料类别"), Input("how", "提供方式")), clause="DB23-6.4.3-b", visibility="staff"),
    Transition("hand_on", "转交", ("promised",), None, HERE, story="更换了答复人",
        asks=(Input("to", "接手的人"), Input("reason", "理由")), clause="DB23-6.4.1-b", visibility="staff"),
    Transition("withdraw", "撤回", ("promised",), "withdrawn", HERE, story="撤回了咨询",
        asks=(Input("reason", "理由"),), clocks=(stops(AGREED),), clause="DB23-6.4.1-b", visibility="staff"),
    Transition("_reveal", "查看联系方式", tuple(INQUIRY_STATES), None, ("owner", "manager"),
        clause="T637-5-g", visibility="staff"),
    Transition("_clock", "时限提醒", ("promised",), None, ("system",), clause="DB23-6.4.1-c", visibility="staff"),
)  # fmt: skip

INQUIRY = register(
    Flow(
        record_type=Inquiry.record_type,
        label="窗口咨询",
        states=INQUIRY_STATES,
        initial=("promised", "answered"),
        transitions=INQUIRY_LINES,
        parties=of_inquiry,
        topics=inquiry_topics,
        place=inquiry_place,
        final=("answered", "withdrawn"),
    )
)

REPORTED = Condition(
    "contacted",
    "救助和紧急情况请先登记联系了哪个部门或急救电话、什么时间联系的，再结束。",
    lambda call: call.kind not in CALLS_FOR_CONTACT or call.contacted_at is not None,
)

HELP_LINES = (
    Transition("take", "前往协助", ("waiting",), "taken", HERE, story="工作人员正在赶来", clause="DB23-6.3.2-d"),
    Transition("contact", "登记联系", ("waiting", "taken"), "taken", HERE, story="联系了相关部门",
        asks=(Input("contacted", "联系的部门或电话"),), clause="DB23-6.4.3-c", visibility="staff"),
    Transition("close", "结束", ("taken",), "closed", HERE, story="协助已结束", needs=(REPORTED,),
        asks=(Input("measures", "处理情况"),), clause="DB23-6.4.3-c"),
    Transition("_settle", "自行结束", ("waiting",), "closed", ("system",), story="已到窗口或已离开，协助结束",
        clause="DB23-6.7.3"),
)  # fmt: skip

HELP = register(
    Flow(
        record_type=HelpRequest.record_type,
        label="现场求助",
        states=HELP_STATES,
        initial=("waiting",),
        transitions=HELP_LINES,
        parties=of_help,
        topics=help_topics,
        place=help_place,
        final=("closed",),
    )
)
