"""The story of an order: its events in plain words, for staff and for the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bangban.foundation.clocks.reads import label_of_rule
from bangban.foundation.ledger.models import Event, Visibility
from bangban.registry.org.reads import place
from bangban.services.hotline import terms
from bangban.services.hotline.flow import FLOW, STATES
from bangban.services.hotline.models import WorkOrder

_EVENTS = """
SELECT id, at, kind, actor_kind, actor_name, unit_id, channel, visibility, clause, data FROM ledger_event
WHERE record_id = %s AND NOT kind = ANY(%s::text[]) AND visibility = ANY(%s::text[]) ORDER BY position LIMIT %s
"""
QUIET = frozenset({"order.save", "order.clock", "order.use", "order.say"})
WHO = {"user": "诉求人", "guest": "诉求人", "partner": "接入应用", "device": "设备"}


@dataclass(frozen=True)
class Happening:
    """One line of the story."""

    id: UUID
    at: datetime
    kind: str
    actor: str
    unit: str
    text: str
    visibility: str
    clause: str
    state: str


def timeline(order: WorkOrder, *, staff: bool, limit: int = 300) -> list[Happening]:
    """Return what happened on an order, oldest first, without single messages and saved fields."""
    shown = [Visibility.USER.value, Visibility.STAFF.value] if staff else [Visibility.USER.value]
    rows = Event.objects.raw(_EVENTS, [order.id, sorted(QUIET), shown, limit])
    return [_line(event, staff) for event in rows]


def _line(event: Event, staff: bool) -> Happening:
    unit = place(event.unit_id)
    who = event.actor_name or WHO.get(event.actor_kind, "系统")
    return Happening(
        id=event.id,
        at=event.at,
        kind=event.kind,
        # Names of staff of a unit are no business of the person; the unit is.
        actor=who if staff or event.actor_kind != "staff" else "",
        unit=unit.name if unit else "",
        text=sentence(event, who),
        visibility=event.visibility,
        clause=event.clause,
        state=STATES.get(str(event.data.get("to", "")), ""),
    )


def sentence(event: Event, who: str) -> str:
    """Say one event in plain Chinese."""
    data = event.data
    if event.kind == "order.opened":
        source = str(data.get("source", ""))
        return f"热线收到诉求（{terms.Source(source).label}）" if source in terms.Source.values else "热线收到诉求"
    if event.kind in ("clock.warned", "clock.breached"):
        return f"{label_of_rule(str(data.get('rule')))}：{'即将到期' if event.kind == 'clock.warned' else '已超时'}"
    if event.kind == "order.line_refused":
        return str(data.get("sentence", ""))
    if event.kind == "order.link":
        return f"关联记录 {data.get('other', '')}".strip()
    action = event.kind.partition(".")[2]
    for line in (*FLOW.by_action.get(action, ()), *FLOW.by_action.get(f"_{action}", ())):
        return _told(line.story or line.label, data, who)
    return event.kind


def _told(story: str, data: dict[str, object], who: str) -> str:
    """Fill the gaps of a story with names of units kept by id, so that a renamed unit is called as it is now."""
    lead, unit = place(_number(data.get("lead"))), place(_number(data.get("unit")))
    return story.format_map({
        "who": who,
        "lead_name": lead.name if lead else "承办单位",
        "unit_name": unit.name if unit else "承办单位",
        "into": data.get("into", "另一张工单"),
    })  # fmt: skip


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None
