"""The bookings of a day at the own hall: who comes when, for what, and who comes next (DB23-6.5.1)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.access.phones import clean_phone
from bangban.foundation.privacy.crypto import blind_index, normalise
from bangban.registry.halls.reads import hall
from bangban.registry.org.reads import Place
from bangban.services.appointments import reads
from bangban.services.appointments.flow import FLOW
from bangban.services.appointments.reads.day_counts import day_counts
from bangban.surfaces.appointments import moments
from bangban.surfaces.appointments.desk.halls import hall_of, halls_of
from bangban.surfaces.appointments.portal.showing import TONES
from bangban.surfaces.desk import pages
from bangban.surfaces.web.given import day_of, whole

SAID = "desk_appointments_said"
SHOWN, NEXT = 50, 8
SEES = ("appointments.book", "appointments.manage")


@require_safe
@pages.staff(*SEES)
def day(request: HttpRequest) -> HttpResponse:
    """Show a day with its classes, or what a number finds."""
    actor = pages.desk_actor(request)
    body, chosen = hall_of(request, actor), _chosen(request)
    today = moments.today_at(body.id)
    shown = day_of(chosen["day"]) or today
    chosen |= {"day": shown.isoformat(), "hall": body.code}
    if number := _number(chosen["q"]):
        return pages.see(reverse("appointments:desk_one", args=[number]))
    found = _rows(actor, body, shown, chosen, request.GET.get("after", "")[:200])
    upcoming = _upcoming(actor, body.id, shown) if shown == today and not chosen["q"] else []
    context: dict[str, Any] = {
        "place_name": body.name,
        "halls": [(one.code, one.name) for one in halls_of(actor)],
        "chosen": chosen,
        "before": _url(chosen, day=(shown - timedelta(days=1)).isoformat()),
        "following": _url(chosen, day=(shown + timedelta(days=1)).isoformat()),
        "day_words": moments.day_words(shown),
        "states": list(FLOW.states.items()),
        "tabs": _tabs(actor, body.id, shown, chosen),
        "rows": found.rows,
        "hours": lambda row: moments.hours(row.starts_at, row.ends_at, moments.zone_of(row.body_id)),
        "tones": TONES,
        "more": _url(chosen, after=found.after) if found.after else "",
        "upcoming": upcoming,
        "manages": may(actor, "appointments.manage"),
        "said": request.session.pop(SAID, ""),
    }
    topics = (f"hall:{body.id}",)
    return pages.page(request, "appointments/desk_day.html", context, current="appointments", topics=topics)


def _chosen(request: HttpRequest) -> dict[str, str]:
    state = request.GET.get("state", "")
    return {
        "day": request.GET.get("day", "")[:10],
        "klass": request.GET.get("klass", "")[:12],
        "state": state if state in FLOW.states else "",
        "q": request.GET.get("q", "").strip()[:40],
    }


def _number(text: str) -> str:
    found = normalise(text).upper()
    return found if found.startswith("YY") and found.isalnum() and len(found) <= 20 else ""


def _rows(actor: Actor, body: Place, shown: date, chosen: dict[str, str], after: str) -> reads.AppointmentPage:
    if text := chosen["q"]:
        phone = clean_phone(text) or normalise(text)
        return reads.of_phone(actor, body.id, blind_index(phone, "phone"), SHOWN)
    return reads.day_list(
        actor, body.id, shown, class_id=whole(chosen["klass"]), state=chosen["state"], after=after, limit=SHOWN
    )


def _upcoming(actor: Actor, body_id: int, shown: date) -> list[reads.AppointmentRow]:
    """Return who is booked for the period that runs or comes next and has not come yet."""
    rows = reads.day_list(actor, body_id, shown, state="booked", limit=NEXT).rows
    return [row for row in rows if row.starts_at == rows[0].starts_at]


def _tabs(actor: Actor, body_id: int, shown: date, chosen: dict[str, str]) -> list[dict[str, Any]]:
    counts, plan = day_counts(actor, body_id, shown), hall(body_id)
    known = plan.classes.values() if plan else ()
    every = {"label": "全部", "url": _url(chosen, klass=""), "count": sum(one.booked for one in counts.values())}
    return [
        {**every, "current": not chosen["klass"]},
        *(
            {
                "label": f"{klass.letter} {klass.name}",
                "url": _url(chosen, klass=str(klass.id)),
                "count": counts[klass.id].booked if klass.id in counts else 0,
                "current": chosen["klass"] == str(klass.id),
            }
            for klass in known
        ),
    ]


def _url(chosen: dict[str, str], **more: str) -> str:
    kept = {name: value for name, value in (chosen | {"after": ""} | more).items() if value}
    return f"{reverse('appointments:desk_day')}?{urlencode(kept)}"
