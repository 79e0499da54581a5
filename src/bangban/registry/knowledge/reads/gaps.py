"""Questions without a fitting entry (BJ-5-e)."""

from __future__ import annotations

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.models import Clock, ClockState
from bangban.registry.knowledge.flow import CANDIDATE_STATES, GAP
from bangban.registry.knowledge.models import Candidate
from bangban.registry.knowledge.parties import reach_of
from bangban.registry.knowledge.terms import Origin
from bangban.registry.knowledge.views import GapView
from bangban.registry.org.reads import place

OPEN = ("open", "answered", "drafted")


def gaps(actor: Actor | None = None, *, state: str = "", body_id: int | None = None, limit: int = 100) -> list[GapView]:
    """Return open candidates, the most asked first; with an actor those in reach, or put to the adviser's body.

    `state` takes one state, also a finished one. Two queries.
    """
    rows = Candidate.objects.filter(state__in=[state] if state else OPEN)
    if actor is not None:
        own = actor.unit_id if "advisor" in actor.duties else None
        rows = rows.filter(body=own) if own else rows.filter(reach_of(actor))
    if body_id is not None:
        rows = rows.filter(body=body_id)
    found = list(rows.select_related("answered_by").order_by("-asked", "id")[:limit])
    clocks = Clock.objects.filter(record_id__in=[row.id for row in found], code=GAP).exclude(state=ClockState.STOPPED)
    due = dict(clocks.values_list("record_id", "due_at"))
    return [_view(row, due.get(row.id)) for row in found]


def _view(row: Candidate, due_at: object) -> GapView:
    body = place(row.body_id)
    return GapView(
        id=row.id,
        number=row.number,
        question=row.question,
        state=row.state,
        state_label=CANDIDATE_STATES[row.state],
        body_id=row.body_id,
        body=body.name if body else "",
        item_id=row.item_id,
        origin=row.origin,
        origin_label=Origin(row.origin).label,
        asked=row.asked,
        last_asked_at=row.last_asked_at,
        created_at=row.created_at,
        answer=row.answer,
        basis=row.basis,
        answered_by=row.answered_by.name if row.answered_by else "",
        answered_at=row.answered_at,
        entry_id=row.entry_id,
        due_at=due_at,  # type: ignore[arg-type]
    )
