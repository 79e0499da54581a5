"""The flow of an online case, one page to read aloud (T637 §8, Beijing dispatch rules).

bot → queued → claimed → consult → guide → assist → closed → following → loop_closed, each step by whom, with what.
"""

from __future__ import annotations

from bangban.foundation.flows.flow import Condition, Flow, Input, Transition, register, starts, stops
from bangban.services.cases.models import Case, OutOfScope, Scope
from bangban.services.cases.parties import parties_of, place_of, topics_of

STATES = {
    "bot": "智能客服接待中",
    "queued": "等待人工受理",
    "claimed": "已受理，正在梳理需求",
    "consult": "咨询中",
    "guide": "导办中",
    "assist": "帮办中",
    "closed": "已结案",
    "following": "已结案，跟踪办理结果",
    "loop_closed": "已闭环",
    "withdrawn": "已撤回",
}
IN_SERVICE = ("claimed", "consult", "guide", "assist")
WORKING = ("consult", "guide", "assist")
OPEN = ("bot", "queued", *IN_SERVICE)
AFTER = ("closed", "following")
FINAL = ("loop_closed", "withdrawn")

NEED = Condition(
    "need_summary", "请先写清服务对象的需求（谁、办什么、在哪里、什么情况）。", lambda case: bool(case.need_summary)
)
MATCHED = Condition(
    "item", "请先为这个需求选定事项；没有对应事项的，请按“范围外”给出办理路径。", lambda case: case.item_id is not None
)
SORTED = Condition(
    "classification",
    "请先判断本级／下级／范围外和简单／复杂。",
    lambda case: bool(case.scope and (case.complexity or case.scope != "own")),
)
TYPED = Condition(
    "question_type",
    "请先选定问题类型（法规、政策、程序、流程或其他）。",
    lambda case: bool(case.question_type or case.scope == Scope.OUT),
)
IN_SCOPE = Condition(
    "in_scope", "这个需求已判为范围外，请给出办理路径后结案。", lambda case: case.scope != "out_of_scope"
)
NOT_GUIDED = Condition("stage", "咨询之后才能转入导办。", lambda case: case.state == "consult")

REASON = Input("reason", "理由")
TEXT = Input("text", "内容")

