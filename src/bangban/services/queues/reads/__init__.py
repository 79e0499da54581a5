"""All queries of the queues, as plain objects."""

from bangban.services.queues.reads.alerts import AlertView, Crowding, MeasureView, advice, alert, alerts, get_alert
from bangban.services.queues.reads.boards import BoardState, Call, board_state
from bangban.services.queues.reads.hall import ClassState, HallState, WindowState, hall_state
from bangban.services.queues.reads.one import TicketView, get_ticket, may_follow, ticket_by_code, ticket_view
from bangban.services.queues.reads.options import Option
from bangban.services.queues.reads.panel import Panel, panel
from bangban.services.queues.reads.waiting import Expectation, expectation

__all__ = [
    "AlertView",
    "BoardState",
    "Call",
    "ClassState",
    "Crowding",
    "Expectation",
    "HallState",
    "MeasureView",
    "Option",
    "Panel",
    "TicketView",
    "WindowState",
    "advice",
    "alert",
    "alerts",
    "board_state",
    "expectation",
    "get_alert",
    "get_ticket",
    "hall_state",
    "may_follow",
    "panel",
    "ticket_by_code",
    "ticket_view",
]
