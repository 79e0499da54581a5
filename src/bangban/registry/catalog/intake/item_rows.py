"""Rows of item files: the fields of both licensed sets, and ours, to one guide."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from bangban.foundation.clocks.models import Unit
from bangban.registry.catalog import terms
from bangban.registry.catalog.guide import Basis, Fee, Guide, MaterialLine, Step, guide_digest
from bangban.registry.catalog.intake import fields
from bangban.registry.catalog.intake.report import BadRow

NAMES = {
    "code": ("code", "item_code"),
    "department": ("dept", "department", "unit"),
    "main_item": ("parent", "main_item"),
    "situation": ("variant", "situation"),
    "region": ("area_code", "region"),
    "region_name": ("area", "region_name"),
    "type": ("type", "item_type"),
    "audience": ("who", "audience"),
    "statutory": ("legal_limit", "statutory_limit"),
    "promised": ("promised_limit",),
}
HEADINGS = {
    "编号": "id", "事项编码": "code", "事项名称": "name", "主项": "parent", "情形": "variant", "事项类型": "type",
    "实施主体": "dept", "行政区划代码": "area_code", "行政区划": "area", "主题": "themes", "服务对象": "who",
    "受理条件": "conditions", "申请材料": "materials", "法定办结时限": "legal_limit", "承诺办结时限": "promised_limit",
    "办理地点": "place", "咨询电话": "phone", "到现场次数": "visits", "网上预约": "online_booking", "邮寄": "courier",
    "网址": "url", "设定依据": "basis", "办理流程": "steps", "是否收费": "charged",
}  # fmt: skip
UNSORTED = frozenset({"未分类", "无", "-"})
TYPES = {label: term for term, label in terms.ItemType.choices} | {"其他权力": "other_administrative_power"}
AUDIENCES = {label: term for term, label in terms.Audience.choices} | {
    "个人": "natural_person", "法人": "enterprise_legal_person", "企业": "enterprise_legal_person",
    "事业单位": "institution_legal_person", "社会组织": "social_organization_legal_person",
}  # fmt: skip
UNITS = {
    "工作日": Unit.WORKING_DAY, "个工作日": Unit.WORKING_DAY, "G": Unit.WORKING_DAY, "自然日": Unit.CALENDAR_DAY,
    "个自然日": Unit.CALENDAR_DAY, "天": Unit.CALENDAR_DAY, "日": Unit.CALENDAR_DAY, "Z": Unit.CALENDAR_DAY,
    "小时": Unit.HOUR, "分钟": Unit.MINUTE,
}  # fmt: skip
_LIMIT = re.compile(r"^(\d{1,5})\s*[（(]?\s*([个工作自然小时分钟天日GZ]*)\s*[)）]?$")
_INSTANT = re.compile(r"^(即时办结|即办|当场办结|当场|立即办理)$")
_LABELS = re.compile(r"^(办理地点|地点|电话咨询|咨询电话|电话|联系电话)\s*[：:]\s*")


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One judged row."""

    code: str
    external_id: str
    guide: Guide
    digest: bytes


def item_row(data: Mapping[str, Any]) -> ItemRow:
    """Return a row as a guide; BadRow with the reason when it cannot be one.

    What the file does not say stays unsaid (None), so that the guide's gaps are seen. Without a code the row's id is
    its code. Lists of lines may be texts or objects of our own form.
    """
    known = {**data, **{ours: _first(data, names) for ours, names in NAMES.items()}}
    external_id = fields.text(known, "id", 128)
    code = fields.text(known, "code", 64) or fields.text({"id": external_id}, "id", 64)
    if not code:
        raise BadRow("缺少事项编码（code 或 item_code）和编号（id）。")
    guide = _guide(known)
    return ItemRow(code, external_id, guide, guide_digest(guide))


