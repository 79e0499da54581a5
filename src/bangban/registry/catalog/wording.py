"""Facts of a guide in plain Chinese words; what is not known is said as not known."""

from __future__ import annotations

from bangban.foundation.clocks.models import Unit
from bangban.registry.catalog import terms

MEASURES = {
    Unit.WORKING_DAY: "个工作日",
    Unit.CALENDAR_DAY: "个自然日",
    Unit.HOUR: "小时",
    Unit.MINUTE: "分钟",
    Unit.SECOND: "秒",
}
NOT_SAID = "办事指南未载明，请向办理部门核实"


def limit_text(amount: int | None, unit: str | None) -> str:
    """Return a limit in words; empty when it is not known."""
    if amount is None or not unit:
        return ""
    return "当场办结" if amount == 0 else f"{amount}{MEASURES[Unit(unit)]}"


def yes_no(value: bool | None, yes: str = "是", no: str = "否") -> str:
    """Return a known answer in words; empty when it is not known."""
    return "" if value is None else yes if value else no


def audience_text(audience: list[str] | tuple[str, ...]) -> str:
    """Return the service objects in words."""
    return "、".join(terms.Audience(one).label for one in audience)


def copies_text(kind: str | None, form: str | None, originals: int | None, copies: int | None) -> str:
    """Return kind, form and number of copies of a material in words; empty when nothing is known."""
    counted = [f"原件{originals}份"] if originals else []
    counted += [f"复印件{copies}份"] if copies else []
    named = [terms.MaterialKind(kind).label] if kind and not counted else []
    return "，".join(named + counted + ([terms.MaterialForm(form).label] if form else []))
