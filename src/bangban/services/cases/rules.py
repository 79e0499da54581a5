"""Pure rules of the online case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bangban.foundation.access.actors import CHANNELS
from bangban.foundation.access.phones import clean_number
from bangban.registry.people.models import PersonKind

LONGEST_QUESTION = 2000
LEAST_WAITS = 5
NEXT_STAGE = {"consult": "guide", "guide": "assist"}


def check_phone(phone: str) -> str:
    """Return a sentence when this is no Chinese mobile or landline number, else an empty text."""
    return "" if clean_number(phone) else "请填写11位手机号，或带区号的固定电话。"


def check_new_case(
    question: str, phone: str, channel: str, user_kind: str = PersonKind.NATURAL, *, has_person: bool = False
) -> dict[str, str]:
    """Return a sentence for each field that is missing or wrong (T637-8.1-b)."""
    problems = {}
    if len(question.strip()) < 2:
        problems["question"] = "请写下您想咨询或办理的事情。"
    elif len(question) > LONGEST_QUESTION:
        problems["question"] = (
            f"内容共{len(question)}字，最多{LONGEST_QUESTION}字，请精简后再提交，其余可在对话中补充。"
        )
    if phone.strip() or not has_person:
        wrong = check_phone(phone.strip()) if phone.strip() else "请留下联系电话，方便我们回复您。"
        problems |= {"phone": wrong} if wrong else {}
    if channel and channel not in CHANNELS:
        problems["channel"] = "渠道代码不存在，可用：" + "、".join(CHANNELS)
    if user_kind not in PersonKind.values:
        problems["user_kind"] = "服务对象类型不存在，可用：" + "、".join(PersonKind.values)
    return problems


@dataclass(frozen=True)
class Candidate:
    """A specialist who could take a case."""

    staff_id: int
    open_cases: int
    covers: bool
    knows_user: bool = False


def choose_specialist(candidates: Sequence[Candidate], passed_over: frozenset[int] = frozenset()) -> int | None:
    """Return the on-duty specialist for a case: who knows the user's matter, covers the item, and has the lowest load.

    `passed_over` let an earlier offer lapse or returned it, and are left out (BJ-3.1.1-c, BJ-3.1.2-a).
    """
    fresh = [c for c in candidates if c.staff_id not in passed_over]
    ranked = sorted(fresh, key=lambda c: (not c.knows_user, not c.covers, c.open_cases, c.staff_id))
    return ranked[0].staff_id if ranked else None


def expected_wait(recent: Sequence[float], *, people: int, ahead: int, waited: float) -> int | None:
    """Return about how many seconds a queued case still waits; None when that cannot be said honestly (BJ-2-d).

    `recent` are the waits of the latest cases that somebody took. `people` take one case each in a typical wait (the
    median), so those ahead are taken in waves. Who has waited longer than the waves take is promised nothing.
    """
    if people < 1 or len(recent) < LEAST_WAITS:
        return None
    typical = median(recent)
    waves = ahead // people + 1
    left = waves * typical - min(waited, typical)
    return round(left) if left > 0 else None


def check_outcome(outcome: str, explanation: str, basis: str) -> dict[str, str]:
    """Return what an outcome still needs: unattainable needs an explanation with its basis (T637-8.5-d)."""
    if outcome not in ("obtained", "needs_improvement", "unattainable"):
        return {"outcome": "请选择：已取得、还需完善或无法取得。"}
    if outcome != "unattainable":
        return {}
    problems = {}
    if not explanation.strip():
        problems["explanation"] = "无法取得结果的，请向服务对象说明原因和救济途径。"
    if not basis.strip():
        problems["basis"] = "请写明法律法规或政策依据。"
    return problems


def check_path(path: dict[str, str]) -> dict[str, str]:
    """Return what the path of an out-of-scope matter still needs: who, and at least one way to reach them (T637-8.2-f)."""
    problems = {}
    if not str(path.get("department", "")).strip():
        problems["path.department"] = "请写明负责的部门或热线。"
    if not any(str(path.get(way, "")).strip() for way in ("phone", "address", "link")):
        problems["path.phone"] = "请至少给出电话、地址或网址之一。"
    return problems


def path_sentence(path: dict[str, str]) -> str:
    """Say a path in plain words."""
    ways = [("电话", path.get("phone")), ("地址", path.get("address")), ("网址", path.get("link"))]
    told = "，".join(f"{label}：{value}" for label, value in ways if value)
    return f"这件事由{path.get('department', '')}负责，{told}。" + (path.get("note") or "")
