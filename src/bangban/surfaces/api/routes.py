"""The list of operations; addresses, checks and the OpenAPI document are made from it."""

from __future__ import annotations

from bangban.surfaces.api import bodies
from bangban.surfaces.api.endpoint import Route
from bangban.surfaces.api.routes_calls import CALL_ROUTES
from bangban.surfaces.api.routes_counter import COUNTER_ROUTES
from bangban.surfaces.api.routes_hall import APPOINTMENT_ROUTES, HALL_ROUTES
from bangban.surfaces.api.routes_intake import INTAKE_ROUTES
from bangban.surfaces.api.routes_orders import APPRAISAL_ROUTES, ORDER_ROUTES
from bangban.surfaces.api.views import assistant, cases, evaluations, messages, stats

ONLINE_ROUTES = (
    Route(
        "POST", "/assistant/ask", assistant.ask_assistant, "Ask the assistant", bodies.AskIn, bodies.AskOut, scope="assistant"
    ),
    Route(
        "POST", "/cases", cases.open_case, "Open a case", bodies.CaseIn, bodies.CaseOpened, scope="cases:write", success=201,
        repeatable=True, commits_key=True,
    ),
    Route(
        "GET", "/cases", cases.list_of_cases, "List cases of a box, or the own ones", None, bodies.CasePage, scope="cases:read",
        query=("box", "state", "channel", "stage", "search", "after", "limit"),
    ),
    Route("GET", "/cases/{number}", cases.read_case, "Read a case", None, bodies.CaseOut, scope="cases:read"),
    Route(
        "POST", "/cases/{number}/actions/{action}", cases.act, "Do an action of the case flow", bodies.ActionIn,
        bodies.CaseOut, scope="cases:write", repeatable=True, bodiless=True,
    ),
    Route(
        "GET", "/cases/{number}/messages", messages.list_messages, "Messages after a position", None, bodies.MessagePage,
        scope="cases:read", query=("after", "limit"),
    ),
    Route(
        "POST", "/cases/{number}/messages", messages.post, "Say something", bodies.MessageIn, bodies.MessageOut,
        scope="cases:write", success=201, repeatable=True,
    ),
    Route(
        "POST", "/evaluations", evaluations.evaluate, "Rate a service once", bodies.EvaluationIn, bodies.EvaluationOut,
        scope="cases:write", success=201, repeatable=True, names_record=True,
    ),
    Route(
        "GET", "/stats/{name}", stats.statistics, "A report over the caller's units", None, dict, scope="stats", staff=True,
        query=("from", "to"),
    ),
)  # fmt: skip

ROUTES = (
    *ONLINE_ROUTES,
    *HALL_ROUTES,
    *APPOINTMENT_ROUTES,
    *COUNTER_ROUTES,
    *ORDER_ROUTES,
    *APPRAISAL_ROUTES,
    *CALL_ROUTES,
    *INTAKE_ROUTES,
)
