"""The operations of halls and of appointments."""

from __future__ import annotations

from bangban.surfaces.api import bodies_appointments as booking
from bangban.surfaces.api import bodies_hall as bodies
from bangban.surfaces.api.endpoint import Route
from bangban.surfaces.api.views import appointments, hall

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

BOOK_READ, BOOK = "appointments:read", "appointments:write"

APPOINTMENT_ROUTES = (
    Route(
        "GET", "/appointments/places", appointments.list_places, "Halls that handle an item", None, booking.PlaceList,
        scope=BOOK_READ, query=("item",),
    ),
    Route(
        "GET", "/appointments/slots", appointments.list_slots, "Days and periods of a class at a hall", None,
        booking.SlotList, scope=BOOK_READ, query=("hall", "class", "day"),
    ),
    Route(
        "POST", "/appointments", appointments.book, "Book a period", booking.AppointmentIn, booking.AppointmentBooked,
        scope=BOOK, success=201, repeatable=True,
    ),
    Route(
        "GET", "/appointments", appointments.list_own, "The own appointments", None, booking.AppointmentPageOut,
        scope=BOOK_READ, query=("after", "limit"),
    ),
    Route(
        "POST", "/appointments/check-in", appointments.check_in, "Arrive: the appointment becomes its ticket",
        booking.CheckInIn, bodies.TicketOut, scope=BOOK, success=201, names_record=True,
    ),
    Route(
        "GET", "/appointments/{number}", appointments.read_appointment, "Read an appointment", None,
        booking.AppointmentOut, scope=BOOK_READ,
    ),
    Route(
        "POST", "/appointments/{number}/actions/{action}", appointments.act, "Do an action of the appointment flow",
        booking.AppointmentActionIn, booking.AppointmentOut, scope=BOOK, repeatable=True, bodiless=True,
    ),
    Route(
        "POST", "/closures", appointments.close_slots, "Close periods, telling everybody who had booked",
        booking.ClosureIn, booking.ClosureOut, scope=BOOK, staff=True, success=201, repeatable=True,
    ),
    Route(
        "GET", "/closures/{number}", appointments.read_closure, "Read a closure", None, booking.ClosureOut,
        scope=BOOK_READ, staff=True,
    ),
    Route(
        "POST", "/closures/{number}/actions/{action}", appointments.act_on_closure, "Finish or withdraw a closure",
        booking.ClosureActionIn, booking.ClosureOut, scope=BOOK, staff=True, repeatable=True, bodiless=True,
    ),
)  # fmt: skip
