"""The screen above one window: its number now, and who serves there (DB23-5.2.4)."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string

from bangban.foundation.access.duties import DUTIES
from bangban.foundation.clocks.moment import now
from bangban.registry.halls.reads import Hall, WindowView
from bangban.registry.org.reads import Colleague, colleagues
from bangban.services.queues.reads import WindowState, hall_state
from bangban.surfaces.hall.boards.feed import times_of
from bangban.surfaces.hall.boards.keeping import kept

ON_DISPLAY = ("window_clerk", "dedicated_consultant")


def window_answer(plan: Hall, window: WindowView) -> dict[str, Any]:
    """Return what the screen above a window fetches; all windows of a hall share one look at it."""
    state = kept("windows", plan, lambda: _windows(plan)).get(window.id)
    staff = _staff(state.staff_id) if state and state.staff_id else None
    classes = (state.classes if state else ()) or window.classes
    context = {
        "state": state.state if state else "closed",
        "label": state.label if state else "",
        "called": bool(state and state.ticket_state == "called"),
        "classes": [plan.classes[k].name for k in classes if k in plan.classes],
        "staff": staff,
        "post": "、".join(DUTIES[duty] for duty in ON_DISPLAY if staff and duty in staff.duties),
    }
    return {"html": render_to_string("hall/boards/_window.html", context), "calls": [], **times_of(plan, now())}


def _windows(plan: Hall) -> dict[int, WindowState]:
    state = hall_state(plan.body_id)
    return {one.window.id: one for one in state.windows} if state else {}


def _staff(staff_id: int) -> Colleague | None:
    return next(iter(colleagues(now(), staff_id=staff_id)), None)
