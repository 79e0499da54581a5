"""What the boards of a hall fetch: markup, calls to be spoken, and the time of the place (DB23-7.1, F9.07)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.template.loader import render_to_string

from bangban.foundation.clocks.moment import now
from bangban.registry.halls.reads import AreaView, Hall
from bangban.registry.org.reads import Place
from bangban.services.publications.reads import led_messages
from bangban.services.queues.reads import BoardState, board_state
from bangban.surfaces.hall.boards.keeping import kept
from bangban.surfaces.hall.boards.words import day_words, spoken_call

CLASSES_ON_A_PAGE = 4
CALLS_BESIDE_THE_FIRST = 8


@dataclass(frozen=True)
class Screen:
    """What a board shows: its state and the markup of it."""

    state: BoardState
    html: str


def answer(body: Place, plan: Hall, area: AreaView | None) -> dict[str, Any]:
    """Return what a board of a hall, or of one area, fetches; ages are in seconds and counted by the house."""
    area_id = area.id if area else None
    found = kept(("board", area_id), plan, lambda: _made(body, plan, area))
    at = now()
    passed = (at - found.state.at).total_seconds()
    calls = [
        {
            "key": call.key,
            "say": spoken_call(call.label, call.window),
            "age": round(call.age_seconds + passed, 1),
            "waits": call.state == "called",
        }
        for call in found.state.calls
    ]
    return {"seq": found.state.seq, "html": found.html, "calls": calls, **times_of(plan, at)}


def _made(body: Place, plan: Hall, area: AreaView | None) -> Screen:
    state = board_state(body.id, area.id if area else None)
    assert state is not None
    busy_first = sorted(state.upcoming, key=lambda one: not one.waiting)
    context = {
        "calls": state.calls[: CALLS_BESIDE_THE_FIRST + 1],
        "pages": [busy_first[at : at + CLASSES_ON_A_PAGE] for at in range(0, len(busy_first), CLASSES_ON_A_PAGE)],
        "missed": state.missed,
        "area": area,
        "notices": [one.text for one in led_messages(body, state.at) if one.playing],
        "grace_minutes": round(plan.rules.rejoin_within.total_seconds() / 60),
    }
    return Screen(state, render_to_string("hall/boards/_screen.html", context))


def times_of(plan: Hall, at: datetime) -> dict[str, Any]:
    """Return the time at the place in milliseconds, its date in words, and in how many seconds its day turns."""
    local = at.astimezone(plan.zone)
    offset = local.utcoffset() or timedelta()
    turn = datetime.combine(plan.day_of(at) + timedelta(days=1), plan.rules.day_begins, plan.zone)
    return {
        "at": round((at.timestamp() + offset.total_seconds()) * 1000),
        "clock": f"{local:%H:%M}",
        "date": day_words(local),
        "turns_in": max(1, round((turn - at).total_seconds())),
    }
