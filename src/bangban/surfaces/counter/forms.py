"""What is typed at the desk: kept as typed, read into what the room takes, given back with its sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from bangban.foundation.clocks.reads import work_calendar
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.flow import Incomplete
from bangban.registry.halls.reads import spans_of
from bangban.services.counter.actions import NewInquiry
from bangban.services.counter.models import Topic
from bangban.services.counter.models.inquiries import Channel, UserKind
from bangban.surfaces.web import given

WRONG_TIME = "请填写日期和时间，例如 2026-11-22 16:00。"
SOON = timedelta(hours=1)
TEXTS = (
    "answered", "item", "topic", "question", "name", "phone", "user_kind", "channel", "reply", "basis", "cited",
    "agreed_at", "owner",
)  # fmt: skip
LONGEST = {"question": 4000, "reply": 4000, "basis": 1000}


@dataclass
class Entry:
    """The form of a question, as it was typed."""

    answered: str = "1"
    item: str = ""
    topic: str = ""
    question: str = ""
    name: str = ""
    phone: str = ""
    user_kind: str = UserKind.NATURAL.value
    channel: str = Channel.WINDOW.value
    reply: str = ""
    basis: str = ""
    cited: str = ""
    agreed_at: str = ""
    owner: str = ""
    problems: dict[str, str] = field(default_factory=dict)

    topics = list(Topic.choices)
    channels = list(Channel.choices)
    user_kinds = list(UserKind.choices)

    @property
    def promised(self) -> bool:
        """Tell whether the answer is promised for later."""
        return self.answered == "0"

    def new(self) -> NewInquiry:
        """Return what the room takes; Incomplete for what cannot be read at all."""
        problems: dict[str, str] = {}
        if self.answered not in ("0", "1"):
            problems["answered"] = "请选择是当场答复还是约定答复。"
        agreed_at = None
        if self.promised and self.agreed_at:
            agreed_at = given.moment_of(self.agreed_at)
            if agreed_at is None:
                problems["agreed_at"] = WRONG_TIME
        if problems:
            raise Incomplete("请检查填写的内容。", fields=problems)
        owner = given.whole(self.owner)
        return NewInquiry(
            answered=not self.promised, item=self.item, topic=self.topic, question=self.question, name=self.name,
            phone=self.phone, user_kind=self.user_kind, channel=self.channel,
            reply="" if self.promised else self.reply, basis="" if self.promised else self.basis,
            cited="" if self.promised else self.cited, agreed_at=agreed_at, owner=owner,
        )  # fmt: skip


def posted(data: Mapping[str, str]) -> Entry:
    """Read a sent form; overlong fields are cut where nobody types so much."""
    given: dict[str, Any] = {
        name: data[name].replace("\r\n", "\n").strip()[: LONGEST.get(name, 200)] for name in TEXTS if name in data
    }
    return Entry(**given)


def day_of(text: str) -> date | None:
    """Read a day; None for nothing, Incomplete for what is no day."""
    found = given.day_of(text)
    if text and found is None:
        raise Incomplete("日期格式应为 2026-11-22。", fields={"from": "日期格式应为 2026-11-22。"})
    return found


def proposals(body_id: int, at: datetime) -> list[tuple[str, str]]:
    """Return times that are often promised, in words and as a field's value: the closing of the next opening days."""
    made, day = [], business_date(at)
    for _ in range(14):
        spans = spans_of(body_id, day)
        if spans and spans[-1][1] > at + SOON:
            closing = spans[-1][1]
            made.append((f"{_name(day, business_date(at))}{closing:%H:%M}前", closing.strftime("%Y-%m-%dT%H:%M")))
        if len(made) == 3:
            break
        day += timedelta(days=1)
    return made


def _name(day: date, today: date) -> str:
    near = {0: "今天", 1: "明天"}.get((day - today).days)
    return near or f"{day.month}月{day.day}日{'' if work_calendar().is_workday(day) else '（休息日）'}"
