"""Registering a consultation for somebody who calls or stands at the window (T637-8.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bangban.foundation.access.actors import CHANNELS
from bangban.services.cases.rules import check_new_case

AT_DESK = ("hotline", "window", "wechat", "mini_program", "app", "kiosk")
KINDS = {"natural_person": "个人", "legal_person": "法人或其他组织"}
URGENCIES = {"": "一般", "urgent": "紧急"}


@dataclass
class Registration:
    """What a member of staff writes down."""

    question: str = ""
    phone: str = ""
    name: str = ""
    channel: str = "hotline"
    user_kind: str = "natural_person"
    urgency: str = ""
    item: str = ""
    confidential: bool = False
    take: bool = True
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def channels(self) -> list[tuple[str, str]]:
        """Return the channels through which people reach staff."""
        return [(code, CHANNELS[code]) for code in AT_DESK]

    def check(self) -> bool:
        """Tell whether it can be opened; the sentences stand in `problems`."""
        self.problems = check_new_case(self.question, self.phone, self.channel)
        if self.channel not in AT_DESK:
            self.problems["channel"] = "请选择来源渠道。"
        if self.user_kind not in KINDS or self.urgency not in URGENCIES:
            self.problems["user_kind"] = "请从列表中选择。"
        return not self.problems


def posted(data: Mapping[str, str]) -> Registration:
    """Read a sent form; overlong fields are cut where the page's own limits would have stopped them."""
    return Registration(
        question=data.get("question", "")[:4000],
        phone=data.get("phone", "")[:30],
        name=data.get("name", "")[:100],
        channel=data.get("channel", ""),
        user_kind=data.get("user_kind", ""),
        urgency=data.get("urgency", ""),
        item=data.get("item", "")[:64],
        confidential=data.get("confidential") == "1",
        take=data.get("take") == "1",
    )
