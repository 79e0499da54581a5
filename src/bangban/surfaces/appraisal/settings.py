"""Weights, targets and intervals at the desk."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.flow import Incomplete
from bangban.oversight.appraisal import actions
from bangban.oversight.appraisal.evaluating import known_indicators
from bangban.oversight.appraisal.schemes import basis_of, in_force
from bangban.oversight.appraisal.terms import AGENT_BY_CODE, PERCENT, SCORED, UNIT_BY_CODE, Period, Subject
from bangban.oversight.holdings import reads as holdings
from bangban.surfaces.appraisal.frame import frame
from bangban.surfaces.desk import pages
from bangban.surfaces.desk.submitting import submit
from bangban.surfaces.web.given import entered, posted


@require_safe
@pages.staff("appraisal.manage")
def settings(request: HttpRequest) -> HttpResponse:
    """Show what is in force."""
    return _settings(request)


def _settings(
    request: HttpRequest, error: str = "", problems: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    actor = pages.desk_actor(request)
    content = {subject: in_force(actor.unit_id or 0, subject) for subject in Subject.values}
    names = known_indicators()
    today = business_date(now())
    documents = {one.number: one.title for one in holdings.in_force(actor.unit_id or 0, today)}
    chosen = {row["code"]: row for row in content["self"]}
    context = {
        **frame(actor, "settings"),
        "unit": [(code, UNIT_BY_CODE[code].label, content["unit"].get(code, 0)) for code in SCORED],
        "agent": [
            (code, one.label, content["agent"].get(code, 0))
            for code, one in AGENT_BY_CODE.items()
            if one.shown == PERCENT
        ],
        "tree": [(code, name, chosen.get(code, {})) for code, name in names.items()],
        "routine": content["routine"],
        "documents": list(documents.items()),
        "basis": {subject: basis_of(actor.unit_id or 0, subject) for subject in Subject.values},
        "periods": Period.choices,
        "typed": posted(request),
        "doing": request.resolver_match.kwargs.get("subject", "") if request.resolver_match else "",
        "error": error,
        "problems": problems or {},
    }
    return pages.page(request, "appraisal/desk_settings.html", context, current="appraisal", status=status)


@require_POST
@pages.staff("appraisal.manage")
def save(request: HttpRequest, subject: str) -> HttpResponse:
    """Set one subject from now on."""
    actor, given = pages.desk_actor(request), posted(request)
    if subject not in Subject.values:
        raise Incomplete("没有这项设置。", fields={})
    return submit(
        request, f"scheme:{subject}",
        lambda: actions.set_scheme(
            actor, subject, _content(subject, given), given.get("reason", ""), given.get("regulation", "")
        ),
        lambda *told: _settings(request, *told), lambda: reverse("appraisal:settings"),
    )  # fmt: skip


def _content(subject: str, given: dict[str, str]) -> Any:
    if subject == Subject.ROUTINE:
        numbers = {name: entered(given.get(name, "")) for name in ("objection_days", "review_months", "per_agent")}
        return {"period": given.get("period", ""), **numbers}
    weights = {name.removeprefix("w."): entered(text or "0") for name, text in given.items() if name.startswith("w.")}
    if subject != Subject.SELF:
        return weights
    return [
        {
            "group": given.get(f"g.{code}", "").strip()[:20] or "其他",
            "code": code,
            "weight": weight,
            "target": entered(given.get(f"t.{code}", "")),
        }
        for code, weight in weights.items()
        if weight
    ]
