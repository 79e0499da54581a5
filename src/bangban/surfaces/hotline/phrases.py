"""The required phrases of the hotline in the order of a call, to be read, learnt and printed (GB33358-A, 4.3.2-e)."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from markupsafe import Markup, escape

from bangban.services.hotline.reads.talk import all_phrases
from bangban.surfaces.desk import pages

SEES = ("orders.list",)
GAP = re.compile(r"\{(\w+)\}")
GAPS = {
    "agent_number": "工号", "name": "称呼", "number": "工单编号", "unit": "承办单位", "dial": "紧急电话", "days": "天数",
    "agreed": "约定时间", "summary": "诉求摘要",
}  # fmt: skip


@require_safe
@pages.staff(*SEES)
def phrases(request: HttpRequest) -> HttpResponse:
    """Show every phrase in use with its situation and version; what the screen fills in stands as a gap."""
    rows = [{"label": one.label, "text": _with_gaps(one.text), "version": one.revision} for one in all_phrases()]
    return pages.page(request, "hotline/phrases.html", {"rows": rows}, current="orders")


def _with_gaps(text: str) -> Markup:
    """Return a phrase with its gaps named, so that nobody reads a brace aloud."""
    parts = GAP.split(text)
    said = [
        Markup('<span class="gap">{}</span>').format(GAPS.get(part, part)) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    ]
    return Markup("").join(said)
