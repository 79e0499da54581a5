"""What every hotline starts with: the tree of requests, the call-back policy, the phrases, the paths for what it may not take.

Everything is data that the installation changes afterwards; `install_hotline` adds only what is missing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from bangban.foundation.access.actors import SYSTEM
from bangban.services.hotline.actions import catalogue
from bangban.services.hotline.models import Category, VisitPolicy
from bangban.services.hotline.phrases import install_phrases
from bangban.services.hotline.terms import Kind, Refusal

SINCE = date(2024, 1, 1)
DIRECT_SHARE, EVERYBODY = 10, 100
ASKED_ONLY = (Kind.CONSULTATION, Kind.QUERY, Kind.PRAISE)

PATHS: Mapping[str, str] = {
    Refusal.LITIGATION: "这件事已在法院审理，请通过受理法院或拨打12368诉讼服务热线了解进展、提出意见。",
    Refusal.ARBITRATION: "这件事已在仲裁程序中，请向受理的仲裁委员会提出；对裁决不服的，可在法定期限内向法院起诉。",
    Refusal.DISCIPLINE: "反映党员干部违纪违法问题，请拨打12388，或向纪检监察机关来信、来访、网上举报。",
    Refusal.RECONSIDERATION: "这件事已在行政复议程序中，请向行政复议机关提出；对复议决定不服的，可依法提起行政诉讼。",
    Refusal.DISCLOSURE: "申请公开政府信息，请向掌握信息的行政机关的政府信息公开工作机构书面或网上提出。",
    Refusal.PETITION: "这件事已在信访程序中，请向受理的信访工作机构查询；不服处理意见的，可在30日内申请复查。",
    Refusal.STATE_SECRET: "涉及国家秘密的内容不能在电话和网上谈论，请当面向有关机关或保密行政管理部门反映。",
    Refusal.TRADE_SECRET: "涉及商业秘密的内容热线不能受理，请由权利人直接向有管辖权的行政机关或法院提出。",
    Refusal.PRIVACY: "涉及他人隐私的内容热线不能受理；本人权益受到侵害的，请由本人向公安机关或法院提出。",
    Refusal.PUBLIC_ORDER: "内容违反公序良俗，热线不能受理；有正当诉求的，请重新说明。",
    Refusal.BEYOND_DUTY: "这件事不属于政府职责，请与对方协商，或通过人民调解（12348）、仲裁、诉讼等途径解决。",
    Refusal.DUPLICATE: "同一件事已有工单在办理，请按原工单编号查询进度，有新情况可在原工单补充。",
}
"""The way to be told with each refusal (F3.02); an agent may word it for the case."""


class _Class(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    name: str
    keywords: tuple[str, ...] = ()
    questions: tuple[dict[str, Any], ...] = ()
    days: int | None = None


class _Tree(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    classes: tuple[_Class, ...] = msgspec.field(name="class")


@cache
def classes() -> tuple[_Class, ...]:
    """Return the classes that ship with the product, by code."""
    text = (files(__package__) / "categories.toml").read_text(encoding="utf-8")
    return tuple(sorted(msgspec.convert(tomllib.loads(text), _Tree).classes, key=lambda one: one.code))


def install_hotline() -> None:
    """Add missing classes, call-back policies and phrases; what an installation changed stays (GB33358-5.4.1, A)."""
    known = set(Category.objects.values_list("code", flat=True))
    for one in classes():
        if one.code not in known:
            catalogue.save_category(
                SYSTEM, one.code, one.name, keywords=one.keywords, questions=one.questions, limit_days=one.days
            )
    for kind, direct, share in _policies():
        if not VisitPolicy.objects.filter(kind=kind, direct=direct).exists():
            catalogue.save_visit_policy(SYSTEM, kind, direct, share, valid_from=SINCE)
    install_phrases()


def _policies() -> list[tuple[str, bool, int]]:
    """Whatever a unit handled is called back in full; of what was only asked and answered at once, every tenth."""
    asked = [(kind.value, True, DIRECT_SHARE) for kind in ASKED_ONLY]
    return [("", False, EVERYBODY), ("", True, EVERYBODY), *asked]
