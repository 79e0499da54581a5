"""One booking as its person sees it: where to be and when, what to bring, what changed (DB23-6.5.1.3-a, -c, DB23-6.5.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.flows.flow import FlowError, Incomplete, NotYours
from bangban.foundation.live.reads import current_seq
from bangban.foundation.privacy.crypto import digest
from bangban.services.appointments import actions, reads
from bangban.services.appointments.reads import AppointmentView
from bangban.services.appointments.reads.found import STRANGER
from bangban.services.cases.reads import get_case
from bangban.services.conversation.files import open_attachment
from bangban.surfaces.api.limits import guessing, may_guess, spend
from bangban.surfaces.appointments import moments
from bangban.surfaces.appointments.choosing import Choice, nearby, offer
from bangban.surfaces.appointments.drafts import Draft, read
from bangban.surfaces.appointments.portal.booking import FRESH
from bangban.surfaces.appointments.portal.showing import Said, context_of
from bangban.surfaces.portal.language import say
from bangban.surfaces.portal.pages import citizen, page, part, see
from bangban.surfaces.portal.views.files import MISSING, SANDBOX
from bangban.surfaces.portal.visitors import address_of, keep_code, language_of, visitor
from bangban.surfaces.web.errors import status_of
from bangban.surfaces.web.given import whole

UPLOADS_PER_MINUTE = 20
TICKS_PER_MINUTE = 120
CHANGED = "changed_appointment"
TOO_LARGE = "文件超过{}MB，请压缩后再上传。"


@require_safe
@citizen
def one(request: HttpRequest, number: str) -> HttpResponse:
    """Show a booking; the link of a message opens it once and leaves the code behind, a stranger is asked for the code."""
    if code := request.GET.get("code", "")[:64]:
        return _by_link(request, number, code)
    if case := request.GET.get("case", "")[:20]:
        return _by_case(request, number, case)
    try:
        return show(request, number)
    except NotYours:
        guessing(address_of(request))
        return ask_for_code(request, number)


def _by_link(request: HttpRequest, number: str, code: str) -> HttpResponse:
    may_guess(address_of(request))
    actor = replace(visitor(request), tokens=frozenset({digest(code.encode())}))
    try:
        found = reads.get_appointment(actor, number)
    except NotYours:
        guessing(address_of(request))
        return ask_for_code(request, number)
    keep_code(request, code)
    return see(reverse("appointments:one", args=[found.number]))


def _by_case(request: HttpRequest, number: str, case_number: str) -> HttpResponse:
    """Let whoever has the case open the bookings that were made for it."""
    case, found = get_case(visitor(request), case_number), reads.get_appointment(SYSTEM, number)
    if found.case_number != case.number:
        raise NotYours(STRANGER)
    keep_code(request, found.token)
    return see(reverse("appointments:one", args=[found.number]))


def ask_for_code(request: HttpRequest, number: str, sentence: str = "", status: int = 404) -> HttpResponse:
    """Answer the same for any number that this browser has not opened, whether there is such a booking or not."""
    context = {"number": number[:20].upper(), "phone": "", "sentence": sentence, "asked": not sentence}
    return page(request, "appointments/portal_find.html", context, tab="mine", status=status)


def show(request: HttpRequest, number: str, said: Said | None = None, status: int = 200) -> HttpResponse:
    """Show the newest state, with whatever was typed and could not be done."""
    after = current_seq()
    context = context_of(request, number, said or Said())
    view: AppointmentView = context["one"]
    context["fresh"] = view.number in request.session.get(FRESH, {})
    if context["fresh"] and request.method == "GET":
        request.session[FRESH] = {k: v for k, v in request.session[FRESH].items() if k != view.number}
    context["changed"] = request.method == "GET" and request.session.get(CHANGED, "").upper() == view.number
    if context["changed"]:
        del request.session[CHANGED]
    return page(
        request, "appointments/portal_one.html", context, tab="mine", status=status, after=after,
        topics=(f"appointment:{view.number}",), path=reverse("appointments:one", args=[view.number]),
    )  # fmt: skip


@require_safe
@citizen
def live_part(request: HttpRequest, number: str) -> HttpResponse:
    """Answer with the booking in its newest state, for the live page."""
    return part(request, "appointments/_portal_one.html", context_of(request, number, Said()))


def _do(request: HttpRequest, number: str, said: Said, act: Callable[[Actor], object]) -> HttpResponse:
    """Do it and go back to the booking; a refusal comes back beside what was pressed."""
    try:
        act(visitor(request))
    except NotYours:
        raise
    except FlowError as error:
        told = "".join(dict(error.details.get("fields") or {}).values()) or error.sentence
        return show(request, number, replace(said, sentence=told), status_of(error))
    return see(reverse("appointments:one", args=[number]))


@require_POST
@citizen
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """Agree to the period that a specialist proposed (BJ-3.1.3-b)."""
    return _do(request, number, Said("confirm"), lambda actor: actions.confirm(actor, number))


@require_POST
@citizen
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """Accept what is offered instead of a closed period, or give the booking up (DB23-6.5.2)."""
    accept = {"accept": True, "decline": False}.get(request.POST.get("answer", ""))
    if accept is None:
        sentence = say(language_of(request), "请选择接受新的时间或不再预约。")
        return show(request, number, Said("offer", sentence=sentence), 422)
    slot = whole(request.POST.get("slot", ""))
    return _do(request, number, Said("offer"), lambda actor: actions.answer_offer(actor, number, accept, slot))


@require_POST
@citizen
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Give the booking up, so that somebody else gets the period."""
    reason = request.POST.get("reason", "")[:200]
    return _do(request, number, Said("cancel", reason), lambda actor: actions.cancel(actor, number, reason))