LINES = (
    Transition("request_human", "转人工", ("bot",), "queued", ("user", "system"),
        story="转接人工服务", asks=(Input("reason", "原因", required=False),), clocks=(starts("first_response"),),
        clause="T637-8.2-b"),
    Transition("solved", "已解决", ("bot",), "closed", ("user",),
        story="您确认智能客服已解决问题", clause="T637-8.2-a"),
    Transition("claim", "受理", ("bot", "queued"), "claimed", ("guide", "specialist", "receiver"),
        story="{who}受理了您的咨询", clocks=(stops("queue_wait"), starts("idle")), clause="T637-6.2.3-c"),
    Transition("sort", "整理需求", IN_SERVICE, None, ("owner",),
        story="梳理需求", visibility="staff",
        asks=(Input("need_summary", "需求摘要", required=False), Input("question_type", "问题类型", required=False),
              Input("scope", "范围", required=False), Input("complexity", "难易", required=False),
              Input("item", "事项", required=False)),
        clause="BJ-3.1.1-a"),
    Transition("assign", "分派", IN_SERVICE, None, ("owner", "manager"),
        story="正在为您联系深度咨询专员", needs=(NEED, TYPED, IN_SCOPE), asks=(Input("to", "接收人", required=False),),
        clause="BJ-3.1.1-c"),
    Transition("transfer_down", "转办", ("claimed", "consult"), None, ("owner",),
        story="正在转到{to_unit_name}", needs=(NEED, MATCHED, TYPED), asks=(Input("to", "接收机构"), Input("reason", "说明", required=False)),
        clause="BJ-3.2"),
    Transition("take_back", "撤回移交", IN_SERVICE, None, ("owner",), story="撤回移交", visibility="staff",
        clause="T637-8.3-a"),
    Transition("accept", "接收", ("claimed",), None, ("receiver",), story="{who}开始为您服务", clause="BJ-3.2.2"),
    Transition("accept", "接收", WORKING, None, ("receiver",), story="{who}接手为您服务", clause="T637-8.3-a"),
    Transition("return", "退回", IN_SERVICE, None, ("receiver",), story="{who}退回了移交",
        asks=(REASON,), visibility="staff", clause="T637-8.2-e"),
    Transition("help_card", "发送帮助卡", ("claimed", "consult"), None, ("owner",),
        story="已向您发送办理机构的帮助卡", needs=(MATCHED,), asks=(Input("to", "办理机构", required=False),),
        clause="BJ-3.2.3-a"),
    Transition("ask_adviser", "请专业顾问", IN_SERVICE, None, ("owner",),
        story="已请部门专业顾问协助", asks=(Input("question", "请教的问题"), Input("to", "顾问", required=False)),
        clocks=(starts("adviser_reply"),), clause="BJ-3.1.2-c"),
    Transition("advise", "顾问答复", IN_SERVICE, None, ("adviser",),
        story="专业顾问{who}给出意见", asks=(TEXT,), clocks=(stops("adviser_reply"),), clause="T637-8.3.1-a"),
    Transition("ask_unit", "请单位协同", IN_SERVICE, None, ("owner",),
        story="已请相关单位协同", asks=(Input("to", "协同单位"), Input("task", "任务"), Input("due_at", "完成时间", required=False)),
        visibility="staff", clause="T637-5-c"),
    Transition("reply_task", "协同答复", (*IN_SERVICE, *AFTER), None, ("assisting",),
        story="协同单位已答复", asks=(TEXT,), visibility="staff", clause="T637-5-c"),
    Transition("propose_stage", "征求同意转入下一阶段", ("consult", "guide"), None, ("owner",),
        story="征求您的同意，进入下一阶段", needs=(MATCHED, TYPED),
        asks=(Input("stage", "阶段", required=False), Input("note", "说明", required=False)),
        clause="T637-5-b"),
    Transition("consent", "答复征求", ("consult", "guide"), None, ("user",),
        story="您答复了是否进入下一阶段", asks=(Input("agree", "是否同意"),), clause="T637-5-b"),
    Transition("close", "结案", IN_SERVICE, "closed", ("owner",),
        story="{who}反馈处置意见并结案", needs=(SORTED, TYPED),
        asks=(Input("opinion", "处置意见", required=False), Input("reason", "结案原因", required=False),
              Input("path", "办理路径", required=False)),
        clocks=(stops("first_response"), stops("disposal"), stops("adviser_reply"), stops("idle"), starts("follow_up")),
        clause="T637-8.4"),
    Transition("withdraw", "撤回", OPEN, "withdrawn", ("user",),
        story="您撤回了咨询", asks=(Input("reason", "原因", required=False),), clause="T637-5-b"),
    Transition("follow_up", "确认办理结果", AFTER, None, ("user", "owner", "first_contact", "manager", "system"),
        story="确认办理结果", asks=(Input("outcome", "办理结果"), Input("explanation", "说明", required=False),
                                 Input("basis", "依据", required=False), Input("evidence", "凭据", required=False)),
        clocks=(stops("follow_up"),), clause="T637-8.5-a"),
    Transition("reassign", "改派", IN_SERVICE, None, ("manager",),
        story="已更换服务专员", asks=(Input("to", "接收人"), REASON), clause="T637-6.2.2-c"),
    Transition("_say", "发言", (*OPEN, *AFTER), None,
        ("user", "owner", "first_contact", "adviser", "assisting", "manager", "system"), clause="T637-5-d"),
    Transition("_work", "办理记录", IN_SERVICE, None, ("owner",), clause="T637-8.3.2-b"),
    Transition("_by_user", "服务对象操作", (*OPEN, *AFTER), None, ("user",), clause="T637-8.3.2-c"),
    Transition("_rate", "评价", (*IN_SERVICE, "queued", *AFTER, "loop_closed"), None, ("user",),
        story="您评价了本次服务", clause="T637-9.1-a"),
    Transition("_offer_expired", "移交超时", (*OPEN,), None, ("system",), visibility="staff", clause="BJ-3.1.1-c"),
    Transition("_correct", "更正答复", (*OPEN, *AFTER, *FINAL), None, ("system",),
        story="此前的一条标准答复有误，已发送更正", clause="BJ-2-a"),
    Transition("_ask_result", "询问办理结果", ("closed",), "following", ("system", "owner", "first_contact", "manager"),
        story="回访：请告诉我们是否已取得办理结果", clause="T637-8.5-a"),
    Transition("_clock", "时限提醒", (*OPEN, *AFTER), None, ("system",), visibility="staff", clause="T637-8.3-a"),
)  # fmt: skip

FLOW = register(
    Flow(
        record_type=Case.record_type,
        label="咨询导办帮办",
        states=STATES,
        initial=("bot", "queued"),
        transitions=LINES,
        parties=parties_of,
        topics=topics_of,
        place=place_of,
        final=FINAL,
    )
)

PATH_CLASSES = dict(OutOfScope.choices)
