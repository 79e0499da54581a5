"""Judging a turn of the assistant against what a question was expected to bring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bangban.services.assistant.actions import Turn

__all__ = ["KINDS", "Expected", "Verdict", "follow_up_verdict", "verdict"]

KINDS = ("knowledge", "item", "path", "emergency", "human", "clarify")


@dataclass(frozen=True)
class Expected:
    """What would be right: a kind of turn, and the ids of which any will do."""

    kind: str
    ids: frozenset[str]

    @classmethod
    def of(cls, row: Mapping[str, Any], names: Mapping[str, str]) -> Expected:
        """Return the expectation of a question; KeyError when it names an entry that the city does not hold."""
        return cls(row["kind"], frozenset(names[name] for name in row["any_of"]))


@dataclass(frozen=True)
class Verdict:
    """What was made of one question: right, asked_back (the right one shown), asked_back_beside, handed_over, wrong."""

    text: str
    kind: str
    outcome: str
    seconds: float
    said: str
    follows: bool = False

    def __str__(self) -> str:
        follows = "  + " if self.follows else ""
        return f"{self.outcome:18}{self.kind:10}{follows}{self.text}  ->  {self.said}"


def verdict(text: str, turn: Turn, expected: Expected, seconds: float) -> Verdict:
    """Judge the turn given to a question that stands alone."""
    return Verdict(text, expected.kind, _outcome(turn, expected), seconds, _said(turn))


def follow_up_verdict(text: str, turn: Turn, first: Turn, expected: Expected, seconds: float) -> Verdict:
    """Judge a turn that follows: it must stay with the matter, or admit that it does not know."""
    matter = expected.ids | {answer.id for answer in first.answers}
    on = {answer.id for answer in turn.answers} & matter
    outcome = _outcome(turn, Expected("knowledge", frozenset(matter)))
    kept = outcome == "right" or (bool(on) and turn.decision != "human")
    return Verdict(text, expected.kind, "right" if kept else outcome, seconds, _said(turn), follows=True)


def _outcome(turn: Turn, expected: Expected) -> str:
    shown = {answer.id for answer in turn.answers}
    if expected.kind == "emergency" and turn.emergency:
        return "right"
    if turn.decision == expected.kind and expected.kind in ("human", "clarify"):
        return "right"
    if turn.decision in ("answer", "redirect"):
        return "right" if turn.answers and turn.answers[0].id in expected.ids else "wrong"
    if turn.decision == "clarify":
        return "asked_back" if shown & expected.ids else "asked_back_beside"
    return "right" if shown & expected.ids else "handed_over"


def _said(turn: Turn) -> str:
    shown = "；".join(f"{answer.title[:24]} {answer.score:.2f}" for answer in turn.answers)
    return f"{turn.decision}/{turn.reason} {shown}"
