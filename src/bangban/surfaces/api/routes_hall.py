"""The operations of halls."""

from __future__ import annotations

from bangban.surfaces.api import bodies_hall as bodies
from bangban.surfaces.api.endpoint import Route
from bangban.surfaces.api.views import hall

READ, WRITE = "hall:read", "hall:write"

HALL_ROUTES = (
    Route("GET", "/halls", hall.list_halls, "Halls with queues", None, bodies.HallList, scope=READ),
    Route("GET", "/queues/{code}", hall.read_queue, "A hall at this moment", None, bodies.QueueOut, scope=READ),
    Route(
        "POST", "/queues/{code}/tickets", hall.issue_ticket, "Issue a ticket", bodies.TicketIn, bodies.TicketOut,
        scope=WRITE, success=201, repeatable=True,
    ),
    Route("GET", "/tickets/{number}", hall.read_ticket, "Read a ticket", None, bodies.TicketOut, scope=READ),
    Route(
        "POST", "/tickets/{number}/actions/{action}", hall.act_on_ticket, "Do an action of the ticket flow",
        bodies.TicketActionIn, bodies.TicketOut, scope=WRITE, repeatable=True, bodiless=True,
    ),
    Route(
        "POST", "/windows/{id}/open", hall.open_window, "Open a window in one's own post", bodies.WindowOpenIn,
        bodies.SessionOut, scope=WRITE, staff=True, success=201, bodiless=True,
    ),
    Route(
        "POST", "/windows/{id}/call-next", hall.call_next, "Call the next ticket to the own window",
        bodies.CallNextIn, bodies.CalledOut, scope=WRITE, staff=True, bodiless=True,
    ),
    Route(
        "POST", "/windows/{id}/actions/{action}", hall.act_on_window, "Pause, resume, serve other classes, close",
        bodies.WindowActionIn, bodies.SessionOut, scope=WRITE, staff=True, bodiless=True,
    ),
    Route(
        "GET", "/boards/{code}", hall.read_board, "What a board shows", None, bodies.BoardOut, scope=READ, query=("area",)
    ),
)  # fmt: skip
