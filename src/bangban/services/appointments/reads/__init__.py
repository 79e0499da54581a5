"""All queries of appointments, as plain objects."""

from bangban.services.appointments.reads.arriving import Arriving, find_for_check_in
from bangban.services.appointments.reads.checklists import PreparationView, prepared_file
from bangban.services.appointments.reads.closures import ClosureView, affected, closure_view, closures
from bangban.services.appointments.reads.figures import Figures, figures, plans
from bangban.services.appointments.reads.found import appointment_by_token, get_appointment, may_follow
from bangban.services.appointments.reads.history import Step
from bangban.services.appointments.reads.lists import (
    AppointmentPage,
    AppointmentRow,
    day_list,
    may_see_day,
    mine,
    of_case,
    of_phone,
)
from bangban.services.appointments.reads.one import AppointmentView, appointment_view
from bangban.services.appointments.reads.periods import Day, SlotView, days, slots
from bangban.services.appointments.reads.places import PlaceView, hall_of_specialist, places_for

__all__ = [
    "AppointmentPage",
    "AppointmentRow",
    "AppointmentView",
    "Arriving",
    "ClosureView",
    "Day",
    "Figures",
    "PlaceView",
    "PreparationView",
    "SlotView",
    "Step",
    "affected",
    "appointment_by_token",
    "appointment_view",
    "closure_view",
    "closures",
    "day_list",
    "days",
    "figures",
    "find_for_check_in",
    "get_appointment",
    "hall_of_specialist",
    "may_follow",
    "may_see_day",
    "mine",
    "of_case",
    "of_phone",
    "places_for",
    "plans",
    "prepared_file",
    "slots",
]
