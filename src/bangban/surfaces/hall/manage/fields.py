"""The plain forms of the set-up: their fields as data, reading what was typed, errors at the fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import time
from typing import Any, Literal

from django.http import QueryDict

from bangban.surfaces.web.given import clock_of, entered

Kind = Literal["text", "number", "select", "several", "words", "check", "time"]
LONGEST = 500
LARGEST = 9999


@dataclass(frozen=True)
class Field:
    """One field; `key` fields name the entry and are not changed afterwards."""

    name: str
    label: str
    kind: Kind = "text"
    hint: str = ""
    required: bool = True
    key: bool = False
    least: int = 0
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Read:
    """What was read from a form: clean values, sentences by field, and what was typed as it was."""

    values: dict[str, Any]
    problems: dict[str, str]
    typed: dict[str, Any]


def with_options(fields: Iterable[Field], **options: Iterable[tuple[str, str]]) -> tuple[Field, ...]:
    """Return the fields with the choices of some of them."""
    return tuple(replace(one, options=tuple(options.get(one.name, one.options))) for one in fields)


def shown(fields: Iterable[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return stored values as a form shows them."""
    made: dict[str, Any] = {}
    for one in fields:
        value = values.get(one.name, "")
        if one.kind == "words":
            value = "，".join(value or [])
        elif one.kind == "time":
            value = f"{value:%H:%M}" if isinstance(value, time) else "00:00"
        made[one.name] = value
    return made


def read(fields: Iterable[Field], posted: QueryDict) -> Read:
    """Read a posted form."""
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    typed: dict[str, Any] = {}
    for one in fields:
        if one.kind == "several":
            values[one.name] = typed[one.name] = posted.getlist(one.name)
            continue
        if one.kind == "check":
            values[one.name] = typed[one.name] = posted.get(one.name) == "1"
            continue
        text = posted.get(one.name, "").strip()[:LONGEST]
        typed[one.name] = text
        value, problem = _clean(one, text)
        if problem:
            problems[one.name] = problem
        else:
            values[one.name] = value
    return Read(values, problems, typed)


def _clean(one: Field, text: str) -> tuple[Any, str]:
    if one.required and not text:
        return None, f"请{'选择' if one.kind == 'select' else '填写'}{one.label}。"
    if one.kind == "number":
        return _number(one, text)
    if one.kind == "words":
        parts = text.replace("，", "\n").replace(",", "\n").replace("、", "\n").split("\n")
        return [part.strip() for part in parts if part.strip()], ""
    if one.kind == "time":
        clock = clock_of(text or "00:00")
        return clock, "" if clock else f"{one.label}请按“时:分”填写，如 04:00。"
    if one.kind == "select" and text and text not in {value for value, _ in one.options}:
        return None, f"请在列表中选择{one.label}。"
    return text, ""


def _number(one: Field, text: str) -> tuple[int | None, str]:
    if not text and not one.required:
        return 0, ""
    number = entered(text)
    if not one.least <= number <= LARGEST:
        return None, f"{one.label}请填写 {one.least} 到 {LARGEST} 的整数。"
    return number, ""
