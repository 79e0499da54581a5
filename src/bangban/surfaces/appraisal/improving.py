"""Self-evaluation, reviews and plans of improvement at the desk (GB33358-7)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.flow import Incomplete
from bangban.oversight.appraisal import actions, reads
from bangban.oversight.appraisal.evaluating import known_indicators
from bangban.oversight.appraisal.models import Plan, Review
from bangban.oversight.appraisal.rules import block
from bangban.oversight.appraisal.terms import Period
from bangban.registry.org.models import Staff
from bangban.surfaces.appraisal.frame import VIEW, frame
from bangban.surfaces.desk import pages
from bangban.surfaces.desk.submitting import submit
from bangban.surfaces.web.given import day_of, entered, posted


@require_safe
@pages.staff(VIEW)
def evaluation(request: HttpRequest) -> HttpResponse:
    """Show the evaluation sheet of a period, and the reviews."""
    actor = pages.desk_actor(request)
    period = request.GET.get("period", "")
    period = period if period in Period.values else Period.MONTH.value
    day = day_of(request.GET.get("day", "")) or block(business_date(now()), 1)[0]
    kept = reads.sheet(actor, period, day)
    context = {
        **frame(actor, "evaluation"), "kept": kept, "sheet": kept.found, "reviews": reads.reviews(actor),
        "periods": Period.choices, "period": period, "day": day.isoformat(),
    }  # fmt: skip
    return pages.page(request, "appraisal/desk_evaluation.html", context, current="appraisal")


@require_POST
@pages.staff("appraisal.manage")
def count(request: HttpRequest) -> HttpResponse:
    """Have the evaluation sheet of a period counted anew; the page shows it as soon as the job is done."""
    actor, period, given = pages.desk_actor(request), request.POST.get("period", ""), request.POST.get("day", "")
    day = day_of(given) or block(business_date(now()), 1)[0]
    actions.ask_sheet(actor, actor.unit_id or 0, period, day)
    return pages.done(
        request, f"{reverse('appraisal:evaluation')}?{urlencode({'period': period, 'day': day.isoformat()})}"
    )


@require_POST
@pages.staff("appraisal.manage")
def open_review(request: HttpRequest) -> HttpResponse:
    """Open the review of the latest complete interval, when the house has not done so yet."""
    actor, made = pages.desk_actor(request), list[Review | None]()
    made.append(actions.open_review(actor, actor.unit_id or 0))
    found = made[0]
    target = reverse("appraisal:review", args=[found.number]) if found else reverse("appraisal:evaluation")
    return pages.done(request, target)


@require_safe
@pages.staff(VIEW)
def review(request: HttpRequest, number: str) -> HttpResponse:
    """Show one review."""
    return _review(request, number)


def _review(
    request: HttpRequest, number: str, error: str = "", problems: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    actor = pages.desk_actor(request)
    view = reads.one_review(actor, number)
    context = {
        **frame(actor, "evaluation"), "view": view, "sheet": view.sheet, "error": error, "problems": problems or {},
        "typed": posted(request), "can": [line.action for line in view.allowed],
    }  # fmt: skip
    return pages.page(request, "appraisal/desk_review.html", context, current="appraisal", status=status)


@require_POST
@pages.staff("appraisal.manage")
def hold(request: HttpRequest, number: str) -> HttpResponse:
    """End a review."""
    actor, given = pages.desk_actor(request), posted(request)
    return submit(
        request, f"{number}:hold", lambda: actions.hold_review(actor, number, given.get("conclusion", "")),
        lambda *told: _review(request, number, *told), lambda: reverse("appraisal:review", args=[number]),
    )  # fmt: skip


@require_safe
@pages.staff(VIEW)
def plans(request: HttpRequest) -> HttpResponse:
    """Show the plans and the form for another."""
    return _plans(request)


def _plans(
    request: HttpRequest, error: str = "", problems: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    actor = pages.desk_actor(request)
    found = reads.plan_page(actor, request.GET.get("after", "")[:64])
    staff = Staff.objects.filter(body_id=actor.unit_id or 0, active=True).order_by("name").values_list("id", "name")
    base = frame(actor, "plans")
    context = {
        **base,
        "rows": found.rows,
        "more": f"{reverse('appraisal:plans')}?{urlencode({'after': found.after})}" if found.after else "",
        "staff": [(str(one), name) for one, name in staff] if base["manages"] else [],
        "indicators": list(known_indicators().items()),
        "typed": posted(request) or {name: request.GET.get(name, "")[:40] for name in ("review", "indicator")},
        "error": error,
        "problems": problems or {},
    }
    return pages.page(request, "appraisal/desk_plans.html", context, current="appraisal", status=status)


@require_POST
@pages.staff("appraisal.manage")
def open_plan(request: HttpRequest) -> HttpResponse:
    """Open a plan."""
    actor, given, made = pages.desk_actor(request), posted(request), list[Plan]()

    def work() -> None:
        made.append(
            actions.open_plan(
                actor, actor.unit_id or 0, given.get("title", ""), given.get("measures", ""), entered(given.get("owner", "")),
                day_of(given.get("due_on", "")), given.get("indicator", ""), given.get("review", ""),
            )
        )  # fmt: skip

    return submit(
        request, "plan:open", work, lambda *told: _plans(request, *told),
        lambda: reverse("appraisal:plan", args=[made[0].number]) if made else reverse("appraisal:plans"),
    )  # fmt: skip


@require_safe
@pages.staff(VIEW)
def plan(request: HttpRequest, number: str) -> HttpResponse:
    """Show one plan."""
    return _plan(request, number)


def _plan(
    request: HttpRequest, number: str, error: str = "", problems: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    actor = pages.desk_actor(request)
    view = reads.one_plan(actor, number)
    context = {
        **frame(actor, "plans"), "view": view, "can": [line.action for line in view.allowed], "error": error,
        "problems": problems or {}, "typed": posted(request),
    }  # fmt: skip
    return pages.page(request, "appraisal/desk_plan.html", context, current="appraisal", status=status)


@require_POST
@pages.staff(VIEW)
def do(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Report progress, finish or cancel a plan."""
    actor, given = pages.desk_actor(request), posted(request)
    view = reads.one_plan(actor, number)
    run = RUNS.get(action)
    if run is None:
        raise Incomplete("没有这个操作。", fields={})
    return submit(
        request, f"{view.line.number}:{action}", lambda: run(actor, number, given),
        lambda *told: _plan(request, number, *told), lambda: reverse("appraisal:plan", args=[view.line.number]),
    )  # fmt: skip


RUNS: dict[str, Callable[[Actor, str, dict[str, str]], object]] = {
    "report": lambda actor, number, given: actions.report_progress(actor, number, given.get("text", "")),
    "finish": lambda actor, number, given: actions.finish_plan(actor, number, given.get("effect", "")),
    "cancel": lambda actor, number, given: actions.cancel_plan(actor, number, given.get("reason", "")),
}
