"""The left pane: a box of orders with filters, and where the next page begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.clocks.moment import now
from bangban.services.hotline import terms
from bangban.services.hotline.flow import STATES
from bangban.services.hotline.reads import BOXES, Filters, Row, box_counts, boxes_of, page
from bangban.services.hotline.reads.boxes import at_hotline
from bangban.services.hotline.reads.lists import is_first
from bangban.surfaces.desk import times

TONES = {
    "registering": "warn", "registered": "info", "dispatched": "primary", "handling": "info", "returned": "warn",
    "completed": "success", "visited": "success", "archived": "neutral", "refused": "neutral", "merged": "neutral",
    "withdrawn": "neutral",
}  # fmt: skip
BADGES = {
    "registering": "waiting", "registered": "waiting", "dispatched": "waiting", "handling": "active", "returned": "warn",
    "completed": "success", "visited": "success", "archived": "closed", "refused": "closed", "merged": "closed",
    "withdrawn": "neutral",
}  # fmt: skip
SHORT_STATES = {
    "registering": "登记中", "registered": "待转办", "dispatched": "待签收", "handling": "办理中", "returned": "退回待改派",
    "completed": "待回访", "visited": "已回访", "archived": "已归档", "refused": "不予受理", "merged": "已并单",
    "withdrawn": "已撤回",
}  # fmt: skip
CHOICES = {
    "state": STATES,
    "kind": dict(terms.Kind.choices),
    "source": dict(terms.Source.choices),
    "urgency": dict(terms.Urgency.choices),
}
NAMES = ("box", "after", *(one.name for one in fields(Filters)))
"""What an address says about the list; fields of a form may have the same names."""
CALLS = ("unsatisfied", "mine", "incoming", "returned", "offered", "late", "emergency", "overdue")
FINAL = ("archived", "withdrawn", "merged", "refused")


@dataclass(frozen=True)
class Wanted:
    """What the left pane shows."""

    box: str
    filters: Filters = field(default_factory=Filters)

    def query(self, **more: str) -> str:
        """Return these choices as the query of an address."""
        chosen = {"box": self.box, **asdict(self.filters), **more}
        return urlencode({name: value for name, value in chosen.items() if value})

    @property
    def filtered(self) -> bool:
        """Tell whether anything but the box was chosen."""
        return any(asdict(self.filters).values())


def wanted_of(query: Mapping[str, str], actor: Actor) -> Wanted:
    """Read the choices of an address; what is not in a list is left out."""
    open_boxes = boxes_of(actor)
    box = query.get("box", "")
    filters = Filters.of(query)
    wrong = {name for name, known in CHOICES.items() if getattr(filters, name) not in known}
    return Wanted(
        box if box in open_boxes else first_box(actor),
        Filters(**{name: "" if name in wrong else value for name, value in asdict(filters).items()}),
    )


def first_box(actor: Actor) -> str:
    """Return the box that a duty works from."""
    if "hotline_agent" in actor.duties:
        return "mine"
    if "callback_visitor" in actor.duties:
        return "completed"
    if "undertaker" in actor.duties:
        return "offered"
    return "supervised" if "supervision_officer" in actor.duties else "all"


def line(row: Row, wanted: Wanted, current: str = "") -> dict[str, Any]:
    """Return the parameters of `list_row` for one order."""
    at = now()
    facts = [row.kind_label, row.category or row.source_label, row.unit_name]
    facts.append(f"第{row.round}轮" if row.round > 1 else "")
    urgent = row.urgency != terms.Urgency.ORDINARY
    mark = "督办 · " if row.supervision_level else ""
    prefix = "突发 · " if row.urgency == terms.Urgency.EMERGENCY else "急 · " if urgent else mark
    return {
        "title": row.gist or row.number,
        "url": f"{reverse('hotline:order', args=[row.number])}?{wanted.query()}",
        "text": row.place,
        "meta": [fact for fact in facts if fact][:3],
        "tag_text": prefix + SHORT_STATES[row.state],
        "tag_tone": "danger" if urgent or row.supervision_level else TONES[row.state],
        "aside": times.when(row.received_at),
        "current": row.number == current,
        "clock": times.lamp(row.clock if row.state not in FINAL else None, at),
        "attrs": {"data-row": row.number, "data-at": _place_of(row, wanted)},
    }


def _place_of(row: Row, wanted: Wanted) -> str:
    """Return where a line stands among the others of the page, the greatest first."""
    first = not wanted.filtered and is_first(wanted.box, row)
    return f"{'first ' if first else ''}{row.received_at.isoformat()}"


def listing(actor: Actor, wanted: Wanted, *, after: str = "", current: str = "") -> dict[str, Any]:
    """Return what the list template needs: lines and the address of the next page."""
    found = page(actor, wanted.box, wanted.filters, after=after)
    more = f"{reverse('hotline:rows')}?{wanted.query(after=found.after, current=current)}" if found.after else ""
    return {
        "rows": [line(row, wanted, current) for row in found.rows],
        "more": more,
        "wanted": wanted,
        "visits": may(actor, "orders.visit"),
        "person": at_hotline(actor),
    }


def pane(actor: Actor, wanted: Wanted, current: str) -> dict[str, Any]:
    """Return the frame of the left pane beside an open order; the page fetches lines and counts by itself."""
    return {
        "rows": None, "more": "", "wanted": wanted, "current": current, "choices": CHOICES, "visits": may(actor, "orders.visit"),
        "boxes": boxes(actor, wanted, counted=False),
    }  # fmt: skip


def boxes(actor: Actor, wanted: Wanted, *, counted: bool = True) -> list[dict[str, Any]]:
    """Return the boxes with how many orders wait in them, or without counting."""
    counts = box_counts(actor) if counted else {}
    return [
        {
            "label": BOXES[box],
            "url": f"{reverse('hotline:orders')}?box={box}",
            "count": counts.get(box, 0),
            "current": box == wanted.box,
            "key": str(place) if place < 10 else "0" if place == 10 else "",
            "calls": box in CALLS and counts.get(box, 0) > 0,
        }
        for place, box in enumerate(boxes_of(actor), 1)
    ]
