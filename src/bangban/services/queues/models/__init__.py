"""Tickets, window sessions, crowd alerts, and stays at windows for statistics."""

from bangban.services.queues.models.alerts import AlertReason, AlertState, CrowdAlert
from bangban.services.queues.models.sessions import SessionState, WindowSession
from bangban.services.queues.models.stints import Outcome, Stint
from bangban.services.queues.models.tickets import Running, Ticket, TicketState

__all__ = [
    "AlertReason",
    "AlertState",
    "CrowdAlert",
    "Outcome",
    "Running",
    "SessionState",
    "Stint",
    "Ticket",
    "TicketState",
    "WindowSession",
]
