"""The consultation ledger as a list and as a file (DB23-6.4.1-b)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from bangban.foundation.access.duties import may
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.flow import FlowError, Incomplete, NotYours
from bangban.services.counter import actions, reads
from bangban.surfaces.counter import forms, parts
from bangban.surfaces.counter.guard import at_desk
from bangban.surfaces.desk import pages, times
from bangban.surfaces.desk.views.statistics import safe
from bangban.surfaces.web.errors import status_of

Chosen = dict[str, str]


def _chosen(query: Any) -> Chosen:
    box = query.get("box", "all")
    return {
        "box": box if box in reads.BOXES else "all",
        "from": query.get("from", "")[:10],
        "to": query.get("to", "")[:10],
        "q": query.get("q", "").strip()[:40],
    }


def _days(chosen: Chosen) -> tuple[date, date] | None:
    first, last = forms.day_of(chosen["from"]), forms.day_of(chosen["to"])
    if first is None and last is None:
        return None
    begin, end = first or last, last or business_date(now())
    assert begin is not None
    if begin > end:
        raise Incomplete("开始日期应不晚于结束日期。", fields={"from": "开始日期应不晚于结束日期。"})
    return begin, end


@require_safe
@at_desk()
def ledger(request: HttpRequest) -> HttpResponse:
    """Show one page of the ledger."""
    return _show(request, _chosen(request.GET), request.GET.get("after", ""))


def _show(request: HttpRequest, chosen: Chosen, after: str = "", error: str = "", status: int = 200) -> HttpResponse:
    actor, base, at = pages.desk_actor(request), reverse("counter:ledger"), now()
    try:
        found = reads.ledger(actor, chosen["box"], days=_days(chosen), search=chosen["q"], after=after)
    except Incomplete as refusal:
        error, status = refusal.sentence, 422
        found = reads.ledger(actor, chosen["box"], search=chosen["q"])
    counts = reads.waiting_counts(actor)
    context = {
        "rows": found.rows,
        "more": f"{base}?{urlencode({**chosen, 'after': found.after})}" if found.after else "",
        "tabs": [
            {"label": label, "url": f"{base}?{urlencode({**chosen, 'box': box})}", "current": box == chosen["box"],
             "count": counts.get(box, 0), "key": str(place)}
            for place, (box, label) in enumerate(reads.BOXES.items(), 1)
        ],
        "chosen": chosen,
        "export": f"{reverse('counter:export')}?{urlencode(chosen)}",
        "in_full": may(actor, "personal_data.reveal"),
        "error": error,
        "tones": parts.INQUIRY_TONES,
        "lamp": lambda row: times.lamp(row.clock, at),
    }  # fmt: skip
    return pages.page(request, "counter/ledger.html", context, current="counter", status=status)


@require_safe
@at_desk()
def export(request: HttpRequest) -> HttpResponse:
    """Answer the chosen part of the ledger as CSV; contact data is masked."""
    chosen, actor = _chosen(request.GET), pages.desk_actor(request)
    rows = reads.ledger_rows(actor, chosen["box"], days=_days(chosen), search=chosen["q"])
    return _file(rows)


@require_POST
@at_desk()
def export_in_full(request: HttpRequest) -> HttpResponse:
    """Answer the ledger with contact data, after the reason was written down."""
    chosen, actor = _chosen(request.POST), pages.desk_actor(request)
    try:
        rows = actions.export_in_full(
            actor, request.POST.get("reason", ""), chosen["box"], days=_days(chosen), search=chosen["q"],
            address=pages.address_of(request),
        )  # fmt: skip
    except NotYours:
        raise
    except FlowError as error:
        sentence = "".join(error.details.get("fields", {}).values()) or error.sentence
        return _show(request, chosen, error=sentence, status=status_of(error))
    return _file(rows)


def _file(rows: Iterable[tuple[str, ...]]) -> HttpResponse:
    response = HttpResponse(as_csv(rows), content_type="text/csv; charset=utf-8")
    name = f"counter-ledger-{business_date(now()).isoformat()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def as_csv(rows: Iterable[tuple[str, ...]]) -> str:
    """Write the ledger with a byte order mark and its heads, every cell safe against formulas."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(reads.COLUMNS)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()
