"""Plausible histories of calls, and what a network may do to them, for property tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from bangban.services.telephony.events import ExchangeEvent
from tests.services.telephony.cast import event

MORNING = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
AGENTS = ("7001", "7002", "7003")
PARTIES = ("住建局值班", "02012345678")
LANGUAGES = ("", "mandarin", "cantonese")


@st.composite
def histories(draw: st.DrawFn, call: str = "c", start: datetime = MORNING) -> list[ExchangeEvent]:
    """One call from its offer to some end, or to none yet; events of one moment occur."""
    at = start + timedelta(milliseconds=draw(st.integers(0, 120_000)))

    def later(most: int = 40_000) -> datetime:
        nonlocal at
        at += timedelta(milliseconds=draw(st.integers(0, most)))
        return at

    direction = draw(st.sampled_from(("in", "in", "in", "out")))
    language = draw(st.sampled_from(LANGUAGES))
    told = [event("offered", call, at, caller="13800138000", called="12345", language=language, direction=direction)]
    if draw(st.booleans()):
        told.append(event("menu", call, later(5_000)))
    told.append(event("queued", call, later(2_000)))
    for _ in range(draw(st.integers(0, 2))):
        rung = draw(st.sampled_from(AGENTS))
        told += [event("ringing", call, later(), agent=rung), event("missed", call, later(), agent=rung)]
    ending = draw(st.sampled_from(("open", "abandoned", "missed", "answered", "answered", "talking")))
    if ending == "abandoned":
        told.append(event("abandoned", call, later(), by="caller"))
    if ending == "missed":
        told.append(event("hung_up", call, later(), by="system"))
    if ending in ("answered", "talking"):
        told += draw(_talks(call, later(), ending == "answered"))
    return told


@st.composite
def _talks(draw: st.DrawFn, call: str, start: datetime, ends: bool) -> list[ExchangeEvent]:
    at = start

    def later() -> datetime:
        nonlocal at
        at += timedelta(milliseconds=draw(st.integers(0, 60_000)))
        return at

    mine = draw(st.sampled_from(AGENTS))
    told = [event("ringing", call, later(), agent=mine), event("answered", call, later(), agent=mine)]
    for step in draw(st.lists(st.sampled_from(("hold", "join", "agent", "unit", "record")), max_size=3)):
        party = draw(st.sampled_from(PARTIES))
        if step == "hold":
            told += [event("held", call, later()), event("resumed", call, later())]
        if step == "join":
            told += [
                event("joined", call, later(), party=party, role="unit"),
                event("left", call, later(), party=party),
            ]
        if step == "agent":
            other = draw(st.sampled_from(AGENTS))
            told += [
                event("transferred", call, later(), party=other, role="agent"),
                event("ringing", call, later(), agent=other),
                event("answered", call, later(), agent=other),
            ]
        if step == "unit":
            told.append(event("transferred", call, later(), party=party, role="unit"))
        if step == "record":
            told.append(event("recorded", call, later(), recording=f"{call}/{len(told)}.wav", seconds=30, digest="ab"))
    if ends:
        told += [event("hung_up", call, later(), by="caller")] * draw(st.integers(1, 2))
    return told


@st.composite
def delivered(draw: st.DrawFn, told: list[ExchangeEvent]) -> list[ExchangeEvent]:
    """The events of a history as a network may deliver them: in any order, some more than once."""
    again = draw(st.lists(st.sampled_from(told), max_size=4)) if told else []
    return draw(st.permutations([*told, *again]))
