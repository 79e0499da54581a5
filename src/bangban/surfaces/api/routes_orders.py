"""The operations of hotline orders, and what is published about those who handle them."""

from __future__ import annotations

from bangban.surfaces.api import bodies_appraisals as appraised
from bangban.surfaces.api import bodies_orders as bodies
from bangban.surfaces.api.endpoint import Route
from bangban.surfaces.api.views import appraisals, orders

READ, WRITE = "orders:read", "orders:write"

ORDER_ROUTES = (
    Route(
        "POST", "/orders", orders.open_one, "Begin an order", bodies.OrderIn, bodies.OrderOpened, scope=WRITE, success=201,
        repeatable=True, commits_key=True,
    ),
    Route(
        "GET", "/orders", orders.list_of_orders, "A box of orders of the caller's hotline or unit", None, bodies.OrderPage,
        scope=READ, staff=True,
        query=("box", "state", "kind", "source", "category", "region", "unit", "urgency", "agent", "round", "confidential",
               "supervised", "first", "last", "search", "after", "limit"),
    ),
    Route("GET", "/orders/{number}", orders.read_one, "Read an order", None, bodies.OrderOut, scope=READ),
    Route(
        "PATCH", "/orders/{number}", orders.save, "Save fields of an order that is being taken", bodies.OrderFields,
        bodies.OrderSaved, scope=WRITE, staff=True,
    ),
    Route(
        "POST", "/orders/{number}/actions/{action}", orders.act, "Do an action of the order flow", bodies.OrderActionIn,
        bodies.OrderOut, scope=WRITE, repeatable=True, bodiless=True,
    ),
)  # fmt: skip

APPRAISAL_ROUTES = (
    Route(
        "GET", "/hotline/appraisals", appraisals.list_appraisals, "Appraisals of units that were published to everybody", None,
        appraised.AppraisalPage, query=("hotline", "after", "limit"),
    ),
    Route(
        "GET", "/hotline/appraisals/{number}", appraisals.read_appraisal, "Read a published appraisal", None,
        appraised.AppraisalOut,
    ),
)  # fmt: skip