def _first(data: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((data[name] for name in names if data.get(name) not in (None, "")), None)


def _guide(data: Mapping[str, Any]) -> Guide:
    statutory, promised = _limit(data, "statutory", "法定办结时限"), _limit(data, "promised", "承诺办结时限")
    item_type = _term(data, "type", "事项类型", TYPES)
    main_item = fields.text(data, "main_item", 500)
    visits = fields.number(data, "visits", 99)
    return Guide(
        name=fields.text(data, "name", 500, required=True),
        department_name=fields.text(data, "department", 200, required=True),
        main_item="" if main_item in UNSORTED else main_item,
        situation=fields.text(data, "situation", 500),
        aliases=fields.texts(data, "aliases", 200, 50),
        item_class=_own(data, "item_class", terms.ItemClass, terms.ItemClass.GOVERNMENT),
        quasi_class=_own(data, "quasi_class", terms.QuasiClass, None),
        provider_kind=_own(data, "provider_kind", terms.ProviderKind, terms.ProviderKind.GOVERNMENT),
        item_type=terms.ItemType(item_type) if item_type else None,
        audience=_audience(data),
        implementing_body=fields.text(data, "implementing_body", 200),
        region=_region(data),
        region_name=fields.text(data, "region_name", 100),
        level=_own(data, "level", terms.Level, None),
        themes=fields.texts(data, "themes", 100, 30),
        tags=fields.texts(data, "tags", 100, 30),
        conditions=fields.text(data, "conditions", 20_000),
        no_materials=bool(fields.yes_no(data, "no_materials")),
        materials=_lines(data, "materials", MaterialLine, 200),
        steps=_lines(data, "steps", Step, 50),
        handling_type=_handling(data, promised),
        statutory_amount=statutory[0],
        statutory_unit=statutory[1],
        promised_amount=promised[0],
        promised_unit=promised[1],
        charged=fields.yes_no(data, "charged"),
        fees=_lines(data, "fees", Fee, 50),
        legal_basis=_bases(data),
        result_name=fields.text(data, "result_name", 200),
        place=_unlabelled(fields.text(data, "place", 2_000)),
        office_hours=fields.text(data, "office_hours", 500),
        phone=_unlabelled(fields.text(data, "phone", 500)),
        complaint_phone=fields.text(data, "complaint_phone", 200),
        visits=visits,
        visit_reason=fields.text(data, "visit_reason", 1_000),
        online_depth=_own(data, "online_depth", terms.OnlineDepth, None),
        url=_address(fields.text(data, "url", 2_000)),
        online_booking=fields.yes_no(data, "online_booking"),
        online_filing=fields.yes_no(data, "online_filing"),
        online_payment=fields.yes_no(data, "online_payment"),
        courier=fields.yes_no(data, "courier"),
        door_to_door=bool(fields.yes_no(data, "door_to_door")),
        appointment=bool(fields.yes_no(data, "appointment")),
        self_service=bool(fields.yes_no(data, "self_service")),
        agency=bool(fields.yes_no(data, "agency")),
        city_wide=bool(fields.yes_no(data, "city_wide")),
        required_identity_level=fields.number(data, "required_identity_level", 5) or 0,
        application_started=_application_started(data, item_type),
    )


def _address(url: str) -> str:
    """Refuse addresses that are not web pages: a page would offer them as a link."""
    if url and not url.lower().startswith(("http://", "https://")):
        raise BadRow("url应以http://或https://开头。")
    return url


def _region(data: Mapping[str, Any]) -> str:
    code = fields.text(data, "region", 12)
    if code and not (code.isascii() and code.isdigit()):
        raise BadRow("area_code应为行政区划代码（数字）。")
    return code.ljust(12, "0") if code else ""


def _limit(data: Mapping[str, Any], name: str, label: str) -> tuple[int | None, Unit | None]:
    """Return amount and unit of a text such as 90(工作日), 20个工作日, 即时办结."""
    said = fields.text(data, name, 50)
    if not said:
        return None, None
    if _INSTANT.match(said):
        return 0, Unit.WORKING_DAY
    match = _LIMIT.match(said)
    unit = UNITS.get(match[2] or "工作日") if match else None
    if match is None or unit is None:
        raise BadRow(f"{label}“{said}”无法识别，应写成“20(工作日)”这样的数字加单位。")
    return int(match[1]), unit


def _handling(data: Mapping[str, Any], promised: tuple[int | None, Unit | None]) -> terms.HandlingType | None:
    said = _own(data, "handling_type", terms.HandlingType, None)
    return said or (terms.HandlingType.INSTANT if promised[0] == 0 else None)


def _term(data: Mapping[str, Any], name: str, label: str, known: Mapping[str, str]) -> str:
    said = fields.text(data, name, 50)
    if not said or said in known.values():
        return said
    if said not in known:
        raise BadRow(f"{label}“{said}”不在代码表中。")
    return known[said]


def _audience(data: Mapping[str, Any]) -> tuple[terms.Audience, ...]:
    said = fields.texts(data, "audience", 50, 20)
    return tuple(terms.Audience(_term({"who": one}, "who", "服务对象", AUDIENCES)) for one in said)


def _own(data: Mapping[str, Any], name: str, terms_of: Any, default: Any) -> Any:
    said = fields.text(data, name, 50)
    if not said:
        return default
    labels = {label: value for value, label in terms_of.choices}
    if labels.get(said, said) not in terms_of.values:
        raise BadRow(f"{name}“{said}”不在代码表中。")
    return terms_of(labels.get(said, said))


def _application_started(data: Mapping[str, Any], item_type: str) -> bool:
    said = fields.yes_no(data, "application_started")
    return item_type not in terms.NOT_ON_APPLICATION if said is None else said


def _lines(data: Mapping[str, Any], name: str, kind: Any, most: int) -> tuple[Any, ...]:
    value = data.get(name)
    if not isinstance(value, list) or not any(isinstance(one, dict) for one in value):
        return tuple(kind(name=one) for one in fields.texts(data, name, 1_000, most))
    if len(value) > most:
        raise BadRow(f"{name}过多（{len(value)}项，最多{most}项）。")
    return _converted(value, tuple[kind, ...], name)  # type: ignore[no-any-return]


def _bases(data: Mapping[str, Any]) -> tuple[Basis, ...]:
    value = data.get("legal_basis")
    if isinstance(value, list) and any(isinstance(one, dict) for one in value):
        return _converted(value, tuple[Basis, ...], "legal_basis")  # type: ignore[no-any-return]
    said = fields.texts({"basis": value or data.get("basis")}, "basis", 2_000, 50)
    return tuple(Basis(title=one) for one in said)


def _converted(value: Any, kind: Any, name: str) -> Any:
    if "\0" in str(value):
        raise BadRow(f"{name}含有不可用的字符（NUL）。")
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise BadRow(f"{name}的内容有误：{error}") from error


def _unlabelled(said: str) -> str:
    """Drop a label that the source put before the value."""
    return _LABELS.sub("", said)
