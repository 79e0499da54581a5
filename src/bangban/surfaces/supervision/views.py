"""Supervision at the desk: tasks by box, one task with its acts, the limits of the hotline (GB33358-5.2.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import FlowError, Incomplete, NotAllowed, NotYours
from bangban.oversight.supervision import actions, reads
from bangban.oversight.supervision.terms import Result, Trigger, methods
from bangban.services.hotline.reads import found_order
from bangban.surfaces.desk import pages, times
from bangban.surfaces.desk.acting import once
from bangban.surfaces.web.errors import status_of
from bangban.surfaces.web.given import whole

SEES = ("supervision.view", "supervision.handle", "supervision.assign")
TONES = {"open": "warn", "replied": "active", "closed": "closed"}
FACT = "fact."


@require_safe
@pages.staff(*SEES)
def tasks(request: HttpRequest) -> HttpResponse:
    """Show one box of tasks."""
    actor = pages.desk_actor(request)
    boxes = reads.boxes_of(actor)
    if not boxes:
        raise NotYours("您的岗位没有督办任务。")
    box = request.GET.get("box", "")
    box = box if box in boxes else next(iter(boxes))
    trigger = request.GET.get("trigger", "")
    trigger = trigger if trigger in Trigger.values else ""
    found = reads.page(actor, box, trigger=trigger, after=request.GET.get("after", "")[:200])
    here = reverse("supervision:desk")
    more = urlencode({"box": box, "trigger": trigger, "after": found.after})
    context = {
        "rows": [_line(row) for row in found.rows],
        "more": f"{here}?{more}" if found.after else "",
        "boxes": [
            {"label": label, "url": f"{here}?box={code}", "current": code == box} for code, label in boxes.items()
        ],
        "triggers": Trigger.choices,
        "trigger": trigger,
        "box": box,
    }
    return pages.page(request, "supervision/desk_list.html", context, current="supervision")


def _line(row: reads.TaskRow) -> dict[str, Any]:
    return {
        "title": row.subject or row.order_number or row.matter_number,
        "url": reverse("supervision:task", args=[row.number]),
        "text": row.place,
        "meta": [
            part
            for part in (row.order_number or row.matter_number, row.cause, row.unit, f"督办人 {row.officer}")
            if part
        ],
        "clock": times.lamp(row.clock if row.state != "closed" else None, now()),
        "tag_text": f"{row.trigger_label} · {row.level_label}",
        "tag_tone": "neutral" if row.state == "closed" else "danger" if row.level >= 3 else "warn",
        "aside": times.when(row.created_at),
    }


@require_safe
@pages.staff(*SEES)
def task(request: HttpRequest, number: str) -> HttpResponse:
    """Show one task."""
    return _whole(request, pages.desk_actor(request), number)


def _whole(
    request: HttpRequest, actor: Actor, number: str, error: str = "", problems: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    view = reads.one(actor, number)
    at = now()
    context = {
        "view": view,
        "tone": TONES[view.row.state],
        "chips": [times.chip(clock, at) for clock in view.row.clocks],
        "methods": [{"code": one.code, "label": one.label, "asks": one.asks} for one in methods().values()],
        "results": Result.choices,
        "opens_matter": may(actor, "matters.handle"),
        "officers": _officers(view) if "assign" in view.allowed_actions else [],
        "error": error,
        "problems": problems or {},
        "typed": request.POST,
        "doing": request.resolver_match.kwargs.get("action", "") if request.resolver_match else "",
    }
    return pages.page(request, "supervision/desk_task.html", context, current="supervision", status=status)


def _officers(view: reads.TaskView) -> list[tuple[str, str]]:
    known = reads.officers(view.task.center_id)
    return [(str(staff), name) for staff, name in known.items() if staff != view.task.officer_id]


@require_POST
@pages.staff(*SEES)
def do(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Do one step; a refusal comes back on the page with what was typed."""
    actor = pages.desk_actor(request)
    view = reads.one(actor, number)
    post = {name: str(value) for name, value in request.POST.items()}
    run = RUNS.get(action)
    if run is None:
        raise Incomplete("没有这个操作。", fields={})
    try:
        once(
            actor,
            f"{view.row.number}:{action}",
            post.get("client_id", "")[:80],
            lambda: run(actor, view.row.number, post),
        )
    except NotYours:
        raise
    except FlowError as error:
        return _whole(request, actor, number, error.sentence, error.details.get("fields"), status_of(error))
    return pages.done(request, reverse("supervision:task", args=[view.row.number]))


def _record(actor: Actor, number: str, post: dict[str, str]) -> object:
    method = post.get("method", "")
    mark = f"{FACT}{method}."
    facts = {name.removeprefix(mark): value for name, value in post.items() if name.startswith(mark)}
    return actions.record(actor, number, method, post.get("content", ""), facts)


def _assign(actor: Actor, number: str, post: dict[str, str]) -> object:
    officer = post.get("officer", "")
    return actions.assign(actor, number, whole(officer) or 0, post.get("reason", ""))


RUNS: dict[str, Callable[[Actor, str, dict[str, str]], object]] = {
    "record": _record,
    "reply": lambda actor, number, post: actions.reply(actor, number, post.get("text", "")),
    "raise": lambda actor, number, post: actions.raise_level(actor, number, post.get("reason", "")),
    "assign": _assign,
    "close": lambda actor, number, post: actions.close(
        actor, number, post.get("result", ""), post.get("conclusion", ""), post.get("despite", "")
    ),
}


@require_POST
@pages.staff("supervision.handle", "supervision.assign")
def open_by_hand(request: HttpRequest, order: str) -> HttpResponse:
    """Supervise an order on the word of an officer or a manager."""
    actor = pages.desk_actor(request)
    found = found_order(actor, order)
    cause = request.POST.get("cause", "").strip()
    if not cause:
        raise Incomplete("请写明督办原因。", fields={"cause": "请写明督办原因。"})
    if found.state in ("archived", "withdrawn", "merged", "refused"):
        raise NotAllowed("这张工单已经结束，不再督办。", state=found.state, allowed_actions=[])
    made = actions.open_task(found, Trigger.BY_HAND, cause, actor=actor)
    return pages.done(request, reverse("supervision:task", args=[made.number]))


@require_safe
@pages.staff(*SEES)
def limits(request: HttpRequest) -> HttpResponse:
    """Show every limit of the hotline, how many clocks run, are near and are over (GB33358-4.2.4-e)."""
    center = pages.desk_actor(request).unit_id or 0
    rows = [[row.label, row.limit, row.running, row.yellow, row.red, row.clause] for row in reads.limits(center)]
    context = {"rows": rows}
    return pages.page(request, "supervision/desk_limits.html", context, current="supervision")
