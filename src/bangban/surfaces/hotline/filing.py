"""Files that come with the form of a step, and handing out those of an order (GB33358-5.3.2)."""

from __future__ import annotations

from typing import BinaryIO, cast
from uuid import UUID

from django.http import FileResponse, HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict
from django.views.decorators.http import require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.services.conversation.files import open_attachment, store_upload
from bangban.services.conversation.media import ALLOWED, media_type
from bangban.services.conversation.models import Attachment
from bangban.services.hotline.actions.attaching import MOST_FILES
from bangban.services.hotline.reads import OrderView
from bangban.services.hotline.reads.messages import MISSING, file_of_order, waiting_files
from bangban.surfaces.desk import pages
from bangban.surfaces.hotline.orders import SEES

WAITING = "waiting_file"
SANDBOX = "default-src 'none'; sandbox"


def sent_with(request: HttpRequest, actor: Actor, view: OrderView) -> list[Attachment]:
    """Return the files of a form: those just sent, typed by their content, and those sent before it was refused.

    Raises Incomplete for what may not be stored, and for too many.
    """
    known = waiting_files(actor, view.id, _ids(request.POST))
    new = cast("MultiValueDict[str, BinaryIO]", request.FILES).getlist("files")
    if len(known) + len(new) > MOST_FILES:
        sentence = f"一次最多上传{MOST_FILES}个文件，其余可以在“会商”中补充。"
        raise Incomplete(sentence, fields={"files": sentence})
    try:
        fresh = [store_upload(one, one.name or "", actor, view.id, typed=media_type, allowed=ALLOWED) for one in new]
    except Incomplete as error:
        raise Incomplete(error.sentence, fields={"files": error.sentence}) from error
    return [*known, *fresh]


def _ids(post: QueryDict) -> list[UUID]:
    found = []
    for text in post.getlist(WAITING)[:MOST_FILES]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


@require_safe
@pages.staff(*SEES)
def file(request: HttpRequest, attachment: UUID) -> FileResponse:
    """Hand out a file of an order to staff who may see it; never inside the site's own pages."""
    try:
        stored, content = open_attachment(file_of_order(pages.desk_actor(request), attachment))
    except FileNotFoundError as error:
        raise NotYours(MISSING) from error
    response = FileResponse(content, as_attachment=True, filename=stored.name, content_type=stored.media_type)
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "private, no-store"
    return response
