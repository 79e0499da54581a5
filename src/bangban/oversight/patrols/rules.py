"""Pure rules of patrols: what a set of ticks must say, and how inspections and ratings are weighed (DB23-4.2, DB23-5.3)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bangban.oversight.patrols.terms import Verdict

NOTE_LIMIT, WINDOW_LIMIT = 200, 40


@dataclass(frozen=True)
class Tick:
    """What was ticked for one line."""

    verdict: str
    note: str = ""


def check_ticks(ticks: Mapping[str, Tick], known: Collection[str], window: str = "") -> dict[str, str]:
    """Return what is wrong, by line code: unknown lines or verdicts, a fail without a note, words too long."""
    problems = {} if ticks else {"verdicts": "请至少检查一项。"}
    for code, tick in ticks.items():
        if code not in known:
            problems[code] = "这一项不在本次巡查表中，请刷新页面。"
        elif tick.verdict not in Verdict.values:
            problems[code] = "请选择合格或不合格。"
        elif tick.verdict == Verdict.FAIL and not tick.note.strip():
            problems[code] = "不合格请写明情况。"
        elif len(tick.note) > NOTE_LIMIT:
            problems[code] = f"情况共{len(tick.note)}字，最多{NOTE_LIMIT}字。"
    if len(window) > WINDOW_LIMIT:
        problems["window"] = f"窗口最多{WINDOW_LIMIT}字。"
    return problems


def share(good: int, total: int) -> float | None:
    """Return a share in percent; None where nothing was counted, never a silent 100 %."""
    return 100 * good / total if total else None


def weighed(inspection: float | None, attitude: float | None, percent: int) -> float | None:
    """Return the appraisal in percent: `percent` of it from inspections, the rest from ratings of attitude.

    Where one of the two has no count, the other stands alone; None where both have none.
    """
    if inspection is None or attitude is None:
        return attitude if inspection is None else inspection
    return (percent * inspection + (100 - percent) * attitude) / 100
