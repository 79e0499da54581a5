"""The order on paper: all fields of the form, the history, room for signatures (GB33358-B, 3.6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from bangban.foundation.clocks.moment import now
from bangban.foundation.documents import render_pdf
from bangban.oversight.supervision.reads import entries_of_order
from bangban.services.hotline import actions
from bangban.services.hotline.reads import OrderView, order_view
from bangban.services.hotline.reads.messages import files
from bangban.services.telephony.reads import recordings_of_record
from bangban.surfaces.desk import pages, times
from bangban.surfaces.hotline import showing
from bangban.surfaces.hotline.orders import SEES, hides_matter

TEMPLATE = "services/hotline/documents/order.typ"
NONE = "无"


def form_of(
    view: OrderView, contact: dict[str, str] | None = None, filed: Sequence[dict[str, Any]] = ()
) -> dict[str, Any]:
    """Return what stands on the form; contact data is masked unless it was revealed for this print."""
    order, facts = view.order, showing.shown(view, now())["facts"]
    known = contact or {}
    subject = [(term, known.get(term, text) or NONE) for term, text in facts["subject"]]
    result = dict(facts["result"])
    transfer = [(term, result.pop(term)) for term in ("转办意见", "办理时限") if term in result]
    return {
        "number": view.number,
        "center": order.center.name,
        "subtitle": view.state_label,
        "footer": f"{times.when(now())} 打印",
        "head": [
            ("工单编号", view.number), ("状态", view.state_label), ("来源", view.source_label),
            ("收到时间", _when(order.received_at)), ("受理人", f"{view.agent} {order.agent_number}".strip() or NONE),
            ("诉求类型", view.kind_label or NONE), ("紧急程度", order.get_urgency_display()), ("轮次", f"第{order.round}轮"),
        ],
        "subject": subject,
        "matter": [(term, text) for term, text in facts["matter"]],
        "transfer": [*transfer, ("承办单位", view.lead or NONE)] if view.units else [],
        "units": [
            [one.unit, one.role_label, one.state_label, _when(one.offered_at), _when(one.signed_at), _when(one.due_at)]
            for one in view.units
        ],
        "result": [*result.items(), *((f"{one.unit}答复", f"{one.text}（{one.channel}，{_when(one.at)}）") for one in view.replies)],
        "supervision": [
            [_when(one.at), one.trigger, one.method, one.content, one.reply or NONE, one.result or "未结"]
            for one in entries_of_order(view.number, alone=hides_matter(view))
        ],
        "visits": [row for one in view.visits for row in _visit_rows(one)],
        "attachments": [
            *(f"{one['of']}：{one['name']}（{one['size']}）" for one in filed),
            *(f"录音 {one.reference}（{times.length(one.seconds)}）" for one in recordings_of_record(view.number)),
        ],
        "story": [
            [_when(line.at), line.text, " ".join(filter(None, [line.unit, line.actor])), line.clause] for line in view.timeline
        ],
    }  # fmt: skip


def _visit_rows(one: Any) -> list[list[str]]:
    tried = [
        [_when(at), by, showing.CHANNELS.get(channel, channel), "接通" if reached else "未接通", "", "", note]
        for at, by, channel, reached, note in one.attempts
        if not reached
    ]
    if one.state != "done":
        return tried
    answers = [showing.YES[one.process_satisfied], showing.YES[one.result_satisfied]]
    return [
        *tried,
        [_when(one.done_at), one.staff, showing.CHANNELS.get(one.channel, one.channel), "完成", *answers, one.text],
    ]


def _when(moment: datetime | None) -> str:
    return moment.astimezone(times.ZONE).strftime("%Y-%m-%d %H:%M") if moment else NONE


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff(*SEES)
def order_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """Answer the form as PDF; with a reason (POST) with the contact data in full, which is kept in the ledger."""
    actor = pages.desk_actor(request)
    view = order_view(actor, number)
    contact = None
    if request.method == "POST":
        shown = actions.reveal(actor, view.number, request.POST.get("reason", "").strip()[:300])
        contact = {"姓名": shown["name"], "电话": shown["phone"], "地址": shown["address"]}
    response = HttpResponse(
        render_pdf(TEMPLATE, form_of(view, contact, showing.filed(files(actor, view.number)))),
        content_type="application/pdf",
    )
    response["Content-Disposition"] = f'attachment; filename="{view.number}.pdf"'
    response["Cache-Control"] = "no-store"
    return response
