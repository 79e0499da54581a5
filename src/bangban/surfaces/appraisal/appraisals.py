"""Appraisals at the desk: the list, one with its ranking and objections, every step of the flow (GB33358-6)."""

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
from bangban.oversight.appraisal.models import Appraisal
from bangban.oversight.appraisal.rules import block
from bangban.oversight.appraisal.terms import (
    AGENT_FIGURES,
    DIMENSIONS,
    FEWEST,
    RATES,
    UNIT_BY_CODE,
    UNIT_FIGURES,
    Circle,
    Period,
)
from bangban.surfaces.appraisal.frame import VIEW, frame
from bangban.surfaces.desk import pages
from bangban.surfaces.desk.submitting import submit
from bangban.surfaces.web.given import day_of, posted

STEPS = ("recount", "consult", "approve")
WORK = ("on_time", "signed", "reply", "returned", "supervised")


@require_safe
@pages.staff(VIEW)
def listed(request: HttpRequest) -> HttpResponse:
    """Show the appraisals that the actor may open."""
    return _list(request)


def _list(
    request: HttpRequest, error: str = "", problems: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    actor = pages.desk_actor(request)
    found = reads.appraisal_page(actor, request.GET.get("after", "")[:64])
    context = {
        **frame(actor, "desk"),
        "rows": found.rows,
        "more": f"{reverse('appraisal:desk')}?{urlencode({'after': found.after})}" if found.after else "",
        "periods": Period.choices,
        "day": posted(request).get("day") or block(business_date(now()), 1)[0].isoformat(),
        "typed": posted(request),
        "error": error,
        "problems": problems or {},
    }
    return pages.page(request, "appraisal/desk_list.html", context, current="appraisal", status=status)


@require_POST
@pages.staff("appraisal.manage")
def draft(request: HttpRequest) -> HttpResponse:
    """Draft the appraisal of a period by hand."""
    actor, given, made = pages.desk_actor(request), posted(request), list[Appraisal]()

    def work() -> None:
        day = day_of(given.get("day", ""))
        if day is None:
            raise Incomplete("请选择周期中的一天。", fields={"day": "请选择日期。"})
        made.append(actions.draft(actor, actor.unit_id or 0, given.get("period", ""), day))

    return submit(
        request, "appraisal:draft", work, lambda *told: _list(request, *told),
        lambda: reverse("appraisal:appraisal", args=[made[0].number]) if made else reverse("appraisal:desk"),
    )  # fmt: skip


@require_safe
@pages.staff(VIEW)
def one(request: HttpRequest, number: str) -> HttpResponse:
    """Show one appraisal."""
    return _one(request, number)


def _one(
    request: HttpRequest, number: str, error: str = "", problems: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    actor = pages.desk_actor(request)
    view = reads.one_appraisal(actor, number)
    context = {
        **frame(actor, "desk"),
        "view": view,
        "dimensions": DIMENSIONS,
        "rates": RATES,
        "work": WORK,
        "labels": {figure.code: figure.label for figure in UNIT_FIGURES},
        "unit_figures": [(figure.code, figure.label) for figure in UNIT_FIGURES],
        "agent_figures": AGENT_FIGURES,
        "agent_only": [(one.code, one.label) for one in AGENT_FIGURES if one.code not in UNIT_BY_CODE],
        "meanings": [(figure.label, figure.meaning) for figure in UNIT_FIGURES],
        "rows_of": [
            (str(row.id), row.name) for row in (*view.units, *view.agents) if "correct" in view.allowed_actions
        ],
        "steps": [line for line in view.allowed if line.action in STEPS],
        "fewest": FEWEST,
        "grades_count": any(view.record.weights.get(code) for code in DIMENSIONS),
        "said": request.session.pop(SAID, ""),
        "circles": [(one.value, str(one.label)) for one in Circle],
        "circle": Circle(view.record.circle),
        "own_unit": actor.unit_id,
        "typed": posted(request),
        "doing": request.resolver_match.kwargs.get("action", "") if request.resolver_match else "",
        "error": error,
        "problems": problems or {},
    }
    return pages.page(request, "appraisal/desk_appraisal.html", context, current="appraisal", status=status)


@require_POST
@pages.staff(VIEW)
def do(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Do one step; a refusal comes back on the page with what was typed."""
    actor, given = pages.desk_actor(request), posted(request)
    view = reads.one_appraisal(actor, number)
    run = RUNS.get(action)
    if run is None:
        raise Incomplete("没有这个操作。", fields={})
    return submit(
        request, f"{view.line.number}:{action}", lambda: run(actor, view.line.number, given),
        lambda *told: _one(request, number, *told), lambda: _told(request, view.line.number, action),
    )  # fmt: skip


def _told(request: HttpRequest, number: str, action: str) -> str:
    """Keep what is said of a step that was done, for the page that comes next; returns its address."""
    request.session[SAID] = DONE.get(action, "已完成。")
    return reverse("appraisal:appraisal", args=[number])


def _parts(given: dict[str, str]) -> tuple[str, float, float]:
    numbers = []
    for name in ("part", "whole"):
        text = given.get(name, "").strip()
        if not (text.isascii() and text.replace(".", "", 1).isdigit() and len(text) <= 10):
            raise Incomplete("请填写更正后的分子和分母。", fields={name: "请填写数字。"})
        numbers.append(float(text))
    return given.get("code", ""), numbers[0], numbers[1]


def _answer(actor: Actor, number: str, given: dict[str, str]) -> object:
    accepted = given.get("accepted") == "yes"
    change = _parts(given) if accepted else None
    return actions.answer(actor, number, given.get("objection", ""), accepted, given.get("answer", ""), change)


SAID = "desk_appraisal_said"
DONE = {
    "recount": "正在重新统计。", "consult": "已开始征求意见，各承办单位已收到通知。", "approve": "已审定，可以公布。",
    "publish": "已公布，各承办单位已收到通知。", "set_circle": "公布范围已调整，理由和经办人记在下面。",
    "object": "异议已提出，等待热线答复。", "answer": "已答复。", "correct": "已更正。",
}  # fmt: skip
RUNS: dict[str, Callable[[Actor, str, dict[str, str]], object]] = {
    "recount": lambda actor, number, given: actions.recount(actor, number),
    "consult": lambda actor, number, given: actions.consult(actor, number),
    "approve": lambda actor, number, given: actions.approve(actor, number),
    "publish": lambda actor, number, given: actions.publish(actor, number, given.get("circle", "")),
    "set_circle": lambda actor, number, given: actions.set_circle(
        actor, number, given.get("circle", ""), given.get("reason", "")
    ),
    "object": lambda actor, number, given: actions.object_to(actor, number, given.get("reason", "")),
    "answer": _answer,
    "correct": lambda actor, number, given: actions.correct(
        actor, number, given.get("row", ""), *_parts(given), given.get("reason", "")
    ),
}
