"""The story of a case: its events in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bangban.foundation.access.actors import CHANNELS
from bangban.foundation.clocks.reads import label_of_rule
from bangban.foundation.ledger.models import Event, Visibility
from bangban.registry.org.reads import place
from bangban.services.cases.flow import FLOW, STATES
from bangban.services.cases.models import Case, CloseReason, Outcome, Stage

# Only what a line shows: digests, topics and role stay where they are.
_EVENTS = """
SELECT id, at, kind, actor_kind, actor_name, unit_id, channel, visibility, clause, data FROM ledger_event
WHERE record_id = %s AND NOT kind = ANY(%s::text[]) AND visibility = ANY(%s::text[]) ORDER BY position LIMIT %s
"""
QUIET = frozenset({"case.say", "case.work", "case.by_user", "case.clock"})


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


def timeline(case: Case, *, staff: bool, limit: int = 200) -> list[Happening]:
    """Return what happened on a case, oldest first, without the single messages.

    Service users see what concerns them; staff see everything but internal lines of others.
    """
    shown = Visibility.values if staff else [Visibility.USER.value]
    rows = Event.objects.raw(_EVENTS, [case.id, sorted(QUIET), shown, limit])
    return [_line(event, staff) for event in rows]


def _line(event: Event, staff: bool) -> Happening:
    unit = place(event.unit_id)
    who = event.actor_name or {"user": "服务对象", "guest": "服务对象", "partner": "接入应用"}.get(
        event.actor_kind, "系统"
    )
    return Happening(
        id=event.id,
        at=event.at,
        kind=event.kind,
        actor=who if staff or event.actor_kind != "system" else "系统",
        unit=unit.name if unit else "",
        text=sentence(event, who),
        visibility=event.visibility,
        clause=event.clause,
        state=STATES.get(str(event.data.get("to", "")), ""),
    )


def sentence(event: Event, who: str) -> str:
    """Say one event in plain Chinese."""
    data = event.data
    if event.kind == "case.opened":
        return f"通过{CHANNELS.get(str(data.get('channel', '')) or event.channel, '线上')}登记了咨询"
    if event.kind in ("clock.warned", "clock.breached"):
        return f"{label_of_rule(str(data.get('rule')))}：{'即将到期' if event.kind == 'clock.warned' else '已超时'}"
    if event.kind == "case.offer_lapsed":
        return "移交超时无人接收，已退回移交人"
    if event.kind == "case.consent":
        stage = Stage(data["stage"]).label
        return f"您同意进入{stage}" if data.get("agreed") else f"您选择暂不进入{stage}"
    if event.kind == "case.propose_stage":
        return f"征求您的同意，进入{Stage(data['stage']).label}"
    if event.kind == "case.close":
        return f"{who}反馈处置意见并结案（{CloseReason(data['reason']).label}）"
    if event.kind == "case.follow_up":
        return f"办理结果：{Outcome(data['outcome']).label}" + (
            "，开始新一轮服务" if data["outcome"] == "needs_improvement" else "，闭环"
        )
    action = event.kind.partition(".")[2]
    for line in (*FLOW.by_action.get(action, ()), *FLOW.by_action.get(f"_{action}", ())):
        return (line.story or line.label).format_map({"who": who, "to_unit_name": data.get("to_unit_name", "办理机构")})
    return event.kind
