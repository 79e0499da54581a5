"""The next call-back, so that two visitors never ring the same person (GB33358-4.2.4-d)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from bangban.services.hotline import actions
from bangban.surfaces.desk import pages

NOTHING = "现在没有到时间的回访。下次回访时间到了，会回到“待回访”。"


@require_POST
@pages.staff("orders.visit")
def following(request: HttpRequest) -> HttpResponse:
    """Take the oldest call-back that is due and open its order."""
    number = actions.claim_visit(pages.desk_actor(request))
    if number is None:
        return pages.refusal(request, 409, NOTHING)
    return pages.done(request, reverse("hotline:order", args=[number]))
