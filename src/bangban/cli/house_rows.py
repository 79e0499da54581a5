"""Rows of the organisation and of a year's workdays, as a file gives them: checked field by field, then saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from bangban.foundation.clocks.models import CalendarDay
from bangban.registry.catalog.intake import fields
from bangban.registry.catalog.intake.report import BadRow
from bangban.registry.org import actions as org
from bangban.registry.org.models import BodyKind, Employment, Level, Mode, Region

__all__ = ["HEADINGS", "SAVES"]

HEADINGS = {
    "日期": "date", "是否工作日": "workday", "工作日": "workday", "名称": "name", "姓名": "name", "来源": "source",
    "代码": "code", "编码": "code", "类型": "kind", "层级": "level", "行政区划": "region", "上级": "parent",
    "地址": "address", "电话": "phone", "监督投诉电话": "supervision_phone", "监督投诉地址": "supervision_address", "工号": "work_number",
    "用户名": "username", "机构": "body", "岗位": "duties", "密码": "password",
}  # fmt: skip
_LONG = 500
_MANY = 100


def _region(row: Mapping[str, Any]) -> None:
    code, name = fields.text(row, "code", 12, required=True), fields.text(row, "name", 100, required=True)
    if not (code.isascii() and code.isdigit()):
        raise BadRow(f"code应为行政区划代码（最多12位数字），现在是“{code}”。")
    org.save_region(code, name)


def _body(row: Mapping[str, Any]) -> None:
    region = fields.text(row, "region", 12, required=True)
    new = org.NewBody(
        code=fields.text(row, "code", 64, required=True),
        name=fields.text(row, "name", 100, required=True),
        kind=_one_of(row, "kind", BodyKind.values),
        level=_one_of(row, "level", Level.values),
        region=region,
        parent=fields.text(row, "parent", 64),
        address=fields.text(row, "address", _LONG),
        phone=fields.text(row, "phone", 100),
        latitude=_degrees(row, "latitude", 90),
        longitude=_degrees(row, "longitude", 180),
        opening_hours=fields.text(row, "opening_hours", _LONG),
        supervision_phone=fields.text(row, "supervision_phone", 100),
        supervision_address=fields.text(row, "supervision_address", _LONG),
        online_since=fields.day(row, "online_since"),
        mode=_one_of(row, "mode", Mode.values, "assistant_first"),
        contacts_confirmed_on=fields.day(row, "contacts_confirmed_on"),
        name_override_reason=fields.text(row, "name_override_reason", _LONG),
    )
    if not Region.objects.filter(code=region.ljust(12, "0")).exists():
        raise BadRow(f"没有行政区划“{region}”，请先导入（bangban import regions）。")
    org.save_body(new)


def _staff(row: Mapping[str, Any]) -> None:
    duties = fields.texts(row, "duties", 60, _MANY)
    if not duties:
        raise BadRow("duties不能为空。")
    new = org.NewStaff(
        username=fields.text(row, "username", 100, required=True),
        name=fields.text(row, "name", 100, required=True),
        body=fields.text(row, "body", 64, required=True),
        duties=duties,
        employment=_one_of(row, "employment", Employment.values, Employment.FULL_TIME.value),
        employer=fields.text(row, "employer", 200),
        skills=fields.texts(row, "skills", 100, _MANY),
        departments=fields.texts(row, "departments", 100, _MANY),
        languages=fields.texts(row, "languages", 60, _MANY),
        expert_as=fields.text(row, "expert_as", 200),
        work_number=fields.text(row, "work_number", 40),
    )
    org.save_staff(new, fields.text(row, "password", 200) or None)


def _workday(row: Mapping[str, Any]) -> None:
    day, workday = fields.day(row, "date"), fields.yes_no(row, "workday")
    if day is None or workday is None:
        raise BadRow("date不能为空。" if day is None else "workday不能为空，请填1（工作日）或0（休息日）。")
    CalendarDay.objects.update_or_create(
        day=day,
        defaults={
            "is_workday": workday,
            "name": fields.text(row, "name", 100),
            "source": fields.text(row, "source", _LONG) or "import",
        },
    )


def _one_of(row: Mapping[str, Any], name: str, known: list[str], default: str = "") -> str:
    value = fields.text(row, name, 100, required=not default) or default
    if value not in known:
        raise BadRow(f"{name}没有“{value}”，可用：{'、'.join(known)}。")
    return value


def _degrees(row: Mapping[str, Any], name: str, most: int) -> float | None:
    word = fields.text(row, name, 40)
    if not word:
        return None
    try:
        value = float(word)
    except ValueError:
        value = most + 1.0
    if not -most <= value <= most:
        raise BadRow(f"{name}应为-{most}到{most}的数，现在是“{word[:20]}”。")
    return value


def _whole(save: Callable[[Mapping[str, Any]], None]) -> Callable[[Mapping[str, Any]], None]:
    """A row lands whole or not at all, whatever its save writes."""
    return transaction.atomic(save)


SAVES = {
    "regions": _whole(_region), "organisation": _whole(_body), "staff": _whole(_staff), "workdays": _whole(_workday)
}  # fmt: skip
