"""The dispatch catalogue: who handles which class in which region (F3.03)."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from bangban.foundation.flows.flow import FlowError, NotYours
from bangban.registry.org.models import Region
from bangban.services.hotline.actions import catalogue as actions
from bangban.services.hotline.reads import catalogue as reads
from bangban.services.hotline.terms import Role
from bangban.surfaces.desk import pages
from bangban.surfaces.hotline.setup.frame import KEEPS, page, typed_of
from bangban.surfaces.web.given import entered


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff(*KEEPS)
def dispatch(request: HttpRequest) -> HttpResponse:
    """Show who handles which class; the form adds a line, a new lead takes the former's place (F3.03)."""
    if request.method != "POST":
        return _dispatch(request, {})
    typed = typed_of(request)
    try:
        actions.save_dispatch(
            pages.desk_actor(request), typed.get("category", ""), entered(typed.get("unit", "")),
            region=typed.get("region", ""), role=typed.get("role", ""),
        )  # fmt: skip
    except NotYours:
        raise
    except FlowError as error:
        return _dispatch(request, typed, error)
    return pages.done(request, reverse("calls:setup_dispatch"))


def _dispatch(request: HttpRequest, typed: Mapping[str, str], error: FlowError | None = None) -> HttpResponse:
    wanted = request.GET.get("q", "").strip()[:40]
    regions = [
        (code.ljust(12, "0"), name) for code, name in Region.objects.order_by("code").values_list("code", "name")
    ]
    names = dict(regions)
    rows = [
        {"line": line, "region": names.get(line.region, line.region) or "全市", "role": str(Role(line.role).label)}
        for line in reads.dispatch_lines()
        if not wanted or wanted in line.category_path or wanted in line.unit_name or line.category.startswith(wanted)
    ]
    context = {
        "rows": rows,
        "wanted": wanted,
        "typed": typed,
        "categories": [(one.code, f"{one.code} {one.path}") for one in reads.categories()],
        "units": [(str(one.unit_id), one.unit_name) for one in reads.undertakers()],
        "regions": regions,
        "roles": Role.choices,
    }
    return page(request, "hotline/setup_dispatch.html", "setup_dispatch", context, error)


@require_POST
@pages.staff(*KEEPS)
def remove(request: HttpRequest, rule: int) -> HttpResponse:
    """Take a line out of the dispatch catalogue; it stays in the change record."""
    if rule < 2**62:
        actions.remove_dispatch(pages.desk_actor(request), rule)
    return pages.done(request, reverse("calls:setup_dispatch"))
