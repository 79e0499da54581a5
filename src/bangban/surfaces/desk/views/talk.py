"""The talk of a case: lines, sending, files, typing, how far staff have read."""

from __future__ import annotations

from typing import Any, BinaryIO, cast
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bangban.foundation.flows.flow import FlowError, Incomplete, NotYours
from bangban.foundation.live.actions import publish_ephemeral
from bangban.registry.catalog import reads as catalog
from bangban.registry.knowledge import reads as knowledge
from bangban.services.cases.actions import post_message
from bangban.services.cases.parties import parties_of
from bangban.services.cases.reads import case_view, get_case
from bangban.services.conversation.actions import mark_read
from bangban.services.conversation.files import PICTURES, open_attachment, store_upload
from bangban.services.conversation.models import Kind
from bangban.surfaces.desk import pages
from bangban.surfaces.desk.lines import talk_lines
from bangban.surfaces.web.errors import problem, status_of
from bangban.surfaces.web.given import whole

SAID = {"text": Kind.TEXT, "answer": Kind.ANSWER, "opinion": Kind.OPINION, "internal": Kind.TEXT}
SPEAKING = frozenset({"owner", "first_contact", "adviser", "assisting", "manager"})


@require_safe
@pages.staff("cases.list", quiet=True)
def lines(request: HttpRequest, number: str) -> HttpResponse:
    """Answer the lines after a position."""
    after = request.GET.get("after", "0")
    case = get_case(pages.desk_actor(request), number)
    found = talk_lines(case.id, case.number, whole(after) or 0)
    return pages.part(request, "desk/_lines.html", {"lines": found}) if found else HttpResponse(status=204)


@require_POST
@pages.staff("cases.list")
def say(request: HttpRequest, number: str) -> HttpResponse:
    """Send a message; the same client id again is the same message."""
    kind = request.POST.get("kind", "text")
    if kind not in SAID:
        raise Incomplete("没有这一类消息。", fields={"kind": "没有这一类消息。"})
    actor, text = pages.desk_actor(request), request.POST.get("text", "")
    data = _citation(request) if kind == "answer" else {}
    stored, new = post_message(
        actor,
        number,
        text,
        client_id=request.POST.get("client_id", "")[:80],
        kind=SAID[kind],
        data=data,
        internal=kind == "internal",
    )
    if "text/html" in request.headers.get("Accept", "") and "json" not in request.headers.get("Accept", ""):
        return pages.see(reverse("desk:case", args=[number]))
    return JsonResponse({"position": stored.position}, status=201 if new else 200)


def _citation(request: HttpRequest) -> dict[str, Any]:
    """Return what a standard answer is cited by; an entry that may not be used any more is refused (T637-5-e)."""
    number, revision = request.POST.get("knowledge", ""), whole(request.POST.get("revision", ""))
    if not number:
        return {}
    if revision is None or not knowledge.is_usable_now(number, revision):
        raise Incomplete("这条标准答案已更新或停用，请重新检索后再发送。", fields={"knowledge": "请重新检索。"})
    entry = knowledge.entry(number, revision)
    assert entry is not None
    return {
        "knowledge": entry.number, "revision": entry.revision, "entry": str(entry.id),
        "question": entry.content.question, "source": entry.content.unit_name,
    }  # fmt: skip


@require_POST
@pages.staff("cases.list")
def upload(request: HttpRequest, number: str) -> HttpResponse:
    """Send a picture or a file as a message."""
    actor, file = pages.desk_actor(request), request.FILES.get("file")
    case = get_case(actor, number)
    if file is None:
        raise Incomplete("请选择要发送的文件。", fields={"file": "请选择文件。"})
    try:
        row = store_upload(cast(BinaryIO, file), file.name or "", actor, case.id)
        kind = Kind.PICTURE if row.media_type in PICTURES else Kind.FILE
        stored, new = post_message(
            actor, number, "", client_id=request.POST.get("client_id", "")[:80], kind=kind, attachment=row
        )
    except FlowError as error:
        return problem(request, status_of(error), error.sentence)
    return JsonResponse({"position": stored.position}, status=201 if new else 200)


