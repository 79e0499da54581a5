"""Pure rules of intake: cleaning what is typed, one sentence for what is wrong (GB33358-5.1.2.5)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bangban.foundation.access.phones import clean_number
from bangban.foundation.privacy.crypto import normalise
from bangban.services.hotline import terms

ABROAD = re.compile(r"(\+|00)(?!86)[1-9][0-9]{6,14}", re.ASCII)
SERVICE = re.compile(r"(1[0-9]{2,4}|9[5-6][0-9]{3,6}|[48]00[0-9]{7})", re.ASCII)
REGION = re.compile(r"[0-9]{6}([0-9]{3}|[0-9]{6})?", re.ASCII)
QUESTION = re.compile(r"(fact|skip)\.([a-z][a-z0-9_]{0,39})", re.ASCII)
PHONE_WRONG = "请填写11位手机号码、带区号的固定电话，或带国家（地区）代码的境外号码。"
LONGEST = {
    "title": 60,
    "happened": 200,
    "place": 300,
    "course": 10_000,
    "present_state": 4_000,
    "request": 10_000,
    "contact_name": 50,
    "contact_address": 200,
}
MATTER = ("title", "happened", "place", "course", "present_state", "request")
"""What the words of a matter are taken from, and what the agent reads back."""


class Wrong(ValueError):
    """A value that cannot be taken; the text is the sentence for its field."""


def clean_contact(text: str) -> str:
    """Return a number as it is stored: mainland, abroad (+852…) or a service number (10086, 95588, 4008…); else empty."""
    if number := clean_number(text):
        return number
    bare = re.sub(r"[()·.\s]", "", normalise(text))
    if ABROAD.fullmatch(bare):
        return "+" + bare.removeprefix("+").removeprefix("00")
    return bare if SERVICE.fullmatch(bare) else ""


def caller_number(text: str) -> str:
    """Return what an exchange said of the caller: never refused, since the call is there; odd numbers stay as digits."""
    return clean_contact(text) or re.sub(r"[^0-9+]", "", normalise(text))[:20]


def title_from(text: str) -> str:
    """Return the beginning of a matter as its title: the first sentence, at most forty characters."""
    first = re.split(r"[。！？!?；;\n]", text.strip(), maxsplit=1)[0].strip()
    return first if len(first) <= 40 else first[:39] + "…"


def _text(limit: int) -> Callable[[Any], str]:
    def clean(value: Any) -> str:
        if value is None:
            return ""
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            raise Wrong("请填写文字。")
        text = str(value).replace("\0", "").strip()
        if len(text) > limit:
            raise Wrong(f"最多{limit}个字，现在是{len(text)}个字，请精简。")
        return text

    return clean


def _one_of(choices: type[Any], *, empty: bool = True) -> Callable[[Any], str]:
    def clean(value: Any) -> str:
        if value in (None, "") and empty:
            return ""
        if value not in choices.values:
            raise Wrong("请从列表中选择：" + "、".join(str(label) for label in choices.labels) + "。")
        return str(value)

    return clean


def _phone(value: Any) -> str:
    text = _text(40)(value)
    if not text:
        return ""
    if not (number := clean_contact(text)):
        raise Wrong(PHONE_WRONG)
    return number


def _region(value: Any) -> str:
    text = _text(12)(value)
    if text and not REGION.fullmatch(text):
        raise Wrong("区域代码应为6、9或12位数字，请从区域列表中选择。")
    return text.ljust(12, "0") if text else ""


def _choice(value: Any) -> bool | None:
    if value in (None, ""):
        return None
    word = str(value).strip().lower()
    if word in ("true", "yes", "1"):
        return True
    if word in ("false", "no", "0"):
        return False
    raise Wrong("请选择“保密”或“不保密”。")


def _degrees(least: float, most: float) -> Callable[[Any], float | None]:
    def clean(value: Any) -> float | None:
        if value in (None, ""):
            return None
        try:
            degrees = round(float(value), 6)
        except (TypeError, ValueError):
            raise Wrong("请在地图上重新选点。") from None
        if not least <= degrees <= most:
            raise Wrong("请在地图上重新选点，位置不在范围内。")
        return degrees

    return clean


CLEANERS: Mapping[str, Callable[[Any], Any]] = {
    **{name: _text(limit) for name, limit in LONGEST.items()},
    "contact_phone": _phone,
    "subject_kind": _one_of(terms.SubjectKind, empty=False),
    "wished_reply": _one_of(terms.ReplyChannel, empty=False),
    "kind": _one_of(terms.Kind),
    "consultation_kind": _one_of(terms.ConsultationKind),
    "urgency": _one_of(terms.Urgency, empty=False),
    "aspect": _one_of(terms.Aspect),
    "confidential": _choice,
    "region": _region,
    "latitude": _degrees(-90, 90),
    "longitude": _degrees(-180, 180),
}
"""Fields that are judged without the database; those of LOOKED_UP are found where they are saved."""
LOOKED_UP = {
    "category": "category_id",
    "about_unit": "about_unit_id",
    "about_staff": "about_staff_id",
    "about_staff_number": "about_staff_id",
}
GROUPS = {"fact": "facts", "skip": "skipped_facts"}
FIELDS = (*CLEANERS, *LOOKED_UP)
answer_text = _text(500)


def as_text(value: Any) -> str:
    """Return a stored value as forms send it: nothing is "", yes and no are words, numbers have no trailing zeros."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) and value == int(value) else str(value)


def missing_facts(questions: Iterable[Any], facts: Mapping[str, str], skipped: Mapping[str, str]) -> dict[str, str]:
    """Return a sentence for each required question with neither answer nor reason (GB33358-5.1.2.4-a)."""
    return {
        f"fact.{question.code}": f"请问清“{question.ask}”；问不到的，请写明原因后跳过。"
        for question in questions
        if question.required and not facts.get(question.code) and not skipped.get(question.code)
    }
