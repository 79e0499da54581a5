"""How well the own hotline serves, over some days: settled at once, by the knowledge base, and what people ask and say.

GB33358-5.1.1.1, 5.1.1.4, 5.2.1.1, 5.4.1, 4.3.2-b, 4.2.4-g, F3.21.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from bangban.foundation.clocks.zones import start_of_day
from bangban.services.hotline.reads.catalogue import visit_share
from bangban.services.hotline.reads.messages import survey_rate
from bangban.services.hotline.reads.resolving import (
    Counted,
    consultations,
    first_contact,
    knowledge_rates,
    query_sources,
)
from bangban.services.hotline.reads.visits import coverage
from bangban.services.hotline.terms import Kind
from bangban.surfaces.desk import pages
from bangban.surfaces.hotline.showing import CHANNELS
from bangban.surfaces.hotline.wall import span_of, tabs

SEES = ("orders.manage", "reports.prepare")
BACK = 29


@require_safe
@pages.staff(*SEES)
def rates(request: HttpRequest) -> HttpResponse:
    """Show first-contact resolution, use of knowledge by agent, and the answers of call-backs in a span of days."""
    actor = pages.desk_actor(request)
    first, last = span_of(request, BACK)
    since, until = start_of_day(first), start_of_day(last + timedelta(days=1))
    center = actor.unit_id or 0
    survey, agents = survey_rate(center, first, last), knowledge_rates(center, since, until)
    context = {
        "tabs": tabs("rates", actor), "first": first, "last": last, "survey": survey, "percent": percent,
        "settled": first_contact(center, since, until),
        "used": sum(one.used for one in agents), "all": sum(one.all for one in agents),
        "agents": [[f"{one.name} {one.agent_number}".strip(), one.all, one.used, percent(one.used, one.all)] for one in agents],
        "asked": _bars(consultations(center, since, until)), "looked_up": _bars(query_sources(center, since, until)),
        "covered": _covered(center, first, last),
        "channels": [
            {"label": CHANNELS.get(channel, channel) or "其他", "value": count} for channel, count in survey.by_channel
        ],
    }  # fmt: skip
    return pages.page(request, "hotline/rates.html", context, current="wall")


def _covered(center: int, first: date, last: date) -> list[list[object]]:
    """Return how the call-backs of completed orders stand beside what the policy asks for (GB33358-5.4.1)."""
    return [
        [
            str(Kind(one.kind).label) if one.kind else "未定类型", "直接答复" if one.direct else "转办", one.completed, one.drawn,
            percent(one.drawn, one.completed), visit_share(one.kind, one.direct, last), one.answered, one.given_up,
            percent(one.answered, one.drawn),
        ]
        for one in coverage(center, first, last)
    ]  # fmt: skip


def _bars(counted: Counted) -> list[dict[str, Any]]:
    """Return the rows of a bar chart; none when nothing was counted."""
    return [{"label": label, "value": n} for label, n in counted] if any(n for _, n in counted) else []


def percent(part: int, whole: int) -> str:
    """Return per cent with one place, rounded down; a dash when there is nothing to divide by."""
    return f"{part * 1000 // whole / 10:.1f}" if whole else "—"
