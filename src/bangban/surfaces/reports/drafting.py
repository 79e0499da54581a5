"""Drafting a report by hand: a period that is over, or a topic with its orders."""

from __future__ import annotations

import re
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.flow import FlowError, Incomplete, NotYours
from bangban.oversight.reports import actions
from bangban.oversight.reports.models import Report
from bangban.oversight.reports.parties import hotlines
from bangban.oversight.reports.terms import Period
from bangban.surfaces.desk import acting
from bangban.surfaces.desk.pages import desk_actor, page, see, staff
from bangban.surfaces.web.errors import status_of
from bangban.surfaces.web.given import day_of, whole


@require_http_methods(["GET", "HEAD", "POST"])
@staff("reports.prepare")
def new(request: HttpRequest) -> HttpResponse:
    """Show both forms; what was typed stays when something is missing."""
    if request.method != "POST":
        return _form(request)
    made: list[str] = []
    try:
        acting.once(
            desk_actor(request),
            "report",
            request.POST.get("client_id", "")[:80],
            lambda: made.append(_draft(request).number),
        )
    except NotYours:
        raise
    except FlowError as error:
        return _form(request, error)
    return see(reverse("reports:report", args=made) if made else reverse("reports:desk"))


def _draft(request: HttpRequest) -> Report:
    actor, given = desk_actor(request), request.POST
    chosen = given.get("body", "")
    body_id = whole(chosen) or 0
    if given.get("form") == "special":
        numbers = re.split(r"[\s,，、;；]+", given.get("orders", "")[:60_000])
        return actions.draft_special(actor, body_id, given.get("topic", "")[:400], numbers)
    day = day_of(given.get("day", ""))
    if day is None:
        raise Incomplete("请选择日期。", fields={"day": "请选择周期内的任意一天。"})
    return actions.draft_routine(actor, body_id, given.get("period", ""), day)


def _form(request: HttpRequest, error: FlowError | None = None) -> HttpResponse:
    yesterday = business_date(now()) - timedelta(days=1)
    given = request.POST if error else {}
    context = {
        "bodies": [(one.id, one.name) for one in hotlines(desk_actor(request))],
        "periods": Period.choices,
        "given": {
            "period": "day",
            "day": yesterday.isoformat(),
            "topic": "",
            "orders": "",
            "body": "",
            **dict(given.items()),
        },
        "latest": yesterday.isoformat(),
        "error": error.sentence if error else "",
        "known": error.details.get("number", "") if error else "",
        "problems": dict(error.details.get("fields") or {}) if error else {},
    }
    return page(request, "reports/desk_new.html", context, current="reports", status=status_of(error) if error else 200)
