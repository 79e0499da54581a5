"""The one-time notice 一次性告知: everything at once, and honestly what the guide leaves open."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID
from zoneinfo import ZoneInfo

from bangban.registry.catalog import terms
from bangban.registry.catalog.reads.items import Ref, item
from bangban.registry.catalog.rules import needed_materials
from bangban.registry.catalog.views import ItemDetail, MaterialView, OneTimeNotice
from bangban.registry.catalog.wording import NOT_SAID

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHANNELS = {
    "online_filing": "网上申报",
    "online_booking": "网上预约",
    "courier": "邮寄送达",
    "online_payment": "网上缴费",
}


def one_time_notice(ref: Ref | UUID) -> OneTimeNotice | None:
    """Return the complete notice of an item; None when there is no such item (DB23-6.1.2, DB3205-3.6)."""
    found = item(ref)
    return notice_of(found) if found else None


def notice_of(detail: ItemDetail) -> OneTimeNotice:
    """Compose the notice of one version; a part without content says so instead of being left out."""
    parts, missing = [], []
    for heading, write in PARTS.items():
        lines = write(detail)
        if not lines:
            missing.append(heading)
        parts.append((heading, tuple(lines) or (NOT_SAID,)))
    return OneTimeNotice(detail.id, detail.name, detail.revision, tuple(parts), tuple(missing), _text(detail, parts))


def _text(detail: ItemDetail, parts: list[tuple[str, tuple[str, ...]]]) -> str:
    marks = "一二三四五六七八九十"
    blocks = [f"《{detail.name}》一次性告知"]
    blocks += [f"{marks[place]}、{heading}\n" + "\n".join(lines) for place, (heading, lines) in enumerate(parts)]
    blocks.append(f"本告知依据办事指南第{detail.revision}版（{effective_text(detail)}）生成，以办理部门最新公布为准。")
    return "\n\n".join(blocks)


def effective_text(detail: ItemDetail) -> str:
    """Return from when a version counts, in words."""
    if detail.effective_from is None:
        return "生效日期未定"
    return f"{detail.effective_from.astimezone(SHANGHAI):%Y年%m月%d日}起施行"


def _conditions(detail: ItemDetail) -> list[str]:
    whom = [f"服务对象：{detail.audience_text}"] if detail.audience_text else []
    return [*whom, detail.guide.conditions] if detail.guide.conditions else []


def _materials(detail: ItemDetail) -> list[str]:
    if detail.guide.no_materials:
        return ["无需提交材料"]
    needed = needed_materials(detail.guide)
    lines = [_material(place, view) for place, view in enumerate((v for v in detail.materials if v.line in needed), 1)]
    shared = [view.line.name for view in detail.materials if view.line not in needed]
    return lines + ([f"以下材料由部门共享获取，无需提交：{'、'.join(shared)}"] if shared else [])


def _material(place: int, view: MaterialView) -> str:
    notes = [
        view.copies,
        view.necessity if view.line.necessity != terms.Necessity.REQUIRED else "",
        view.line.situation,
    ]
    notes += [
        f"由{view.line.issuer}出具" if view.line.issuer else "",
        f"需{view.line.signed_by}签字" if view.line.signed_by else "",
    ]
    notes += ["有空白表格可下载" if view.blank else "", "有样表可参考" if view.sample else ""]
    said = "，".join(note for note in notes if note)
    return f"{place}. {view.line.name}" + (f"（{said}）" if said else "")


def _steps(detail: ItemDetail) -> list[str]:
    return [
        f"{place}. {step.name}"
        + (f"：{step.detail}" if step.detail else "")
        + (f"（{step.limit}）" if step.limit else "")
        for place, step in enumerate(detail.guide.steps, 1)
    ]


def _limit(detail: ItemDetail) -> list[str]:
    limits = {"法定办结时限": detail.statutory_limit, "承诺办结时限": detail.promised_limit}
    return [f"{label}：{text}" for label, text in limits.items() if text]


def _fees(detail: ItemDetail) -> list[str]:
    if detail.guide.charged is False:
        return ["不收费"]
    return [
        f"{fee.name}：{fee.standard or '标准' + NOT_SAID}" + (f"（依据：{fee.basis}）" if fee.basis else "")
        for fee in detail.guide.fees
    ]


def _place(detail: ItemDetail) -> list[str]:
    guide = detail.guide
    times = [f"办理时间：{guide.office_hours}"] if guide.office_hours else []
    visits = [] if guide.visits is None else [f"需到现场{guide.visits}次" if guide.visits else "无需到现场"]
    return [guide.place, *times, *visits] if guide.place else []


def _channels(detail: ItemDetail) -> list[str]:
    open_ones = [label for field, label in CHANNELS.items() if getattr(detail.guide, field)]
    open_ones += [terms.ServiceMode(mode).label for mode in detail.modes]
    lines = [f"可以：{'、'.join(open_ones)}"] if open_ones else []
    return lines + ([f"网址：{detail.guide.url}"] if detail.guide.url else [])


def _contact(detail: ItemDetail) -> list[str]:
    guide = detail.guide
    complaint = [f"监督投诉电话：{guide.complaint_phone}"] if guide.complaint_phone else []
    return [f"{guide.department_name}：{guide.phone}", *complaint] if guide.phone else []


PARTS: dict[str, Callable[[ItemDetail], list[str]]] = {
    "受理条件": _conditions,
    "办理流程": _steps,
    "申请材料": _materials,
    "办结时限": _limit,
    "收费标准": _fees,
    "办理地点": _place,
    "办理渠道": _channels,
    "咨询方式": _contact,
}
