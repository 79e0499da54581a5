"""Words of published information: kinds, outputs, weekdays (DB23-6.2.1.1, DB23-6.2.1.2)."""

from __future__ import annotations

from django.db import models

LED_LIMIT = 60
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


class Kind(models.TextChoices):
    """What a publication is about; subscribers choose among these."""

    NOTICE = "notice", "通知公告"
    GUIDE = "guide", "办事指南变更"
    HOLIDAY = "holiday", "服务时间调整"
    POLICY = "policy", "政策信息"
    RESULT = "result", "结果公示"


class Target(models.TextChoices):
    """Where a publication is shown or sent."""

    BOARD_SHEET = "board_sheet", "宣传栏打印页"
    TOUCH_SCREEN = "touch_screen", "触摸屏"
    LED = "led", "LED公告屏"
    WEBSITE = "website", "网站"
    SMS = "sms", "短信订阅"


SCREENS = (Target.BOARD_SHEET, Target.TOUCH_SCREEN, Target.LED, Target.WEBSITE)