@require_http_methods(["GET", "HEAD", "POST"])
@citizen
def change(request: HttpRequest, number: str) -> HttpResponse:
    """Show the periods of the same business, and move the booking to the chosen one."""
    draft = read(request.POST if request.method == "POST" else request.GET)
    if request.method != "POST" or "change" not in request.POST:
        return _periods(request, number, draft)
    if draft.slot_id() is None:
        return _periods(request, number, draft, say(language_of(request), "请选择一个时段。"), status=422)
    try:
        actions.change(visitor(request), number, draft.slot_id())
    except NotYours:
        raise
    except FlowError as error:
        near = error.details.get("nearest") or []
        return _periods(request, number, draft, say(language_of(request), error.sentence), near, status_of(error))
    request.session[CHANGED] = number
    return see(reverse("appointments:one", args=[number]))


def _periods(
    request: HttpRequest, number: str, draft: Draft, problem: str = "", near: list[dict[str, Any]] | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    actor, language = visitor(request), language_of(request)
    view = reads.appointment_view(actor, number)
    choice = Choice()
    offer(choice, view.body_id, view.klass_id, draft.date, actor.channel, language, view.staff_id)
    choice.nearest = nearby(near or [], view.body_id, language)
    context = {
        "one": view,
        "choice": choice,
        "draft": draft,
        "problem": problem,
        "part_url": reverse("appointments:change", args=[view.number]) + "?part=1",
        "period": moments.period(view.starts_at, view.ends_at, view.body_id, language),
    }
    if request.headers.get("HX-Request") == "true" and request.method == "GET":
        return part(request, "appointments/_periods.html", context)
    return page(request, "appointments/portal_change.html", context, tab="mine", status=status)


@require_POST
@citizen
def tick(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """Say that a material is ready, or not yet (DB23-6.5.1.3-c)."""
    spend(f"tick:{number}", TICKS_PER_MINUTE)
    done = request.POST.get("ready") == "1"
    return _prepared(request, number, key, lambda actor: actions.tick(actor, number, key, done))


@require_POST
@citizen
def upload(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """Send the file of a material ahead; its type is read from its content."""
    spend(f"prepare:{number}", UPLOADS_PER_MINUTE)
    return _prepared(request, number, key, lambda actor: _keep(request, actor, number, key))


def _keep(request: HttpRequest, actor: Actor, number: str, key: str) -> object:
    file = next(iter(request.FILES.values()), None)
    if not isinstance(file, UploadedFile):
        raise Incomplete("请先选择要上传的文件。", fields={})
    if (file.size or 0) > settings.UPLOAD_LIMIT:
        raise Incomplete(TOO_LARGE.format(settings.UPLOAD_LIMIT // 1024 // 1024), fields={})
    return actions.prepare_file(actor, number, key, file, file.name or "")  # type: ignore[arg-type]


def _prepared(request: HttpRequest, number: str, key: str, act: Callable[[Actor], object]) -> HttpResponse:
    said, status = Said(), 200
    try:
        act(visitor(request))
    except NotYours:
        raise
    except FlowError as error:
        said, status = Said(f"ready-{key}", sentence=error.sentence), status_of(error)
    if request.headers.get("HX-Request") == "true":
        return part(request, "appointments/_portal_ready.html", context_of(request, number, said))
    if said.sentence:
        return show(request, number, said, status)
    return see(f"{reverse('appointments:one', args=[number])}#need-{key}")


@require_safe
@citizen
def file(request: HttpRequest, number: str, attachment_id: UUID) -> HttpResponseBase:
    """Hand out a file that was sent ahead, to its person and to the staff of the hall; never shown inside the site."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    view = reads.appointment_view(actor if actor.is_staff else visitor(request), number)
    if attachment_id not in {line.file_id for line in view.checklist}:
        raise NotYours(MISSING)
    try:
        stored, content = open_attachment(attachment_id)
    except FileNotFoundError as error:
        raise NotYours(MISSING) from error
    response = FileResponse(content, as_attachment=True, filename=stored.name, content_type=stored.media_type)
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "private, no-store"
    return response
