"""Speaking on a case: words and files, what has been read, who is typing (T637-5-d)."""

from __future__ import annotations

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import FlowError, Incomplete, NotYours
from bangban.foundation.live.actions import publish_ephemeral
from bangban.foundation.privacy.crypto import digest
from bangban.services.cases.actions import post_message
from bangban.services.cases.reads import case_view, get_case
from bangban.services.conversation.actions import mark_read
from bangban.services.conversation.files import PICTURES, store_upload
from bangban.services.conversation.models import Kind
from bangban.services.conversation.reads import MessageView
from bangban.surfaces.api.limits import Busy, spend
from bangban.surfaces.portal.language import say
from bangban.surfaces.portal.pages import citizen, part, see
from bangban.surfaces.portal.views.cases import Typed, case_page, lines_of
from bangban.surfaces.portal.visitors import language_of, visitor
from bangban.surfaces.web.errors import problem, status_of
from bangban.surfaces.web.given import whole

TYPED_PER_MINUTE = 40
SAID_PER_MINUTE = 60
TOO_LARGE = "文件超过{}MB，请压缩或分成几个文件。"


def by_script(request: HttpRequest) -> bool:
    """Tell whether a script of ours sent this, which wants a short answer, not a page."""
    wanted = request.headers.get("Accept", "")
    return "application/json" in wanted or "text/html" not in wanted


@require_safe
@citizen
def lines(request: HttpRequest, number: str) -> HttpResponse:
    """Answer with the lines after a position; 204 when there are none."""
    text = request.GET.get("after", "0")
    after = whole(text) or 0
    found = lines_of(request, case_view(visitor(request), number, with_story=False), after)
    return part(request, "portal/_lines.html", {"lines": found}) if found else HttpResponse(status=204)


@require_POST
@citizen
def speak(request: HttpRequest, number: str) -> HttpResponse:
    """Say something; the same client id again is the same message, with and without scripts."""
    actor, text = visitor(request), request.POST.get("text", "")[:20_000]
    client_id = request.POST.get("client_id") or _client_id(request, text)
    try:
        spend(f"say:{number}:{actor.id}", SAID_PER_MINUTE)
        message, new = post_message(actor, number, text, client_id=client_id)
    except NotYours:
        raise
    except FlowError as error:
        return _refused(request, number, error, text)
    return _told(request, number, message, new)


def _client_id(request: HttpRequest, text: str) -> str:
    """Without scripts: the words and the last line that was on the page, so that a second press says nothing twice."""
    return "form:" + digest(f"{request.GET.get('last', '')}\n{text}".encode()).hex()[:32]


@require_POST
@citizen
def upload(request: HttpRequest, number: str) -> HttpResponse:
    """Send a picture or a file; its type is read from its content, twenty megabytes at most."""
    actor = visitor(request)
    file = request.FILES.get("file")
    case = get_case(actor, number)
    try:
        spend(f"say:{number}:{actor.id}", SAID_PER_MINUTE)
        message, new = _send(actor, number, case.id, file, request.POST.get("client_id", ""))
    except NotYours:
        raise
    except FlowError as error:
        return _refused(request, number, error, "")
    return _told(request, number, message, new)


def _send(actor: Actor, number: str, record_id: object, file: object, client_id: str) -> tuple[MessageView, bool]:
    if not isinstance(file, UploadedFile):
        raise Incomplete("请选择要发送的图片或文件。", fields={"file": "请选择文件。"})
    if (file.size or 0) > settings.UPLOAD_LIMIT:
        raise Incomplete(TOO_LARGE.format(settings.UPLOAD_LIMIT // 1024 // 1024), fields={"file": "文件太大。"})
    attachment = store_upload(file, file.name or "", actor, record_id)  # type: ignore[arg-type]
    kind = Kind.PICTURE if attachment.media_type in PICTURES else Kind.FILE
    return post_message(actor, number, "", client_id=client_id, kind=kind, attachment=attachment)


def _refused(request: HttpRequest, number: str, error: FlowError, text: str) -> HttpResponse:
    sentence = say(language_of(request), error.sentence)
    if by_script(request):
        return problem(request, status_of(error), sentence)
    return case_page(request, number, typed=Typed("say", text, sentence), status=status_of(error))


def _told(request: HttpRequest, number: str, message: MessageView, new: bool) -> HttpResponse:
    if by_script(request):
        return JsonResponse({"position": message.position, "client_id": message.client_id}, status=201 if new else 200)
    return see(f"{reverse('portal:case', args=[number])}#talk-end")


@require_POST
@citizen
def read(request: HttpRequest, number: str) -> HttpResponse:
    """Note how far the person has read, and show it to the staff."""
    case = get_case(visitor(request), number)
    text = request.POST.get("position", "")
    position = whole(text) or 0
    if mark_read(case.id, "user", position):
        publish_ephemeral(f"case:{case.number}", "read", {"side": "user", "position": position})
    return HttpResponse(status=204)


@require_POST
@citizen
def typing(request: HttpRequest, number: str) -> HttpResponse:
    """Show the staff that the person is writing; too many signs are dropped in silence."""
    actor = visitor(request)
    case = get_case(actor, number)
    try:
        spend(f"typing:{number}:{actor.id}", TYPED_PER_MINUTE)
    except Busy:
        return HttpResponse(status=204)
    publish_ephemeral(f"case:{case.number}", "typing", {"side": "user", "name": ""})
    return HttpResponse(status=204)
