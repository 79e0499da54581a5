"""Pure rules of the consultation desk: what an entry needs, promised times, gaps in the roster."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bangban.services.cases.rules import check_phone
from bangban.services.counter.models.inquiries import Channel, Topic, UserKind

LONGEST_TEXT = 2000
LONGEST_PROMISE = timedelta(days=60)
WHOLE_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class NewInquiry:
    """What is written down about a question at the counter.

    An instant answer needs an item or a topic and nothing else (DB23-6.4.3-a); one that is not answered needs the
    points of the question, who asks, how to reach them, and the agreed time (DB23-6.4.1-b, -c). `item` is an id, number
    or code; `cited` the number of a standard answer; `owner` a staff id, the registrar when empty.
    """

    answered: bool
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
    agreed_at: datetime | None = None
    owner: int | None = None


def clean(text: str, most: int = LONGEST_TEXT) -> str:
    """Return text as it is kept: without blanks around it and without the one character no database takes."""
    return text.replace("\x00", "").strip()[:most]


def check_inquiry(new: NewInquiry, now: datetime) -> dict[str, str]:
    """Return a sentence for each field that is missing or wrong."""
    problems: dict[str, str] = {}
    if not new.item and not new.topic:
        problems["topic"] = "请选择咨询类别，或选定事项。"
    for name, value, known in (
        ("topic", new.topic, ("", *Topic.values)),
        ("channel", new.channel, Channel.values),
        ("user_kind", new.user_kind, UserKind.values),
    ):
        if value not in known:
            problems[name] = "请从列表中选择。"
    for name in ("question", "reply"):
        if len(getattr(new, name)) > LONGEST_TEXT:
            problems[name] = f"最多{LONGEST_TEXT}字，请精简后再登记。"
    if new.phone.strip() and (wrong := check_phone(new.phone.strip())):
        problems["phone"] = wrong
    return problems if new.answered else {**_check_promise(new, now), **problems}


def _check_promise(new: NewInquiry, now: datetime) -> dict[str, str]:
    problems = {}
    if len(new.question.strip()) < 2:
        problems["question"] = "请记下咨询的内容要点。"
    if not new.name.strip():
        problems["name"] = "请记下对方的称呼。"
    if not new.phone.strip():
        problems["phone"] = "请记下联系方式，到时才能答复对方。"
    if sentence := check_agreed_at(new.agreed_at, now):
        problems["agreed_at"] = sentence
    return problems


def check_agreed_at(agreed_at: datetime | None, now: datetime) -> str:
    """Return why a time cannot be promised, else an empty text (DB23-6.4.1-c)."""
    if agreed_at is None:
        return "不能当场答复的，请与对方约定答复时间。"
    if agreed_at <= now:
        return "约定的答复时间已经过去，请重新约定。"
    return "约定的答复时间最长60天，请重新约定。" if agreed_at - now > LONGEST_PROMISE else ""


def warn_at(counted: datetime, started: datetime, due: datetime) -> datetime:
    """Return when to remind of a promise: as counted by the rule, but never in the first half of a short one."""
    return max(counted, started + (due - started) / 2)


@dataclass(frozen=True)
class Gap:
    """A stretch of opening time without anybody on the roster; aware moments at the hall."""

    day: date
    starts: datetime
    ends: datetime


def uncovered(opening: Sequence[tuple[datetime, datetime]], duty: Iterable[tuple[datetime, datetime]]) -> list[Gap]:
    """Return the opening time of one day that no stretch of duty covers (DB23-6.4.1-a); less than a minute is none."""
    gaps, on_duty = [], sorted(duty)
    for opens, closes in opening:
        free_from = opens
        for starts, ends in on_duty:
            if starts > free_from and min(starts, closes) - free_from >= WHOLE_MINUTE:
                gaps.append(Gap(opens.date(), free_from, min(starts, closes)))
            free_from = max(free_from, ends)
            if free_from >= closes:
                break
        if closes - free_from >= WHOLE_MINUTE:
            gaps.append(Gap(opens.date(), free_from, closes))
    return gaps


def shift_on(day: date, starts: time, ends: time, sample: datetime) -> tuple[datetime, datetime]:
    """Return a weekly shift as moments of one day, in the zone of `sample`."""
    return datetime.combine(day, starts, sample.tzinfo), datetime.combine(day, ends, sample.tzinfo)


def phrase(moment: datetime) -> str:
    """Say a local moment as it is told to the person: 11月19日16:00."""
    return f"{moment.month}月{moment.day}日{moment:%H:%M}"
