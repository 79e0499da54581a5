"""The flows of the hall: a ticket (waiting → called → serving → done) and a window session (open ⇄ paused → closed)."""

from __future__ import annotations

from bangban.foundation.flows.flow import Condition, Flow, Input, Transition, register
from bangban.registry.halls.reads import hall
from bangban.services.queues.models import SessionState, Ticket, TicketState, WindowSession
from bangban.services.queues.parties import (
    parties_of,
    place_of,
    session_parties,
    session_place,
    session_topics,
    topics_of,
)

REJOINS = 1
HERE = ("waiting", "called", "missed")


def _called_enough(ticket: Ticket) -> bool:
    plan = hall(ticket.body_id)
    return plan is not None and ticket.call_count >= plan.rules.call_attempts


CALLED_ENOUGH = Condition("call_attempts", "还没有叫满规定的次数，请再叫一次。", _called_enough)
REJOINS_LEFT = Condition("rejoins", "这个号已经重新排过一次队，请重新取号。", lambda ticket: ticket.rejoins < REJOINS)
REASON = Input("reason", "原因")

TICKET_LINES = (
    Transition("call", "叫号", ("waiting",), "called", ("caller",), story="请到{window}办理", clause="DB23-7.1"),
    Transition("recall", "再叫一次", ("called",), None, ("server",), story="再次呼叫，请到{window}办理", clause="DB23-7.1"),
    Transition("arrive", "开始办理", ("called",), "serving", ("server",), story="开始办理", clause="DB23-7.1"),
    Transition("miss", "过号", ("called",), "missed", ("server",), story="叫号未到，已过号", needs=(CALLED_ENOUGH,),
        clause="DB23-7.1"),
    Transition("finish", "办理完成", ("serving",), "done", ("server",), story="办理完成",
        asks=(Input("result", "办理情况", required=False),), clause="DB23-7.1"),
    Transition("transfer", "转窗口", ("called", "serving"), "waiting", ("server", "hall_manager"),
        story="已转到{klass}继续办理，等候时间保留", asks=(Input("klass", "业务类别"), Input("reason", "原因", required=False)),
        clause="DB23-7.1"),
    Transition("move", "改业务类别", ("waiting",), None, ("hall",), story="业务类别改为{klass}，等候时间保留",
        asks=(Input("klass", "业务类别"),), clause="DB23-6.3.2-b"),
    Transition("flag", "登记优先", ("waiting",), None, ("hall",), story="已按优先规则排队",
        asks=(Input("flags", "优先类别"),), clause="DB23-6.7.3"),
    Transition("substitute", "换人接待", ("waiting", "missed"), None, ("hall_manager",),
        story="原约定的专员不能接待，改由其他人员为您办理", asks=(Input("to", "接待人员", required=False), REASON), clause="BJ-3.1.3-c"),
    Transition("rejoin", "重新排队", ("missed",), "waiting", ("hall", "server", "holder", "kiosk"),
        story="重新排队", needs=(REJOINS_LEFT,), clause="DB23-7.1"),
    Transition("leave", "不再等候", HERE, "left", ("holder", "hall"), story="不再等候", clause="DB23-7.1"),
    Transition("_expire", "当日作废", HERE, "expired", ("system",), story="当日未办理，号已作废", clause="DB23-7.1"),
    Transition("_end_day", "日终结束", ("serving",), "done", ("system",), story="办理结束", clause="DB23-7.1"),
    Transition("_estimate", "等候提示", ("waiting",), None, ("system",), clause="DB23-6.3.2-f"),
    Transition("_rate", "评价", ("done",), None, ("holder", "rating_device"), story="您评价了本次服务", clause="DB23-8.1.1"),
)  # fmt: skip

FLOW = register(
    Flow(
        record_type=Ticket.record_type,
        label="排队号",
        states=dict(TicketState.choices),
        initial=("waiting",),
        transitions=TICKET_LINES,
        parties=parties_of,
        topics=topics_of,
        place=place_of,
        final=("done", "left", "expired"),
    )
)

SESSION_LINES = (
    Transition("pause", "暂停", ("open",), "paused", ("server", "hall_manager"), asks=(REASON,), clause="DB23-7.1"),
    Transition("resume", "恢复", ("paused",), "open", ("server",), clause="DB23-7.1"),
    Transition("serve", "调整业务类别", ("open", "paused"), None, ("server", "hall_manager"),
        asks=(Input("classes", "业务类别"),), clause="DB23-6.3.2-b"),
    Transition("close", "关闭窗口", ("open", "paused"), "closed", ("server", "hall_manager", "system"), clause="DB23-7.1"),
)  # fmt: skip

SESSION_FLOW = register(
    Flow(
        record_type=WindowSession.record_type,
        label="窗口",
        states=dict(SessionState.choices),
        initial=("open",),
        transitions=SESSION_LINES,
        parties=session_parties,
        topics=session_topics,
        place=session_place,
        final=("closed",),
    )
)
