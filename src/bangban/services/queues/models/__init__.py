"""Tickets, window sessions and crowd alerts."""

from bangban.services.queues.models.sessions import SessionState, WindowSession
from bangban.services.queues.models.tickets import Running, Ticket, TicketState

__all__ = ["Running", "SessionState", "Ticket", "TicketState", "WindowSession"]
