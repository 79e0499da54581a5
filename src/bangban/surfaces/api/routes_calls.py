"""The operations of the telephone exchange: its events, the calls made of them, the live wall."""

from __future__ import annotations

from bangban.surfaces.api import bodies_calls as bodies
from bangban.surfaces.api.endpoint import Route
from bangban.surfaces.api.views import calls

CALL_ROUTES = (
    Route(
        "POST", "/hotline/calls/events", calls.take_events, "Deliver events of a telephone exchange", bodies.EventsIn,
        bodies.EventsTaken, scope="calls:write",
    ),
    Route(
        "GET", "/hotline/calls/{id}", calls.read_call, "Read a call", None, bodies.PhoneCallOut, scope="calls:read"
    ),
    Route(
        "GET", "/hotline/wall", calls.read_wall, "The live wall of the hotline", None, bodies.WallOut, scope="calls:read",
        query=("hotline",),
    ),
    Route(
        "GET", "/hotline/figures", calls.read_figures, "Counts of the calls of some days", None, bodies.CallFigures,
        scope="calls:read", query=("from", "to", "hotline"),
    ),
)  # fmt: skip
