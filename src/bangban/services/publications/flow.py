"""The flow of a publication, to read aloud: draft → in_review → published → withdrawn | expired (DB23-6.2.1).

Whoever wrote it is not the one who publishes it. What was published is not changed: it is withdrawn and written anew.
"""

from __future__ import annotations

from bangban.foundation.flows.flow import Flow, Input, Transition, register
from bangban.services.publications.models import Publication
from bangban.services.publications.parties import parties

STATES = {
    "draft": "草稿",
    "in_review": "待审核",
    "published": "已发布",
    "expired": "已到期",
    "withdrawn": "已撤下",
}
CONTENT = Input("content", "发布内容")
REASON = Input("reason", "理由")

LINES = (
    Transition("edit", "修改", ("draft",), None, ("editor",), asks=(CONTENT,), visibility="staff", clause="DB23-6.2.1.1"),
    Transition("submit", "提交审核", ("draft",), "in_review", ("editor",), visibility="staff", clause="DB23-6.2.1.1"),
    Transition("publish", "审核发布", ("in_review",), "published", ("reviewer",), story="信息发布",
        clause="DB23-6.2.1.1"),
    Transition("send_back", "退回修改", ("in_review",), "draft", ("reviewer",), asks=(REASON,), visibility="staff",
        clause="DB23-6.2.1.1"),
    Transition("recall", "撤回修改", ("in_review",), "draft", ("editor",), visibility="staff", clause="DB23-6.2.1.1"),
    Transition("withdraw", "撤下", ("published",), "withdrawn", ("editor", "reviewer", "author"), asks=(REASON,),
        story="信息撤下", clause="DB23-6.2.1.1"),
    Transition("discard", "作废", ("draft", "in_review"), "withdrawn", ("editor", "reviewer", "author"),
        visibility="staff", clause="DB23-6.2.1.1"),
    Transition("_expire", "到期", ("published",), "expired", ("system",), story="信息到期", clause="DB23-6.2.1.1"),
)  # fmt: skip

FLOW = register(
    Flow(
        record_type=Publication.record_type,
        label="信息发布",
        states=STATES,
        initial=("draft",),
        transitions=LINES,
        parties=parties,
        topics=lambda publication: [f"unit:{publication.body_id}"],
        place=lambda publication: (None, publication.body_id),
        final=("withdrawn", "expired"),
    )
)
