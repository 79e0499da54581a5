"""查事项: finding an item and reading its guide at the kiosk, with a hand to ask for (DB23-6.3.2-d, DB23-6.3.2-e)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import NotYours
from bangban.registry.catalog import reads as catalog
from bangban.registry.catalog.terms import Side
from bangban.services.assistant.reads import search_items
from bangban.surfaces.hall.kiosk.qr import picture
from bangban.surfaces.hall.kiosk.screen import Terminal, at_kiosk, screen
from bangban.surfaces.hall.kiosk.views.taking import frequent_words
from bangban.surfaces.portal.times import ZONE

LONGEST_TEXT = 60
FOUND, HOT = 8, 6


@require_safe
@at_kiosk
def items(request: HttpRequest, here: Terminal) -> HttpResponse:
    """Show what many people look for, or what fits some words."""
    text = request.GET.get("q", "").strip()[:LONGEST_TEXT]
    if text:
        cards = [hit.card for hit in search_items(text, FOUND)]
    else:
        cards = [one.card for one in catalog.hot_items(Side.PERSON.value, HOT, today=now().astimezone(ZONE).date())]
    return screen(request, here, "hall/kiosk/items.html", {"q": text, "words": frequent_words(here), "cards": cards})


@require_safe
@at_kiosk
def guide(request: HttpRequest, here: Terminal, code: str) -> HttpResponse:
    """Show a guide in the order in which people ask: what to bring, how it goes, how long, where in this hall."""
    found = catalog.item(code)
    if found is None or found.state != "published":
        raise NotYours("没有找到这个事项，可能已取消，请返回重新查找。")
    context = {
        "item": found,
        "guide": found.guide,
        "klass": here.plan.class_of_item(found.id) or here.plan.general_class,
        "qr": picture(reverse("portal:item", args=[found.code])),
    }
    return screen(request, here, "hall/kiosk/guide.html", context)
