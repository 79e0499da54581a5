"""The flows of the knowledge base, to read aloud (BJ-5-e, F3.25–F3.29).

Entry: draft → in_review → published → expired | withdrawn; its next version is written and reviewed beside the
published one. Candidate: open → answered by the department → drafted → published | dismissed.
"""

from __future__ import annotations

from typing import Any

from bangban.foundation.flows.flow import Condition, Flow, Input, Transition, register, stops
from bangban.registry.knowledge.models import Candidate, Entry, Path, Phrase, Standing
from bangban.registry.knowledge.parties import of_candidate, of_entry, of_wording

ENTRY_STATES = {
    "draft": "草稿",
    "in_review": "待审核",
    "published": "已发布",
    "expired": "已过期",
    "withdrawn": "已撤回",
}
CANDIDATE_STATES = {
    "open": "待部门答复",
    "answered": "部门已答复，待整理",
    "drafted": "已起草，待审核",
    "published": "已入库",
    "dismissed": "不需入库",
}
WORDING_STATES = {"in_use": "使用中", "retired": "已停用"}

REASON = Input("reason", "理由")
ANSWER = Input("answer", "条目内容")
NOTE = Input("note", "修改说明", required=False)
GAP = "knowledge_gap"
LIVE = ("published", "expired")
EVERY = ("draft", "in_review", *LIVE)


def _pending(standing: Standing, unmet: str) -> Condition:
    return Condition(f"pending_{standing}", unmet, lambda entry: entry.pending_standing == standing)


NONE_IN_REVIEW = Condition(
    "not_in_review", "新版本正在审核，请先退回再修改。", lambda entry: entry.pending_standing in ("", Standing.DRAFT)
)
DRAFTED = _pending(Standing.DRAFT, "还没有起草新版本，请先修改条目。")
SUBMITTED = _pending(Standing.IN_REVIEW, "没有提交审核的版本。")
FLAGGED = Condition("flagged", "这个条目没有待复核的标记。", lambda entry: entry.flagged_at is not None)

ENTRY_LINES = (
    Transition("edit", "修改", ("draft",), None, ("editor",), asks=(ANSWER, NOTE), visibility="staff", clause="BJ-5-e"),
    Transition("edit", "修改", LIVE, None, ("editor",), asks=(ANSWER, NOTE), needs=(NONE_IN_REVIEW,),
        visibility="staff", clause="T637-6.1.3-c"),
    Transition("submit", "提交审核", ("draft",), "in_review", ("editor",), visibility="staff", clause="BJ-5-e"),
    Transition("submit", "提交审核", LIVE, None, ("editor",), needs=(DRAFTED,), visibility="staff", clause="BJ-5-e"),
    Transition("publish", "审核发布", ("in_review",), "published", ("reviewer",), story="标准答案发布",
        asks=(Input("corrects", "更正了错误", required=False),), clause="BJ-5-e"),
    Transition("publish", "审核发布", LIVE, "published", ("reviewer",), needs=(SUBMITTED,), story="标准答案更新",
        asks=(Input("corrects", "更正了错误", required=False),), clause="BJ-2-a"),
    Transition("send_back", "退回修改", ("in_review",), "draft", ("reviewer",), asks=(REASON,), visibility="staff",
        clause="BJ-5-e"),
    Transition("send_back", "退回修改", LIVE, None, ("reviewer",), asks=(REASON,), needs=(SUBMITTED,),
        visibility="staff", clause="BJ-5-e"),
    Transition("confirm", "复核无变化", ("published",), None, ("editor", "reviewer", "author"), visibility="staff",
        clause="BJO-2.4-b"),
    Transition("withdraw", "撤回", EVERY, "withdrawn", ("reviewer",), asks=(REASON,), story="标准答案撤回",
        clause="T637-5-e"),
    Transition("_expire", "到期", ("published",), "expired", ("system",), story="标准答案到期停用", clause="T637-5-e"),
    Transition("_flag", "事项已更新，待复核", LIVE, None, ("system",), visibility="staff", clause="BJO-2.4-b"),
    Transition("_import", "导入", EVERY, "published", ("system", "reviewer", "author"), story="标准答案更新",
        clause="T637-6.1.3-c"),
    Transition("_import_draft", "导入待审核", ("draft",), "in_review", ("editor",), visibility="staff",
        clause="BJ-5-e"),
    Transition("_import_draft", "导入待审核", LIVE, None, ("editor",), needs=(NONE_IN_REVIEW,), visibility="staff",
        clause="BJ-5-e"),
    Transition("report", "纠错", LIVE, None, ("reader", "system"), asks=(Input("text", "错在哪里"),),
        visibility="staff", clause="GB33358-4.2.5"),
    Transition("answer_report", "处理纠错", (*LIVE, "withdrawn"), None, ("editor", "reviewer", "author"),
        asks=(Input("outcome", "处理结果"),), visibility="staff", clause="GB33358-4.2.5"),
    Transition("confirm_read", "确认已读", ("published",), None, ("reader",), visibility="staff", clause="DB3205-6.2"),
)  # fmt: skip

