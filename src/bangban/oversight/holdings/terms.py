"""Words of holdings."""

from __future__ import annotations

from django.db import models


class EquipmentKind(models.TextChoices):
    """The five kinds that the standard names (GB33358-4.2.4-i)."""

    NETWORK = "network", "计算机网络设备"
    STORAGE = "storage", "数据存储设备"
    SECURITY = "security", "网络安全设备"
    COMMUNICATION = "communication", "通讯设备"
    RECOVERY = "recovery", "容灾设备"


class CheckResult(models.TextChoices):
    """What a check found."""

    PASS = "pass", "正常"
    FAIL = "fail", "有问题"


class RegulationKind(models.TextChoices):
    """What an internal-control document is about."""

    SERVICE = "service", "服务规范"
    APPRAISAL = "appraisal", "考核评价"
    POST = "post", "岗位职责"
    SECURITY = "security", "保密与安全"
    EMERGENCY = "emergency", "应急预案"
    OTHER = "other", "其他制度"


NAME_LIMIT, PLACE_LIMIT, SERIAL_LIMIT, NOTE_LIMIT, TITLE_LIMIT, TEXT_LIMIT = 60, 80, 60, 500, 100, 20000
MONTHS = (1, 60)
"""The shortest and the longest time between two checks or reviews, in months."""
