"""The knowledge base: what is published, what waits for work or review, what people asked for in vain (BJ-5-e)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.flow import FlowError, Incomplete, NotYours
from bangban.registry.knowledge import actions, reads
from bangban.surfaces.desk import acting, finding, pages
from bangban.surfaces.desk.drafts import Draft, draft_of, opened, posted
from bangban.surfaces.web.errors import status_of

SAID = "desk_knowledge_said"
TABS = {"search": "检索", "pending": "草稿与待审", "gaps": "待补知识", "flagged": "待复核", "corrections": "纠错"}
TONES = {"draft": "neutral", "in_review": "waiting", "published": "success", "expired": "warn", "withdrawn": "closed"}


@require_safe
@pages.staff("knowledge.search")
def knowledge(request: HttpRequest) -> HttpResponse:
    """Show one of the lists; readers get the search only."""
    actor = pages.desk_actor(request)
    works = may(actor, "knowledge.edit") or may(actor, "knowledge.review")
    tab = request.GET.get("tab", "pending" if works else "search")
    tab = tab if works and tab in TABS else "search"
    q = request.GET.get("q", "").strip()[:200]
    lists: dict[str, Callable[[], Any]] = {
        "search": lambda: finding.answers(q, 20) if q else [],
        "pending": partial(reads.pending, actor),
        "gaps": partial(reads.gaps, actor),
        "flagged": lambda: reads.flagged(actor) + reads.review_due(actor, business_date(now())),
        "corrections": lambda: reads.corrections(actor, now()),
    }
    base = reverse("desk:knowledge")
    context = {
        "tab": tab,
        "rows": lists[tab](),
        "q": q,
        "tabs": [{"label": label, "url": f"{base}?tab={code}", "current": code == tab} for code, label in TABS.items()]
        if works
        else [],
        "edits": may(actor, "knowledge.edit"),
        "advises": "advisor" in actor.duties,
        "tones": TONES,
        "overview": reads.overview(),
        "said": request.session.pop(SAID, ""),
    }
    return pages.page(request, "desk/knowledge.html", context, current="knowledge")


@require_safe
@pages.staff("knowledge.search")
def entry(request: HttpRequest, number: str) -> HttpResponse:
    """Show an entry: the published answer, the version in work, its history and what may be done now."""
    return _show(request, number)


def _show(
    request: HttpRequest, number: str, *, error: str = "", problems: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    actor = pages.desk_actor(request)
    found = opened(actor, number)
    context = {
        "entry": found,
        "history": reads.history(found.number),
        "error": error,
        "problems": problems or {},
        "tones": TONES,
        "said": request.session.pop(SAID, ""),
    }
    return pages.page(request, "desk/entry.html", context, current="knowledge", status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff("knowledge.edit")
def new(request: HttpRequest) -> HttpResponse:
    """Write a new entry as a draft."""
    actor = pages.desk_actor(request)
    if request.method != "POST":
        return _form(request, Draft(unit_name=actor.unit_name), "")
    made: list[str] = []

    def create(draft: Draft) -> None:
        made.append(actions.create_entry(draft.content(), actor).number)

    return _save(request, "", create, lambda: made[0] if made else "")


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff("knowledge.edit")
def edit(request: HttpRequest, number: str) -> HttpResponse:
    """Write the draft of an entry, or its next version beside the published one."""
    actor = pages.desk_actor(request)
    found = opened(actor, number)
    if request.method != "POST":
        return _form(request, draft_of(found.work or found.content), found.number)

    def work(draft: Draft) -> None:
        actions.edit_entry(found.number, draft.content(found.work or found.content), actor, note=draft.note)

    return _save(request, found.number, work, lambda: found.number)


def _save(request: HttpRequest, number: str, work: Callable[[Draft], object], where: Callable[[], str]) -> HttpResponse:
    actor, draft = pages.desk_actor(request), posted(request.POST)
    try:
        if not draft.check():
            return _form(request, draft, number, status=422)
        acting.once(actor, f"entry:{number}", request.POST.get("client_id", "")[:80], lambda: work(draft))
    except NotYours:
        raise
    except FlowError as error:
        draft.problems = dict(error.details.get("fields", {}))
        return _form(request, draft, number, error=error.sentence, status=status_of(error))
    request.session[SAID] = "草稿已保存，提交审核后由另一人发布。"
    made = where()
    return pages.see(reverse("desk:entry", args=[made]) if made else reverse("desk:knowledge"))


def _form(request: HttpRequest, draft: Draft, number: str, *, error: str = "", status: int = 200) -> HttpResponse:
    context = {"draft": draft, "number": number, "error": error}
    return pages.page(request, "desk/entry_form.html", context, current="knowledge", status=status)


DOES: dict[str, Callable[[str, Actor, str], object]] = {
    "submit": lambda number, actor, reason: actions.submit_entry(number, actor),
    "publish": lambda number, actor, reason: actions.publish_entry(number, actor),
    "send_back": actions.send_back_entry,
    "withdraw": actions.withdraw_entry,
    "confirm": lambda number, actor, reason: actions.confirm_entry(number, actor),
}


@require_POST
@pages.staff("knowledge.edit", "knowledge.review")
def do(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Do one step of an entry; a refusal shows on its page."""
    run = DOES.get(action)
    if run is None:
        raise NotYours("没有这个操作。")
    try:
        run(number, pages.desk_actor(request), request.POST.get("reason", "").strip())
    except NotYours:
        raise
    except FlowError as error:
        return _show(
            request, number, error=error.sentence, problems=error.details.get("fields"), status=status_of(error)
        )
    request.session[SAID] = "已办理。"
    return pages.see(reverse("desk:entry", args=[number]))


@require_POST
@pages.staff("knowledge.edit", "knowledge.review")
def gap(request: HttpRequest, candidate: UUID, action: str) -> HttpResponse:
    """Answer a question without an entry, draft the entry from it, or say that none is needed."""
    actor, post = pages.desk_actor(request), request.POST
    said = "已办理。"
    try:
        if action == "answer":
            answer, basis = post.get("answer", "").strip(), post.get("basis", "").strip()
            actions.answer_candidate(candidate, actor, answer=answer, basis=basis)
        elif action == "draft":
            return pages.see(reverse("desk:entry", args=[actions.draft_candidate(candidate, actor).number]))
        elif action == "dismiss":
            actions.dismiss_candidate(candidate, actor, post.get("reason", "").strip())
        else:
            raise Incomplete("没有这个操作。", fields={})
    except NotYours:
        raise
    except FlowError as error:
        said = error.sentence
    request.session[SAID] = said
    return pages.see(f"{reverse('desk:knowledge')}?tab=gaps")
