"""Calls for help at the desk: entering one, going there, reporting, closing, and the log (DB23-6.4.3-c, DB23-6.7.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import FlowError, Incomplete, NotYours
from bangban.services.counter import actions, reads
from bangban.services.counter.models import HelpKind
from bangban.surfaces.counter import forms, parts
from bangban.surfaces.counter.guard import at_desk
from bangban.surfaces.counter.views.desk import show
from bangban.surfaces.desk import acting, pages
from bangban.surfaces.web.errors import status_of
from bangban.surfaces.web.given import moment_of

FIELDS = ("kind", "location", "note", "phone", "contacted", "contacted_at", "measures")


@require_safe
@at_desk(quiet=True)
def strip(request: HttpRequest) -> HttpResponse:
    """Answer the calls that are not closed."""
    return pages.part(request, "counter/_help.html", parts.help_part(pages.desk_actor(request)))


@require_POST
@at_desk()
def call(request: HttpRequest) -> HttpResponse:
    """Enter a call that somebody made at the desk."""
    actor, post = pages.desk_actor(request), request.POST
    return _try(
        request, "", "call",
        lambda: actions.request_help(
            actor, parts.hall_of(actor), post.get("kind", ""), post.get("location", ""), note=post.get("note", ""),
            phone=post.get("phone", ""),
        ),
    )  # fmt: skip


def _contact(actor: Actor, number: str, post: QueryDict) -> object:
    text = post.get("contacted_at", "")
    at = moment_of(text)
    if text and at is None:
        raise Incomplete("请检查填写的内容。", fields={"contacted_at": forms.WRONG_TIME})
    return actions.contact(actor, number, post.get("contacted", ""), at)


DOES: dict[str, Callable[[Actor, str, QueryDict], object]] = {
    "take": lambda actor, number, post: actions.take_help(actor, number),
    "contact": _contact,
    "close": lambda actor, number, post: actions.close_help(actor, number, post.get("measures", "")),
}


@require_POST
@at_desk()
def do(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Do one step of a call; a refusal shows in its form."""
    if action not in DOES:
        raise NotYours("没有这个操作。")
    actor = pages.desk_actor(request)
    return _try(request, number, action, lambda: DOES[action](actor, number, request.POST))


def _try(request: HttpRequest, number: str, action: str, work: Callable[[], object]) -> HttpResponse:
    actor, client_id = pages.desk_actor(request), request.POST.get("client_id", "")[:80]
    wrong: dict[str, Any] = {}
    status = 200
    try:
        acting.once(actor, f"help:{number}:{action}", client_id, work)
    except NotYours:
        raise
    except FlowError as error:
        problems = list(error.details.get("fields", {}).values())
        given = {name: request.POST.get(name, "")[:1000] for name in FIELDS}
        wrong = {"number": number, "action": action, "sentence": "".join(problems) or error.sentence, "given": given}
        status = status_of(error)
    if not pages.is_part(request):
        return show(request, forms.Entry(), status=status, **wrong) if wrong else pages.see(reverse("counter:desk"))
    response = pages.part(request, "counter/_help.html", parts.help_part(actor, wrong), status)
    response.headers["X-Panel"] = "1"
    return response


@require_safe
@at_desk()
def log(request: HttpRequest) -> HttpResponse:
    """Show the log of calls with their times."""
    actor, query = pages.desk_actor(request), request.GET
    kind = query.get("kind", "") if query.get("kind", "") in HelpKind.values else ""
    error, status, day = "", 200, None
    try:
        day = forms.day_of(query.get("day", ""))
        found = reads.help_log(actor, kind=kind, day=day, after=query.get("after", ""))
    except Incomplete as refusal:
        error, status, found = refusal.sentence, 422, reads.help_log(actor, kind=kind)
    chosen = {"kind": kind, "day": day.isoformat() if day else ""}
    base = reverse("counter:help")
    tabs = [("", "全部"), *HelpKind.choices]
    context = {
        "rows": found.rows,
        "more": f"{base}?{urlencode({**chosen, 'after': found.after})}" if found.after else "",
        "tabs": [
            {"label": label, "url": f"{base}?{urlencode({**chosen, 'kind': code})}", "current": code == kind}
            for code, label in tabs
        ],
        "chosen": chosen,
        "error": error,
        "help_tones": parts.HELP_TONES,
    }
    return pages.page(request, "counter/help.html", context, current="counter", status=status)
