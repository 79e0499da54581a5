"""The flow of a hotline order, one page to read aloud (GB/T 33358 chapter 5).

registering → registered → completed at once (direct) | dispatched → handling → completed → visited → archived; a second
round goes back to dispatched on the same number.

A merged order keeps its own caller: he is answered through the main order and called back on his own number. The clock
of the call-back begins only for orders that are to be called back (reactions.py).
"""

from __future__ import annotations

from django.db.models import F

from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Condition, Flow, Input, Transition, register, starts, stops
from bangban.services.hotline.models import Visit, WorkOrder
from bangban.services.hotline.parties import BUSY, assignments_of, parties_of, place_of, topics_of
from bangban.services.hotline.rules_handling import RETURN_WITHIN
from bangban.services.hotline.terms import COMPLAINTS, NEEDS_MATTER, NEEDS_UNIT

STATES = {
    "registering": "登记中",
    "registered": "已登记，待办理",
    "dispatched": "已转交，待签收",
    "handling": "单位办理中",
    "returned": "单位退回，待改派",
    "completed": "已办结，待回访",
    "visited": "已回访",
    "archived": "已归档",
    "refused": "不予受理",
    "merged": "已并入其他工单",
    "withdrawn": "诉求人已撤回",
}
INTAKE = ("registering", "registered")
WITH_UNIT = ("dispatched", "handling")
OPEN = (*INTAKE, *WITH_UNIT, "returned")
AFTER = ("completed", "visited")
FINAL = ("archived", "withdrawn")

KIND = Condition("kind", "请先选定诉求类型。", lambda order: bool(order.kind))
MATTER = Condition(
    "matter",
    "求助、投诉和举报要写清时间、地点、过程、现状和要求，请补齐后再登记。",
    lambda order: (
        order.kind not in NEEDS_MATTER
        or all((order.happened, order.place, order.course, order.present_state, order.request))
    ),
)
REQUEST = Condition("request", "请写下诉求内容。", lambda order: bool(order.request or order.course))
ASKED = Condition(
    "confidential",
    "投诉举报要先问对方个人信息是否需要保密，并选定“保密”或“不保密”。",
    lambda order: order.kind not in COMPLAINTS or order.confidential is not None,
)
ABOUT = Condition(
    "about_unit",
    "投诉请选定被投诉的单位或人员，以及反映的是作风、质量还是效率。",
    lambda order: order.kind != "complaint" or bool(order.about_unit_id and order.aspect),
)
CLASSED = Condition("category", "请先选定事项分类。", lambda order: order.category_id is not None)
# A look-up has a short form (GB33358-5.1.1.4).
CLASSED_TO_CLOSE = Condition("category", CLASSED.unmet, lambda order: order.kind == "query" or CLASSED.test(order))
ANSWERABLE = Condition(
    "needs_unit",
    "求助、投诉和举报要由责任单位办理，请转交；经三方通话由单位当场答复的，可以直接办结。",
    lambda order: order.kind not in NEEDS_UNIT or order.answered_by_unit,
)
REPLIED = Condition(
    "reply", "请先答复诉求人并留下答复凭据，再填写办理情况办结。", lambda order: order.replied_at is not None
)


def both_unsatisfied(order: WorkOrder) -> bool:
    """Tell whether the caller, or one whose order was merged into this one, is satisfied with neither course nor result."""
    if order.process_satisfied is False and order.result_satisfied is False:
        return True
    bad = Visit.objects.filter(order__merged_into=order, process_satisfied=False, result_satisfied=False)
    return bad.filter(round=order.round - 1 + F("order__round")).exists()


BOTH_BAD = Condition("both_unsatisfied", "只有办理过程和办理结果都不满意的，才能再次交办。", both_unsatisfied)
REDO_DECIDED = Condition(
    "redo_decided",
    "过程和结果都不满意：请决定再次交办，或写明不再交办的理由，然后归档。",
    lambda order: bool(order.redo_decided) or not both_unsatisfied(order),
)
MAIN_ENDED = Condition(
    "main_ended",
    "主工单还没有结束回访，请等主工单归档时一并归档。",
    lambda order: order.merged_into is None or order.merged_into.state in ("visited", "archived"),
)
MAIN_OPEN = Condition(
    "main_open",
    "主工单已经办结，不能再补充说明；有新的情况请重新反映。",
    lambda order: order.merged_into is not None and order.merged_into.state in OPEN,
)
NOT_DESIGNATED = Condition(
    "designated",
    "本单位是经裁定确定的承办单位，不能再退回；有困难请申请延期或会商。",
    lambda order: not any(a.designated and a.role == "lead" and a.state in BUSY for a in assignments_of(order)),
)
STILL_EARLY = Condition(
    "return_limit",
    "签收超过24小时或已经答复诉求人的，不能再退回；确有困难请申请延期或会商。",
    lambda order: order.signed_at is None or (order.replied_at is None and now() <= order.signed_at + RETURN_WITHIN),
)

