"""The list of reports, and a figure opened down to its orders (GB33358-5.6)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from bangban.foundation.access.duties import may
from bangban.oversight.reports import reads
from bangban.oversight.reports.terms import Period
from bangban.surfaces.desk.pages import desk_actor, page, staff

SAID = "desk_reports_said"
TONES = {
    "counting": "waiting", "failed": "danger",
    "drafted": "waiting", "checked": "active", "released": "active", "sent": "active", "acknowledged": "success",
    "cancelled": "closed",
}  # fmt: skip
KINDS = {"": "全部", **dict(Period.choices), "special": "专题"}


@require_safe
@staff()
def reports(request: HttpRequest) -> HttpResponse:
    """Show reports of the actor's hotlines, and those that its body was sent; reads decide which."""
    actor, kind = desk_actor(request), request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    listed = reads.report_page(actor, kind=kind, after=request.GET.get("after", "")[:200])
    here, prepares = reverse("reports:desk"), may(actor, "reports.prepare")
    context = {
        "rows": listed.rows,
        "kind": kind,
        "tones": TONES,
        "tabs": [
            {"label": label, "url": f"{here}?kind={code}" if code else here, "current": code == kind}
            for code, label in KINDS.items()
        ],
        "more": f"{here}?{urlencode({'kind': kind, 'after': listed.after})}" if listed.after else "",
        "prepares": prepares,
        "arranges": prepares or may(actor, "reports.release"),
        "said": request.session.pop(SAID, ""),
    }
    return page(request, "reports/desk_list.html", context, current="reports")


@require_safe
@staff()
def figure(request: HttpRequest, number: str, source: str) -> HttpResponse:
    """Show what a figure means, how it was counted, and the orders behind it."""
    of = "whole" if request.GET.get("of") == "whole" else "part"
    found = reads.trace(desk_actor(request), number, source[:60], of=of, after=request.GET.get("after", "")[:200])
    here = reverse("reports:figure", args=[number, source])
    context = {
        "found": found,
        "of": of,
        "tabs": [
            {"label": "计入分子的工单", "url": here, "current": of == "part"},
            {"label": "计入分母的工单", "url": f"{here}?of=whole", "current": of == "whole"},
        ],
        "more": f"{here}?{urlencode({'of': of, 'after': found.after})}" if found.after else "",
    }
    return page(request, "reports/desk_figure.html", context, current="reports")
