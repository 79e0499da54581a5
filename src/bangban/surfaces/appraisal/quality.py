"""Quality sampling at the desk: draws, the worklist, one call with its score sheet (GB33358-4.3.2)."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.flow import Incomplete
from bangban.oversight.appraisal import actions, reads
from bangban.oversight.appraisal.models import Sampling
from bangban.oversight.appraisal.rules import block
from bangban.oversight.appraisal.schemes import in_force
from bangban.oversight.appraisal.terms import CRITERIA, Subject
from bangban.surfaces.appraisal.frame import frame
from bangban.surfaces.desk import pages
from bangban.surfaces.desk.submitting import submit
from bangban.surfaces.web.given import day_of, entered, posted

MAY = ("quality.score", "appraisal.manage")


@require_safe
@pages.staff(*MAY)
def samplings(request: HttpRequest) -> HttpResponse:
    """Show the draws."""
    return _samplings(request)


def _samplings(
    request: HttpRequest, error: str = "", problems: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    actor = pages.desk_actor(request)
    first, last = block(business_date(now()), 1)
    proposed = {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "per_agent": in_force(actor.unit_id or 0, Subject.ROUTINE)["per_agent"],
    }
    context = {
        **frame(actor, "quality"), "rows": reads.samplings(actor), "error": error, "problems": problems or {},
        "typed": {**proposed, **posted(request)},
    }  # fmt: skip
    return pages.page(request, "appraisal/desk_quality.html", context, current="appraisal", status=status)


@require_POST
@pages.staff(*MAY)
def draw(request: HttpRequest) -> HttpResponse:
    """Draw the calls of some days."""
    actor, given, made = pages.desk_actor(request), posted(request), list[Sampling]()

    def work() -> None:
        days: dict[str, date | None] = {name: day_of(given.get(name, "")) for name in ("first", "last")}
        first, last = days["first"], days["last"]
        if first is None or last is None:
            raise Incomplete(
                "请选择起止日期。", fields={name: "请选择日期。" for name, day in days.items() if day is None}
            )
        made.append(actions.draw(actor, actor.unit_id or 0, first, last, entered(given.get("per_agent", ""))))

    return submit(
        request, "quality:draw", work, lambda *told: _samplings(request, *told),
        lambda: reverse("appraisal:sampling", args=[made[0].number]) if made else reverse("appraisal:quality"),
    )  # fmt: skip


@require_safe
@pages.staff(*MAY)
def worklist(request: HttpRequest, number: str) -> HttpResponse:
    """Show the calls of one draw and the means per agent."""
    actor = pages.desk_actor(request)
    found = reads.check_page(actor, number, request.GET.get("after", "")[:64])
    here = reverse("appraisal:sampling", args=[found.line.number])
    context = {
        **frame(actor, "quality"), "found": found, "means": reads.averages(actor, number), "criteria": CRITERIA,
        "more": f"{here}?{urlencode({'after': found.after})}" if found.after else "",
    }  # fmt: skip
    return pages.page(request, "appraisal/desk_sampling.html", context, current="appraisal")


@require_safe
@pages.staff(*MAY)
def check(request: HttpRequest, number: str, check: str) -> HttpResponse:
    """Show one call with its score sheet."""
    return _check(request, number, check)


def _check(
    request: HttpRequest, number: str, check: str, error: str = "", problems: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    actor = pages.desk_actor(request)
    context = {
        **frame(actor, "quality"), "view": reads.one_check(actor, number, check), "error": error,
        "problems": problems or {}, "typed": posted(request),
    }  # fmt: skip
    return pages.page(request, "appraisal/desk_check.html", context, current="appraisal", status=status)


@require_POST
@pages.staff("quality.score")
def do(request: HttpRequest, number: str, check: str, action: str) -> HttpResponse:
    """Score a call or set it aside; then the worklist again."""
    actor, given = pages.desk_actor(request), posted(request)
    reads.one_check(actor, number, check)

    def work() -> object:
        if action == "score":
            scores = {name: entered(given.get(name, "")) for name in CRITERIA}
            return actions.score(actor, number, check, scores, given.get("note", ""))
        if action == "set_aside":
            return actions.set_aside(actor, number, check, given.get("reason", ""))
        raise Incomplete("没有这个操作。", fields={})

    return submit(
        request, f"{check}:{action}", work, lambda *told: _check(request, number, check, *told),
        lambda: reverse("appraisal:sampling", args=[number]),
    )  # fmt: skip
