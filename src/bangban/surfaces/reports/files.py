"""A report as PDF or Word."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from bangban.foundation.flows.flow import NotYours
from bangban.oversight.reports import reads
from bangban.surfaces.desk.pages import desk_actor, staff


@require_safe
@staff()
def file(request: HttpRequest, number: str, form: str) -> HttpResponse:
    """Download the released file, or a draft that says it is one."""
    if form not in ("pdf", "docx"):
        raise NotYours("没有这种文件，请下载 PDF 或 Word。")
    found = reads.document(desk_actor(request), number, form)
    response = HttpResponse(found.content, content_type=found.media_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=form != "pdf", filename=found.name) or ""
    response["Cache-Control"] = "no-store"
    return response
