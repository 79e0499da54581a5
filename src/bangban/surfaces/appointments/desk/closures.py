"""Closing periods: the reason, every booking that it hits, and what became of each (DB23-6.5.2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangban.foundation.flows.flow import FlowError, Incomplete, NotYours
from bangban.foundation.live.reads import current_seq
from bangban.registry.halls.reads import hall
from bangban.registry.org.reads import Place
from bangban.services.appointments import actions, reads
from bangban.services.appointments.models import Closure
from bangban.surfaces.appointments import moments
from bangban.surfaces.appointments.desk.days import SAID
from bangban.surfaces.appointments.desk.halls import hall_of, halls_of
from bangban.surfaces.appointments.portal.showing import TONES
from bangban.surfaces.desk import acting, pages
from bangban.surfaces.web.errors import status_of
from bangban.surfaces.web.given import moment_of, whole

CLOSURE_TONES = {"handling": "warn", "closed": "success", "withdrawn": "neutral"}
FIELDS = ("klass", "starts", "ends", "reason")
WRONG_MOMENT = "请填写日期和时间，例如 2026-11-23 09:00。"
SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff("appointments.manage")
def closures(request: HttpRequest) -> HttpResponse:
    """Show the closures of the hall and the form of a new one."""
    actor = pages.desk_actor(request)
    body = hall_of(request, actor, managed=True)
    if request.method != "POST":
        return _list(request, body)
    client_id = request.POST.get("client_id", "")[:80]
    try:
        wanted = _posted(request)
        # Marked before the work: closing tells everybody one after the other, which is no single transaction.
        if not acting.once(actor, "closure", client_id, lambda: None):
            return pages.see(reverse("appointments:closures"))
        closure: Closure = actions.close_slots(actor, body.id, *wanted)
    except NotYours:
        raise
    except FlowError as error:
        return _list(request, body, error, status_of(error))
    request.session[SAID] = "时段已停约，受影响的预约已逐一告知。请处理还没有结果的预约。"
    return pages.see(reverse("appointments:closure", args=[closure.number]))


def _posted(request: HttpRequest) -> tuple[int | None, datetime, datetime, str]:
    """Read the form; moments without a zone are those of the hall."""
    found, problems = [], {}
    for name in ("starts", "ends"):
        moment = moment_of(request.POST.get(name, ""))
        if moment:
            found.append(moment)
        else:
            problems[name] = WRONG_MOMENT
    if problems:
        raise Incomplete("请检查停约内容。", fields=problems)
    first, last = (moment.replace(tzinfo=None) for moment in found)
    return whole(request.POST.get("klass", "")), first, last, request.POST.get("reason", "")[:300]


def _list(request: HttpRequest, body: Place, error: FlowError | None = None, status: int = 200) -> HttpResponse:
    actor = pages.desk_actor(request)
    plan = hall(body.id)
    context: dict[str, Any] = {
        "rows": reads.closures(body.id, actor),
        "tones": CLOSURE_TONES,
        "body": body,
        "halls": [(one.code, one.name) for one in halls_of(actor, managed=True)],
        "classes": [(one.id, f"{one.letter} {one.name}") for one in plan.classes.values()] if plan else [],
        "given": {name: request.POST.get(name, "")[:300] for name in FIELDS},
        "problems": dict(error.details.get("fields") or {"reason": error.sentence}) if error else {},
        "said": request.session.pop(SAID, ""),
    }
    return pages.page(request, "appointments/desk_closures.html", context, current="appointments", status=status)


@require_safe
@pages.staff("appointments.manage")
def closure(request: HttpRequest, number: str) -> HttpResponse:
    """Show one closure with every booking that it hit."""
    return show(request, number)


def show(request: HttpRequest, number: str, error: str = "", status: int = 200) -> HttpResponse:
    """Show the newest state of a closure, with what could not be done."""
    actor, after = pages.desk_actor(request), current_seq()
    view = reads.closure_view(actor, number)
    found = reads.affected(actor, view.number, request.GET.get("after", "")[:200], SHOWN)
    here = reverse("appointments:closure", args=[view.number])
    context: dict[str, Any] = {
        "one": view,
        "rows": found.rows,
        "after": after,
        "more": f"{here}?after={found.after}" if found.after else "",
        "here": here,
        "tone": CLOSURE_TONES[view.state],
        "tones": TONES,
        "hours": lambda row: moments.period(row.starts_at, row.ends_at, row.body_id),
        "error": error,
        "given": {"reason": request.POST.get("reason", "")[:300]},
        "said": request.session.pop(SAID, ""),
    }
    topics = (f"hall:{view.body_id}",)
    return pages.page(
        request, "appointments/desk_closure.html", context, current="appointments", status=status, topics=topics
    )


@require_POST
@pages.staff("appointments.manage")
def do(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Finish a closure when nobody is left without an outcome, or take it back."""
    actor = pages.desk_actor(request)
    try:
        if action == "finish":
            actions.finish_closure(actor, number)
        elif action == "withdraw":
            actions.withdraw_closure(actor, number, request.POST.get("reason", "")[:300])
        else:
            raise NotYours("没有这个操作。")
    except NotYours:
        raise
    except FlowError as error:
        sentence = "".join(dict(error.details.get("fields") or {}).values()) or error.sentence
        return show(request, number, sentence, status_of(error))
    request.session[SAID] = "停约已处理完毕。" if action == "finish" else "停约已撤销，时段恢复预约。"
    return pages.see(reverse("appointments:closure", args=[number]))
