"""Whether a matter is deep enough to be accepted: conditions met, materials ready, form complete (BJ-3.1.2-b)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bangban.services.guidance.rules.checks import Brought
from bangban.services.guidance.rules.schema import CONDITIONS, FormField, Schema
from bangban.services.guidance.rules.values import Values, problems_of
from bangban.services.guidance.terms import CheckKind, Delivery


@dataclass(frozen=True, slots=True)
class Acceptability:
    """The three parts with what is still open in each; `open_points` is what a closing stores."""

    conditions: tuple[str, ...]
    materials: tuple[str, ...]
    form: tuple[str, ...]

    @property
    def conditions_met(self) -> bool:
        """Tell whether every acceptance condition is confirmed."""
        return not self.conditions

    @property
    def materials_ready(self) -> bool:
        """Tell whether every required material is at hand."""
        return not self.materials

    @property
    def form_complete(self) -> bool:
        """Tell whether the form is filled in and free of faults."""
        return not self.form

    @property
    def acceptable(self) -> bool:
        """Tell whether a specialist may close as acceptable."""
        return not self.open_points

    @property
    def open_points(self) -> tuple[str, ...]:
        """Return every open point as a sentence."""
        return (*self.conditions, *self.materials, *self.form)


def acceptability(
    schema: Schema | None,
    values: Values,
    brought: Sequence[Brought] | None,
    defects: Mapping[CheckKind, Mapping[str, str]] | None = None,
) -> Acceptability:
    """Judge a matter; no list and no form are open points.

    `defects` are the lines that the newest checks found wrong, by list and code, as sentences.
    """
    found = defects or {}
    documents, elements = found.get(CheckKind.DOCUMENTS, {}), found.get(CheckKind.ELEMENTS, {})
    form = () if schema is None else tuple(field for field in schema if field.section != CONDITIONS)
    asked = () if schema is None else tuple(field for field in schema if field.section == CONDITIONS)
    unmet = {field.code: sentence for field in asked if (sentence := _unmet(field, values.get(field.code, "")))}
    lacking = {one.key: f"未备齐：{one.name}" for one in brought or () if _lacks(one)}
    codes = {field.code for field in asked}
    doubted = {code: text for code, text in elements.items() if code in codes}
    wrong = {code: text for code, text in elements.items() if code not in codes}
    return Acceptability(
        ("还没有逐条确认受理条件。",) if schema is None else _all(unmet, doubted),
        ("还没有形成个人材料清单。",) if brought is None else _all(lacking, documents),
        ("还没有填写申请草稿。",) if schema is None else _all(problems_of(form, values), wrong),
    )


def _unmet(field: FormField, value: str) -> str:
    if not value:
        return f"未确认：{field.label}"
    return f"不符合：{field.label}" if value in ("no", "none") else ""


def _all(found: Mapping[str, str], defects: Mapping[str, str]) -> tuple[str, ...]:
    """Return what the rules find now and what a check found, each thing once."""
    return tuple({**defects, **found}.values())


def _lacks(one: Brought) -> bool:
    return one.required and one.delivery == Delivery.BRING and not (one.ready or one.size)


DEEP_ENOUGH = Acceptability((), (), ())
