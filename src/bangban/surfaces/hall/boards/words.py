"""What a board says aloud and how it names the day."""

from __future__ import annotations

from datetime import datetime

DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")
WEEKDAYS = "一二三四五六日"


def spoken_call(label: str, window: str) -> str:
    """Return the sentence of a call, digits one by one: 请A零零一号到1号窗口 (F9.07)."""
    return f"请{label.translate(DIGITS)}号到{window}"


def day_words(local: datetime) -> str:
    """Return date and weekday of a local moment: 11月20日 星期五."""
    return f"{local.month}月{local.day}日 星期{WEEKDAYS[local.weekday()]}"
