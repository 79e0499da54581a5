"""Things lent at the desk, and copies and faxes counted (DB23-6.7.5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.flow import FlowError, Incomplete, NotYours
from bangban.services.counter.actions import loans as actions
from bangban.services.counter.actions.loans import NewLoan
from bangban.services.counter.models.loans import Thing, Use
from bangban.services.counter.reads import loans as reads
from bangban.surfaces.counter import forms, parts
from bangban.surfaces.counter.guard import at_desk
from bangban.surfaces.desk import acting, pages
from bangban.surfaces.web.errors import status_of
from bangban.surfaces.web.given import moment_of, whole

SAID = "counter_loans_said"
FIELDS = ("thing", "label", "name", "phone", "due_at", "remark", "reason", "use", "number")
TONES = {"returned": "closed", "written_off": "neutral"}
PER_PAGE = 30


@require_safe
@at_desk()
def loans(request: HttpRequest) -> HttpResponse:
    """Show what is out, overdue or back, the form for lending, and what was copied today."""
    return _show(request)


def _show(
    request: HttpRequest,
    *,
    action: str = "",
    number: str = "",
    problems: dict[str, str] | None = None,
    error: str = "",
    revealed: tuple[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Answer with the page; `action` and `number` say which form was sent, so that it comes back as it was typed."""
    actor, at, asked = pages.desk_actor(request), now(), request.GET
    box = asked.get("box", "out") if asked.get("box", "out") in reads.BOXES else "out"
    search = asked.get("q", "").strip()[:40]
    try:
        found = reads.loans(actor, at, box, search=search, after=asked.get("after", ""), limit=PER_PAGE)
    except Incomplete as refusal:
        error, status = refusal.sentence, 422
        found = reads.loans(actor, at, box, search=search, limit=PER_PAGE)
    base, today, out = reverse("counter:loans"), business_date(at), reads.out_by_thing(actor)
    overdue, soon = reads.overdue_count(actor, at), forms.proposals(parts.hall_of(actor), at)
    given = {name: request.POST.get(name, "")[:200] for name in FIELDS} if action else dict.fromkeys(FIELDS, "")
    context = {
        "rows": found.rows,
        "more": f"{base}?{urlencode({'box': box, 'q': search, 'after': found.after})}" if found.after else "",
        "tabs": [
            {"label": label, "url": f"{base}?{urlencode({'box': code, 'q': search})}", "current": code == box,
             "count": {"out": sum(out.values()), "overdue": overdue}.get(code, 0), "key": str(place)}
            for place, (code, label) in enumerate(reads.BOXES.items(), 1)
        ],
        "box": box, "search": search, "out": [(label, count) for label, count in out.items() if count],
        "overdue": overdue, "tones": TONES, "things": list(Thing.choices), "today": today,
        "uses": [(code, label, reads.uses(actor, today, today)[label]) for code, label in Use.choices],
        "due": given["due_at"] or (soon[0][1] if soon else ""),
        "manages": may(actor, "hall.manage"),
        "action": action, "number": number, "problems": problems or {}, "error": error, "given": given,
        "revealed": revealed, "said": request.session.pop(SAID, "") if not action else "",
        "keep": f"counter-loan-{actor.account_id}",
    }  # fmt: skip
    return pages.page(request, "counter/loans.html", context, current="counter", status=status)


def _moment(text: str) -> datetime | None:
    found = moment_of(text)
    if text and found is None:
        raise Incomplete(forms.WRONG_TIME, fields={"due_at": forms.WRONG_TIME})
    return found


@require_POST
@at_desk()
def lend(request: HttpRequest) -> HttpResponse:
    """Lend a thing; a refusal comes back with everything that was typed."""
    post = request.POST

    def work(actor: Actor) -> object:
        due = _moment(post.get("due_at", ""))
        new = NewLoan(post.get("thing", ""), post.get("name", ""), post.get("phone", ""), due,
                      label=post.get("label", ""), remark=post.get("remark", ""))  # fmt: skip
        return actions.lend(actor, new)

    return _try(request, "lend", "", work, "已登记借出。")


@require_POST
@at_desk()
def count(request: HttpRequest) -> HttpResponse:
    """Count copies, faxes or prints of today."""
    text = request.POST.get("number", "").strip()
    size = whole(text.removeprefix("-"), 5) or 0
    number = -size if text.startswith("-") else size
    use = request.POST.get("use", "")
    return _try(request, "count", use, lambda actor: actions.count_use(actor, use, number), "已记入今天的份数。")


Run = Callable[[Actor, str, QueryDict], object]
DOES: dict[str, tuple[Run, str]] = {
    "return": (lambda actor, number, post: actions.take_back(actor, number, post.get("remark", "")), "已登记归还。"),
    "extend": (
        lambda actor, number, post: actions.extend(actor, number, _moment(post.get("due_at", ""))), "已登记续借。",
    ),
    "write_off": (lambda actor, number, post: actions.write_off(actor, number, post.get("reason", "")), "已核销。"),
}  # fmt: skip


@require_POST
@at_desk()
def do(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Take back, lend for longer, or write off."""
    if action not in DOES:
        raise NotYours("没有这个操作。")
    run, said = DOES[action]
    return _try(request, action, number, lambda actor: run(actor, number, request.POST), said)


def _try(
    request: HttpRequest, action: str, number: str, work: Callable[[Actor], Any], said: str
) -> HttpResponse:  # fmt: skip
    actor = pages.desk_actor(request)
    try:
        acting.once(actor, f"loan:{number}:{action}", request.POST.get("client_id", "")[:80], lambda: work(actor))
    except NotYours:
        raise
    except FlowError as error:
        return _refused(request, action, number, error)
    request.session[SAID] = said
    return pages.see(f"{reverse('counter:loans')}{pages.came_from(request)}")


def _refused(request: HttpRequest, action: str, number: str, error: FlowError) -> HttpResponse:
    problems = dict(error.details.get("fields", {}))
    # The form for lending shows what is wrong beside each field; the small ones have no room for that.
    sentence = error.sentence if action == "lend" or not problems else "".join(dict.fromkeys(problems.values()))
    return _show(
        request, action=action, number=number, problems=problems, error=sentence, status=status_of(error)
    )  # fmt: skip


@require_POST
@at_desk()
def borrower(request: HttpRequest, number: str) -> HttpResponse:
    """Show who has the thing, to ask for it back; who looked and why is kept (T637-5-g)."""
    try:
        shown = actions.reveal_borrower(
            pages.desk_actor(request), number, request.POST.get("reason", ""), pages.address_of(request)
        )
    except NotYours:
        raise
    except FlowError as error:
        return _refused(request, "borrower", number, error)
    return _show(request, action="borrower", number=number, revealed=shown)
