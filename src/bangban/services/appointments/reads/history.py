"""What happened to an appointment, as its page tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bangban.foundation.ledger.models import Event
from bangban.services.appointments.flow import FLOW
from bangban.services.appointments.models import Appointment


@dataclass(frozen=True)
class Step:
    """One line of the history: when, what, by whom (staff by name)."""

    at: datetime
    kind: str
    sentence: str
    who: str


class _Open(dict[str, Any]):
    """Values of a story; what an event does not tell is left out."""

    def __missing__(self, key: str) -> str:
        return ""


def history_of(row: Appointment, *, staff: bool) -> tuple[Step, ...]:
    """Return what happened, the oldest first; ticks are not told. One query."""
    events = Event.objects.filter(record_id=row.id).order_by("position")
    events = events if staff else events.filter(visibility="user")
    stories = {f"appointment.{line.action.lstrip('_')}": line.story for line in FLOW.transitions}
    stories["appointment.opened"] = "预约成功"
    found = []
    for event in events:
        if story := stories.get(event.kind, ""):
            sentence = story.format_map(_Open(event.data)).rstrip("：")
            found.append(Step(event.at, event.kind, sentence, event.actor_name if event.actor_kind == "staff" else ""))
    return tuple(found)
