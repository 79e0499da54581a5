"""Flows as data: which action leads from which state to which, who may do it, and what it needs.

Buttons on pages, `allowed_actions` of the API, the permission tests and the diagrams in the docs are made from here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

ClockWord = Literal["start", "stop", "pause", "resume", "restart"]


@dataclass(frozen=True)
class ClockEffect:
    """What an action does to a clock; `rule` is the code of a clock rule."""

    word: ClockWord
    rule: str


def starts(rule: str) -> ClockEffect:
    """Start a clock."""
    return ClockEffect("start", rule)


def stops(rule: str) -> ClockEffect:
    """Stop a clock; when it does not run, nothing happens."""
    return ClockEffect("stop", rule)


@dataclass(frozen=True)
class Condition:
    """Something that must be true of the record before an action; `unmet` tells what to do about it, in Chinese."""

    code: str
    unmet: str
    test: Callable[[Any], bool]


@dataclass(frozen=True)
class Input:
    """What the actor must give with an action; the label is what a form shows."""

    name: str
    label: str
    required: bool = True


@dataclass(frozen=True)
class Transition:
    """One line of a flow."""

    action: str
    label: str
    sources: tuple[str, ...]
    target: str | None
    who: tuple[str, ...]
    story: str = ""
    asks: tuple[Input, ...] = ()
    needs: tuple[Condition, ...] = ()
    clocks: tuple[ClockEffect, ...] = ()
    clause: str = ""
    visibility: Literal["user", "staff", "internal"] = "user"


class FlowError(Exception):
    """An action that cannot be done; `sentence` says in Chinese what to do next."""

    def __init__(self, sentence: str, **details: Any) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.details = details


class NotYours(FlowError):
    """The record is outside the actor's scope; shown as 404, so that strangers learn nothing."""


class NotAllowed(FlowError):
    """The state or a condition forbids the action now (409)."""


class Incomplete(FlowError):
    """Something that the action asks for is missing or wrong (422); `details["fields"]` maps field to sentence."""


@dataclass(frozen=True)
class Flow:
    """States and transitions of one record kind."""

    record_type: str
    label: str
    states: Mapping[str, str]
    initial: tuple[str, ...]
    transitions: tuple[Transition, ...]
    parties: Callable[[Any, Any], frozenset[str]]
    topics: Callable[[Any], list[str]]
    place: Callable[[Any], tuple[int | None, int | None]]
    final: tuple[str, ...] = ()
    by_action: Mapping[str, tuple[Transition, ...]] = field(init=False)

    def __post_init__(self) -> None:
        """Index the lines by action and refuse a table that names unknown states."""
        index: dict[str, tuple[Transition, ...]] = {}
        for line in self.transitions:
            unknown = {*line.sources, *([line.target] if line.target else [])} - set(self.states)
            if unknown:
                raise ValueError(f"{self.record_type}.{line.action} names unknown states {unknown}")
            index[line.action] = (*index.get(line.action, ()), line)
        object.__setattr__(self, "by_action", index)

    def allowed(self, record: Any, parties: Collection[str]) -> list[Transition]:
        """Return what these parties may do now, in the order of the table."""
        return [
            line
            for line in self.transitions
            if record.state in line.sources
            and not line.action.startswith("_")
            and not set(line.who).isdisjoint(parties)
            and all(condition.test(record) for condition in line.needs)
        ]

    def line_for(self, action: str, record: Any, parties: Collection[str]) -> Transition:
        """Return the transition that this action means now.

        Raises NotYours for strangers, NotAllowed with the state and what is allowed otherwise.
        """
        lines = self.by_action.get(action, ())
        if not parties or not any(set(line.who) & set(parties) for line in lines):
            if parties and lines:
                raise self._refusal("这一步不由您办理。", record, parties)
            raise NotYours("没有找到这条记录，请核对编号。")
        fitting = [line for line in lines if record.state in line.sources and set(line.who) & set(parties)]
        if not fitting:
            raise self._refusal(f"目前状态是“{self.states[record.state]}”，不能进行这一步。", record, parties)
        line = fitting[0]
        for condition in line.needs:
            if not condition.test(record):
                raise self._refusal(condition.unmet, record, parties, needs=condition.code)
        return line

    def check_inputs(self, line: Transition, given: Mapping[str, Any]) -> None:
        """Refuse an action whose required inputs are missing, naming every one of them at once."""
        missing = {
            i.name: f"请填写{i.label}。" for i in line.asks if i.required and given.get(i.name) in (None, "", [])
        }
        if missing:
            raise Incomplete(
                "还缺少必填内容：" + "、".join(i.label for i in line.asks if i.name in missing), fields=missing
            )

    def _refusal(self, sentence: str, record: Any, parties: Collection[str], **details: Any) -> NotAllowed:
        allowed = [line.action for line in self.allowed(record, parties)]
        return NotAllowed(sentence, state=record.state, allowed_actions=list(dict.fromkeys(allowed)), **details)


_flows: dict[str, Flow] = {}


def register(flow: Flow) -> Flow:
    """Make a flow known to the house (sweeps, diagrams, conformance, tests)."""
    _flows[flow.record_type] = flow
    return flow


def flow_of(record_type: str) -> Flow:
    """Return the flow of a record kind."""
    return _flows[record_type]


def all_flows() -> list[Flow]:
    """Return every registered flow."""
    return list(_flows.values())
