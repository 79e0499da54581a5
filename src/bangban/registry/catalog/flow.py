"""The flows of an item and of a service list, to read aloud (T637-6.1.6-b, T637-7.1).

Item: draft → in_review → published ⇄ suspended → withdrawn. A published item stays published while its next version is
written and reviewed beside it. Whoever wrote a version is not the one who publishes it.
"""

from __future__ import annotations

from typing import Any

from bangban.foundation.flows.flow import Condition, Flow, Input, Transition, register, stops
from bangban.registry.catalog.models import Item, ServiceList, Standing
from bangban.registry.catalog.parties import of_item, of_list

ITEM_STATES = {
    "draft": "草稿",
    "in_review": "待审核",
    "published": "已发布",
    "suspended": "已暂停",
    "withdrawn": "已取消",
}
LIST_STATES = {
    "draft": "草稿",
    "in_review": "待审核",
    "published": "已公布",
    "superseded": "已被替代",
    "withdrawn": "已作废",
}

REASON = Input("reason", "理由")
NOTE = Input("note", "修改说明", required=False)
GUIDE = Input("guide", "指南内容")
LINES = Input("lines", "清单内容")
REVIEW = "service_list_review"


def _pending(standing: Standing, unmet: str) -> Condition:
    return Condition(f"pending_{standing}", unmet, lambda item: item.pending_standing == standing)


NONE_IN_REVIEW = Condition(
    "not_in_review",
    "新版本正在审核或等待生效，请先退回再修改。",
    lambda item: item.pending_standing in ("", Standing.DRAFT),
)
DRAFTED = _pending(Standing.DRAFT, "还没有起草新版本，请先修改指南。")
SUBMITTED = _pending(Standing.IN_REVIEW, "没有提交审核的版本。")
SCHEDULED = _pending(Standing.SCHEDULED, "没有等待生效的版本。")
LIVE = ("published", "suspended")

ITEM_LINES = (
    Transition("edit", "修改", ("draft",), None, ("editor",), asks=(GUIDE, NOTE), visibility="staff",
        clause="T637-6.1.6-b"),
    Transition("edit", "修改", LIVE, None, ("editor",), asks=(GUIDE, NOTE), needs=(NONE_IN_REVIEW,), visibility="staff",
        clause="T637-6.1.3-a"),
    Transition("submit", "提交审核", ("draft",), "in_review", ("editor",), visibility="staff", clause="T637-6.1.6-b"),
    Transition("submit", "提交审核", LIVE, None, ("editor",), needs=(DRAFTED,), visibility="staff",
        clause="T637-6.1.6-b"),
    Transition("publish", "审核发布", ("in_review",), "published", ("reviewer",), story="事项发布",
        asks=(Input("effective_from", "生效时间", required=False),), clause="T637-6.1.6-b"),
    Transition("publish", "审核发布", LIVE, None, ("reviewer",), story="事项更新", needs=(SUBMITTED,),
        asks=(Input("effective_from", "生效时间", required=False),), clause="BJO-2.4-b"),
    Transition("_schedule", "审核通过，定时生效", ("in_review", *LIVE), None, ("reviewer",), needs=(SUBMITTED,),
        asks=(Input("effective_from", "生效时间"),), visibility="staff", clause="T637-6.1.3-a"),
    Transition("_take_effect", "生效", ("in_review",), "published", ("system",), needs=(SCHEDULED,), story="事项发布",
        clause="T637-6.1.3-a"),
    Transition("_take_effect", "生效", LIVE, None, ("system",), needs=(SCHEDULED,), story="事项更新",
        clause="T637-6.1.3-a"),
    Transition("send_back", "退回修改", ("in_review",), "draft", ("reviewer",), asks=(REASON,), visibility="staff",
        clause="T637-6.1.6-b"),
    Transition("send_back", "退回修改", LIVE, None, ("reviewer",), asks=(REASON,),
        needs=(Condition("pending", "没有可以退回的版本。",
            lambda item: item.pending_standing in (Standing.IN_REVIEW, Standing.SCHEDULED)),),
        visibility="staff", clause="T637-6.1.6-b"),
    Transition("suspend", "暂停", ("published",), "suspended", ("reviewer",), asks=(REASON,), story="事项暂停办理",
        clause="T637-6.1.6-b"),
    Transition("resume", "恢复", ("suspended",), "published", ("reviewer",), story="事项恢复办理",
        clause="T637-6.1.6-b"),
    Transition("withdraw", "取消", ("draft", "in_review", *LIVE), "withdrawn", ("reviewer",), asks=(REASON,),
        story="事项取消", clause="T637-6.1.6-b"),
    Transition("_import", "导入", ("draft", "in_review", "published"), "published", ("system", "reviewer", "author"),
        story="事项更新", clause="T637-6.1.3-a"),
    Transition("_import_draft", "导入待审核", ("draft",), "in_review", ("editor",), visibility="staff",
        clause="T637-6.1.6-b"),
    Transition("_import_draft", "导入待审核", ("published",), None, ("editor",), needs=(NONE_IN_REVIEW,),
        visibility="staff",
        clause="T637-6.1.6-b"),
    Transition("attach_form", "上传表格", ("draft", "in_review", *LIVE), None, ("editor", "reviewer", "author"),
        asks=(Input("key", "表格编号"), Input("title", "表格名称"), Input("content", "文件")), visibility="staff",
        clause="T637-7.2-d"),
    Transition("place", "维护办理点", ("draft", "in_review", *LIVE), None, ("editor", "reviewer", "author", "system"),
        asks=(Input("places", "办理点", required=False),), visibility="staff", clause="T637-6.1.3-d"),
)  # fmt: skip

