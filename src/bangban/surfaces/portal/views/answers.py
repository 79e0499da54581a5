"""A standard answer as it is cited: with department, version, basis and validity (T637-5-e)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from bangban.foundation.flows.flow import NotYours
from bangban.registry.catalog import reads as catalog
from bangban.registry.knowledge import reads as knowledge
from bangban.surfaces.portal.pages import citizen, page
from bangban.surfaces.web.given import whole

CITED = ("published", "expired", "withdrawn")


@require_safe
@citizen
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """Show an entry in its current or cited version; one that may not be used any more says so."""
    version = request.GET.get("version", "")
    found = knowledge.entry(number, whole(version, 4))
    if found is None or found.state not in CITED:
        raise NotYours("没有找到这条标准答案，可能已撤下，请重新提问。")
    item = catalog.item(found.item_id) if found.item_id else None
    return page(request, "portal/answer.html", {"entry": found, "content": found.content, "item": item}, tab="ask")
