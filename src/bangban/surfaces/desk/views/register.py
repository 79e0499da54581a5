"""Registering a consultation for somebody else: hotline, window, other counters."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from bangban.foundation.access.actors import Actor
from bangban.registry.catalog import reads as catalog
from bangban.registry.org.reads import place
from bangban.services.cases import actions
from bangban.services.cases.models import Case
from bangban.services.cases.parties import parties_of
from bangban.surfaces.desk import acting, pages
from bangban.surfaces.desk.forms.registration import KINDS, URGENCIES, Registration, posted

SERVING = ("service_center", "branch_center", "convenience_center", "service_station")
LAST = "desk_last_registered"


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff("cases.register")
def new(request: HttpRequest) -> HttpResponse:
    """Show the form; open the case and, when wished and possible, take it at once."""
    actor = pages.desk_actor(request)
    if request.method != "POST":
        channel = "hotline" if "hotline_agent" in actor.duties else "window"
        return _show(request, Registration(channel=channel), last=request.session.pop(LAST, ""))
    form = posted(request.POST)
    if not form.check():
        return _show(request, form, status=422)
    opened: list[Case] = []
    client_id = request.POST.get("client_id", "")[:80]
    if not acting.once(actor, "register", client_id, lambda: opened.append(_open(actor, form))):
        return pages.see(reverse("desk:new"))
    case = opened[0]
    request.session[LAST] = case.number
    mine = bool(parties_of(case, actor))
    return pages.see(reverse("desk:case", args=[case.number]) if mine else reverse("desk:new"))


def _open(actor: Actor, form: Registration) -> Case:
    """Open it through the channel by which the person came, at the own body when that one serves online."""
    own = place(actor.unit_id)
    here = own.id if own and own.kind in SERVING and own.online else None
    found = catalog.version_of(form.item) if form.item else None
    new_case = actions.NewCase(
        question=form.question, phone=form.phone, name=form.name, channel=form.channel, user_kind=form.user_kind,
        unit_id=here, item_id=found[0] if found else None, item_version=found[1] if found else None,
        confidential=form.confidential, urgency=form.urgency,
    )  # fmt: skip
    case = actions.open_case(actor, new_case).case
    if form.take and actor.duties & {"triage_agent", "dedicated_consultant"} and case.unit_id == actor.unit_id:
        return actions.claim(actor, case.number)
    return case


def _show(request: HttpRequest, form: Registration, *, status: int = 200, last: str = "") -> HttpResponse:
    actor = pages.desk_actor(request)
    can_take = bool(actor.duties & {"triage_agent", "dedicated_consultant"})
    context = {
        "form": form,
        "kinds": list(KINDS.items()),
        "urgencies": list(URGENCIES.items()),
        "can_take": can_take,
        "last": last,
    }
    return pages.page(request, "desk/new.html", context, current="new", status=status)
