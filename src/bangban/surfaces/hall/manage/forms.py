"""Which fields each part of the set-up has, and how it is stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from bangban.foundation.flows.flow import Incomplete
from bangban.registry.halls import actions
from bangban.registry.halls.defaults import FLAGS
from bangban.registry.halls.layout import Layout, area_named, classes_named
from bangban.registry.halls.models import Area, WindowKind
from bangban.surfaces.hall.manage.fields import Field, with_options

POSITION = Field("position", "显示顺序", "number", "数字小的排在前面", required=False)
FLOOR = Field("floor", "楼层", hint="如 1层")
ROUTE = Field("route", "怎么走", hint="群众看得懂的一句话，如“进门左转，走到尽头”", required=False)
WORDS = Field("words", "群众的说法", "words", "用逗号隔开，如：社保，医保，养老金", required=False)
AREAS = (
    Field("code", "区域代码", hint="写进屏幕地址，用字母或数字，如 W", key=True),
    Field("name", "名称"), FLOOR, ROUTE, POSITION,
)  # fmt: skip
CLASSES = (
    Field("letter", "号码前缀", hint="一到两个大写字母，印在号码前", key=True),
    Field("name", "名称"), Field("english_name", "英文名称", hint="自助终端和小票的英文版用，不填就显示中文", required=False),
    Field("area", "等候区", "select"), WORDS,
    Field("description", "说明", required=False),
    Field("wait_threshold", "等候时间阈值（分钟）", "number", "预计等候超过时提醒值班长", least=1),
    Field("crowd_threshold", "等候人数阈值", "number", "等候人数达到时提醒值班长", least=1),
    Field("service_minutes", "平均办理时间（分钟）", "number", "还没有实际数据时按它估算", least=1),
    Field("online_url", "网上办理地址", hint="人多时引导群众网上办理", required=False),
    Field("general", "综合类：其他类别都不合适时归到这里", "check", required=False), POSITION,
)  # fmt: skip
WINDOWS = (
    Field("label", "窗口名称", hint="叫号时读出来，如 1号窗口", key=True),
    Field("kind", "类型", "select", options=tuple((str(value), str(label)) for value, label in WindowKind.choices)),
    Field("area", "等候区", "select"), ROUTE, Field("classes", "平时办理的业务", "several", required=False), POSITION,
)  # fmt: skip
FACILITIES = (
    Field("name", "名称", key=True), Field("floor", "楼层", hint="如 1层", key=True),
    Field("kind", "种类", hint="如 洗手间、母婴室、自助设备"), Field("route", "怎么走"), WORDS, POSITION,
)  # fmt: skip
RULES = (
    Field("call_attempts", "最多叫几次", "number", least=1),
    Field("recall_seconds", "两次叫号至少隔几秒", "number"),
    Field("rejoin_within", "过号后几分钟内可重新排队", "number"),
    Field("rejoin_behind", "重新排队排在第几位之后", "number"),
    Field("tickets_stop_before_close", "下班前几分钟停止取号", "number"),
    Field("day_begins", "营业日从几点算起", "time", "号码从这时起重新编"),
    Field("early_check_in", "预约可提前几分钟报到", "number"),
    Field("book_days_ahead", "可预约几天内", "number", least=1),
    Field("open_appointments", "每人同时最多几个预约", "number", least=1),
    Field("no_show_limit", "爽约几次后暂停预约", "number", least=1),
    Field("no_show_days", "几天内的爽约累计", "number", least=1),
    Field("no_show_pause_days", "暂停预约几天", "number"),
    Field("remind_hours", "预约前几小时提醒", "number", "不少于24小时", least=24),
)  # fmt: skip
CREDITS = tuple(Field(f"credit-{flag}", label, "number") for flag, label in FLAGS.items())
LABELS = {
    "areas": "等候区",
    "classes": "业务类别",
    "windows": "窗口",
    "facilities": "设施",
    "rules": "规则",
    "devices": "终端",
}
FIELDS = {"areas": AREAS, "classes": CLASSES, "windows": WINDOWS, "facilities": FACILITIES, "rules": RULES + CREDITS}


def fields_of(tab: str, plan: Layout) -> tuple[Field, ...]:
    """Return the fields of a part with the choices that this hall offers."""
    areas = [(one.key, one.values["name"]) for one in plan.areas if one.active]
    classes = [(one.key, f"{one.key} {one.values['name']}") for one in plan.classes if one.active]
    return with_options(FIELDS[tab], area=areas, classes=classes)


def save(tab: str, body_id: int, values: dict[str, Any], items: list[UUID]) -> None:
    """Store one entry; what was out of use is in use again. Raises Incomplete."""
    SAVES[tab](body_id, {**values}, items)


def _area(body_id: int, values: dict[str, Any]) -> Area:
    found = area_named(body_id, values.pop("area"))
    if found is None:
        raise Incomplete("请检查填写的内容。", fields={"area": "请选择等候区。"})
    return found


def _save_area(body_id: int, values: dict[str, Any], items: list[UUID]) -> None:
    code = values.pop("code")
    if not (code.isascii() and code.isalnum() and len(code) <= 10):
        raise Incomplete("请检查填写的内容。", fields={"code": "区域代码请用10个以内的字母或数字。"})
    actions.save_area(body_id, code, values.pop("name"), active=True, **values)


def _save_class(body_id: int, values: dict[str, Any], items: list[UUID]) -> None:
    area, seconds = _area(body_id, values), values.pop("service_minutes") * 60
    url = values["online_url"]
    if url and not url.startswith(("https://", "http://", "/")):
        raise Incomplete("请检查填写的内容。", fields={"online_url": "网上办理地址请以 https:// 开头。"})
    if not values["english_name"].isascii():
        sentence = "英文名称请用英文字母、数字和英文标点填写。"
        raise Incomplete("请检查填写的内容。", fields={"english_name": sentence})
    letter, name = values.pop("letter"), values.pop("name")
    actions.save_class(body_id, letter, name, area, items, service_seconds=seconds, active=True, **values)


def _save_window(body_id: int, values: dict[str, Any], items: list[UUID]) -> None:
    area, classes = _area(body_id, values), classes_named(body_id, values.pop("classes"))
    actions.save_window(body_id, values.pop("label"), area, classes, active=True, **values)


def _save_facility(body_id: int, values: dict[str, Any], items: list[UUID]) -> None:
    name, kind, route = (values.pop(one) for one in ("name", "kind", "route"))
    actions.save_facility(body_id, name, kind, route, active=True, **values)


def _save_rules(body_id: int, values: dict[str, Any], items: list[UUID]) -> None:
    credits = {flag: values.pop(f"credit-{flag}") for flag in FLAGS}
    actions.save_rules(body_id, credits=credits, **values)


SAVES: dict[str, Callable[[int, dict[str, Any], list[UUID]], None]] = {
    "areas": _save_area,
    "classes": _save_class,
    "windows": _save_window,
    "facilities": _save_facility,
    "rules": _save_rules,
}
