"""Whether a matter is deep enough to be accepted: conditions met, materials ready, form complete (BJ-3.1.2-b)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bangban.services.guidance.rules.checks import Brought
from bangban.services.guidance.rules.schema import CONDITIONS, Schema
from bangban.services.guidance.rules.values import Values, problems_of
from bangban.services.guidance.terms import Delivery


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
    schema: Schema | None, values: Values, brought: Sequence[Brought] | None, defects: Sequence[str] = ()
) -> Acceptability:
    """Judge a matter; `defects` are the lines that a check found and that are still open. No list or form is an open point."""
    form = () if schema is None else tuple(field for field in schema if field.section != CONDITIONS)
    asked = () if schema is None else tuple(field for field in schema if field.section == CONDITIONS)
    unmet = [
        f"受理条件未确认：{field.label}" if not values.get(field.code) else f"受理条件不符合：{field.label}"
        for field in asked
        if not values.get(field.code) or values[field.code] in ("no", "none")
    ]
    if schema is None:
        unmet.append("还没有逐条确认受理条件。")
    lacking = (
        ["还没有形成个人材料清单。"]
        if brought is None
        else [f"材料未备齐：{one.name}" for one in brought if _lacks(one)]
    )
    faults = ["还没有填写申请草稿。"] if schema is None else list(problems_of(form, values).values())
    return Acceptability(tuple(unmet), tuple(lacking), (*faults, *(point for point in defects if point not in faults)))


def _lacks(one: Brought) -> bool:
    return one.required and one.delivery == Delivery.BRING and not (one.ready or one.size)
