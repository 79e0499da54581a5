"""Being there: the switch in the bar, the lease of an open page, the sign that a person still works (DB23-5.1)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from bangban.foundation.access.duties import may
from bangban.registry.org import actions as org
from bangban.services.telephony.actions import be_heard
from bangban.surfaces.desk import pages
from bangban.surfaces.desk.shell import OFFLINE, home_of

STATES = {"online": "available", "busy": "busy", "away": "away"}


@require_POST
@pages.staff("presence.set")
def switch(request: HttpRequest) -> HttpResponse:
    """Change what colleagues see; offline ends the lease until the person switches back."""
    actor, wanted = pages.actor_of(request), request.POST.get("presence", "")
    if wanted in STATES:
        request.session.pop(OFFLINE, None)
        org.be_present(actor, STATES[wanted])
    else:
        request.session[OFFLINE] = True
        org.leave(actor)
    return pages.see(pages.local(request, request.POST.get("next", ""), home_of(actor)))


@require_POST
@pages.staff("presence.set", "calls.take", quiet=True)
def lease(request: HttpRequest) -> HttpResponse:
    """Renew the lease while the page is open, and that of the seat of whoever takes calls, seen by colleagues or not."""
    actor = pages.actor_of(request)
    if may(actor, "presence.set") and not request.session.get(OFFLINE):
        org.be_present(actor)
    if may(actor, "calls.take"):
        be_heard(actor)
    return HttpResponse(status=204)


@require_POST
@pages.staff()
@pages.before_undertaking
def alive(request: HttpRequest) -> HttpResponse:
    """Note that somebody types or reads here: the page says so every few minutes while it is true."""
    return HttpResponse(status=204)
