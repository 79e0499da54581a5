"""What an item's guide says on one aspect, in plain words; what it does not state is said so, with whom to ask."""

from __future__ import annotations

from collections.abc import Callable

from bangban.registry.catalog.views import ItemDetail

NAMES = {
    "materials": "申请材料",
    "fee": "收费",
    "time": "办理时限",
    "place": "办理地点",
    "phone": "咨询电话",
    "online": "网上办理",
    "conditions": "受理条件",
}


def aspect_text(item: ItemDetail, aspect: str) -> str:
    """Answer one aspect from the guide (T637-7.2-a)."""
    said = _SAID[aspect](item)
    if said:
        return f"“{item.name}”的{NAMES[aspect]}：\n{said}"
    phone = item.guide.phone or "12345"
    return f"“{item.name}”的办事指南没有写明{NAMES[aspect]}。您可以拨打{phone}询问，或回复“转人工”由专员为您核实。"


def summary_text(item: ItemDetail) -> str:
    """Say what an item is, where it is done and how long it takes, and what may be asked next."""
    lines = [f"“{item.name}”由{item.guide.department_name}办理。"]
    lines += [f"{NAMES[a]}：{said}" for a in ("conditions", "materials", "time", "place") if (said := _SAID[a](item))]
    lines.append("您可以接着问：要带什么材料、多久能办好、在哪里办、收不收费。")
    return "\n".join(lines)


def _materials(item: ItemDetail) -> str:
    if item.guide.no_materials:
        return "不需要提交材料。"
    return "\n".join(f"{place}. {material.line.name}" for place, material in enumerate(item.materials, 1))


def _fee(item: ItemDetail) -> str:
    if item.guide.charged is False:
        return "不收费。"
    return "；".join(f"{fee.name} {fee.standard}".strip() for fee in item.guide.fees)


def _time(item: ItemDetail) -> str:
    said = [("承诺", item.promised_limit), ("法定", item.statutory_limit)]
    return "，".join(f"{label}{limit}" for label, limit in said if limit)


def _online(item: ItemDetail) -> str:
    if item.guide.online_filing:
        return f"可以网上办理。{item.guide.url}".strip()
    if item.guide.online_booking:
        return "可以网上预约，到现场办理。"
    return "请到现场办理。" if item.guide.online_filing is False else ""


_SAID: dict[str, Callable[[ItemDetail], str]] = {
    "materials": _materials,
    "fee": _fee,
    "time": _time,
    "place": lambda item: item.guide.place,
    "phone": lambda item: item.guide.phone,
    "online": _online,
    "conditions": lambda item: item.guide.conditions,
}
