"""The hall manager's page: who waits where, which windows are open, and what to do about it (DB23-6.3.2-f)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangban.foundation.access.duties import may
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import FlowError, Incomplete, NotYours
from bangban.registry.halls.models import WindowKind
from bangban.registry.halls.reads import Hall
from bangban.registry.org.reads import Place, colleagues
from bangban.services.queues import actions
from bangban.services.queues.reads import HallState, WindowState, alerts, hall_state, ticket_view
from bangban.services.queues.reads.finding import kept_for_specialists
from bangban.surfaces.desk import acting, pages
from bangban.surfaces.hall.manage.gauges import gauges
from bangban.surfaces.hall.places import chosen_hall, halls_of
from bangban.surfaces.web.errors import status_of
from bangban.surfaces.web.given import whole

PERMISSION = "hall.manage"
PAST_SHOWN = 5


@require_safe
@pages.staff(PERMISSION, "hall.setup")
def hall(request: HttpRequest) -> HttpResponse:
    """Show the hall as it is now; who may only set it up is led there."""
    actor = pages.desk_actor(request)
    if not may(actor, PERMISSION) or not halls_of(actor):
        return pages.see(reverse("hall:setup"))
    return show(request)


def show(
    request: HttpRequest, error: str = "", typed: Mapping[str, str] | None = None, status: int = 200
) -> HttpResponse:
    """Show the hall, with what could not be done and what was written for it."""
    actor = pages.desk_actor(request)
    body, plan = here(request)
    context = _now(request, body, plan) | {
        "error": error,
        "typed": typed or {},
        "halls": [(one.name, f"{reverse('hall:hall')}?hall={one.code}", one.id == body.id) for one in halls_of(actor)],
    }
    return pages.page(
        request, "hall/manage/hall.html", context, current="hall", status=status, topics=(f"hall:{body.id}",)
    )


@require_safe
@pages.staff(PERMISSION, quiet=True)
def part(request: HttpRequest) -> HttpResponse:
    """Answer the hall anew."""
    body, plan = here(request)
    return pages.part(request, "hall/manage/_now.html", _now(request, body, plan))


def here(request: HttpRequest) -> tuple[Place, Hall]:
    """Return the hall that a page of the manager is about."""
    return chosen_hall(pages.desk_actor(request), request.GET.get("hall", ""))


def _now(request: HttpRequest, body: Place, plan: Hall) -> dict[str, Any]:
    state = hall_state(body.id)
    assert state is not None
    return {
        "body": body,
        "query": f"?hall={body.code}",
        "state": state,
        "gauges": gauges(state),
        "kinds": dict(WindowKind.choices),
        "names": {klass.id: klass.name for klass in plan.classes.values()},
        "alerts": alerts(pages.desk_actor(request), body.id, at_most=PAST_SHOWN),
        "typed": {},
        "kept": kept_for_specialists(pages.desk_actor(request), body.id),
        "may_setup": may(pages.desk_actor(request), "hall.setup"),
    }


@require_safe
@pages.staff(PERMISSION)
def window(request: HttpRequest, window_id: int) -> HttpResponse:
    """Show one window with what the manager may do there."""
    return _window(request, window_id)


@require_safe
@pages.staff(PERMISSION)
def klass(request: HttpRequest, class_id: int) -> HttpResponse:
    """Show which windows could take on a class."""
    body, plan = here(request)
    found = plan.classes.get(class_id)
    state = hall_state(body.id)
    if found is None or state is None:
        raise NotYours("没有找到这个业务类别。")
    context = {"klass": found, "windows": state.windows, "query": f"?hall={body.code}", "body": body}
    return _panel(request, "hall/manage/_class.html", context)


@require_POST
@pages.staff(PERMISSION)
def do(request: HttpRequest, window_id: int, action: str) -> HttpResponse:
    """Change the classes of a window, pause it, or close one that was forgotten."""
    actor = pages.desk_actor(request)
    one = _window_state(request, window_id)[0]
    classes = [number for text in request.POST.getlist("classes") if (number := whole(text)) is not None]
    runs = {
        "serve": lambda: actions.serve(actor, one.session, classes),
        "add": lambda: actions.serve(actor, one.session, [*one.classes, *classes]),
        "pause": lambda: actions.pause_window(actor, one.session, request.POST.get("reason", "")),
        "close": lambda: actions.close_window(actor, one.session),
    }
    if action not in runs:
        raise Incomplete("没有这个操作，请刷新页面后再试。")
    try:
        acting.once(actor, f"{one.session}:{action}", request.POST.get("client_id", ""), runs[action])
    except NotYours:
        raise
    except FlowError as refusal:
        return _window(request, window_id, refusal, {"reason": request.POST.get("reason", "")}, tuple(classes))
    return pages.done(request, f"{reverse('hall:hall')}?hall={here(request)[0].code}")


def _window_state(request: HttpRequest, window_id: int) -> tuple[WindowState, HallState]:
    body, _ = here(request)
    state = hall_state(body.id)
    found = next((one for one in state.windows if one.window.id == window_id), None) if state else None
    if found is None or state is None:
        raise NotYours("没有找到这个窗口。")
    return found, state


def _window(
    request: HttpRequest,
    window_id: int,
    refusal: FlowError | None = None,
    typed: dict[str, str] | None = None,
    classes: tuple[int, ...] = (),
) -> HttpResponse:
    body, plan = here(request)
    one, _ = _window_state(request, window_id)
    context = {
        "one": one,
        "body": body,
        "query": f"?hall={body.code}",
        "klasses": list(plan.classes.values()),
        "held": [str(k) for k in (classes or one.classes)],
        "error": refusal.sentence if refusal else "",
        "typed": typed or {},
    }
    return _panel(request, "hall/manage/_window.html", context, status_of(refusal) if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff(PERMISSION)
def substitute(request: HttpRequest, number: str) -> HttpResponse:
    """Let somebody else serve a ticket that is kept for a specialist, with a reason that the person reads."""
    actor = pages.desk_actor(request)
    view = ticket_view(actor, number)
    reason, chosen, error, status = request.POST.get("reason", ""), request.POST.get("to", ""), "", 200
    if request.method == "POST":
        staff_id = whole(chosen)
        try:
            acting.once(
                actor,
                f"{number}:substitute",
                request.POST.get("client_id", ""),
                lambda: actions.substitute(actor, number, reason[:200], staff_id),
            )
            return pages.done(request, reverse("hall:hall"))
        except FlowError as refusal:
            error, status = refusal.sentence, status_of(refusal)
    others = colleagues(now(), body_id=view.body_id, duty="dedicated_consultant")
    context = {
        "view": view,
        "others": [(one.id, f"{one.name}{'（在岗）' if one.on_duty or one.present else ''}") for one in others],
        "reason": reason,
        "chosen": chosen,
        "error": error,
    }
    return _panel(request, "hall/manage/_substitute.html", context, status)


def _panel(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Answer beside the hall for scripts, as a page of its own for browsers without them."""
    if pages.is_part(request):
        return pages.part(request, template, context)
    whole = {**context, "inner": template}
    return pages.page(request, "hall/manage/panel.html", whole, current="hall", status=status)
