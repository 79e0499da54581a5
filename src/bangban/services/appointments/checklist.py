"""The one-time notice and the personal checklist of an appointment, from the current version of the item's guide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bangban.registry.catalog import reads as catalog
from bangban.registry.catalog.rules import needed_materials
from bangban.registry.catalog.views import ItemDetail, MaterialView
from bangban.registry.halls.reads import Hall
from bangban.services.appointments.models import OfflineReason, Preparation
from bangban.services.guidance.models import MaterialList, Need
from bangban.services.guidance.rules.materials import key_of
from bangban.services.guidance.terms import Delivery

LONGEST = 200
MOST_MATERIALS = 30


@dataclass(frozen=True)
class Paper:
    """A material that must be seen on paper, and why (BJ-3.1.3-b)."""

    material: str
    code: str
    reason: str


def papers_of(rows: Iterable[Mapping[str, str]]) -> tuple[list[Paper], dict[str, str]]:
    """Return the materials that must be seen on paper, and a sentence for what is wrong with them.

    A row has `material` and `reason`; the reason is a code of OfflineReason or own words, which count as "other".
    """
    found: list[Paper] = []
    for row in rows:
        material, reason = str(row.get("material", "")).strip()[:LONGEST], str(row.get("reason", "")).strip()[:LONGEST]
        if not material and not reason:
            continue
        if not material or not reason:
            return [], {"materials": "请为每项须线下核验的材料写明名称和理由。"}
        known = reason in OfflineReason.values
        code = reason if known else OfflineReason.OTHER.value
        found.append(Paper(material, code, OfflineReason(reason).label if known else reason))
    if len(found) > MOST_MATERIALS:
        return [], {"materials": f"一次最多列{MOST_MATERIALS}项材料。"}
    return found, {}


@dataclass
class Checklist:
    """What the person is to prepare: lines for the table, and what the notice says of them."""

    item: ItemDetail | None = None
    lines: list[Preparation] = field(default_factory=list)

    @property
    def version(self) -> int | None:
        """Return the version of the guide that this rests on."""
        return self.item.revision if self.item else None

    @property
    def materials(self) -> list[dict[str, str]]:
        """Return the materials as the one-time notice names them, what need not be brought left out."""
        return [
            {"name": line.name, "copies": line.copies, "note": _words(line)} for line in self.lines if not line.shared
        ]


def checklist_for(item: ItemDetail | None, papers: list[Paper], case_id: Any = None) -> Checklist:
    """Return the checklist of an item; a personal list that a specialist already made for the case comes first."""
    made = Checklist(item)
    lines = _from_case(item, case_id) or _from_guide(item)
    reasons = {paper.material: paper for paper in papers}
    for line in lines:
        if paper := reasons.pop(line.name, None):
            line.paper, line.paper_reason, line.shared = True, paper.reason, False
    for paper in reasons.values():
        lines.append(
            Preparation(key=key_of(paper.material), name=paper.material, paper=True, paper_reason=paper.reason)
        )
    made.lines = list({line.key: line for line in reversed(lines)}.values())[::-1]
    for position, line in enumerate(made.lines, 1):
        line.position = position
    return made


def _from_guide(item: ItemDetail | None) -> list[Preparation]:
    if item is None or item.guide.no_materials:
        return []
    needed = needed_materials(item.guide)
    return [_line(view, shared=view.line not in needed) for view in item.materials]


def _line(view: MaterialView, *, shared: bool) -> Preparation:
    line = view.line
    said = [
        line.situation,
        line.specification,
        f"由{line.issuer}出具" if line.issuer else "",
        f"需{line.signed_by}签字" if line.signed_by else "",
        "由部门共享获取，无需提交" if shared else "",
    ]
    return Preparation(
        key=key_of(line.name + line.situation),
        name=line.name,
        copies=view.copies,
        necessity=view.necessity,
        note="；".join(note.rstrip("。；") for note in said if note),
        required=line.necessity not in ("optional", "deferrable"),
        shared=shared,
        blank_form=view.blank.key if view.blank else "",
        sample_form=view.sample.key if view.sample else "",
    )


def _from_case(item: ItemDetail | None, case_id: Any) -> list[Preparation]:
    if item is None or case_id is None:
        return []
    made = MaterialList.objects.filter(case=case_id, item=item.id).order_by("-version").first()
    needs = Need.objects.filter(list=made).select_related("attachment").order_by("position") if made else ()
    return [
        Preparation(
            key=need.key,
            name=need.name,
            copies=need.copies,
            necessity=need.necessity,
            note=need.note,
            required=need.required,
            shared=need.delivery == Delivery.EXEMPT,
            blank_form=need.blank_form,
            sample_form=need.sample_form,
            ticked_at=need.ready_at if need.ready else None,
        )
        for need in needs
    ]


def _words(line: Preparation) -> str:
    said = [
        line.necessity if not line.required else "",
        line.note,
        f"须带纸质原件：{line.paper_reason}" if line.paper else "",
    ]
    return "；".join(note for note in said if note)


def notes_for(plan: Hall, item: ItemDetail | None) -> list[str]:
    """Return what everybody is told once beside the materials (DB23-6.5.1.1-a)."""
    early = int(plan.rules.early_check_in.total_seconds() // 60)
    when = f"预约时段开始前{early}分钟起即可取号。" if early else "请在预约时段内到大厅取号。"
    notes = [
        when,
        "凭签到码、手机号或身份证件取号，取号后优先叫号。",
        "超过预约时段未到场的，视为放弃；来不了请提前取消或改约。",
    ]
    if item is not None and not item.guide.no_materials and not item.materials:
        notes.append(
            f"办事指南没有列明材料，请致电{item.guide.phone}核实。"
            if item.guide.phone
            else "办事指南没有列明材料，请先咨询。"
        )
    if item is not None and item.guide.no_materials:
        notes.append("这个事项无需提交材料。")
    return notes


def item_named(item_id: Any) -> ItemDetail | None:
    """Return a published item in its current version."""
    found = catalog.item(item_id) if item_id else None
    return found if found and found.state == "published" else None
