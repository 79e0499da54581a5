"""The caller file at the desk: masked, with everything done on any channel, corrections, merging, nuisance marks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import FlowError, Incomplete, NotYours
from bangban.services.hotline.actions import callers as actions
from bangban.services.hotline.reads import callers as reads
from bangban.services.hotline.reads.caller_views import Contact
from bangban.services.hotline.terms import SubjectKind
from bangban.surfaces.desk import pages, times
from bangban.surfaces.desk.acting import once
from bangban.surfaces.hotline import wall
from bangban.surfaces.web.errors import status_of

SEES = ("callers.view",)
FIELDS = ("name", "kind", "address", "language", "note")
ICONS = {"call": "phone", "order": "matters", "case": "chat", "ticket": "building"}
KINDS = [(str(value), str(label)) for value, label in SubjectKind.choices if value != SubjectKind.ANONYMOUS]
SPOKEN = [(code, name) for code, name in wall.LANGUAGES.items() if code]


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff(*SEES)
def search(request: HttpRequest) -> HttpResponse:
    """Find a file by a telephone number or by its own number; the number is sent in the form, never in an address."""
    actor = pages.desk_actor(request)
    wanted, error = request.POST.get("wanted", "").strip()[:40], ""
    if request.method == "POST":
        found = _found(actor, wanted)
        if found:
            return pages.see(reverse("calls:caller", args=[found]))
        error = "没有找到这份档案，请核对电话号码或档案编号。" if wanted else "请填写电话号码或档案编号。"
    context = {"wanted": wanted, "error": error}
    return pages.page(request, "hotline/callers.html", context, current="callers", status=422 if error else 200)


def _found(actor: Actor, wanted: str) -> str:
    if wanted.upper().startswith("FW"):
        try:
            return reads.file(actor, wanted).asked_for
        except NotYours:
            return ""
    found = reads.by_phone(actor, wanted) if wanted else None
    return found.number if found else ""


@require_safe
@pages.staff(*SEES)
def caller(request: HttpRequest, number: str) -> HttpResponse:
    """Show a file with its history; with `after` a script gets the next lines only."""
    if pages.is_part(request):
        history = _history(request, pages.desk_actor(request), number)
        return pages.part(request, "hotline/_caller_history.html", {"history": history})
    return _page(request, number)


def _history(request: HttpRequest, actor: Actor, number: str) -> dict[str, Any]:
    after = request.GET.get("after", "")[:200]
    found = reads.history(actor, number, after)
    here = reverse("calls:caller", args=[number])
    return {
        "rows": [_line(one) for one in found.rows],
        "more": f"{here}?{urlencode({'after': found.after})}" if found.after else "",
        "first": not after,
    }


def _line(one: Contact) -> dict[str, Any]:
    address = ""
    if one.number and one.kind in ("call", "order"):
        address = reverse("hotline:order", args=[one.number])
    elif one.kind == "case":
        address = reverse("desk:case", args=[one.number])
    return {
        "icon": ICONS[one.kind], "title": one.title, "url": address, "number": one.number, "channel": one.channel,
        "state": one.state_label, "open": one.open, "at": times.when(one.at),
    }  # fmt: skip


def _page(request: HttpRequest, number: str, error: FlowError | None = None, doing: str = "") -> HttpResponse:
    actor = pages.desk_actor(request)
    view = reads.file(actor, number)
    context = {
        "view": view,
        "can": {line.action for line in view.allowed},
        "history": _history(request, actor, view.number),
        "kinds": KINDS,
        "languages": SPOKEN,
        "language": wall.language(view.language) if view.language else "",
        "error": error.sentence if error else "",
        "problems": error.details.get("fields", {}) if error else {},
        "doing": doing,
        "typed": request.POST,
    }
    status = status_of(error) if error else 200
    return pages.page(request, "hotline/caller.html", context, current="callers", status=status)


def _correct(actor: Actor, number: str, given: dict[str, str]) -> object:
    """Correct what was filled in; masked fields that stay empty stay as they are."""
    changes = {name: given[name] for name in FIELDS if given.get(name, "").strip()}
    return actions.correct(actor, number, changes, given.get("reason", ""))


RUNS: dict[str, Callable[[Actor, str, dict[str, str]], object]] = {
    "correct": _correct,
    "move_phone": lambda actor, number, given: actions.move_phone(
        actor, number, given.get("phone", ""), given.get("reason", ""), given.get("to", "")
    ),
    "merge": lambda actor, number, given: actions.merge(actor, number, given.get("into", ""), given.get("reason", "")),
    "split": lambda actor, number, given: actions.split(actor, given.get("other", ""), given.get("reason", "")),
    "propose_nuisance": lambda actor, number, given: actions.propose_nuisance(actor, number, given.get("reason", "")),
    "decide_nuisance": lambda actor, number, given: actions.decide_nuisance(
        actor, number, given.get("agree") == "yes", given.get("note", "")
    ),
    "lift_nuisance": lambda actor, number, given: actions.lift_nuisance(actor, number, given.get("reason", "")),
}


@require_POST
@pages.staff(*SEES)
def do(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Do one step on a file; a refusal comes back on the page with what was typed."""
    actor = pages.desk_actor(request)
    view, run = reads.file(actor, number), RUNS.get(action)
    if run is None:
        raise Incomplete("没有这个操作。", fields={})
    given = {name: str(value)[:1001] for name, value in request.POST.items()}
    try:
        once(actor, f"{view.number}:{action}", given.get("client_id", "")[:80], lambda: run(actor, view.number, given))
    except NotYours as error:
        # The other file of a merge does not exist: said at the form, where the number can be mended.
        if action not in ("merge", "split", "move_phone"):
            raise
        return _page(request, number, error, action)
    except FlowError as error:
        return _page(request, number, error, action)
    return pages.done(request, reverse("calls:caller", args=[view.number]))
