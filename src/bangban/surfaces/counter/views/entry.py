"""One entry of the ledger: answering, handing on, withdrawing, handing out materials, calling back."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import FlowError, NotYours
from bangban.registry.catalog import reads as catalog
from bangban.services.assistant.reads import search_items
from bangban.services.counter import actions, reads
from bangban.services.counter.models import GivenHow, GivenKind
from bangban.surfaces.counter import parts
from bangban.surfaces.counter.forms import Entry
from bangban.surfaces.counter.guard import at_desk
from bangban.surfaces.desk import acting, pages, times
from bangban.surfaces.web.errors import status_of
from bangban.surfaces.web.given import whole

SAID = "counter_entry_said"
FIELDS = ("reply", "basis", "cited", "told", "to", "reason", "phone", "kind", "ref", "how", "item")
FOUND = 5


@require_safe
@at_desk()
def entry(request: HttpRequest, number: str) -> HttpResponse:
    """Show one entry and what may be done to it now."""
    return _show(request, number)


def _show(
    request: HttpRequest,
    number: str,
    *,
    action: str = "",
    error: str = "",
    problems: dict[str, str] | None = None,
    revealed: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = pages.desk_actor(request)
    view = reads.inquiry_view(actor, number)
    given = {name: request.POST.get(name, "")[:4000] for name in FIELDS} if action else dict.fromkeys(FIELDS, "")
    chosen = given["item"] or request.GET.get("item", "")[:100] if view.item_id is None else ""
    item_id = view.item_id or (catalog.item_id_of(chosen) if chosen else None)
    text = request.GET.get("find", "").strip()[:100]
    context = {
        "view": view,
        "row": view.row,
        "chosen": chosen if item_id else "",
        "text": text,
        "items": search_items(text, FOUND) if text and item_id is None else [],
        "allowed": {line.action for line in view.allowed},
        "offers": reads.offers(item_id, view.body_id),
        "chip": times.chip(view.row.clock, now()) if view.row.clock else None,
        "tone": parts.INQUIRY_TONES[view.row.state],
        "owners": parts.log_part(actor, Entry())["owners"],
        "action": action,
        "error": error,
        "problems": problems or {},
        "given": given,
        "revealed": revealed,
        "said": request.session.pop(SAID, ""),
        "own": actor.staff_id,
    }
    topics = (parts.topic_of(actor),)
    return pages.page(request, "counter/entry.html", context, current="counter", status=status, topics=topics)


def _number(text: str) -> int | None:
    return whole(text)


Run = Callable[[Actor, str, QueryDict], object]
DOES: dict[str, tuple[Run, str]] = {
    "reply": (
        lambda actor, number, post: actions.reply(
            actor, number, post.get("reply", ""), post.get("basis", ""), cited=post.get("cited", "").strip(),
            told=post.get("told") == "1",
        ),
        "已答复。",
    ),
    "hand_on": (
        lambda actor, number, post: actions.hand_on(actor, number, _number(post.get("to", "")), post.get("reason", "")),
        "已转交。",
    ),
    "withdraw": (lambda actor, number, post: actions.withdraw(actor, number, post.get("reason", "")), "已撤回。"),
}  # fmt: skip


@require_POST
@at_desk()
def do(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Do one step of an entry; a refusal shows beside what was typed."""
    if action not in DOES:
        raise NotYours("没有这个操作。")
    run, said = DOES[action]
    actor, client_id = pages.desk_actor(request), request.POST.get("client_id", "")[:80]
    try:
        acting.once(actor, f"{number}:{action}", client_id, lambda: run(actor, number, request.POST))
    except NotYours:
        raise
    except FlowError as error:
        return _refused(request, number, action, error)
    request.session[SAID] = said
    return pages.see(reverse("counter:entry", args=[number]))


def _refused(request: HttpRequest, number: str, action: str, error: FlowError) -> HttpResponse:
    fields = dict(error.details.get("fields", {}))
    sentence = error.sentence if action in ("reply", "hand_on", "withdraw") else "".join(fields.values())
    return _show(
        request, number, action=action, error=sentence or error.sentence, problems=fields, status=status_of(error)
    )


@require_POST
@at_desk()
def give(request: HttpRequest, number: str) -> HttpResponse:
    """Send a guide, list or form to the person, or open it for printing; either way it is noted (DB23-6.4.3-b)."""
    actor, post = pages.desk_actor(request), request.POST
    kind, ref, how = post.get("kind", ""), post.get("ref", "")[:100], post.get("how", "")
    try:
        acting.once(
            actor, f"{number}:give", post.get("client_id", "")[:80],
            lambda: actions.give_material(
                actor, number, kind, ref, how=how, phone=post.get("phone", "")[:30], item=post.get("item", "")[:100]
            ),
        )  # fmt: skip
    except NotYours:
        raise
    except FlowError as error:
        return _refused(request, number, "give", error)
    if how == GivenHow.PRINTED:
        return pages.see(_paper_of(kind, ref))
    request.session[SAID] = "已发送到对方手机。"
    return pages.see(reverse("counter:entry", args=[number]))


def _paper_of(kind: str, ref: str) -> str:
    """Return where something is printed from: a form from its own file, the rest from a page for paper."""
    form = catalog.current_template(ref) if kind == GivenKind.FORM else None
    if form:
        return reverse("portal:form", args=[form.key, form.revision])
    return reverse("counter:paper", args=[kind, ref or "all"])


@require_safe
@at_desk()
def paper(request: HttpRequest, kind: str, ref: str) -> HttpResponse:
    """Show an item's guide or checklist, or a list of items, as it goes on paper."""
    if kind == GivenKind.ITEM_LIST:
        listed = catalog.browse("all" if ref == "all" else "department", "" if ref == "all" else ref, limit=200)
        context = {"cards": listed.rows, "more": bool(listed.next_cursor)}
        return pages.page(request, "counter/paper_list.html", context, current="counter")
    found = catalog.item(ref) if kind in (GivenKind.GUIDE, GivenKind.CHECKLIST) else None
    if found is None:
        raise NotYours("没有找到要打印的材料，请返回重新选择。")
    notice = catalog.one_time_notice(found.id)
    context = {"item": found, "notice": notice, "checklist": kind == GivenKind.CHECKLIST}
    return pages.page(request, "counter/paper.html", context, current="counter")


@require_POST
@at_desk()
def contact(request: HttpRequest, number: str) -> HttpResponse:
    """Show name and number in full to whoever must call back, with a reason that is kept (T637-5-g)."""
    actor = pages.desk_actor(request)
    try:
        shown = actions.reveal_contact(actor, number, request.POST.get("reason", ""), pages.address_of(request))
    except NotYours:
        raise
    except FlowError as error:
        return _refused(request, number, "contact", error)
    return _show(request, number, revealed=shown)
