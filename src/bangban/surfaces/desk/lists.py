"""The left pane: a box of cases with filters, and where the next page begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from bangban.foundation.access.actors import CHANNELS, Actor
from bangban.foundation.clocks.moment import now
from bangban.services.cases.flow import STATES
from bangban.services.cases.models import Stage
from bangban.services.cases.reads import BOXES, Row, box_counts, list_cases
from bangban.surfaces.desk import times

FILTERS = {"state": STATES, "stage": dict(Stage.choices), "channel": CHANNELS}
TONES = {
    "bot": "assistant", "queued": "warn", "claimed": "info", "consult": "info", "guide": "primary", "assist": "success",
    "following": "accent",
}  # fmt: skip
BADGES = {
    "bot": "waiting", "queued": "waiting", "claimed": "active", "consult": "active", "guide": "active",
    "assist": "active", "closed": "closed", "following": "warn", "loop_closed": "success", "withdrawn": "neutral",
}  # fmt: skip
SHORT_STATES = {
    "bot": "智能接待", "queued": "待受理", "claimed": "梳理需求", "consult": "咨询", "guide": "导办", "assist": "帮办",
    "closed": "已结案", "following": "跟踪中", "loop_closed": "已闭环", "withdrawn": "已撤回",
}  # fmt: skip
CHOSEN = ("box", "state", "stage", "channel", "q")


@dataclass(frozen=True)
class Wanted:
    """What the left pane shows."""

    box: str
    state: str = ""
    stage: str = ""
    channel: str = ""
    q: str = ""

    def query(self, **more: str) -> str:
        """Return these choices as the query of an address."""
        chosen = {name: getattr(self, name) for name in CHOSEN} | more
        return urlencode({name: value for name, value in chosen.items() if value})

    @property
    def filtered(self) -> bool:
        """Tell whether anything but the box was chosen."""
        return bool(self.state or self.stage or self.channel or self.q)


def wanted_of(query: Mapping[str, str], actor: Actor) -> Wanted:
    """Read the choices of an address; what is not in a list is left out."""
    box = query.get("box", "")
    chosen = {name: query.get(name, "") for name in FILTERS}
    kept = {name: value if value in FILTERS[name] else "" for name, value in chosen.items()}
    return Wanted(box if box in BOXES else first_box(actor), q=query.get("q", "").strip()[:40], **kept)


def first_box(actor: Actor) -> str:
    """Return the box that a duty works from."""
    if actor.duties & {"triage_agent"}:
        return "inbox"
    if "dedicated_consultant" in actor.duties:
        return "mine"
    return "advice" if "advisor" in actor.duties else "unit"


def line(row: Row, wanted: Wanted, current: str = "") -> dict[str, Any]:
    """Return the parameters of `list_row` for one case."""
    at = now()
    open_one = row.clock if row.state not in ("loop_closed", "withdrawn") else None
    facts = [row.contact_name, row.item_name if row.item_name != row.gist else "", row.owner and f"承办 {row.owner}"]
    facts.append(f"第{row.round}轮" if row.round > 1 else "")
    return {
        "title": row.gist or row.number,
        "url": f"{reverse('desk:case', args=[row.number])}?{wanted.query()}",
        "meta": [fact for fact in facts if fact][:3],
        "tag_text": ("急 · " if row.urgency else "") + SHORT_STATES.get(row.state, row.state_label),
        "tag_tone": "danger" if row.urgency else TONES.get(row.state, "neutral"),
        "aside": times.when(row.last_at or row.created_at),
        "unread": row.unread,
        "current": row.number == current,
        "clock": times.lamp(open_one, at),
        "attrs": {"data-row": row.number, "data-at": row.created_at.isoformat()},
    }


def listing(actor: Actor, wanted: Wanted, *, after: str = "", current: str = "") -> dict[str, Any]:
    """Return what the list template needs: lines and the address of the next page."""
    found = list_cases(
        actor, wanted.box, after=after, state=wanted.state, stage=wanted.stage, channel=wanted.channel, search=wanted.q
    )
    more = f"{reverse('desk:rows')}?{wanted.query(after=found.after, current=current)}" if found.after else ""
    return {"rows": [line(row, wanted, current) for row in found.rows], "more": more, "wanted": wanted}


def pane(actor: Actor, wanted: Wanted, current: str) -> dict[str, Any]:
    """Return what the left pane beside an open case needs: its frame; lines and counts are fetched by the page itself.

    So the case is there without waiting for a list that its reader has just seen.
    """
    return {
        "rows": None, "more": "", "wanted": wanted, "current": current, "filters": FILTERS,
        "boxes": boxes(actor, wanted, counted=False),
    }  # fmt: skip


def boxes(actor: Actor, wanted: Wanted, *, counted: bool = True) -> list[dict[str, Any]]:
    """Return the boxes with how many cases wait in them, or without counting."""
    counts = box_counts(actor) if counted else {}
    return [
        {
            "label": label,
            "url": f"{reverse('desk:board')}?box={box}",
            "count": counts.get(box, 0),
            "current": box == wanted.box,
            "key": str(place),
            "calls": box in ("inbox", "advice") and counts.get(box, 0) > 0,
        }
        for place, (box, label) in enumerate(BOXES.items(), 1)
    ]
