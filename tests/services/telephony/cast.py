"""The people and calls of the hotline in tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.registry.org import actions as org
from bangban.registry.org.models import Body, Staff
from bangban.services.telephony.events import ExchangeEvent
from tests.cast import add_staff

_numbers = count(1)


@dataclass
class Hotline:
    """The hotline of the city with two agents, two managers, an inspector and a supervision officer."""

    body: Body
    agent: Actor
    second_agent: Actor
    manager: Actor
    second_manager: Actor
    inspector: Actor
    officer: Actor


def make_hotline() -> Hotline:
    body = org.save_body(org.NewBody("rx", "广州12345政务服务便民热线", "hotline", "city", "440100", "gz"))
    return Hotline(
        body=body,
        agent=agent("agent1", "何话务", "7001", "mandarin", "cantonese"),
        second_agent=agent("agent2", "吕话务", "7002", "mandarin"),
        manager=add_staff("rxmanager", "孔经理", "rx", "hotline_manager"),
        second_manager=add_staff("rxmanager2", "曹经理", "rx", "hotline_manager"),
        inspector=add_staff("rxquality", "严质检", "rx", "quality_inspector"),
        officer=add_staff("rxofficer", "华督办", "rx", "supervision_officer"),
    )


def agent(username: str, name: str, work_number: str, *languages: str) -> Actor:
    actor = add_staff(username, name, "rx", "hotline_agent")
    Staff.objects.filter(id=actor.staff_id).update(work_number=work_number, languages=list(languages))
    return actor


def event(kind: str, call: str, at: datetime, **more: Any) -> ExchangeEvent:
    return ExchangeEvent(id=more.pop("id", f"e{next(_numbers)}"), call=call, kind=kind, at=at, **more)


def talk(
    call: str,
    *,
    start: datetime | None = None,
    wait: float = 5,
    seconds: float = 60,
    agent: str = "7001",
    caller: str = "13800138000",
    language: str = "",
) -> list[ExchangeEvent]:
    """The events of a call that is answered after `wait` seconds and ends after `seconds` more."""
    at = start or now()
    answered = at + timedelta(seconds=wait)
    return [
        event("offered", call, at, caller=caller, called="12345", language=language),
        event("queued", call, at + timedelta(seconds=wait / 4)),
        event("ringing", call, at + timedelta(seconds=wait / 2), agent=agent),
        event("answered", call, answered, agent=agent),
        event("hung_up", call, answered + timedelta(seconds=seconds), by="caller"),
    ]


def lost(
    call: str, *, start: datetime | None = None, wait: float = 20, caller: str = "13900139000"
) -> list[ExchangeEvent]:
    """The events of a call whose caller gives up after `wait` seconds."""
    at = start or now()
    return [
        event("offered", call, at, caller=caller, called="12345"),
        event("queued", call, at),
        event("abandoned", call, at + timedelta(seconds=wait), by="caller"),
    ]
