"""Saying why a period cannot be booked, with the nearest others that can."""

from __future__ import annotations

from time import monotonic
from typing import Any

from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import NotAllowed
from bangban.registry.halls.reads import Hall
from bangban.services.appointments.actions.drafts import Draft
from bangban.services.appointments.models import Slot
from bangban.services.appointments.reads.periods import (
    SlotView,
    nearest,
    view_of,
)
from bangban.services.appointments.words import period_words

REMEMBER_SECONDS = 1.0
MOST_REMEMBERED = 1000
_near: dict[tuple[object, ...], tuple[float, list[SlotView]]] = {}


def refuse_unless_open(draft: Draft) -> None:
    """Refuse without waiting for anybody when the period is plainly not to be had."""
    view = view_of(draft.slot, draft.network, now(), draft.slot.closure)
    if view.state != "open":
        raise refusal(draft.plan, draft.slot, draft.network)


def refusal(plan: Hall, slot: Slot, network: bool) -> NotAllowed:
    """Say why a period cannot be booked, with the nearest others that can."""
    view = view_of(slot, network, now(), slot.closure)
    others = _others(plan, slot, network)
    words = period_words(slot.starts_at, slot.ends_at, plan.zone)
    why = {"past": "已经开始或已过", "closed": f"已停约（{slot.closure.reason if slot.closure else ''}）"}.get(
        view.state, "已约满"
    )
    hint = (
        f"最近可约{period_words(others[0].starts_at, others[0].ends_at, plan.zone)}。"
        if others
        else "近期没有可约时段，请改日再试或到现场取号。"
    )
    state = view.state if view.state != "open" else "full"
    return NotAllowed(f"{words}{why}。{hint}", state=state, nearest=[_as_data(other) for other in others])


def _others(plan: Hall, slot: Slot, network: bool) -> list[SlotView]:
    """Return the nearest free periods, remembered for a second: in a rush many ask the same at once (DB23-6.5.1).

    What they name may be full by then; the booking itself looks again.
    """
    key = (slot.id, slot.taken, slot.capacity, slot.closure_id, network)
    known = _near.get(key)
    if known is None or known[0] < monotonic():
        if len(_near) >= MOST_REMEMBERED:
            _near.clear()
        found = nearest(plan, slot.klass_id, slot.staff_id, network=network, around=slot.starts_at, skip={slot.id})
        known = _near[key] = (monotonic() + REMEMBER_SECONDS, found)
    return known[1]


def _as_data(view: Any) -> dict[str, Any]:
    return {"id": view.id, "starts_at": view.starts_at, "ends_at": view.ends_at, "free": view.free}
