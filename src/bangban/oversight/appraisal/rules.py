"""Pure rules of appraisal: what a figure says, what a sheet scores, who stands where."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

from bangban.oversight.appraisal.terms import (
    DIMENSIONS,
    FEWEST,
    FULL_MARK,
    GRADE,
    HOURS,
    PERCENT,
    RATES,
    Figure,
    Period,
    Subject,
)

Key = TypeVar("Key", bound=Hashable)
Figures = Mapping[str, Sequence[float]]
WHOLE = 100
INTERVALS = (1, 2, 3, 4, 6, 12)
MOST_DAYS, MOST_CALLS = 60, 200


def amount(figure: Figure, pair: Sequence[float]) -> float | None:
    """Return what part and whole say: per cent, mean grade, hours or a count; None where nothing was asked or done."""
    part, whole = pair
    if figure.shown == PERCENT:
        return 100 * part / whole if whole else None
    if figure.shown == GRADE:
        return part / whole if whole else None
    if figure.shown == HOURS:
        return part / whole / 3600 if whole else None
    return part


def written(figure: Figure, pair: Sequence[float]) -> str:
    """Return a figure in words; what was not evaluated is said so and never counts as good."""
    found = amount(figure, pair)
    if found is None:
        return "未评价" if figure.shown == GRADE or figure.code in RATES else "无数据"
    if figure.shown == PERCENT:
        return f"{found:.1f}%"
    if figure.shown == GRADE:
        return f"{found:.2f}"
    return f"{found:.1f}小时" if figure.shown == HOURS else f"{found:g}"


def score(figures: Figures, weights: Mapping[str, float]) -> float | None:
    """Return the weighted mean of per cents, 0 to 100; None when any figure that counts has no denominator.

    A dimension counts by its mean grade of the full mark.
    """
    total = 0.0
    for code, weight in weights.items():
        part, whole = figures.get(code, (0, 0))
        if weight and not whole:
            return None
        full = whole * (FULL_MARK if code in DIMENSIONS else 1)
        total += weight * (100 * part / full if full else 0)
    return round(total / WHOLE, 2)


def enough(figures: Figures, weights: Mapping[str, float]) -> bool:
    """Tell whether every figure that counts rests on so many answers that a place among others says something."""
    return all(figures.get(code, (0, 0))[1] >= FEWEST for code, weight in weights.items() if weight)


def placed(figures: Figures, weights: Mapping[str, float]) -> float | None:
    """Return the score by which a unit gets its place; None without a score and with too few answers."""
    return score(figures, weights) if enough(figures, weights) else None


def ranks(scores: Mapping[Key, float | None]) -> dict[Key, int | None]:
    """Return places by score, the highest first; equal scores share a place, those without a score have none."""
    known = sorted((one for one in scores.values() if one is not None), reverse=True)
    return {key: known.index(value) + 1 if value is not None else None for key, value in scores.items()}


def block(day: date, months: int) -> tuple[date, date]:
    """Return first and last day of the latest complete block of so many months of the year before a day."""
    begin = (day.month - 1) // months * months + 1
    last = date(day.year, begin, 1) - timedelta(days=1)
    return date(last.year, (last.month - 1) // months * months + 1, 1), last


def problems_of(subject: str, content: Any, known: Mapping[str, object]) -> str:
    """Return in a sentence what is wrong with the content of a scheme; empty when nothing is."""
    if subject == Subject.ROUTINE:
        return _routine(content)
    rows = content if subject == Subject.SELF else [{"code": code, "weight": w} for code, w in content.items()]
    if len({row["code"] for row in rows}) != len(rows) or any(row["code"] not in known for row in rows):
        return "指标不能重复，也不能用系统没有的指标。"
    if any(not 0 <= row["weight"] <= WHOLE for row in rows) or sum(row["weight"] for row in rows) != WHOLE:
        return "各项权重相加应等于100。"
    if subject == Subject.SELF and any(not 0 < row["target"] <= WHOLE for row in rows):
        return "目标值应大于0、不超过100。"
    return ""


def _routine(content: Mapping[str, Any]) -> str:
    if content["period"] not in Period.values:
        return "考核周期请选择月度、季度或年度。"
    if content["review_months"] not in INTERVALS:
        return "改进评审的间隔请填写1、2、3、4、6或12个月。"
    if not 1 <= content["objection_days"] <= MOST_DAYS or not 1 <= content["per_agent"] <= MOST_CALLS:
        return f"异议期为1至{MOST_DAYS}个工作日，每名话务员抽查1至{MOST_CALLS}件。"
    return ""
