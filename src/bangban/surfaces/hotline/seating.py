"""Seats of the hotline: add and disable them, who sits where, and how the time at them goes by day."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from bangban.foundation.flows.flow import FlowError, NotYours
from bangban.services.telephony import reads
from bangban.services.telephony.actions import set_lines, set_up_seat
from bangban.services.telephony.belonging import hotlines, of, scope
from bangban.services.telephony.models import Seat
from bangban.services.telephony.seating import flaws
from bangban.services.telephony.views import SeatView, Utilisation
from bangban.surfaces.desk import pages, times
from bangban.surfaces.desk.acting import once
from bangban.surfaces.hotline import choosing, wall
from bangban.surfaces.web.errors import status_of

MANAGES = ("orders.manage",)
SHOWN = 100
SEPARATORS = re.compile(r"[、,，;；\r\n]+")
STATES = {**wall.SEAT_STATES, "free": "空座"}
TONES = {
    "ready": "success", "talking": "active", "ringing": "active", "wrap_up": "waiting", "break": "warn", "free": "neutral",
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff(*MANAGES)
def seats(request: HttpRequest) -> HttpResponse:
    """Show the seats by number with who sits there; the form adds one or changes one."""
    if request.method != "POST":
        return _page(request)
    try:
        if "lines" in request.POST:
            set_lines(pages.desk_actor(request), SEPARATORS.split(request.POST["lines"][:2000]))
        else:
            _save(request)
    except NotYours:
        raise
    except FlowError as error:
        return _page(request, error)
    return pages.done(request, reverse("calls:seats"))


def _save(request: HttpRequest) -> None:
    given, actor = request.POST, pages.desk_actor(request)
    number, area = given.get("number", ""), given.get("area", "")[:60]
    active = given.get("active", "yes") == "yes"
    center = choosing.center_of(request, actor) or None
    measures = {name: _measure(given.get(name, "")) for name in ("square_metres", "spacing_metres")}
    once(
        actor,
        f"seat:{number[:20]}",
        given.get("client_id", "")[:80],
        lambda: set_up_seat(actor, number, area=area, active=active, center_id=center, **measures),
    )


def _measure(text: str) -> Decimal | None:
    """Return a measure that a form gave; zero, which is refused, for what is no number."""
    clean = text.strip()[:10]
    try:
        found = Decimal(clean) if clean else None
        return found if found is None or found.is_finite() else Decimal(0)
    except ArithmeticError:
        return Decimal(0)


def _page(request: HttpRequest, error: FlowError | None = None) -> HttpResponse:
    after = request.GET.get("after", "")[:20]
    actor = pages.desk_actor(request)
    center, own = choosing.center_of(request, actor), scope(actor.unit_id)
    rows = list(Seat.objects.filter(of(center), number__gt=after).order_by("number")[: SHOWN + 1])
    taken = {one.number: one for one in reads.seats(center)}
    context = {
        "rows": [_row(row, taken.get(row.number)) for row in rows[:SHOWN]],
        "more": f"{request.path}?{urlencode({'after': rows[SHOWN - 1].number})}" if len(rows) > SHOWN else "",
        "sitting": sum(1 for one in taken.values() if one.staff_id is not None),
        "in_use": len(taken),
        "flawed": sum(1 for row in rows if row.active and flaws(row.square_metres, row.spacing_metres)),
        "unmeasured": sum(1 for row in rows if row.active and None in (row.square_metres, row.spacing_metres)),
        "error": error.sentence if error else "",
        "problems": error.details.get("fields", {}) if error else {},
        "typed": request.POST,
        "own": own,
        "phone": next((place.phone for place in hotlines() if place.id == own), ""),
        "lines": request.POST.get("lines") or ("、".join(reads.lines_of(own)) if own else ""),
        "tabs": wall.tabs("seats", actor),
        "hotlines": choosing.choices(request, actor),
    }
    return pages.page(request, "hotline/seats.html", context, current="wall", status=status_of(error) if error else 200)


def _row(row: Seat, seat: SeatView | None) -> dict[str, Any]:
    state = seat.state if seat else "free"
    return {
        "number": row.number,
        "area": row.area,
        "square_metres": _shown(row.square_metres),
        "spacing_metres": _shown(row.spacing_metres),
        "flaws": flaws(row.square_metres, row.spacing_metres),
        "active": row.active,
        "who": seat.staff_name if seat else "",
        "work_number": seat.work_number if seat else "",
        "state": STATES.get(state, state) if row.active else "停用",
        "tone": TONES.get(state, "neutral") if row.active else "closed",
        "reason": seat.reason if seat else "",
        "since": seat.since if seat else None,
        "languages": "、".join(wall.language(code) for code in seat.languages) if seat else "",
    }


def _shown(measure: Decimal | None) -> str:
    return "" if measure is None else f"{measure.normalize():f}"


@require_safe
@pages.staff(*MANAGES)
def use(request: HttpRequest) -> HttpResponse:
    """Show how the signed-in time of each agent went on a day."""
    day = wall.day_of(request)
    actor = pages.desk_actor(request)
    found = reads.utilisation(day, day, choosing.center_of(request, actor))
    whole = sum(one.signed_in for one in found)
    talking = sum(one.talking for one in found)
    context = {
        "day": day,
        "rows": [_line(one) for one in found],
        "people": len(found),
        "calls": sum(one.calls for one in found),
        "signed_in": times.length(whole) if whole else "—",
        "share": _share(talking, whole),
        "tabs": wall.tabs("seats", actor),
        "hotlines": choosing.choices(request, actor),
    }
    return pages.page(request, "hotline/seat_use.html", context, current="wall")


def _share(part: int, whole: int) -> str:
    return f"{part * 1000 // whole / 10:.1f}" if whole else "—"


def _line(one: Utilisation) -> list[object]:
    spent = one.by_state
    return [
        one.staff_name, times.length(one.signed_in), one.calls, times.length(one.talking),
        times.length(spent.get("wrap_up", 0)), times.length(spent.get("break", 0)), _share(one.talking, one.signed_in),
    ]  # fmt: skip
