"""What may be asked for and who sees what; pure."""

from __future__ import annotations

import re

LEVELS = ("user", "staff", "internal")
"""Visibilities from the widest audience to the narrowest; a level sees itself and everything before it."""

ACCESS = "access:"
"""Prefix of the topics by which the hub learns that somebody's rights have changed; never sent to clients."""

TOPIC = re.compile(r"[a-z][a-z_]{0,30}:[A-Za-z0-9_.-]{1,100}")


class BadRequestError(Exception):
    """The stream was asked for in a way that cannot be understood."""


def seen_at(level: str) -> frozenset[str]:
    """Return the visibilities that somebody of a level sees; ValueError for an unknown level."""
    if level not in LEVELS:
        raise ValueError(f"no such visibility: {level}")
    return frozenset(LEVELS[: LEVELS.index(level) + 1])


def parse_topics(text: str, limit: int) -> list[str]:
    """Return the topics of a comma-separated list, each once, in order; BadRequestError says what is wrong."""
    topics = list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if not topics:
        raise BadRequestError("没有写明要接收哪些消息（topics）。")
    if len(topics) > limit:
        raise BadRequestError(f"一次最多接收 {limit} 个主题的消息。")
    for topic in topics:
        if not TOPIC.fullmatch(topic) or topic.startswith(ACCESS):
            raise BadRequestError("主题的写法不对，应为“类别:编号”，例如 case:1。")
    return topics


def parse_after(text: str) -> int:
    """Return the number after which a client wants to go on; BadRequestError when it is not one."""
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise BadRequestError("after 应为数字。")
    return int(text)
