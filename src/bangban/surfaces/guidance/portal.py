"""The person's side: answer, tick, upload, fill in, decide on suggestions, submit (T637-8.3.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import FlowError, Incomplete, NotYours
from bangban.foundation.live.reads import current_seq
from bangban.services.cases.reads import get_case
from bangban.services.conversation.files import store_upload
from bangban.services.guidance import actions
from bangban.services.guidance.reads import guidance_view
from bangban.surfaces.api.limits import spend
from bangban.surfaces.guidance.forms import NOTHING, Told, answers_in, refused, typed_in, version_in, with_typed
from bangban.surfaces.portal.pages import citizen, page, part, see
from bangban.surfaces.portal.visitors import visitor
from bangban.surfaces.web.errors import problem, status_of

SAVED_PER_MINUTE = 120
UPLOADS_PER_MINUTE = 20


@require_safe
@citizen
def panel(request: HttpRequest, number: str) -> HttpResponse:
    """Answer with the panel; opened by itself, it is a page."""
    return show(request, number)


def show(request: HttpRequest, number: str, told: Told = NOTHING, status: int = 200) -> HttpResponse:
    """Show guidance in its newest state with what could not be done; scripts put a panel in place only when it is a 200."""
    after, view = current_seq(), guidance_view(visitor(request), number)
    context = {"guidance": view, "told": told, "shown": with_typed(view, told.typed)}
    if request.headers.get("HX-Request") == "true":
        return part(request, "guidance/portal_panel.html", context)
    topics = (f"case:{view.number}",)
    return page(request, "guidance/portal_page.html", context, tab="mine", status=status, topics=topics, after=after)


def _do(
    request: HttpRequest, number: str, place: str, act: Callable[[Actor], Any], typed: dict[str, str] | None = None
) -> HttpResponse:
    """Do it and show the panel; what cannot be done is told there with everything typed."""
    try:
        act(visitor(request))
    except NotYours:
        raise
    except FlowError as error:
        return show(request, number, refused(error, place, typed), status_of(error))
    if request.headers.get("HX-Request") == "true":
        return show(request, number)
    return see(f"{reverse('guidance:portal_panel', args=[number])}#guidance-{place}")


@require_POST
@citizen
def answers(request: HttpRequest, number: str) -> HttpResponse:
    """Answer the questions about the situation; the list follows from them."""
    said = answers_in(request)
    return _do(request, number, "materials", lambda actor: actions.save_answers(actor, number, said), said)


@require_POST
@citizen
def tick(request: HttpRequest, number: str, need_id: UUID) -> HttpResponse:
    """Say that a material is ready, or not."""
    ready = request.POST.get("ready") == "1"
    return _do(request, number, "materials", lambda actor: actions.tick_material(actor, number, need_id, ready))


@require_POST
@citizen
def upload(request: HttpRequest, number: str, need_id: UUID) -> HttpResponse:
    """Upload a file for a material; its type is read from its content."""
    spend(f"upload:{number}:{visitor(request).id}", UPLOADS_PER_MINUTE)
    return _do(request, number, "materials", lambda actor: _attach(request, actor, number, need_id))


def _attach(request: HttpRequest, actor: Actor, number: str, need_id: UUID) -> None:
    case = get_case(actor, number)
    file = next(iter(request.FILES.values()), None)
    if not isinstance(file, UploadedFile):
        raise Incomplete("请先选择要上传的文件。", fields={"file": "请先选择文件。"})
    if (file.size or 0) > settings.UPLOAD_LIMIT:
        raise Incomplete(
            f"文件超过{settings.UPLOAD_LIMIT // 1024 // 1024}MB，请压缩后再上传。", fields={"file": "文件太大。"}
        )
    attachment = store_upload(file, file.name or "", actor, case.id)  # type: ignore[arg-type]
    actions.attach_material(actor, number, need_id, attachment)


@require_POST
@citizen
def start(request: HttpRequest, number: str) -> HttpResponse:
    """Begin the draft form."""
    return _do(request, number, "form", lambda actor: actions.start_form(actor, number))


@require_POST
@citizen
def save(request: HttpRequest, number: str) -> HttpResponse:
    """Save the whole form, then do what was pressed: save, submit, or decide on a suggestion."""
    spend(f"form:{number}:{visitor(request).id}", SAVED_PER_MINUTE)
    typed = {code: value for code, (value, _) in typed_in(request).items()}
    return _do(request, number, "form", lambda actor: _save(request, actor, number), typed)


def _save(request: HttpRequest, actor: Actor, number: str) -> None:
    what, _, which = request.POST.get("do", "save").partition(":")
    given = typed_in(request)
    saved = actions.save_fields(actor, number, given) if given else []
    if what in ("accept", "decline"):
        _decide(actor, number, what == "accept", which)
    if what == "submit" and not any(one.state == "conflict" for one in saved):
        actions.submit_draft(actor, number, anyway=request.POST.get("anyway") == "1")


def _decide(actor: Actor, number: str, accept: bool, which: str) -> None:
    try:
        chosen = UUID(which)
    except ValueError:
        raise NotYours("没有找到这条建议，请刷新页面。") from None
    actions.answer_suggestion(actor, number, chosen, accept)


@require_POST
@citizen
def save_one(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Save one field while the person goes on; the answer says what the server holds. 409 when it met a newer value."""
    actor, typed = visitor(request), typed_in(request).get(code, ("", 0))
    spend(f"form:{number}:{actor.id}", SAVED_PER_MINUTE)
    scripted = request.headers.get("HX-Request") == "true"
    try:
        saved = actions.save_field(actor, number, code, *typed)
    except NotYours:
        raise
    except FlowError as error:
        if not scripted:
            return problem(request, status_of(error), error.sentence, **error.details)
        return _state(request, number, code, refused(error, "form"), version_in(request, code))
    version = version_in(request, code) if saved.state == "conflict" else saved.version
    response = _state(request, number, code, NOTHING, version)
    response.status_code = 409 if saved.state == "conflict" and not scripted else 200
    return response


def _state(request: HttpRequest, number: str, code: str, told: Told, version: int) -> HttpResponse:
    view = guidance_view(visitor(request), number)
    field = view.form.field(code) if view.form else None
    if field is None:
        raise NotYours("没有这个栏目，请刷新页面。")
    context = {"field": field, "told": told, "version": version, "editable": True, "number": number}
    return part(request, "guidance/field_state.html", context)


@require_safe
def entry(request: HttpRequest, number: str, entry_id: UUID) -> HttpResponseBase:
    """Note the visit and go to the form, or show where the window is (T637-8.3.2-a)."""
    return _entry(request, number, entry_id)


@citizen
def _entry(request: HttpRequest, number: str, entry_id: UUID) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = actions.visit_entry(actor if actor.is_staff else visitor(request), number, entry_id)
    if found.kind == "online":
        return HttpResponseRedirect(found.url)
    return page(request, "guidance/entry.html", {"entry": found, "number": number}, tab="mine")
