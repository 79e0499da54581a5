"""Pure rules of the organisation."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bangban.foundation.access.duties import DUTIES, HALL, SERVICE

SERVING = SERVICE | HALL | {"advisor", "hotline_agent"}

PATTERNS = {
    "management_body": (
        re.compile(r".+(政务服务.*(局|办公室|办)|行政审批局|管理机构)"),
        "××市（区）政务服务和数据管理局",
    ),
    "service_center": (re.compile(r".+(省|市|区|县|州|盟|旗)政务服务中心"), "××市（区）政务服务中心"),
    "branch_center": (
        re.compile(r".+(政务服务中心.+(分中心|大厅)|(分中心|专业大厅|办事大厅|服务大厅|大厅))"),
        "××市政务服务中心××分中心",
    ),
    "convenience_center": (
        re.compile(r".+(街道|镇|乡)(便民服务中心|党群服务中心|政务服务中心)"),
        "××街道（镇）便民服务中心",
    ),
    "service_station": (re.compile(r".+(社区|村)(便民服务站|政务服务站|党群服务站)"), "××社区（村）便民服务站"),
}


def check_body_name(name: str, kind: str, *, override: str = "") -> str:
    """Return a sentence when a name breaks the pattern of its kind (BJO-2.3); a written reason lets it pass."""
    known = PATTERNS.get(kind)
    if known is None or known[0].fullmatch(name) or override.strip():
        return ""
    return f"名称应按统一格式“{known[1]}”，确需例外的请填写理由。"


def default_work_number(staff_id: int, turn: int = 0) -> str:
    """Return the work number of somebody whose body gives none: GZ0012, GZ0012-1 when that one is taken (DB23-5.2.4)."""
    return f"GZ{staff_id:04d}" + (f"-{turn}" if turn else "")


def level_of_code(code: str) -> tuple[str, str]:
    """Return level and parent code of a 12-digit region code (F12.01, F12.05)."""
    if len(code) != 12 or not code.isdigit():
        raise ValueError(f"Region code {code!r} is not 12 digits.")
    if code[9:] != "000":
        return "village", code[:9] + "000"
    if code[6:9] != "000":
        return "township", code[:6] + "000000"
    if code[4:6] != "00":
        return "district", code[:4] + "00000000"
    if code[2:4] != "00":
        return "city", code[:2] + "0000000000"
    return "province", ""


def post_of(duties: Iterable[str]) -> str:
    """Return the post that a talk, a window and a badge show: what the person does for people (DB23-5.2.4)."""
    held = frozenset(duties)
    serving = [label for duty, label in DUTIES.items() if duty in held and duty in SERVING]
    return "、".join(serving or [label for duty, label in DUTIES.items() if duty in held])
