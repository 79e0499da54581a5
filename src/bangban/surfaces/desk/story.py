"""What the head and the story of a case show, in the parameters of the components."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bangban.foundation.access.actors import CHANNELS
from bangban.services.cases.flow import AFTER, FINAL
from bangban.services.cases.models import CloseReason, Complexity, Outcome, QuestionType, Scope, Stage
from bangban.services.cases.reads import CaseView, Waiting
from bangban.surfaces.desk import times

HEAD_CLOCKS = 3


def clock_chips(view: CaseView, at: datetime) -> dict[str, list[dict[str, Any]]]:
    """Return the clocks that run, for the head, and all of them, for the story."""
    chips = [times.chip(clock, at) for clock in view.clocks]
    over = view.state in FINAL
    running = [] if over else [chip for chip, clock in zip(chips, view.clocks, strict=True) if clock.state != "stopped"]
    return {"head": running[:HEAD_CLOCKS], "all": chips}


def facts(view: CaseView) -> dict[str, list[tuple[str, str]]]:
    """Return what stands under the title, and the sorted need."""
    head = [
        ("承办", view.owner or "待受理"),
        ("首问", view.first_contact),
        ("渠道", CHANNELS.get(view.channel, view.channel)),
        ("单位", view.unit.name if view.unit else ""),
        ("轮次", f"第{view.round}轮" if view.round > 1 else ""),
        ("排队", waiting(view.queue)),
        ("承诺回复", times.when(view.promised_at) if view.state in ("bot", "queued") else ""),
    ]
    need = [
        ("需求摘要", view.need_summary),
        ("事项", view.item.name if view.item else ""),
        ("问题类型", _label(QuestionType, view.question_type)),
        ("范围", _label(Scope, view.scope)),
        ("难易", _label(Complexity, view.complexity)),
        ("结案原因", _label(CloseReason, view.close_reason)),
        ("办理结果", _label(Outcome, view.outcome)),
    ]
    return {"head": [pair for pair in head if pair[1]], "need": [pair for pair in need if pair[1]]}


def waiting(place: Waiting | None) -> str:
    """Say how many wait longer in the queue of the unit, and about how long this one still waits (BJ-2-d)."""
    if place is None:
        return ""
    ahead = f"前面还有 {place.ahead} 件" if place.ahead else "排在最前"
    # Whole minutes, never too short, as the person reads it.
    return (
        f"{ahead}，预计还需 {times.length(-(-place.expected_seconds // 60) * 60)}" if place.expected_seconds else ahead
    )


def _label(codes: Any, value: str) -> str:
    return str(codes(value).label) if value else ""


def steps(view: CaseView) -> list[dict[str, str]]:
    """Return the way of the case: consult, guide, assist, closed, loop closed."""
    order = [stage.value for stage in Stage]
    place = order.index(view.stage)
    ended = view.state in (*AFTER, *FINAL)
    made = []
    for index, stage in enumerate(order):
        state = "done" if index < place or (index == place and ended) else "now" if index == place else "next"
        made.append({"label": Stage(stage).label, "state": "skipped" if ended and index > place else state})
    if view.state == "withdrawn":
        return [*made, {"label": "已撤回", "state": "done"}]
    closed = "done" if view.closed_at and ended else "next"
    looped = "done" if view.state == "loop_closed" else "now" if view.state in AFTER else "next"
    return [*made, {"label": "结案", "state": closed}, {"label": "闭环", "state": looped}]


def story(view: CaseView) -> list[dict[str, Any]]:
    """Return what happened, the newest first."""
    entries = [
        {
            "title": line.text,
            "at": times.iso(line.at),
            "at_text": times.when(line.at),
            "who": " · ".join(filter(None, [line.actor, line.unit])),
            "tone": "warn" if line.kind in ("clock.warned", "clock.breached", "case.offer_lapsed") else "plain",
            "id": str(line.id),
        }
        for line in reversed(view.timeline)
    ]
    if entries:
        entries[0]["tone"] = "now" if entries[0]["tone"] == "plain" and view.state not in FINAL else entries[0]["tone"]
    return entries
