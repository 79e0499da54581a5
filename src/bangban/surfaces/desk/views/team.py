"""The manager's page: who is there, who has how much, what waits, which limits are past (T637-6.2.2)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from bangban.foundation.access.duties import DUTIES, SERVICE
from bangban.foundation.clocks.moment import now
from bangban.registry.org.reads import Colleague, colleagues, place
from bangban.surfaces.desk import pages, times
from bangban.surfaces.desk.load import late_cases, load_of, waiting_of


@require_safe
@pages.staff("team.manage")
def team(request: HttpRequest) -> HttpResponse:
    """Show staff with their load, the units with what waits, and the cases over their limit."""
    actor, at = pages.desk_actor(request), now()
    units = sorted(actor.subtree)
    people = [one for one in colleagues(at) if one.body_id in actor.subtree and set(one.duties) & SERVICE]
    load = load_of([one.id for one in people])
    people.sort(key=lambda one: (one.body_id != actor.unit_id, one.body_id, not one.on_duty, -load.get(one.id, 0)))
    context = {
        "people": [_person(one, load.get(one.id, 0)) for one in people],
        "on_duty": sum(one.on_duty for one in people),
        "total": len(people),
        "units": [{"label": body.name if (body := place(row["unit_id"])) else "", **row} for row in waiting_of(units)],
        "late": late_cases(units, at),
        "busy": sum(load.values()),
        "chip": lambda clock: times.chip(clock, at),
        "case_url": lambda number: reverse("desk:case", args=[number]),
    }
    return pages.page(request, "desk/team.html", context, current="team")


def _person(one: Colleague, cases: int) -> dict[str, object]:
    state = ("可接待", "success") if one.present else ("排班在岗", "active") if one.on_duty else ("不在岗", "neutral")
    duties = "、".join(DUTIES[duty] for duty in one.duties if duty in DUTIES)
    return {"name": one.name, "body": one.body_name, "duties": duties, "state": state, "cases": cases}
