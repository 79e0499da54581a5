"""The floor directory on the phone (DB23-6.3.2-c, DB23-6.4.2)."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from bangban.foundation.flows.flow import NotYours
from bangban.registry.halls.reads import Hall, find_places, hall
from bangban.registry.org.reads import Place, tree
from bangban.surfaces.hall.kiosk.views.places import LONGEST_TEXT, by_floor, place_words
from bangban.surfaces.portal.pages import citizen, page


@require_safe
@citizen
def directory(request: HttpRequest, code: str) -> HttpResponse:
    """Show where everything is in a hall, or what fits some words."""
    body, plan = hall_named(code)
    text = request.GET.get("q", "").strip()[:LONGEST_TEXT]
    here = reverse("kiosk:directory", args=[body.code])
    chips = [
        {"label": word, "url": f"{here}?{urlencode({'q': word})}", "current": word == text}
        for word in place_words(plan)
    ]
    context = {
        "body": body,
        "q": text,
        "chips": chips,
        "floors": by_floor(find_places(body.id, text)),
    }
    return page(request, "hall/kiosk/directory.html", context)


def hall_named(code: str) -> tuple[Place, Hall]:
    """Return body and plan of a hall by the code of its body; NotYours when there is none."""
    body = tree().by_code.get(code)
    plan = hall(body.id) if body else None
    if body is None or plan is None:
        raise NotYours("没有找到这个大厅，请核对地址，或在“服务机构”里查找。")
    return body, plan
