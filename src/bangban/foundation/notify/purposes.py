"""What messages are for: one line a purpose, so that quiet hours, secrecy and alarms are decided in one place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Purpose:
    """One kind of message.

    `urgent` goes out at night too. The text of a `secret` one is shown to nobody once a real gateway carries it, and it
    is never sent again by hand. After `useful_for` it is pointless. After `alarm_after` of sending time without an end
    somebody must look.
    """

    code: str
    label: str
    urgent: bool = False
    secret: bool = False
    useful_for: timedelta | None = None
    alarm_after: timedelta = timedelta(minutes=15)


_purposes: dict[str, Purpose] = {}


def register(purpose: Purpose) -> Purpose:
    """Make a purpose known; rooms add their own in `reactions.py`."""
    _purposes[purpose.code] = purpose
    return purpose


def purpose_of(code: str) -> Purpose:
    """Return a purpose; LookupError for one that nobody registered."""
    try:
        return _purposes[code]
    except KeyError:
        raise LookupError(f"No purpose {code!r} is registered for messages.") from None


def all_purposes() -> list[Purpose]:
    """Return every purpose, for filters on pages."""
    return list(_purposes.values())


SIGN_IN_CODE = register(
    Purpose(
        "sign_in_code",
        "登录验证码",
        urgent=True,
        secret=True,
        useful_for=timedelta(minutes=10),
        alarm_after=timedelta(minutes=1),
    )
)
EMERGENCY = register(Purpose("emergency", "紧急通知", urgent=True, alarm_after=timedelta(minutes=2)))
CASE_PROGRESS = register(Purpose("case_progress", "办理进度通知"))
REPLY_WAITING = register(Purpose("reply_waiting", "新回复提醒", useful_for=72 * HOUR))
RATING_INVITATION = register(Purpose("rating_invitation", "评价邀请", alarm_after=4 * HOUR))
FOLLOW_UP = register(Purpose("follow_up", "结果回访", alarm_after=4 * HOUR))
REMINDER = register(Purpose("reminder", "办事提醒"))
URGE = register(Purpose("urge", "督办提醒"))
STAFF_NOTICE = register(Purpose("staff_notice", "工作提醒"))
ANNOUNCEMENT = register(Purpose("announcement", "信息发布", alarm_after=4 * HOUR))
