"""One report: read on the page, worked on by its officer, released, sent and acknowledged (GB33358-5.6.1.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.documents import MISSING, ready
from bangban.foundation.documents.paper import NUMERALS, Chapter
from bangban.foundation.flows.flow import FlowError, NotYours
from bangban.oversight.reports import actions, reads
from bangban.oversight.reports.terms import TEXT_LIMIT
from bangban.surfaces.desk import acting
from bangban.surfaces.desk.pages import desk_actor, is_part, page, part, refusal, see, staff
from bangban.surfaces.reports.views import SAID, TONES
from bangban.surfaces.web.errors import status_of
from bangban.surfaces.web.given import whole

Run = Callable[[Actor, str, QueryDict], object]


def _sending(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _register(actor: Actor, number: str, given: QueryDict) -> object:
    sending = _sending(given.get("sending", ""))
    if sending is None:
        raise NotYours("没有找到待签收的报送记录，请刷新页面。")
    return actions.register_receipt(number, actor, sending, given.get("by", ""), given.get("note", ""))


RUNS: dict[str, Run] = {
    "assign": lambda actor, number, given: actions.assign(number, actor, whole(given.get("staff", "")) or 0),
    "recount": lambda actor, number, given: actions.recount(number, actor),
    "check": lambda actor, number, given: actions.check(number, actor),
    "return": lambda actor, number, given: actions.send_back(number, actor, given.get("reason", "")),
    "release": lambda actor, number, given: actions.release(number, actor),
    "send": lambda actor, number, given: actions.send(
        number, actor, [whole(one) or 0 for one in given.getlist("recipients")[:200]]
    ),
    "acknowledge": lambda actor, number, given: actions.acknowledge(number, actor),
    "register_receipt": _register,
    "cancel": lambda actor, number, given: actions.cancel(number, actor, given.get("reason", "")),
}
DONE = {
    "assign": "已确定责任人。", "recount": "正在按目前的工单重新统计。", "check": "已核对，等待签发。", "return": "已退回统计人员。",
    "release": "已签发，可以报送。", "send": "已报送，等待签收。", "acknowledge": "已签收。", "register_receipt": "已登记回执。",
    "cancel": "已作废。",
}  # fmt: skip


@require_safe
@staff()
def report(request: HttpRequest, number: str) -> HttpResponse:
    """Show a report as its documents say it, with what may be done now."""
    return _show(request, number)


@require_POST
@staff()
def do(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Do one action of the flow; the same form sent twice does it once."""
    actor, run = desk_actor(request), RUNS.get(action)
    if run is None:
        raise NotYours("没有这个操作。")
    client_id = request.POST.get("client_id", "")[:80]
    try:
        acting.once(actor, f"{number}:{action}", client_id, lambda: run(actor, number, request.POST))
    except NotYours:
        raise
    except FlowError as error:
        return _show(request, number, error)
    request.session[SAID] = DONE[action]
    return see(reverse("reports:report", args=[number]))


@require_POST
@staff("reports.prepare")
def write(request: HttpRequest, number: str) -> HttpResponse:
    """Keep the officer's words while they are typed; scripts get the time, browsers the page."""
    given = {
        name: request.POST[name].replace("\r\n", "\n")[: 2 * TEXT_LIMIT]
        for name in ("comment", "suggestions")
        if name in request.POST
    }
    try:
        actions.write(number, desk_actor(request), comment=given.get("comment"), suggestions=given.get("suggestions"))
    except NotYours:
        raise
    except FlowError as error:
        if is_part(request):
            return refusal(request, status_of(error), error.sentence, **error.details)
        return _show(request, number, error)
    if is_part(request):
        return part(request, "reports/_saved.html", {"saved_at": now()})
    request.session[SAID] = "已保存。"
    return see(reverse("reports:report", args=[number]))


def _show(request: HttpRequest, number: str, error: FlowError | None = None) -> HttpResponse:
    actor = desk_actor(request)
    view = reads.report_view(actor, number)
    allowed, typed = view.allowed_actions, request.POST if error else QueryDict()
    sends = "send" in allowed or "send_more" in allowed
    kind = view.period or "special"
    context: dict[str, Any] = {
        "report": view,
        "allowed": allowed,
        "tones": TONES,
        "chapters": _chapters(view),
        "recipients": [
            one for one in reads.recipients_of(actor, view.body_id, kind=kind, report=view.number) if not one.sent
        ] if sends else [],
        "typed": typed,
        "writing": {
            "comment": typed.get("comment", view.comment), "suggestions": typed.get("suggestions", view.suggestions),
        },
        "text_limit": TEXT_LIMIT,
        "problems": dict(error.details.get("fields") or {}) if error else {},
        "error": error.sentence if error else "",
        "documents": view.has_documents or ready(),
        "missing": MISSING,
        "said": request.session.pop(SAID, ""),
    }  # fmt: skip
    return page(
        request, "reports/desk_report.html", context, current="reports", status=status_of(error) if error else 200
    )


def _chapters(view: reads.ReportView) -> list[tuple[str, str]]:
    """The chapters with their numbers, for the way through a long page."""
    names = [block.text for block in view.paper.blocks if isinstance(block, Chapter)]
    return list(zip(NUMERALS, names, strict=False))
