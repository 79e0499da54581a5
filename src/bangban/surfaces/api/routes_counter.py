"""The operations of the consultation desk, and of crowd alerts."""

from __future__ import annotations

from bangban.surfaces.api import bodies_counter as bodies
from bangban.surfaces.api.endpoint import Route
from bangban.surfaces.api.views import counter, crowds

READ, WRITE = "counter:read", "counter:write"

COUNTER_ROUTES = (
    Route(
        "POST", "/inquiries", counter.log, "Enter a question: answered at once, or promised", bodies.InquiryIn,
        bodies.InquiryOut, scope=WRITE, staff=True, success=201, repeatable=True,
    ),
    Route(
        "GET", "/inquiries", counter.ledger, "The consultation ledger of the own hall", None, bodies.InquiryPageOut,
        scope=READ, staff=True, query=("box", "from", "to", "search", "after", "limit"),
    ),
    Route(
        "GET", "/inquiries/{number}", counter.read_inquiry, "Read a question", None, bodies.InquiryOut, scope=READ,
        staff=True,
    ),
    Route(
        "POST", "/inquiries/{number}/actions/{action}", counter.act_on_inquiry,
        "Reply, hand out material, hand on, withdraw", bodies.InquiryActionIn, bodies.InquiryOut, scope=WRITE, staff=True,
        repeatable=True, bodiless=True,
    ),
    Route(
        "POST", "/help-requests", counter.call_for_help, "Call somebody of the hall to a place", bodies.HelpIn,
        bodies.HelpOut, scope=WRITE, success=201, repeatable=True,
    ),
    Route(
        "GET", "/help-requests/{number}", counter.read_help, "Whether somebody comes", None, bodies.HelpOut, scope=READ,
        query=("hall",),
    ),
    Route(
        "POST", "/help-requests/{number}/actions/{action}", counter.act_on_help, "Take, report, close a call for help",
        bodies.HelpActionIn, bodies.HelpOut, scope=WRITE, staff=True, repeatable=True, bodiless=True,
    ),
    Route(
        "GET", "/counter/{code}/search", counter.search, "Facilities, items and standard answers in one search", None,
        bodies.FoundOut, scope=READ, query=("q",),
    ),
    Route(
        "GET", "/counter/{code}/roster-gaps", counter.gaps, "Opening time with nobody rostered for consultation", None,
        bodies.GapList, scope=READ, staff=True,
    ),
    Route(
        "GET", "/queues/{code}/alerts", crowds.list_alerts, "Crowd alerts of a hall and what can be done", None,
        bodies.AlertList, scope="hall:read", staff=True, query=("before", "limit"),
    ),
    Route(
        "POST", "/alerts/{number}/actions/{action}", crowds.act, "Take a measure about a crowd", bodies.MeasureIn,
        bodies.AlertOut, scope="hall:write", staff=True, repeatable=True,
    ),
)  # fmt: skip
