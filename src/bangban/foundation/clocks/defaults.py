"""The limits and hours that every installation starts with; each has its clause and may be overridden per body."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bangban.foundation.clocks.models import ClockRule, Hours

SINCE = date(2024, 1, 1)


@dataclass(frozen=True)
class Default:
    """One limit: code, label, amount and unit, when to warn, how it counts, where it comes from."""

    code: str
    label: str
    amount: int
    unit: str
    warn: tuple[int, str]
    clause: str
    source: str
    kind: str
    hours_kind: str = "online_human"
    service_time: bool = False
    pause_kinds: tuple[str, ...] = ()


RULES = (
    Default(
        "first_response", "首次人工响应", 5, "minute", (2, "minute"), "T637-7.2-a", "F11.02", "local", service_time=True
    ),
    Default(
        "assign_accept", "分派接收", 5, "minute", (2, "minute"), "BJ-3.1.1-c", "平台默认", "local", service_time=True
    ),
    Default(
        "transfer_accept",
        "转办接收",
        30,
        "minute",
        (10, "minute"),
        "T637-8.2-e",
        "平台默认",
        "local",
        service_time=True,
    ),
    Default(
        "adviser_reply",
        "专业顾问答复",
        60,
        "minute",
        (20, "minute"),
        "BJ-7.2-b",
        "平台默认",
        "local",
        service_time=True,
    ),
    Default("task_reply", "协同单位答复", 1, "working_day", (2, "hour"), "T637-5-c", "平台默认", "local"),
    Default("disposal", "复杂问题处置", 2, "working_day", (4, "hour"), "T637-8.2-d", "F3.14", "local"),
    Default("idle", "办理停顿", 1, "working_day", (4, "hour"), "T637-8.3-a", "平台默认", "local"),
    Default("follow_up", "结案后跟踪", 7, "calendar_day", (1, "calendar_day"), "T637-8.5-a", "平台默认", "local"),
    Default("rating_window", "评价期", 15, "calendar_day", (0, "calendar_day"), "T637-9.1-a", "平台默认", "local"),
    Default("bad_review_contact", "差评联系", 1, "working_day", (4, "hour"), "DB23-8.1.2-b", "F1.22", "local"),
    Default("bad_review_rectify", "差评整改", 5, "working_day", (1, "working_day"), "T637-9.1-a", "F1.22", "local"),
    Default(
        "service_list_review",
        "服务清单更新",
        180,
        "calendar_day",
        (15, "calendar_day"),
        "T637-7.1-c",
        "平台默认",
        "local",
    ),
    Default("knowledge_gap", "知识缺口补充", 5, "working_day", (1, "working_day"), "BJ-5-e", "平台默认", "local"),
    Default(
        "agreed_reply",
        "约定答复",
        1,
        "working_day",
        (2, "hour"),
        "DB23-6.4.1-c",
        "约定时间",
        "local",
        hours_kind="center",
    ),
    Default(
        "sms_response",
        "短信及媒体响应",
        3,
        "minute",
        (1, "minute"),
        "GB33358-5.1.2.3-c",
        "F3.05",
        "std",
        hours_kind="hotline",
    ),
    Default(
        "mailbox_response",
        "信箱响应",
        24,
        "hour",
        (4, "hour"),
        "GB33358-5.1.2.3-d",
        "F3.05",
        "std",
        hours_kind="hotline",
    ),
    Default("order_transfer", "工单转交", 2, "working_day", (4, "hour"), "GB33358-5.2.2.1", "F3.05", "std"),
    Default("order_sign", "工单签收", 1, "working_day", (2, "hour"), "GB33358-5.2.2.2", "F3.14", "local"),
    Default("order_handle", "工单办理", 5, "working_day", (1, "working_day"), "GB33358-5.2.2.2", "F3.14", "local"),
    Default("order_assist", "协办答复", 3, "working_day", (1, "working_day"), "GB33358-5.2.2.4", "平台默认", "local"),
    Default("order_dispute", "派单异议裁定", 1, "working_day", (2, "hour"), "GB33358-5.2.2.2", "平台默认", "local"),
    Default(
        "emergency_ack",
        "突发事件确认",
        5,
        "minute",
        (2, "minute"),
        "GB33358-5.1.2.4-b",
        "平台默认",
        "local",
        hours_kind="hotline",
    ),
    Default(
        "emergency_receipt",
        "应急部门签收",
        30,
        "minute",
        (10, "minute"),
        "GB33358-5.2.2.3",
        "F3.14",
        "local",
        hours_kind="hotline",
    ),
    Default("supervision_reply", "督办回复", 2, "working_day", (4, "hour"), "GB33358-5.2.3.4", "平台默认", "local"),
    Default("order_visit", "工单回访", 3, "working_day", (1, "working_day"), "GB33358-5.4.1", "平台默认", "local"),
    Default("order_archive", "工单归档", 10, "working_day", (2, "working_day"), "GB33358-5.5.1", "F6.11", "local"),
)

MORNING, AFTERNOON = ["09:00", "12:00"], ["13:30", "17:00"]
HUMAN = [MORNING, AFTERNOON]
ROUND_THE_CLOCK = [["00:00", "00:00"]]

HOURS = (
    ("online_human", {str(day): HUMAN for day in range(5)}, HUMAN, True),
    ("center", {str(day): HUMAN for day in range(5)}, HUMAN, True),
    ("hotline", {str(day): ROUND_THE_CLOCK for day in range(7)}, ROUND_THE_CLOCK, False),
)


def install_defaults() -> None:
    """Add missing default rules and hours; what an installation changed stays (BJ-6-a, GB33358-5.1.2.1)."""
    for rule in RULES:
        ClockRule.objects.get_or_create(
            code=rule.code,
            unit_id=None,
            valid_from=SINCE,
            defaults={
                "label": rule.label,
                "amount": rule.amount,
                "unit": rule.unit,
                "warn_amount": rule.warn[0],
                "warn_unit": rule.warn[1],
                "hours_kind": rule.hours_kind,
                "service_time": rule.service_time,
                "pause_kinds": list(rule.pause_kinds),
                "clause": rule.clause,
                "source": rule.source,
                "kind": rule.kind,
            },
        )
    for kind, weekly, workday, workdays_only in HOURS:
        Hours.objects.get_or_create(
            kind=kind,
            unit_id=None,
            defaults={"weekly": weekly, "workday_spans": workday, "workdays_only": workdays_only},
        )