@require_safe
@pages.staff("cases.list")
def file(request: HttpRequest, number: str, attachment: UUID) -> HttpResponse | FileResponse:
    """Hand out a file of the case as a download."""
    case = get_case(pages.desk_actor(request), number)
    try:
        row, content = open_attachment(attachment)
    except FileNotFoundError as error:
        raise NotYours("没有找到这个文件。") from error
    if row.record_id != case.id:
        content.close()
        raise NotYours("没有找到这个文件。")
    response = FileResponse(content, as_attachment=True, filename=row.name, content_type=row.media_type)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
@pages.staff("cases.list", quiet=True)
def typing(request: HttpRequest, number: str) -> HttpResponse:
    """Show the other side that somebody types."""
    actor = pages.desk_actor(request)
    case = get_case(actor, number)
    if not SPEAKING.isdisjoint(parties_of(case, actor)):
        publish_ephemeral(f"case:{case.number}", "typing", {"side": "staff", "name": actor.name})
    return HttpResponse(status=204)


@require_POST
@pages.staff("cases.list", quiet=True)
def read(request: HttpRequest, number: str) -> HttpResponse:
    """Note how far the owner has read; a colleague who looks in leaves no mark."""
    actor = pages.desk_actor(request)
    case, position = get_case(actor, number), request.POST.get("position", "")
    read = whole(position)
    if "owner" in parties_of(case, actor) and read is not None and mark_read(case.id, "staff", read):
        publish_ephemeral(f"case:{case.number}", "read", {"side": "staff", "position": read})
    return HttpResponse(status=204)


@require_POST
@pages.staff("cases.list")
def insert(request: HttpRequest, number: str, what: str) -> HttpResponse:
    """Send a card: the item, its materials as a checklist, its one-time notice, or the way to its form."""
    actor = pages.desk_actor(request)
    view = case_view(actor, number, with_story=False)
    chosen = request.POST.get("item") or (view.item.code if view.item else "")
    detail = catalog.item(chosen) if chosen else None
    make = CARDS.get(what)
    if detail is None or detail.state != "published" or make is None:
        raise Incomplete("请先选定事项。", fields={"item": "请先选定事项。"})
    kind, text, data = make(detail)
    post_message(actor, number, text, client_id=request.POST.get("client_id", "")[:80], kind=kind, data=data)
    return pages.done(request, reverse("desk:case", args=[view.number]) + pages.came_from(request))


def _item_card(detail: Any) -> tuple[Kind, str, dict[str, Any]]:
    data = {
        "item": str(detail.id), "code": detail.code, "name": detail.name, "department": detail.guide.department_name,
        "type": detail.item_type_label, "limit": detail.promised_limit, "url": f"/items/{detail.code}", "revision": detail.revision,
    }  # fmt: skip
    return Kind.ITEM_CARD, detail.name, data


def _materials(detail: Any) -> tuple[Kind, str, dict[str, Any]]:
    entries = [
        {"label": m.line.name, "state": "open", "note": "，".join(filter(None, [m.copies, m.necessity]))}
        for m in detail.materials
    ]
    legend = f"{detail.name}：申请材料"
    return (
        Kind.CHECKLIST,
        legend,
        {"legend": legend, "entries": entries, "item": str(detail.id), "revision": detail.revision},
    )


def _notice(detail: Any) -> tuple[Kind, str, dict[str, Any]]:
    notice = catalog.one_time_notice(detail.id)
    assert notice is not None
    return Kind.TEXT, notice.text[:5000], {"notice": detail.code, "revision": notice.revision}


def _form_link(detail: Any) -> tuple[Kind, str, dict[str, Any]]:
    url = detail.guide.url or f"/items/{detail.code}"
    return (
        Kind.FORM_LINK,
        f"{detail.name}：申请入口",
        {"url": url, "title": f"{detail.name}：申请入口", "item": str(detail.id)},
    )


CARDS = {"item": _item_card, "checklist": _materials, "notice": _notice, "link": _form_link}
