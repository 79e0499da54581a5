"""What was typed into the small forms of a case's actions, and where each sentence of a refusal belongs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bangban.foundation.flows.flow import Incomplete
from bangban.registry.knowledge.reads import paths
from bangban.services.cases.models import CloseReason, OutOfScope
from bangban.surfaces.desk.forms.fields import Field
from bangban.surfaces.web.given import moment_of


def given_of(post: Mapping[str, str], fields: list[Field]) -> dict[str, Any]:
    """Read what was typed, keep it in the fields for the case that the action is refused, and return it."""
    for field in fields:
        field.value = post.get(field.name, "").replace("\r\n", "\n")[:6000]
    given: dict[str, Any] = {f.name: f.value.strip() for f in fields if f.value.strip() and "path" not in f.name}
    _read_moment(given)
    _read_depth(given)
    _read_path(given, fields)
    return given


def _read_moment(given: dict[str, Any]) -> None:
    if "due_at" in given:
        given["due_at"] = moment_of(given["due_at"])
        if given["due_at"] is None:
            raise Incomplete("完成时间的格式不对。", fields={"due_at": "请从日历中选择日期和时间。"})


def _read_depth(given: dict[str, Any]) -> None:
    points = [line.strip() for line in str(given.pop("open_points", "")).splitlines() if line.strip()]
    verdict = given.pop("acceptable", "")
    if verdict == "no" and not points:
        raise Incomplete("请写明还有哪些问题待解决。", fields={"open_points": "请写明待解决的问题，一行一个。"})
    if verdict or points:
        given |= {"acceptable": verdict == "yes" and not points, "open_points": points}


def _read_path(given: dict[str, Any], fields: list[Field]) -> None:
    typed = {
        f.name.removeprefix("path."): f.value.strip() for f in fields if f.name.startswith("path.") and f.value.strip()
    }
    chosen = next((f.value for f in fields if f.name == "path_preset"), "")
    ready = next((path for path in paths() if str(path.id) == chosen), None) if chosen else None
    if ready:
        typed = {"department": ready.department, "phone": ready.phone, "note": ready.answer} | typed
        if ready.path_class in OutOfScope.values:
            given.setdefault("out_of_scope_class", ready.path_class)
    wanted = (
        given.get("reason") in (CloseReason.OUT_OF_SCOPE, CloseReason.HELP_CARD)
        or ready
        or given.get("out_of_scope_class")
    )
    if typed and wanted:
        given["path"] = typed


def spread_errors(fields: list[Field], problems: Mapping[str, str]) -> list[str]:
    """Put each sentence at its field; returns those that belong to no field of this form."""
    names = {field.name: field for field in fields}
    loose = []
    for name, sentence in problems.items():
        if name in names:
            names[name].error = sentence
        else:
            loose.append(sentence)
    return loose
