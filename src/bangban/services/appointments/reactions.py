"""What appointments do when something happens at a window, and what their case is told."""

from __future__ import annotations

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.flows.flow import FlowError
from bangban.foundation.flows.reacting import follows
from bangban.foundation.ledger.models import Event
from bangban.services.appointments import actions
from bangban.services.appointments.models import Appointment
from bangban.services.appointments.notices import when_words
from bangban.services.cases.actions import post_message
from bangban.services.queues.models import Ticket

SERVED = ("ticket.finish", "ticket.end_day")
UNSERVED = ("ticket.leave", "ticket.expire")
TOLD = {
    "appointment.confirm": "服务对象已确认线下预约{number}：{when}。",
    "appointment.change": "线下预约{number}已改约到{when}。",
    "appointment.accept_offer": "线下预约{number}已改约到{when}。",
    "appointment.cancel": "线下预约{number}（{when}）已取消。",
    "appointment.affect": "线下预约{number}（{when}）的时段停约，正在另约时间。",
    "appointment.substitute": "线下预约{number}（{when}）改由其他专员接待。",
    "appointment.check_in": "服务对象已到大厅取号（预约{number}）。",
    "appointment.give_up": "线下预约{number}（{when}）未到场，视为放弃。",
}


@follows("appointments.visits", *SERVED, *UNSERVED)
def end_visit(event: Event) -> None:
    """Complete the appointment whose ticket was served, or note that it was not."""
    appointment_id = Ticket.objects.filter(id=event.record_id).values_list("appointment", flat=True).first()
    if appointment_id is not None:
        (actions.complete if event.kind in SERVED else actions.left)(appointment_id)


@follows("appointments.cases", *TOLD)
def tell_case(event: Event) -> None:
    """Say in the talk of the case what became of its appointment (BJ-3.1.3-b)."""
    row = Appointment.objects.filter(id=event.record_id).exclude(case_number="").first()
    if row is None:
        return
    text = TOLD[event.kind].format(number=row.number, when=when_words(row))
    try:
        post_message(
            SYSTEM, row.case_number, text, client_id=f"appointment:{event.id}", data={"appointment": row.number}
        )
    except FlowError:
        return  # the case ended meanwhile; its story is complete without
