"""Internal-control documents at the desk (GB33358-6.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.oversight.holdings import actions, reads
from bangban.oversight.holdings.actions import NewRegulation
from bangban.oversight.holdings.models import Regulation
from bangban.oversight.holdings.terms import RegulationKind
from bangban.registry.org.reads import tree
from bangban.surfaces.desk import pages
from bangban.surfaces.desk.submitting import submit
from bangban.surfaces.holdings.frame import frame
from bangban.surfaces.web.given import day_of, entered, posted

VIEW, MANAGE = "holdings.view", "holdings.manage"


@require_safe
@pages.staff(VIEW)
def listed(request: HttpRequest) -> HttpResponse:
    """Show the documents with their next review."""
    actor = pages.desk_actor(request)
    found = reads.regulation_page(actor, after=request.GET.get("after", "")[:64])
    context = {
        **frame(actor, "regulations"),
        "rows": found.rows,
        "late": sum(one.stage == 2 for one in found.rows),
        "more": f"{reverse('holdings:regulations')}?{urlencode({'after': found.after})}" if found.after else "",
    }
    return pages.page(request, "holdings/desk_regulations.html", context, current="holdings")


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff(MANAGE)
def register(request: HttpRequest) -> HttpResponse:
    """Show the form for a new document and keep it."""
    if request.method != "POST":
        return _form(request)
    actor, made = pages.desk_actor(request), list[Regulation]()
    return submit(
        request, "regulation:new", lambda: made.append(actions.register_regulation(actor, _new(posted(request)))),
        lambda *told: _form(request, *told),
        lambda: reverse("holdings:regulation", args=[made[0].number]) if made else reverse("holdings:regulations"),
    )  # fmt: skip


def _form(
    request: HttpRequest, error: str = "", problems: Mapping[str, str] | None = None, status: int = 200
) -> HttpResponse:
    context = {**_choices(request), "typed": posted(request), "error": error, "problems": problems or {}}
    return pages.page(request, "holdings/regulation_form.html", context, current="holdings", status=status)


def _choices(request: HttpRequest) -> dict[str, Any]:
    """The own body and those above or below it answer for a document."""
    actor = pages.desk_actor(request)
    own = tree().by_id.get(actor.unit_id or 0)
    near = [one for one in tree().by_id.values() if own and (one.id in own.path or own.id in one.path)]
    units = sorted(near, key=lambda one: (one.id != actor.unit_id, len(one.path), one.code))
    return {
        **frame(actor, "regulations"), "kind_choices": RegulationKind.choices,
        "units": [(str(one.id), one.name) for one in units],
    }  # fmt: skip


def _new(given: Mapping[str, str]) -> NewRegulation:
    until = given.get("valid_to", "").strip()
    if until and day_of(until) is None:
        raise Incomplete("制度还不能登记，请检查标出的内容。", fields={"valid_to": "请选择日期，不失效的不用填。"})
    return NewRegulation(
        kind=given.get("kind", ""), title=given.get("title", ""), text=given.get("text", "").replace("\r\n", "\n"),
        valid_from=day_of(given.get("valid_from", "")), valid_to=day_of(until), unit=max(0, entered(given.get("unit", ""))),
        review_months=entered(given.get("review_months", "")), document_number=given.get("document_number", ""),
    )  # fmt: skip


@require_safe
@pages.staff(VIEW)
def one(request: HttpRequest, number: str) -> HttpResponse:
    """Show one document with its history."""
    return _one(request, number)


def _one(
    request: HttpRequest, number: str, error: str = "", problems: Mapping[str, str] | None = None, status: int = 200
) -> HttpResponse:
    view = reads.regulation_view(pages.desk_actor(request), number)
    context = {
        **_choices(request), "view": view, "one": view.line, "can": [line.action for line in view.allowed],
        "error": error, "problems": problems or {}, "typed": posted(request),
        "doing": request.resolver_match.kwargs.get("action", "") if request.resolver_match else "",
    }  # fmt: skip
    return pages.page(request, "holdings/regulation.html", context, current="holdings", status=status)


@require_POST
@pages.staff(MANAGE)
def do(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Do one step with a document."""
    actor, given = pages.desk_actor(request), posted(request)
    steps: dict[str, Callable[[], object]] = {
        "revise": lambda: actions.revise_regulation(actor, number, _new(given), given.get("change", "")),
        "review": lambda: actions.review_regulation(actor, number, given.get("conclusion", "")),
        "abolish": lambda: actions.abolish_regulation(actor, number, given.get("reason", "")),
    }
    if action not in steps:
        raise NotYours("没有这一步，请刷新页面后再试。")
    return submit(
        request, f"{number}:{action}", steps[action], lambda *told: _one(request, number, *told),
        lambda: reverse("holdings:regulation", args=[number]),
    )  # fmt: skip
