"""Remaining time in the words of a page: 还剩2个工作日, 今天到期, 已超时3小时."""

from bangban.foundation.clocks.limits import Limit, counts_days

_PARTS = ((86_400, "天"), (3_600, "小时"), (60, "分钟"), (1, "秒"))


def left_of(limit: Limit, days: int | None, seconds: float, *, overdue: bool, paused: bool) -> str:
    """Return the text for what is left: signed `days` for day limits, signed `seconds` else.

    Overdue by less than one counted day is told in elapsed time. Service time has no day of 24 hours: its hours
    run on.
    """
    if overdue:
        return f"已超时{-days}{_day_word(limit)}" if days else f"已超时{_length(-seconds, limit)}"
    if days is not None:
        rest = f"还剩{days}{_day_word(limit)}" if days else "恢复计时当天到期" if paused else "今天到期"
    else:
        length = _length(seconds, limit)
        rest = f"还剩{length}" if length else "即将到期"
    return f"已暂停计时，{rest}" if paused else rest


def _day_word(limit: Limit) -> str:
    return "个工作日" if limit.unit == "working_day" else "天"


def _length(seconds: float, limit: Limit) -> str:
    """Return the two leading parts, rounded down; nothing below one second."""
    service_time = limit.service_time and not counts_days(limit)
    rest, parts = int(seconds), []
    for size, word in _PARTS[1:] if service_time else _PARTS:
        count, rest = divmod(rest, size)
        parts.append(f"{count}{word}" if count else "")
    first = next((index for index, part in enumerate(parts) if part), len(parts))
    return "".join(parts[first : first + 2])
