"""Pure rules of ratings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

INTERFACE = {
    "very_satisfied": 5,
    "satisfied": 4,
    "basically_satisfied": 3,
    "dissatisfied": 2,
    "very_dissatisfied": 1,
}
GBT_39046 = {grade: 6 - digit for grade, digit in INTERFACE.items()}


def grade_from_interface(digit: int) -> str:
    """Translate a digit of the national 好差评 interface, where 5 is best (A.2)."""
    return next(grade for grade, value in INTERFACE.items() if value == digit)


def grade_from_gbt_39046(digit: int) -> str:
    """Translate a digit of GB/T 39046 A.8, where 1 is best (F1.11)."""
    return next(grade for grade, value in GBT_39046.items() if value == digit)


def check_rating(grade: str, options: Iterable[str], known: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with a rating: options belong to the chosen grade (F1.17). `known` maps code to grade."""
    if grade not in INTERFACE:
        return {"grade": "请选择：" + "、".join(INTERFACE)}
    wrong = [code for code in options if known.get(code) != grade]
    return {"options": "这些选项不属于所选等级：" + "、".join(wrong)} if wrong else {}


def rates(counts: Mapping[str, int], invited: int) -> dict[str, float | None]:
    """Return good, bad and coverage rates (F1.12); None where nothing was counted, never a silent 100 %."""
    total = sum(counts.values())
    good = sum(counts.get(grade, 0) for grade in ("very_satisfied", "satisfied", "basically_satisfied"))
    return {
        "positive_rate": good / total if total else None,
        "negative_rate": (total - good) / total if total else None,
        "coverage": total / invited if invited else None,
    }
