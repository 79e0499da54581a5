"""From a case to the own window: materials that must be seen on paper, and a period of the own roster (BJ-3.1.3-b)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import FlowError, NotYours
from bangban.services.appointments import actions, reads
from bangban.services.appointments.models import OPEN, OfflineReason
from bangban.services.cases.reads import CaseView, case_view
from bangban.surfaces.appointments.choosing import Choice, nearby, offer
from bangban.surfaces.appointments.desk.booking import plain
from bangban.surfaces.appointments.desk.days import SAID
from bangban.surfaces.appointments.drafts import Draft, read
from bangban.surfaces.appointments.portal.booking import NO_SLOT
from bangban.surfaces.appointments.portal.showing import TONES
from bangban.surfaces.desk import pages
from bangban.surfaces.web.errors import status_of

MOST, OWN_LINES = 40, 2


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff("cases.list")
def appointment(request: HttpRequest, number: str) -> HttpResponse:
    """Show what was arranged for a case, and arrange a period when the actor serves it."""
    actor, draft = pages.desk_actor(request), read(request.POST if request.method == "POST" else request.GET)
    view = case_view(actor, number, with_story=False)
    if request.method != "POST" or "book" not in request.POST:
        return _show(request, actor, view, draft)
    if draft.slot_id() is None:
        return _show(request, actor, view, draft, {"slot": NO_SLOT}, status=422)
    try:
        booked = actions.propose_from_case(actor, view.number, draft.slot_id() or 0, _papers(request, view))
    except NotYours:
        raise
    except FlowError as error:
        fields = dict(error.details.get("fields") or {}) or {"slot": error.sentence}
        return _show(request, actor, view, draft, fields, error.details.get("nearest") or [], status=status_of(error))
    request.session[SAID] = f"已发出预约 {booked.appointment.number}，等待本人确认。"
    return pages.see(reverse("appointments:desk_case", args=[view.number]))


def _lines(view: CaseView) -> list[str]:
    """Return the names of the item's materials, in their order."""
    return list(dict.fromkeys(one.line.name for one in view.item.materials)) if view.item else []


def _papers(request: HttpRequest, view: CaseView) -> list[dict[str, str]]:
    """Return the ticked materials and the own ones, each with the chosen reason or own words."""
    found = []
    for place, name in enumerate(_lines(view)[:MOST]):
        if request.POST.get(f"paper-{place}") == "1":
            found.append({"material": name, "reason": _reason(request, str(place))})
    for place in range(OWN_LINES):
        if name := request.POST.get(f"own-{place}", "").strip()[:200]:
            found.append({"material": name, "reason": _reason(request, f"own-{place}")})
    return found


def _reason(request: HttpRequest, place: str) -> str:
    chosen, words = request.POST.get(f"reason-{place}", "")[:40], request.POST.get(f"words-{place}", "").strip()[:200]
    return words or chosen if chosen in ("", OfflineReason.OTHER.value) else chosen


def _show(
    request: HttpRequest,
    actor: Actor,
    view: CaseView,
    draft: Draft,
    problems: dict[str, str] | None = None,
    near: list[dict[str, Any]] | None = None,
    status: int = 200,
) -> HttpResponse:
    plan = reads.hall_of_specialist(actor.unit_id)
    choice, problems = Choice(), problems or {}
    if plan is not None and actor.staff_id is not None:
        offer(choice, plan.body_id, None, draft.date, "desk", staff_id=actor.staff_id)
        choice.nearest = nearby(near or [], plan.body_id)
    rows = reads.of_case(view.number)
    context: dict[str, Any] = {
        "t": plain,
        "case": view,
        "rows": rows,
        "tones": TONES,
        "standing": next((row for row in rows if row.state in OPEN and row.staff_id == actor.staff_id), None),
        "mine": view.owner_id == actor.staff_id,
        "has_hall": plan is not None,
        "choice": choice,
        "draft": draft,
        "problem": problems.get("slot", ""),
        "problems": problems,
        "materials": list(enumerate(_lines(view)[:MOST])),
        "own_lines": range(OWN_LINES),
        "reasons": OfflineReason.choices,
        "given": request.POST if request.method == "POST" else {},
        "part_url": reverse("appointments:desk_case", args=[view.number]) + "?part=1",
        "said": request.session.pop(SAID, ""),
    }
    if pages.is_part(request) and request.method == "GET":
        return pages.part(request, "appointments/_periods.html", context)
    topics = (f"case:{view.number}",)
    return pages.page(request, "appointments/desk_case.html", context, current="cases", status=status, topics=topics)
