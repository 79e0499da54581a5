"""How many completed orders of each kind are called back, from a day on (GB33358-5.4.1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.flow import FlowError, Incomplete, NotYours
from bangban.services.hotline.actions import catalogue as actions
from bangban.services.hotline.models import VisitPolicy
from bangban.services.hotline.reads import catalogue as reads
from bangban.services.hotline.terms import Kind
from bangban.surfaces.desk import pages
from bangban.surfaces.hotline.setup.frame import KEEPS, page, typed_of
from bangban.surfaces.web.given import day_of, entered


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff(*KEEPS)
def visits(request: HttpRequest) -> HttpResponse:
    """Show how many completed orders of each kind are called back; the form sets a share from a day on (GB33358-5.4.1)."""
    if request.method != "POST":
        return _visits(request, {})
    typed = typed_of(request)
    try:
        actions.save_visit_policy(
            pages.desk_actor(request), typed.get("kind", ""), typed.get("direct", "") == "yes",
            entered(typed.get("share", "")), valid_from=_day(typed.get("valid_from", "")),
        )  # fmt: skip
    except NotYours:
        raise
    except FlowError as error:
        return _visits(request, typed, error)
    return pages.done(request, reverse("calls:setup_visits"))


def _day(text: str) -> date:
    found = day_of(text)
    if found is None:
        raise Incomplete("请选择日期。", fields={"valid_from": "请选择从哪天起执行。"})
    return found


def _visits(request: HttpRequest, typed: Mapping[str, str], error: FlowError | None = None) -> HttpResponse:
    today = business_date(now())
    kinds = {"": "其余各类", **dict(Kind.choices)}
    policies = VisitPolicy.objects.order_by("-valid_from", "kind", "direct")[:200]
    context = {
        "rows": [
            [one.valid_from, kinds[one.kind], "直接答复" if one.direct else "转办", f"{one.share}%"] for one in policies
        ],
        "current": [
            (label, f"直接答复 {reads.visit_share(kind, True, today)}%，转办 {reads.visit_share(kind, False, today)}%")
            for kind, label in Kind.choices
        ],
        "kinds": list(kinds.items()),
        "typed": typed,
        "today": today,
    }
    return page(request, "hotline/setup_visits.html", "setup_visits", context, error)
