"""All writes of appointments."""

from bangban.services.appointments.actions.arriving import check_in
from bangban.services.appointments.actions.booking import Booked, book
from bangban.services.appointments.actions.changing import cancel, change, confirm
from bangban.services.appointments.actions.closures import close_slots, finish_closure, settle, withdraw_closure
from bangban.services.appointments.actions.drafts import NewAppointment
from bangban.services.appointments.actions.offering import answer_offer, note_call
from bangban.services.appointments.actions.plans import remove_plan, save_plan, save_week
from bangban.services.appointments.actions.preparing import prepare_file, tick
from bangban.services.appointments.actions.revealing import reveal_contact
from bangban.services.appointments.actions.specialists import propose_from_case, substitute
from bangban.services.appointments.actions.sweeping import complete, give_up_due, left, remind_due
from bangban.services.appointments.making import remake

__all__ = [
    "Booked",
    "NewAppointment",
    "answer_offer",
    "book",
    "cancel",
    "change",
    "check_in",
    "close_slots",
    "complete",
    "confirm",
    "finish_closure",
    "give_up_due",
    "left",
    "note_call",
    "prepare_file",
    "propose_from_case",
    "remake",
    "remind_due",
    "remove_plan",
    "reveal_contact",
    "save_plan",
    "save_week",
    "settle",
    "substitute",
    "tick",
    "withdraw_closure",
]
