"""All queries of the queues, as plain objects."""

from bangban.services.queues.reads.boards import BoardState, Call, board_state
from bangban.services.queues.reads.hall import ClassState, HallState, WindowState, hall_state
from bangban.services.queues.reads.one import TicketView, get_ticket, may_follow, ticket_by_code, ticket_view
from bangban.services.queues.reads.panel import Panel, panel
from bangban.services.queues.reads.waiting import Expectation, expectation

__all__ = [
    "BoardState",
    "Call",
    "ClassState",
    "Expectation",
    "HallState",
    "Panel",
    "TicketView",
    "WindowState",
    "board_state",
    "expectation",
    "get_ticket",
    "hall_state",
    "may_follow",
    "panel",
    "ticket_by_code",
    "ticket_view",
]
