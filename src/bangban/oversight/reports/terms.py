"""Words of reports."""

from __future__ import annotations

from django.db import models


class Kind(models.TextChoices):
    """A report on a period, or on one concentrated matter (GB33358-5.6.1, GB33358-5.6.2)."""

    ROUTINE = "routine", "常规报告"
    SPECIAL = "special", "专题报告"


class Period(models.TextChoices):
    """How long a routine report looks back (GB33358-5.6.1.2)."""

    DAY = "day", "日报"
    WEEK = "week", "周报"
    MONTH = "month", "月报"
    QUARTER = "quarter", "季报"
    YEAR = "year", "年报"


class Way(models.TextChoices):
    """How a recipient gets a report; the codes are those of the house's channels."""

    IN_APP = "in_app", "工作门户"
    EMAIL = "email", "电子邮件"
    SMS = "sms", "短信通知"
    LETTER = "letter", "书面送达"
    PHONE = "phone_task", "电话通知"


NOW_WORD = {
    Period.DAY: "当日",
    Period.WEEK: "本周",
    Period.MONTH: "本月",
    Period.QUARTER: "本季度",
    Period.YEAR: "本年",
}
BEFORE_WORD = {
    Period.DAY: "前一日",
    Period.WEEK: "上周",
    Period.MONTH: "上月",
    Period.QUARTER: "上季度",
    Period.YEAR: "上年",
}
LAST_YEAR_WORD = "去年同期"
# What stands where there is no history to compare with (GB33358-5.6.1.2).
NONE = "无"
# What stands where a change in percent says nothing, because what it is compared with is tiny.
SMALL = "基数过小"
DUTY = "statistics_officer"
TEXT_LIMIT = 5000
