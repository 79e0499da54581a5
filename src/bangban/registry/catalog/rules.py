"""What a guide must say, and what contradicts itself (F2.05, F2.16, F2.21, F2.22): pure functions."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from bangban.foundation.clocks.models import Unit
from bangban.registry.catalog.guide import Guide, MaterialLine
from bangban.registry.catalog.terms import (
    FULLY_ONLINE,
    NOT_ON_APPLICATION,
    SIDES,
    Audience,
    Gap,
    HandlingType,
    ItemClass,
    OnlineDepth,
    Residency,
    Side,
)

VAGUE_MATERIALS = (
    "其他材料",
    "其它材料",
    "其他资料",
    "其它资料",
    "等材料",
    "等资料",
    "相关材料",
    "有关材料",
    "相关证明",
    "有关证明",
    "其他证明",
)
VAGUE_CONDITIONS = (
    "其他条件",
    "其它条件",
    "其他情形",
    "其他有关",
    "视情况",
    "酌情",
    "等条件",
    "另行通知",
    "有关规定的条件",
)
DAYS_OF: dict[str, float] = {
    Unit.WORKING_DAY: 7 / 5,
    Unit.CALENDAR_DAY: 1,
    Unit.HOUR: 1 / 24,
    Unit.MINUTE: 1 / 1440,
    Unit.SECOND: 1 / 86400,
}


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a guide, in words for its editor; an error stops publishing."""

    code: str
    field: str
    sentence: str
    weight: Literal["error", "warning"]


def gaps_of(guide: Guide) -> tuple[Gap, ...]:
    """Return what the guide does not say, in the order in which an editor fills it in."""
    missing = {
        Gap.BASIS: guide.item_class == ItemClass.GOVERNMENT and not guide.legal_basis,
        Gap.CONDITIONS: not guide.conditions,
        Gap.MATERIALS: not guide.materials and not guide.no_materials,
        Gap.LIMIT: guide.promised_amount is None and guide.statutory_amount is None,
        Gap.STEPS: not guide.steps,
        Gap.PLACE: not guide.place and guide.online_depth not in FULLY_ONLINE,
        Gap.PHONE: not guide.phone,
        Gap.FEES: guide.charged is None,
    }
    return tuple(gap for gap, absent in missing.items() if absent)


def blocking_gaps(guide: Guide, inherited: Collection[str]) -> tuple[Gap, ...]:
    """Return the gaps that stop publishing: all but those which the version in effect was imported with.

    A telephone number of an imported item can so be corrected at once; the open gaps stay listed for the editor.
    """
    return tuple(gap for gap in gaps_of(guide) if gap not in inherited)


def findings_of(guide: Guide) -> list[Finding]:
    """Return every contradiction and vague word of a guide at once."""
    return [*_vague(guide), *_limits(guide), *_visits(guide), *_money(guide), *_kind(guide), *_residency(guide)]


def _residency(guide: Guide) -> Iterator[Finding]:
    """An item that stays outside the centre needs an approval, a reason and a day of review (BJO-2.4-c)."""
    stated = guide.residency_approval and guide.residency_reason and guide.residency_review_on
    if guide.residency == Residency.EXCEPTION and not stated:
        sentence = "经批准暂不进驻的，要写明批准文件、理由和复核日期。"
        yield Finding("exception_unapproved", "residency_approval", sentence, "error")


def _vague(guide: Guide) -> Iterator[Finding]:
    for place, material in enumerate(guide.materials, 1):
        for word in _found(material.name, VAGUE_MATERIALS):
            sentence = f"第{place}项材料“{material.name}”用了“{word}”这样的兜底说法，请写明具体是什么材料。"
            yield Finding("vague_material", "materials", sentence, "error")
            break
    for word in _found(guide.conditions, VAGUE_CONDITIONS):
        yield Finding("vague_condition", "conditions", f"受理条件里的“{word}”含义不明，请写清楚。", "warning")


def _found(text: str, words: tuple[str, ...]) -> list[str]:
    return [word for word in words if word in text]


