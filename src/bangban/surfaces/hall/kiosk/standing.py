"""How a ticket stands, in the words of a page: on the phone and at the kiosk."""

from __future__ import annotations

from math import ceil
from typing import Any

from bangban.foundation.clocks.moment import now
from bangban.registry.halls.defaults import FLAGS
from bangban.registry.halls.reads import hall
from bangban.registry.org.reads import place
from bangban.services.queues.actions.calling import RESULTS
from bangban.services.queues.reads import TicketView
from bangban.surfaces.hall.kiosk.waits import expected_words, where
from bangban.surfaces.portal.language import Language, say


def standing(view: TicketView, language: Language) -> dict[str, Any]:
    """Return what the templates say about a ticket: wait, place, way, whether it may rejoin and for how long."""
    plan, body, at = hall(view.body_id), place(view.body_id), now()
    until = view.rejoin_until
    return {
        "ticket": view,
        "business": view.business(language),
        "expected": expected_words(view.expected_seconds, language) if view.state == "waiting" else "",
        "where": where(view.floor, view.area),
        "way": where(view.floor, view.window_route or view.route),
        "flags": [say(language, FLAGS[flag]) for flag in view.flags if flag in FLAGS],
        "may_rejoin": "rejoin" in view.allowed and until is not None and at <= until,
        "rejoin_minutes": max(0, ceil((until - at).total_seconds() / 60)) if until else 0,
        "behind": plan.rules.rejoin_behind if plan else 0,
        "result": say(language, RESULTS[view.result]) if view.result not in ("", "unrecorded") else "",
        "call_key": f"{view.called_at.timestamp():.0f}" if view.state == "called" and view.called_at else "",
        "body_code": body.code if plan and body else "",
    }