CANDIDATE_LINES = (
    Transition("ask_again", "再次问到", ("open", "answered", "drafted"), None, ("system",), visibility="staff",
        clause="BJ-5-e"),
    Transition("answer", "部门答复", ("open", "answered"), "answered", ("department", "editor"),
        asks=(Input("answer", "标准答案"), Input("basis", "依据")), clocks=(stops(GAP),), visibility="staff",
        clause="BJ-5-e"),
    Transition("draft", "整理成条目", ("open", "answered"), "drafted", ("editor",), clocks=(stops(GAP),),
        visibility="staff", clause="BJ-5-e"),
    Transition("_publish", "入库", ("drafted",), "published", ("system", "reviewer", "author", "editor"),
        visibility="staff", clause="BJ-5-e"),
    Transition("dismiss", "不需入库", ("open", "answered", "drafted"), "dismissed", ("editor", "reviewer"),
        asks=(REASON,), clocks=(stops(GAP),), visibility="staff", clause="BJ-5-e"),
    Transition("_clock", "时限提醒", ("open", "answered", "drafted"), None, ("system",), visibility="staff",
        clause="BJ-5-e"),
)  # fmt: skip

KEEPERS = ("keeper", "system")
PHRASE_LINES = (
    Transition("edit", "修改", ("in_use", "retired"), "in_use", KEEPERS, visibility="staff", clause="DB23-5.4"),
    Transition("retire", "停用", ("in_use",), "retired", KEEPERS, visibility="staff", clause="DB23-5.4"),
)
PATH_LINES = (
    Transition("edit", "修改", ("in_use", "retired"), "in_use", KEEPERS, visibility="staff", clause="BJ-4"),
    Transition("retire", "停用", ("in_use",), "retired", KEEPERS, visibility="staff", clause="BJ-4"),
)


def _work_topics(record: Any) -> list[str]:
    """Work that waits is told to the body's desk; what is published in bulk is told to nobody's page."""
    waiting = bool(record.pending_standing or record.flagged_at)
    return [f"unit:{record.body_id}"] if waiting and record.body_id else []


ENTRY_FLOW = register(
    Flow(
        record_type=Entry.record_type,
        label="知识条目",
        states=ENTRY_STATES,
        initial=("draft", "in_review", "published"),
        transitions=ENTRY_LINES,
        parties=of_entry,
        topics=_work_topics,
        place=lambda entry: (None, entry.body_id),
        final=("withdrawn",),
    )
)

CANDIDATE_FLOW = register(
    Flow(
        record_type=Candidate.record_type,
        label="待补知识",
        states=CANDIDATE_STATES,
        initial=("open",),
        transitions=CANDIDATE_LINES,
        parties=of_candidate,
        topics=lambda candidate: [f"unit:{candidate.body_id}"] if candidate.body_id else [],
        place=lambda candidate: (None, candidate.body_id),
        final=("published", "dismissed"),
    )
)


def _wording_flow(kind: type, label: str, lines: tuple[Transition, ...]) -> Flow:
    return register(
        Flow(
            record_type=kind.record_type,  # type: ignore[attr-defined]
            label=label,
            states=WORDING_STATES,
            initial=("in_use",),
            transitions=lines,
            parties=of_wording,
            topics=lambda record: [],
            place=lambda record: (None, None),
            final=("in_use", "retired"),
        )
    )


PHRASE_FLOW = _wording_flow(Phrase, "服务用语", PHRASE_LINES)
PATH_FLOW = _wording_flow(Path, "办理路径", PATH_LINES)
