"""What was typed into the small forms of an order's actions, or asked for in their address."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import QueryDict

from bangban.foundation.flows.flow import Incomplete
from bangban.surfaces.desk.forms.fields import Field
from bangban.surfaces.web.given import ENTERED, moment_of, whole

NUMBERS = frozenset({"days", "lead", "unit", "suggested"})
GRADED = frozenset({"attitude", "efficiency", "process", "result"})
WORDED = frozenset({"reasons"})
"""Boxes to tick whose words are kept as they stand."""
MOST_ASKED = 300
LONGEST = 6000
TRUTHS = frozenset({"consent", "approve", "process_satisfied", "result_satisfied", "contacted", "solved", "confirmed"})


def prefill(fields: list[Field], asked: QueryDict) -> None:
    """Put values of an address into the fields of those names, before anybody typed; a choice only when it is offered."""
    for field in fields:
        values = [value[:MOST_ASKED] for value in asked.getlist(field.name) if value.strip()]
        if field.options:
            offered = {value for value, _ in field.options}
            values = [value for value in values if value in offered]
        if values:
            field.value = ",".join(values) if field.widget == "checks" else values[-1].strip()


def kept(fields: list[Field], post: QueryDict) -> None:
    """Keep what was typed in its field; what is longer than any field takes is cut."""
    for field in fields:
        chosen = post.getlist(field.name)
        text = ",".join(chosen) if field.widget == "checks" else (chosen[-1] if chosen else "")
        field.value = text.replace("\r\n", "\n")[:LONGEST]


def given_of(post: QueryDict, fields: list[Field]) -> dict[str, Any]:
    """Read what was typed, keep it in the fields for the case that the action is refused, and return it typed.

    Raises Incomplete with every number, moment or call that is none.
    """
    given: dict[str, Any] = {}
    problems: dict[str, str] = {}
    kept(fields, post)
    for field in fields:
        if not field.value.strip():
            continue
        try:
            given[field.name] = _typed(field, field.value.strip())
        except Incomplete as error:
            problems |= error.details["fields"]
    if problems:
        raise Incomplete("".join(problems.values()), fields=problems)
    return given


def _typed(field: Field, text: str) -> Any:
    if field.name in WORDED:
        return [one for one in text.split(",") if one in {value for value, _ in field.options}]
    if field.widget == "checks":
        return [number for one in text.split(",") if (number := whole(one)) is not None]
    if field.name in TRUTHS:
        return text == "yes"
    if field.name in NUMBERS or (field.name in GRADED and field.widget == "radio"):
        number = whole(text, ENTERED)
        if number is None:
            sentence = f"{field.label}请填写数字。"
            raise Incomplete(sentence, fields={field.name: sentence})
        return number
    if field.name == "call_id":
        return _call(field, text)
    if field.widget == "datetime":
        return _moment(field, text)
    return text


def _call(field: Field, text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Incomplete("请从列表中选择通话。", fields={field.name: "请从列表中选择通话。"}) from None


def _moment(field: Field, text: str) -> datetime:
    found = moment_of(text)
    if found is None:
        sentence = f"{field.label}请从日历中选择。"
        raise Incomplete(sentence, fields={field.name: sentence})
    return found


def needed(fields: list[Field], given: Mapping[str, Any]) -> None:
    """Refuse a form whose required fields are empty, naming every one of them at once."""
    missing = {f.name: f"请填写{f.label}。" for f in fields if f.required and given.get(f.name) in (None, "", [])}
    if missing:
        raise Incomplete("还有必填内容没有填写。", fields=missing)
