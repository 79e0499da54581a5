"""All queries of the queues, as plain objects."""

from bangban.services.queues.reads.alerts import AlertView, Crowding, MeasureView, advice, alert, alerts, get_alert
from bangban.services.queues.reads.boards import BoardState, Call, board_state
from bangban.services.queues.reads.hall import ClassState, HallState, WindowState, hall_state
from bangban.services.queues.reads.minutes import Minute, TicketThen, WindowThen, minute
from bangban.services.queues.reads.one import TicketView, get_ticket, may_follow, ticket_by_code, ticket_view
from bangban.services.queues.reads.options import Option
from bangban.services.queues.reads.panel import Panel, panel
from bangban.services.queues.reads.statistics import Figure, figures
from bangban.services.queues.reads.waiting import Expectation, expectation

__all__ = [
    "AlertView",
    "BoardState",
    "Call",
    "ClassState",
    "Crowding",
    "Expectation",
    "Figure",
    "HallState",
    "MeasureView",
    "Minute",
    "Option",
    "Panel",
    "TicketThen",
    "TicketView",
    "WindowState",
    "WindowThen",
    "advice",
    "alert",
    "alerts",
    "board_state",
    "expectation",
    "figures",
    "get_alert",
    "get_ticket",
    "hall_state",
    "may_follow",
    "minute",
    "panel",
    "ticket_by_code",
    "ticket_view",
]
