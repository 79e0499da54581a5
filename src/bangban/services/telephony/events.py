"""What a telephone exchange tells: one event, in the exchange's own clock, with an id that is told only once.

An event may come late, twice and in any order. Nothing in this file knows the database.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import msgspec

KINDS = (
    "offered", "menu", "queued", "ringing", "missed", "answered", "held", "resumed", "joined", "left", "transferred",
    "recorded", "abandoned", "hung_up",
)  # fmt: skip
"""In the order in which events of one and the same moment are read."""

DIRECTIONS = ("in", "out")
ROLES = ("", "unit", "adviser", "agent")
HANDS = ("", "caller", "agent", "system", "unit")
LONGEST = {"note": 500, "party": 100, "caller": 40, "called": 40, "recording": 200, "digest": 100}
LONGEST_OTHER = 100
AHEAD = timedelta(minutes=10)
OLDEST = datetime(2020, 1, 1, tzinfo=UTC)
REFERENCE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")
LONGEST_CALL = 7 * 24 * 3600


class ExchangeEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened to one call.

    `id` is unique at its exchange and is the idempotency key; `call` is the exchange's own name of the call; `at` is
    aware and by the exchange's clock. `agent` is a work number; `party` the number or name of a third one; `seconds`
    the length of a recording; `digest` that of its content (SM3 in hex, or `sha256:` and hex).
    """

    exchange: str = "main"
    id: str
    call: str
    kind: str
    at: datetime
    caller: str = ""
    called: str = ""
    direction: str = "in"
    agent: str = ""
    language: str = ""
    party: str = ""
    role: str = ""
    by: str = ""
    recording: str = ""
    seconds: int = 0
    digest: str = ""
    note: str = ""


_TEXTS = tuple(field for field in ExchangeEvent.__struct_fields__ if field not in ("at", "seconds"))


def problem_of(event: ExchangeEvent, now: datetime) -> str:
    """Return a sentence that says why an event cannot be taken, or an empty one."""
    for name in _TEXTS:
        text = getattr(event, name)
        if len(text) > LONGEST.get(name, LONGEST_OTHER) or "\0" in text:
            return f"{name} 过长或含有不允许的字符，请检查后重新发送。"
    if not (event.exchange and event.id and event.call):
        return "事件缺少 exchange、id 或 call，请补全后重新发送。"
    if event.kind not in KINDS:
        return f"没有“{event.kind}”这种事件，可用的有：{'、'.join(KINDS)}。"
    if event.direction not in DIRECTIONS or event.role not in ROLES or event.by not in HANDS:
        return "direction、role 或 by 的取值不对，请对照接口说明更正。"
    if event.at.tzinfo is None:
        return "at 要带时区，例如 2026-11-18T10:00:00+08:00。"
    if not OLDEST <= event.at <= now + AHEAD:
        return "at 不在合理范围内，请检查交换机的时钟。"
    if not 0 <= event.seconds <= LONGEST_CALL:
        return "seconds 应为 0 到 604800 的秒数。"
    if event.kind == "recorded" and not REFERENCE.fullmatch(event.recording):
        return "recording 应为录音文件的相对路径，只用字母、数字、点、横线和下划线。"
    return ""
