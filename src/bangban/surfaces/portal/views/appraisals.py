"""Appraisals of the units that handle requests to the hotline, as they were published (GB33358-6.1)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from bangban.foundation.flows.flow import NotYours
from bangban.oversight.appraisal import reads
from bangban.oversight.appraisal.terms import DIMENSIONS, FEWEST, FULL_MARK
from bangban.registry.org.reads import tree
from bangban.surfaces.portal.pages import citizen, page


@require_safe
@citizen
def listed(request: HttpRequest) -> HttpResponse:
    """Show what was published, the newest first; of one hotline where there are several."""
    here, lines = reverse("portal:appraisals"), tree().of_kind("hotline")
    code = request.GET.get("hotline", "")
    if code and code not in {one.code for one in lines}:
        raise NotYours("没有找到这条热线，请从考核公布的列表里选择。")
    found = reads.public_page(hotline=code, after=request.GET.get("after", "")[:200])
    kept = {"hotline": code} if code else {}
    choices = [("", "全部"), *((one.code, one.name) for one in lines)] if len(lines) > 1 else []
    context = {
        "rows": found.rows,
        "more": f"{here}?{urlencode({**kept, 'after': found.after})}" if found.after else "",
        "hotlines": [
            {"label": label, "url": f"{here}?{urlencode({'hotline': one})}" if one else here, "current": one == code}
            for one, label in choices
        ],
    }
    return page(request, "portal/appraisals.html", context, tab="mine")


@require_safe
@citizen
def one(request: HttpRequest, number: str) -> HttpResponse:
    """Show one published appraisal: units in the order of the register, no ranks, no figures of few."""
    found = reads.public_appraisal(number[:40])
    context = {"line": found.line, "units": found.units, "weights": found.weights, "dimensions": DIMENSIONS}
    context |= {"grades_count": found.grades_count, "full": FULL_MARK, "fewest": FEWEST}
    return page(request, "portal/appraisal.html", context, tab="mine")
