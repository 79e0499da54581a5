"""Files of a talk, handed out as downloads to whoever may see the record."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import NotYours
from bangban.services.cases.models import Case
from bangban.services.cases.parties import parties_of
from bangban.services.conversation.files import open_attachment
from bangban.services.conversation.models import Attachment, Message
from bangban.surfaces.portal.pages import citizen

MISSING = "没有找到这个文件，请回到办件页面重新打开。"
SANDBOX = "default-src 'none'; sandbox"


@require_safe
@citizen
def file(request: HttpRequest, attachment_id: UUID) -> HttpResponseBase:
    """Hand out a file; never shown inside the site's own pages."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    row = Attachment.objects.filter(id=attachment_id).first()
    if row is None or not _may_have(actor, row):
        raise NotYours(MISSING)
    try:
        stored, content = open_attachment(row.id)
    except FileNotFoundError as error:
        raise NotYours(MISSING) from error
    response = FileResponse(content, as_attachment=True, filename=stored.name, content_type=stored.media_type)
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response


def _may_have(actor: Actor, row: Attachment) -> bool:
    """Tell whether the actor sees the message that carries the file; inner notes of the staff are not the person's."""
    case = Case.objects.filter(id=row.record_id).first() if row.record_id else None
    parties = parties_of(case, actor) if case else frozenset()
    if not parties:
        return False
    carried = Message.objects.filter(attachment=row)
    return carried.filter(internal=False).exists() if "user" in parties else carried.exists()
