"""Why something is supervised, by which method, with which result (GB33358-5.2.3.1, 5.2.3.2)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models


class Trigger(models.TextChoices):
    """What opens a supervision task."""

    EMERGENCY = "emergency", "突发应急事件"
    REPEATED = "repeated", "多次或集中反映"
    NEAR_DUE = "near_due", "临近时限"
    OVERDUE = "overdue", "超期未办结"
    DISSATISFIED = "dissatisfied", "态度差、效率低或不满意"
    BY_HAND = "by_hand", "人工督办"


class Result(models.TextChoices):
    """How a task ended."""

    HANDLED = "handled", "已办结"
    IMPROVED = "improved", "已整改"
    EXPLAINED = "explained", "已说明情况"
    UNFOUNDED = "unfounded", "经核不属实"
    ENDED = "ended", "情形已消除"


@dataclass(frozen=True)
class Method:
    """One method of supervision and what must be recorded of it, by field and label."""

    code: str
    label: str
    asks: tuple[tuple[str, str], ...]


_methods: dict[str, Method] = {}


def register_method(method: Method) -> Method:
    """Make a method known; an installation adds its own beside the five of the standard (GB33358-5.2.3.2)."""
    _methods[method.code] = method
    return method


def methods() -> dict[str, Method]:
    """Return all methods by code."""
    return dict(_methods)


PHONE = register_method(Method("phone", "电话", (("person", "通话对象"), ("call", "通话录音或通话编号"))))
SMS = register_method(Method("sms", "短信", (("phone", "接收号码"),)))
NOTICE = register_method(Method("notice", "书面通知", (("recipient", "收文单位或人员"),)))
ON_SITE = register_method(
    Method("on_site", "现场督查", (("place", "地点"), ("people", "督查人员"), ("findings", "发现的问题")))
)
MEETING = register_method(Method("meeting", "督查会议", (("participants", "参会单位和人员"), ("minutes", "会议纪要"))))

LEVELS = {1: "提醒", 2: "催办", 3: "书面督办", 4: "现场或领导督办"}
HIGHEST = max(LEVELS)