def _limits(guide: Guide) -> Iterator[Finding]:
    promised, statutory = guide.promised_amount, guide.statutory_amount
    for amount, unit, label, field in (
        (promised, guide.promised_unit, "承诺", "promised_unit"),
        (statutory, guide.statutory_unit, "法定", "statutory_unit"),
    ):
        if (amount is None) != (unit is None):
            yield Finding("limit_without_unit", field, f"{label}办结时限要同时写数字和单位。", "error")
    if guide.handling_type != HandlingType.INSTANT and promised is None:
        yield Finding("promise_missing", "promised_amount", "不是即办件的，要写承诺办结时限。", "warning")
    if (
        guide.handling_type == HandlingType.INSTANT
        and promised is not None
        and _days(promised, guide.promised_unit) > 7 / 5
    ):
        yield Finding("instant_too_long", "promised_amount", "即办件的承诺时限应为当场或1个工作日。", "error")
    known = promised is not None and statutory is not None
    if known and _days(promised or 0, guide.promised_unit) > _days(statutory or 0, guide.statutory_unit):
        yield Finding("promise_beyond_law", "promised_amount", "承诺办结时限不得长于法定办结时限。", "error")


def _days(amount: int, unit: Unit | None) -> float:
    """Return a length in calendar days; working days count 7/5, enough to compare two limits."""
    return amount * DAYS_OF[unit or Unit.WORKING_DAY]


def _visits(guide: Guide) -> Iterator[Finding]:
    online = guide.online_depth not in (None, OnlineDepth.NONE, OnlineDepth.CONSULT)
    if guide.visits and not guide.visit_reason:
        yield Finding("visit_without_reason", "visit_reason", "需要到现场的，要说明必须到现场的原因。", "warning")
    if guide.visits == 0 and not online and not guide.online_filing and guide.courier is False:
        yield Finding("no_way_in", "courier", "写了零次到现场，却既不能网办也不能邮寄，请核对。", "error")
    if guide.visits and guide.online_depth in FULLY_ONLINE:
        yield Finding("online_with_visits", "visits", "全程网办的事项，到现场次数应为0。", "error")
    if guide.online_filing and not guide.url:
        yield Finding("filing_without_address", "url", "支持网上申报的，要写申报网址。", "warning")


def _money(guide: Guide) -> Iterator[Finding]:
    if guide.charged and not guide.fees:
        yield Finding("fee_missing", "fees", "收费事项要写收费项目、标准和依据。", "error")
    for fee in guide.fees if guide.charged else ():
        if not (fee.standard and fee.basis):
            yield Finding("fee_incomplete", "fees", f"收费项目“{fee.name}”缺少标准或依据。", "error")
    if guide.charged and guide.online_payment is None:
        yield Finding("payment_unknown", "online_payment", "收费事项要写明能否网上支付。", "error")
    if guide.charged is False and guide.fees:
        yield Finding("fee_of_free_item", "fees", "写了不收费，又列了收费项目，请核对。", "error")


def _kind(guide: Guide) -> Iterator[Finding]:
    if guide.item_class == ItemClass.QUASI and guide.quasi_class is None:
        yield Finding("quasi_class_missing", "quasi_class", "类政务服务要选择企业服务或便民服务。", "error")
    if guide.item_class == ItemClass.GOVERNMENT and guide.item_type is None:
        yield Finding("type_missing", "item_type", "政务服务事项要选择事项类型。", "warning")
    if guide.item_type in NOT_ON_APPLICATION and guide.application_started:
        yield Finding(
            "not_on_application", "application_started", "处罚、强制、征收、检查不是依申请事项，请核对。", "warning"
        )
    if guide.no_materials and guide.materials:
        yield Finding("materials_of_none", "no_materials", "写了不需要材料，又列了材料，请核对。", "error")


def side_of(audience: Collection[str]) -> frozenset[Side]:
    """Return the sides of the catalogue on which an item stands; an item without audience stands on both."""
    return frozenset(
        side for side, kinds in SIDES.items() if not audience or not kinds.isdisjoint(map(Audience, audience))
    )


def needed_materials(guide: Guide) -> list[MaterialLine]:
    """Return what the applicant must bring: not what data sharing delivers (F2.30)."""
    return [line for line in guide.materials if line.source != "shared_data"]


def differences(old: Guide | None, new: Guide) -> dict[str, tuple[Any, Any]]:
    """Return what a version changes, field by field, for the change history (T637-6.1.6-b)."""
    return {
        name: (getattr(old, name) if old else None, getattr(new, name))
        for name in Guide.__slots__
        if old is None or getattr(old, name) != getattr(new, name)
    }


def covers(region: str, other: str) -> bool:
    """Tell whether a division contains another; codes are 12 digits, right-padded with zeros (F12.05)."""
    parts = [region[:2], region[2:4], region[4:6], region[6:9], region[9:12]]
    while parts and not parts[-1].strip("0"):
        parts.pop()
    return bool(parts) and other.startswith("".join(parts))
