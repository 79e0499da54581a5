"""The flows of booking: an appointment (booked → checked in → completed) and a closure of periods."""

from __future__ import annotations

from bangban.foundation.flows.flow import Condition, Flow, Input, Transition, register
from bangban.services.appointments.models import OPEN, Appointment, AppointmentState, Closure, ClosureState
from bangban.services.appointments.parties import (
    closure_parties,
    closure_place,
    closure_topics,
    parties_of,
    place_of,
    topics_of,
)

HELD = ("holder", "staff", "specialist", "manager")
BY_STAFF = ("staff", "specialist", "manager")
PERIOD = Input("slot", "预约时段")
REASON = Input("reason", "理由")

UNCONFIRMED = Condition("confirmed", "这个预约已经确认过了。", lambda appointment: appointment.confirmed_at is None)
WITH_SPECIALIST = Condition(
    "specialist", "这个预约没有指定专员，不需要换人。", lambda appointment: appointment.staff_id is not None
)


def unhandled(closure: Closure) -> int:
    """Return how many bookings in closed periods still have no outcome."""
    return Appointment.objects.filter(slot__closure=closure, state__in=OPEN).count()


ALL_HANDLED = Condition(
    "unhandled",
    "还有受影响的预约没有处理，请逐一改约、取消或电话沟通后再结束。",
    lambda closure: unhandled(closure) == 0,
)

LINES = (
    Transition("check_in", "到场取号", ("booked",), "checked_in", ("holder", "hall", "kiosk"),
        story="您已到场取号，排队号{label}", clause="DB23-6.5.1.1-b"),
    Transition("confirm", "确认时间", ("booked",), None, ("holder",), story="您确认了预约", needs=(UNCONFIRMED,),
        clause="BJ-3.1.3-b"),
    Transition("accept_offer", "接受另约的时间", ("affected",), "booked", HELD, story="已改约到{period}",
        asks=(PERIOD,), clause="DB23-6.5.2"),
    Transition("decline_offer", "不再预约", ("affected",), "cancelled", HELD, story="您没有接受另约的时间，预约已取消",
        clause="DB23-6.5.2"),
    Transition("note_call", "登记电话沟通", ("affected",), "cancelled", BY_STAFF, story="工作人员已与您电话沟通：{reason}",
        asks=(Input("reason", "沟通结果"),), clause="DB23-6.5.2"),
    Transition("change", "改约", ("booked",), None, HELD, story="已改约到{period}", asks=(PERIOD,), clause="DB23-6.5.1.3-a"),
    Transition("change", "改约", ("affected",), "booked", HELD, story="已改约到{period}", asks=(PERIOD,),
        clause="DB23-6.5.2"),
    Transition("cancel", "取消预约", OPEN, "cancelled", ("holder",), story="您取消了预约",
        asks=(Input("reason", "原因", required=False),), clause="DB23-6.5.1.3-a"),
    Transition("cancel", "取消预约", OPEN, "cancelled", BY_STAFF, story="预约已取消：{reason}", asks=(REASON,),
        clause="DB23-6.5.2"),
    Transition("tick", "勾选材料", (*OPEN, "checked_in"), None, ("holder",), clause="DB23-6.5.1.3-c"),
    Transition("prepare", "预先上传材料", (*OPEN, "checked_in"), None, ("holder",), story="您预先上传了“{material}”",
        clause="DB23-6.5.1.3-c"),
    Transition("substitute", "更换专员", ("booked",), None, ("manager", "specialist"),
        story="原约定的专员不能接待，改由{who_serves}接待：{reason}", asks=(Input("to", "接待人员"), REASON),
        needs=(WITH_SPECIALIST,), clause="BJ-3.1.3-c"),
    Transition("_affect", "时段停约", ("booked",), "affected", ("system", "manager"), story="预约时段不能提供服务：{reason}",
        clause="DB23-6.5.2"),
    Transition("_offer", "另约时间", ("affected",), None, ("system", "manager"), story="为您另约了时间：{period}",
        clause="DB23-6.5.2"),
    Transition("_restore", "停约撤销", ("affected",), "booked", ("system", "manager"), story="停约已撤销，您的预约不变",
        clause="DB23-6.5.2"),
    Transition("_remind", "提醒", ("booked",), None, ("system",), story="已提醒您按时前来", clause="DB23-6.5.3"),
    Transition("_give_up", "视为放弃", ("booked",), "given_up", ("system",), story="超过预约时段未到场，视为放弃",
        clause="DB23-6.5.4"),
    Transition("_complete", "办理完成", ("checked_in",), "completed", ("system",), story="已到窗口办理", clause="DB23-7.1"),
    Transition("_leave", "未办理离开", ("checked_in",), "given_up", ("system",), story="取号后没有办理", clause="DB23-7.1"),
    Transition("_reveal", "查看联系方式", tuple(AppointmentState), None, BY_STAFF, visibility="staff", clause="T637-5-g"),
)  # fmt: skip

FLOW = register(
    Flow(
        record_type=Appointment.record_type,
        label="预约",
        states=dict(AppointmentState.choices),
        initial=("booked",),
        transitions=LINES,
        parties=parties_of,
        topics=topics_of,
        place=place_of,
        final=("completed", "cancelled", "given_up"),
    )
)

CLOSURE_LINES = (
    Transition("finish", "处理完毕", ("handling",), "closed", ("manager",), needs=(ALL_HANDLED,), visibility="staff",
        clause="DB23-6.5.2"),
    Transition("withdraw", "撤销停约", ("handling", "closed"), "withdrawn", ("manager",), asks=(REASON,), visibility="staff",
        clause="DB23-6.5.2"),
)  # fmt: skip

CLOSURE_FLOW = register(
    Flow(
        record_type=Closure.record_type,
        label="停约",
        states=dict(ClosureState.choices),
        initial=("handling",),
        transitions=CLOSURE_LINES,
        parties=closure_parties,
        topics=closure_topics,
        place=closure_place,
        final=("closed", "withdrawn"),
    )
)