REASON = Input("reason", "理由")
TEXT = Input("text", "内容")
UNITS = (
    Input("opinion", "转办意见"),
    Input("units", "承办单位"),
    Input("lead", "牵头单位"),
    Input("limit", "办理时限"),
)
HANDLING_CLOCKS = (stops("order_handle"), stops("order_sign"), stops("order_assist"))
# Where nobody can acknowledge or receive an emergency any more, nothing waits for it.
EMERGENCY_CLOCKS = (stops("emergency_ack"), stops("emergency_receipt"))

LINES = (
    Transition("take", "受理", ("registering",), None, ("desk",), story="话务员正在受理您的诉求", clause="GB33358-3.2"),
    Transition("_save", "填写工单", INTAKE, None, ("agent", "desk"), visibility="staff", clause="GB33358-5.1.2.5-c"),
    Transition("respond", "首次响应", ("registering", "registered"), None, ("agent", "desk"),
        story="热线已响应您的诉求", asks=(TEXT,), clocks=(stops("sms_response"), stops("mailbox_response")),
        clause="GB33358-5.1.2.3-c"),
    Transition("confirm", "复述确认", INTAKE, None, ("agent",), visibility="staff", asks=(Input("confirmed", "诉求人确认"),),
        clause="GB33358-4.3.2-c"),
    Transition("register", "登记", ("registering",), "registered", ("agent", "desk"),
        story="您的诉求已登记", needs=(KIND, REQUEST, MATTER, ABOUT, ASKED), clocks=(starts("order_transfer"),),
        clause="GB33358-5.1.2.5-a"),
    Transition("call_unit", "三方通话", INTAKE, None, ("agent",), story="经您同意，已请相关单位加入通话",
        asks=(Input("consent", "诉求人同意"), Input("unit", "相关单位")), clause="GB33358-5.2.1.2"),
    Transition("end_three_party", "三方通话结束", INTAKE, None, ("agent",), story="三方通话结束",
        asks=(Input("outcome", "结果"),), clause="GB33358-5.2.1.2"),
    Transition("answer", "直接办结", ("registered",), "completed", ("agent", "desk"),
        story="您的诉求已当场答复", needs=(CLASSED_TO_CLOSE, ANSWERABLE),
        asks=(Input("result", "办理结果"), Input("code", "结果类型"), Input("source", "答复来源")),
        clocks=(stops("order_transfer"), stops("sms_response"), stops("mailbox_response")),
        clause="GB33358-5.3.1"),
    Transition("dispatch", "转交", ("registered",), "dispatched", ("agent", "desk", "manager"),
        story="您的诉求已转交{lead_name}办理", needs=(CLASSED,), asks=UNITS,
        clocks=(stops("order_transfer"), stops("sms_response"), stops("mailbox_response")), clause="GB33358-5.2.2.2"),
    Transition("sign", "签收", ("dispatched",), "handling", ("lead",), story="{unit_name}已签收，正在办理",
        clocks=(stops("order_sign"),), clause="GB33358-5.2.2.2"),
    Transition("sign_part", "协办签收", WITH_UNIT, None, ("assisting",), visibility="staff", clause="GB33358-5.2.2.4"),
    Transition("return", "退回", WITH_UNIT, "returned", ("lead",), story="正在为您重新确定办理单位",
        asks=(REASON,), needs=(NOT_DESIGNATED, STILL_EARLY), clocks=(*HANDLING_CLOCKS, starts("order_dispute")), clause="GB33358-5.2.2.2"),
    Transition("return_part", "协办退回", WITH_UNIT, None, ("assisting",), visibility="staff", asks=(REASON,),
        clause="GB33358-5.2.2.2"),
    Transition("redispatch", "改派", ("returned",), "dispatched", ("desk", "manager"),
        story="您的诉求已改由{lead_name}办理", asks=UNITS, clocks=(stops("order_dispute"),), clause="GB33358-5.2.2.2"),
    Transition("designate", "裁定承办单位", ("returned",), "dispatched", ("manager",),
        story="您的诉求已确定由{lead_name}办理", asks=(*UNITS, REASON), clocks=(stops("order_dispute"),),
        clause="GB33358-5.2.2.2"),
    Transition("report_part", "协办答复", WITH_UNIT, None, ("assisting",), visibility="staff", asks=(TEXT,),
        clause="GB33358-5.2.2.4"),
    Transition("contact", "联系诉求人", WITH_UNIT, None, ("lead", "assisting"), visibility="staff",
        clause="GB33358-5.1.2.6"),
    Transition("contact", "联系诉求人", (*OPEN, *AFTER, "merged"), None, ("agent", "desk", "manager", "visitor"),
        visibility="staff", clause="GB33358-4.2.4-d"),
    Transition("reply", "答复诉求人", ("handling",), None, ("lead",), story="{unit_name}已答复您",
        asks=(Input("channel", "答复方式"), TEXT), clause="GB33358-5.3.2"),
    Transition("complete", "办结", ("handling",), "completed", ("lead",), story="{unit_name}已办结您的诉求",
        needs=(REPLIED,), asks=(Input("handling", "办理情况"), Input("code", "结果类型")),
        clocks=HANDLING_CLOCKS, clause="GB33358-5.3.2"),
    Transition("ask_extension", "申请延期", ("handling",), None, ("lead",), visibility="staff",
        asks=(Input("days", "延长工作日"), Input("ground", "延期情形"), REASON), clause="GB33358-5.2.2.2"),
    Transition("decide_extension", "审批延期", ("handling",), None, ("manager",), story="办理时限已调整",
        asks=(Input("approve", "是否同意"), Input("note", "意见", required=False)), clause="GB33358-5.2.2.2"),
    Transition("discuss", "会商", (*OPEN, *AFTER), None, ("agent", "desk", "manager", "lead", "assisting", "officer"),
        visibility="staff", asks=(TEXT,), clause="GB33358-4.2.4-f"),
    Transition("report_emergency", "突发应急上报", (*INTAKE, *WITH_UNIT), None, ("agent", "desk", "manager"),
        story="已按突发应急事件上报", asks=(Input("emergency_class", "突发类别"),), clocks=(starts("emergency_ack"),),
        clause="GB33358-5.1.2.4-b"),
    Transition("acknowledge", "确认收到", (*OPEN, "completed"), None, ("manager",), visibility="staff",
        clocks=(stops("emergency_ack"),), clause="GB33358-5.1.2.4-b"),
    Transition("receive_emergency", "应急签收", (*OPEN, "completed"), None, ("emergency",), story="{unit_name}已接报处置",
        asks=(Input("follow_up", "处置情况", required=False),), clocks=(stops("emergency_receipt"),),
        clause="GB33358-5.2.2.3"),
    Transition("_put_through", "转接紧急电话", (*INTAKE, *WITH_UNIT), None, ("agent", "desk", "manager"), visibility="staff",
        clause="GB33358-3.1"),
    Transition("_line_refused", "电话交换机没有办成", (*OPEN, *AFTER, "merged"), None, ("system",), visibility="staff",
        clause="GB33358-5.1.2.6"),
    Transition("_escalate", "突发应急升级告知", (*OPEN, "completed"), None, ("system",), visibility="staff",
        clause="GB33358-5.1.2.4-b"),
    Transition("refuse", "不予受理", INTAKE, "refused", ("agent", "desk", "manager"), story="热线不予受理，已告知办理途径",
        asks=(Input("refusal", "不予受理情形"), Input("path", "告知的途径")),
        clocks=(stops("order_transfer"), stops("sms_response"), stops("mailbox_response"), *EMERGENCY_CLOCKS), clause="GB33358-3.1"),
    Transition("merge", "并单", (*INTAKE, *WITH_UNIT, "returned"), "merged", ("desk", "manager"),
        story="您的诉求与{into}为同一事项，一并办理", asks=(Input("into", "主工单"),),
        clocks=(stops("order_transfer"), stops("sms_response"), stops("mailbox_response"), stops("order_dispute"), *HANDLING_CLOCKS,
            *EMERGENCY_CLOCKS),
        clause="GB33358-5.2.3.1-b"),
    # One that was archived, opened again and is parted now has the clock of its filing still running.
    Transition("unmerge", "撤销并单", ("merged",), "registered", ("manager", "system"), story="您的诉求恢复单独办理",
        asks=(REASON,), clocks=(stops("order_archive"),), clause="GB33358-5.2.3.1-b"),
    Transition("_absorb", "并入其他工单", OPEN, None, ("desk", "manager"), visibility="staff", clause="GB33358-5.2.3.1-b"),
    Transition("send_back", "退回再办", ("completed",), "handling", ("manager",), story="办理情况不充分，已退回单位再办",
        asks=(REASON,), clocks=(stops("order_visit"),), clause="GB33358-5.3.2"),
    Transition("_claim_visit", "领取回访", ("completed", "merged"), None, ("visitor",), visibility="staff",
        clause="GB33358-5.4.1"),
    Transition("try_visit", "记录回访未接通", ("completed", "merged"), None, ("visitor",), visibility="staff",
        asks=(Input("channel", "回访方式"),), clause="GB33358-4.2.4-d"),
    Transition("visit", "回访", ("completed",), "visited", ("visitor", "requester"), story="您对办理情况作了评价",
        asks=(Input("process_satisfied", "对办理过程是否满意"), Input("result_satisfied", "对办理结果是否满意")),
        clocks=(stops("order_visit"), starts("order_archive"), *EMERGENCY_CLOCKS), clause="GB33358-5.4.2"),
    Transition("visit", "回访", ("merged",), None, ("visitor", "requester"), story="您对办理情况作了评价",
        asks=(Input("process_satisfied", "对办理过程是否满意"), Input("result_satisfied", "对办理结果是否满意")),
        clause="GB33358-5.4.2"),
    Transition("end_visit", "结束回访", ("merged",), None, ("visitor", "system"), visibility="staff", asks=(REASON,),
        clause="GB33358-5.4.1"),
    Transition("end_visit", "结束回访", ("completed",), "visited", ("visitor", "system"), visibility="staff", asks=(REASON,),
        clocks=(stops("order_visit"), starts("order_archive"), *EMERGENCY_CLOCKS), clause="GB33358-5.4.1"),
    Transition("redo", "再次交办", ("visited",), "dispatched", ("visitor", "manager"), story="您的诉求已再次交{lead_name}办理",
        needs=(BOTH_BAD,), asks=(REASON, Input("limit", "办理时限")), clocks=(stops("order_archive"),),
        clause="GB33358-5.4.3"),
    Transition("decline_redo", "不再交办", ("visited",), None, ("visitor", "manager"), story="已说明不再次办理的理由",
        needs=(BOTH_BAD,), asks=(REASON,), clause="GB33358-5.4.3"),
    Transition("archive", "归档", ("visited", "refused", "merged"), "archived", ("archivist", "system"), visibility="staff",
        needs=(REDO_DECIDED, MAIN_ENDED), clocks=(stops("order_archive"),), clause="GB33358-5.5.1"),
    Transition("ask_reopen", "申请恢复", ("archived",), None, ("archivist", "agent", "desk", "manager"),
        visibility="staff", asks=(REASON,), clause="GB33358-5.5.1"),
    Transition("refuse_reopen", "不同意恢复", ("archived",), None, ("manager",), visibility="staff", asks=(REASON,),
        clause="GB33358-5.5.1"),
    Transition("reopen", "恢复归档工单", ("archived",), "visited", ("manager",), visibility="staff", asks=(REASON,),
        clocks=(starts("order_archive"),), clause="GB33358-5.5.1"),
    Transition("withdraw", "撤回", OPEN, "withdrawn", ("requester", "agent", "desk"), story="诉求已撤回", asks=(REASON,),
        clocks=(stops("order_transfer"), stops("sms_response"), stops("mailbox_response"), stops("order_dispute"), *HANDLING_CLOCKS,
            *EMERGENCY_CLOCKS),
        clause="GB33358-3.4"),
    Transition("_supervise", "督办记录", (*OPEN, *AFTER), None, ("officer", "system", "manager", "lead"), visibility="staff",
        clause="GB33358-5.2.3.4"),
    Transition("_remind", "临近时限提醒", OPEN, None, ("system",), visibility="staff", clause="GB33358-5.2.2.6"),
    Transition("_clock", "时限提醒", (*OPEN, *AFTER), None, ("system",), visibility="staff", clause="GB33358-4.2.4-e"),
    Transition("_reveal", "查看联系方式", (*OPEN, *AFTER), None, ("agent", "desk", "manager", "lead", "visitor", "officer"),
        visibility="staff", clause="GB33358-5.1.2.6"),
    Transition("_say", "补充说明", (*OPEN, *AFTER), None, ("requester", "agent", "desk", "system"), story="补充了说明",
        clause="GB33358-3.2"),
    # What a merged caller adds is kept with his own order and shown on the main one (intake_reactions.py).
    Transition("_say", "补充说明", ("merged",), None, ("requester", "system"), story="补充了说明", needs=(MAIN_OPEN,),
        clause="GB33358-3.2"),
    Transition("_use", "使用知识", INTAKE, None, ("agent", "desk"), visibility="staff", clause="GB33358-4.3.2-b"),
    Transition("_link", "关联记录", (*OPEN, *AFTER), None, ("agent", "desk", "manager", "system"), visibility="staff",
        clause="T637-6.1.5-f"),
    Transition("_offer_expired", "逾期未签收", WITH_UNIT, None, ("system",), visibility="staff", clause="GB33358-5.2.2.2"),
    Transition("_rate", "评价", (*AFTER,), None, ("requester",), story="您评价了本次服务", clause="GB33358-4.2.4-g"),
)  # fmt: skip

FLOW = register(
    Flow(
        record_type=WorkOrder.record_type,
        label="热线工单",
        states=STATES,
        initial=("registering",),
        transitions=LINES,
        parties=parties_of,
        topics=topics_of,
        place=place_of,
        final=FINAL,
    )
)
