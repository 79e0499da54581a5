"""Periods with their places, appointments with their checklists, and closures of periods."""

from bangban.services.appointments.models.appointments import (
    NETWORK,
    OPEN,
    Appointment,
    AppointmentState,
    OfflineReason,
    Outcome,
    Preparation,
)
from bangban.services.appointments.models.closures import Closure, ClosureState
from bangban.services.appointments.models.slots import MadeDay, Slot, SlotPlan

__all__ = [
    "NETWORK",
    "OPEN",
    "Appointment",
    "AppointmentState",
    "Closure",
    "ClosureState",
    "MadeDay",
    "OfflineReason",
    "Outcome",
    "Preparation",
    "Slot",
    "SlotPlan",
]
