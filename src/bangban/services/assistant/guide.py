"""An item's guide as the assistant quotes it: one side of it in a sentence, or an honest word that it does not say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

import msgspec

__all__ = ["ASPECTS", "Aspect", "ItemGuide", "aspect_answer", "guide_answer"]

Aspect = Literal[
    "materials", "condition", "process", "time", "fee", "place", "online", "visits", "booking", "phone", "result"
]
ASPECTS: tuple[Aspect, ...] = get_args(Aspect)

_HOTLINE = "12345"


class ItemGuide(msgspec.Struct, frozen=True, kw_only=True):
    """What the published guide of an item states; None (or an empty text) means that it does not say.

    An empty tuple of materials means that none is needed. `url` is where the guide or the online form stands.
    """

    id: str
    name: str
    unit: str = ""
    materials: tuple[str, ...] | None = None
    conditions: str = ""
    steps: tuple[str, ...] = ()
    legal_limit: str = ""
    promised_limit: str = ""
    fee: str = ""
    place: str = ""
    hours: str = ""
    phone: str = ""
    visits: int | None = None
    online: bool | None = None
    booking: bool | None = None
    courier: bool | None = None
    result: str = ""
    url: str = ""


def aspect_answer(guide: ItemGuide, aspect: Aspect) -> str:
    """Return what the guide says about one side of the item; where it says nothing, that, and whom to ask."""
    said = _SAYS[aspect](guide)
    return f"《{guide.name}》{said}" if said else _silent(guide, aspect)


def guide_answer(guide: ItemGuide) -> str:
    """Return all that the guide says, a line per side; sides that it does not state are left out, but for the gist."""
    said = {aspect: _SAYS[aspect](guide) for aspect in ASPECTS}
    lines = [f"《{guide.name}》" + (f"由{guide.unit}办理。" if guide.unit else "的办事指南：")]
    lines += [text for text in said.values() if text]
    if not any(said.values()):
        lines.append(f"办事指南没有写明具体要求。{_whom_to_ask(guide)}")
    elif guide.url:
        lines.append(f"办事指南全文：{guide.url}")
    return "\n".join(lines)


def _silent(guide: ItemGuide, aspect: Aspect) -> str:
    return f"《{guide.name}》的办事指南没有写明{_NAMES[aspect]}。{_whom_to_ask(guide)}"


def _whom_to_ask(guide: ItemGuide) -> str:
    unit = guide.unit or "办理部门"
    if guide.phone:
        return f"您可以向{unit}询问，电话 {guide.phone}；也可以让我请工作人员来答。"
    return f"您可以拨打 {_HOTLINE} 向{unit}询问，也可以让我请工作人员来答。"


def _materials(guide: ItemGuide) -> str:
    if guide.materials is None:
        return ""
    if not guide.materials:
        return "不需要提交材料。"
    numbered = "\n".join(f"{number}. {name}" for number, name in enumerate(guide.materials, 1))
    return f"需要这些材料：\n{numbered}"


def _condition(guide: ItemGuide) -> str:
    return f"的受理条件：{_closed(guide.conditions)}" if guide.conditions else ""


def _process(guide: ItemGuide) -> str:
    steps = "；".join(f"{number}. {step}" for number, step in enumerate(guide.steps, 1))
    return f"的办理流程：{_closed(steps)}" if steps else ""


def _time(guide: ItemGuide) -> str:
    told = {"承诺办结时限": guide.promised_limit, "法定办结时限": guide.legal_limit}
    parts = [f"{name} {text}" for name, text in told.items() if text]
    return f"{'，'.join(parts)}。" if parts else ""


def _fee(guide: ItemGuide) -> str:
    return f"的收费：{_closed(guide.fee)}" if guide.fee else ""


def _place(guide: ItemGuide) -> str:
    if not guide.place:
        return ""
    hours = f"办公时间：{_closed(guide.hours)}" if guide.hours else ""
    return f"的办理地点：{_closed(guide.place.removeprefix('办理地点：'))}{hours}"


def _online(guide: ItemGuide) -> str:
    if guide.online is None:
        return ""
    where = f"，入口：{guide.url}" if guide.url and guide.online else ""
    return f"可以网上办理{where}。" if guide.online else "目前不能全程网上办理，需要到现场。"


def _visits(guide: ItemGuide) -> str:
    if guide.visits is None:
        return ""
    return f"最多到现场 {guide.visits} 次。" if guide.visits else "不用跑现场（到现场 0 次）。"


def _booking(guide: ItemGuide) -> str:
    if guide.booking is None:
        return ""
    return "可以网上预约办理。" if guide.booking else "不支持网上预约，请直接到现场办理。"


def _phone(guide: ItemGuide) -> str:
    return f"的咨询电话：{guide.phone}。" if guide.phone else ""


def _result(guide: ItemGuide) -> str:
    courier = {True: "，可以邮寄送达", False: "，不支持邮寄"}.get(guide.courier) if guide.courier is not None else ""
    return f"办成后取得：{guide.result}{courier}。" if guide.result else ""


def _closed(text: str) -> str:
    """Return the text with one full stop at its end."""
    return text.strip().rstrip("。；;.") + "。"


_SAYS: dict[Aspect, Callable[[ItemGuide], str]] = {
    "materials": _materials,
    "condition": _condition,
    "process": _process,
    "time": _time,
    "fee": _fee,
    "place": _place,
    "online": _online,
    "visits": _visits,
    "booking": _booking,
    "phone": _phone,
    "result": _result,
}
_NAMES: dict[Aspect, str] = {
    "materials": "申请材料",
    "condition": "受理条件",
    "process": "办理流程",
    "time": "办理时限",
    "fee": "收费情况",
    "place": "办理地点",
    "online": "能否网上办理",
    "visits": "要到现场几次",
    "booking": "能否网上预约",
    "phone": "咨询电话",
    "result": "办理结果",
}
