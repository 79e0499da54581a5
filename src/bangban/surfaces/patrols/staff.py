"""What patrols and ratings say about staff, and the weight that management sets (DB23-4.2, DB23-5.3)."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from bangban.foundation.access.duties import may
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.flow import FlowError, NotYours
from bangban.oversight.patrols import actions, reads
from bangban.registry.org.reads import place
from bangban.surfaces.desk.pages import desk_actor, page, see, staff
from bangban.surfaces.web.errors import status_of
from bangban.surfaces.web.given import entered

SAID = "desk_patrols_said"
DAYS = {"30": 30, "90": 90, "365": 365}


def _days(request: HttpRequest) -> int:
    return DAYS.get(request.GET.get("days", ""), 90)


def _tabs(request: HttpRequest) -> list[dict[str, object]]:
    chosen = _days(request)
    return [
        {"label": f"近{days}天", "url": f"{request.path}?days={days}", "current": days == chosen}
        for days in DAYS.values()
    ]


@require_safe
@staff("patrols.view")
def overview(request: HttpRequest) -> HttpResponse:
    """Show everybody who was inspected or poorly rated, those with fails first."""
    actor, last = desk_actor(request), business_date(now())
    first = last - timedelta(days=_days(request) - 1)
    context = {
        "rows": reads.staff_overview(actor, first, last),
        "tabs": _tabs(request),
        "days": _days(request),
        "first": first,
        "last": last,
        "manages": may(actor, "hall.manage"),
    }
    return page(request, "patrols/desk_staff.html", context, current="patrols")


@require_safe
@staff("patrols.view")
def one(request: HttpRequest, staff_id: int) -> HttpResponse:
    """Show inspection results beside ratings of attitude, and both weighed."""
    found = reads.appraisal(desk_actor(request), staff_id, business_date(now()), _days(request))
    context = {"one": found, "body": place(found.body_id), "tabs": _tabs(request)}
    return page(request, "patrols/desk_staff_one.html", context, current="patrols")


@require_http_methods(["GET", "HEAD", "POST"])
@staff("hall.manage")
def weight(request: HttpRequest) -> HttpResponse:
    """Show and set the share of inspections for the own body."""
    actor = desk_actor(request)
    if request.method != "POST":
        return _form(request)
    percent, reason = request.POST.get("percent", "").strip()[:10], request.POST.get("reason", "")[:400]
    try:
        actions.set_weight(actor, actor.unit_id or 0, entered(percent), reason)
    except NotYours:
        raise
    except FlowError as error:
        return _form(request, error, percent, reason)
    request.session[SAID] = "已保存，从今天起按新的权重计算。"
    return see(reverse("patrols:weight"))


def _form(request: HttpRequest, error: FlowError | None = None, percent: str = "", reason: str = "") -> HttpResponse:
    actor, today = desk_actor(request), _today()
    current = reads.weight_of(actor.unit_id or 0, today)
    context = {
        "weight": current,
        "history": reads.weights_of(actor.unit_id or 0),
        "percent": percent if error else str(current.percent),
        "reason": reason,
        "error": error.sentence if error else "",
        "problems": dict(error.details.get("fields") or {}) if error else {},
        "said": request.session.pop(SAID, ""),
    }
    status = status_of(error) if error else 200
    return page(request, "patrols/desk_weight.html", context, current="patrols", status=status)


def _today() -> date:
    return business_date(now())
