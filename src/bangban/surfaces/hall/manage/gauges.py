"""Waiting of each class against its thresholds, in words and shapes (DB23-6.3.2-f)."""

from __future__ import annotations

from dataclasses import dataclass

from bangban.registry.halls.reads import ClassView
from bangban.services.queues.reads import ClassState, HallState


@dataclass(frozen=True)
class Gauge:
    """One class: `word` and `tone` say how it stands; `share` is the expected wait against its threshold, 1 at it,
    at most 2 so that bars stay comparable; `times` says how often it holds the threshold."""

    klass: ClassView
    waiting: int
    longest_seconds: int
    expected_seconds: int | None
    windows: tuple[str, ...]
    word: str
    tone: str
    share: float
    times: float


def gauges(state: HallState) -> list[Gauge]:
    """Return the classes of a hall, what needs the manager first."""
    order = {"danger": 0, "warn": 1, "success": 2, "neutral": 3}
    made = [_gauge(one) for one in state.classes]
    return sorted(made, key=lambda one: (order[one.tone], -one.waiting))


def _gauge(one: ClassState) -> Gauge:
    limit = max(1, one.klass.wait_threshold * 60)
    share = (one.expected_seconds or 0) / limit
    if one.waiting and one.expected_seconds is None:
        word, tone, share = "没有窗口办理", "danger", 2.0
    elif one.slow and one.crowded:
        word, tone = "人多且等得久", "danger"
    elif one.slow:
        word, tone = "预计超过阈值", "danger"
    elif one.crowded:
        word, tone = "人数超过阈值", "warn"
    elif share > 0.7 and one.waiting:
        word, tone = "接近阈值", "warn"
    else:
        word, tone = ("正常", "success") if one.waiting or one.windows else ("未开窗", "neutral")
    return Gauge(
        one.klass, one.waiting, one.longest_seconds, one.expected_seconds, one.windows, word, tone, min(share, 2.0),
        round((one.expected_seconds or 0) / limit, 1),
    )  # fmt: skip