LIST_LINES = (
    Transition("edit", "修改", ("draft",), None, ("editor", "author", "system"), asks=(LINES,),
        visibility="staff", clause="T637-7.1-a"),
    Transition("submit", "提交审核", ("draft",), "in_review", ("editor", "author", "system"), visibility="staff",
        clause="T637-7.1-a"),
    Transition("publish", "审核公布", ("in_review",), "published", ("reviewer", "system"), story="服务清单公布",
        clause="T637-7.1-b"),
    Transition("send_back", "退回修改", ("in_review",), "draft", ("reviewer",), asks=(REASON,), visibility="staff",
        clause="T637-7.1-a"),
    Transition("confirm", "复核无变化", ("published",), None, ("reviewer", "author"), story="服务清单复核",
        clocks=(stops(REVIEW),), clause="T637-7.1-c"),
    Transition("_clock", "更新提醒", ("published",), None, ("system",), visibility="staff", clause="T637-7.1-c"),
    Transition("_supersede", "被新版替代", ("published",), "superseded", ("system", "reviewer"), story="服务清单换版",
        clocks=(stops(REVIEW),), clause="T637-7.1-c"),
    Transition("discard", "作废", ("draft", "in_review"), "withdrawn", ("editor", "reviewer", "author"),
        visibility="staff",
        clause="T637-7.1-c"),
)  # fmt: skip


def _item_topics(item: Any) -> list[str]:
    """Work on a version is told to the department's desk; what is published in bulk is told to nobody's page."""
    return [f"unit:{item.department_id}"] if item.pending_standing else []


ITEM_FLOW = register(
    Flow(
        record_type=Item.record_type,
        label="政务服务事项",
        states=ITEM_STATES,
        initial=("draft", "in_review", "published"),
        transitions=ITEM_LINES,
        parties=of_item,
        topics=_item_topics,
        place=lambda item: (None, item.department_id),
        final=("withdrawn",),
    )
)

LIST_FLOW = register(
    Flow(
        record_type=ServiceList.record_type,
        label="服务清单",
        states=LIST_STATES,
        initial=("draft", "published"),
        transitions=LIST_LINES,
        parties=of_list,
        topics=lambda service_list: [f"unit:{service_list.body_id}"],
        place=lambda service_list: (None, service_list.body_id),
        final=("superseded", "withdrawn"),
    )
)
