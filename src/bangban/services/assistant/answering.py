"""What the assistant says: pure decisions over what was found, and the words for them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

SURE, LIKELY, CLOSE = 0.55, 0.3, 0.8
PERSON_WORDS = re.compile(r"转?人工|真人|活人|找人|客服(人员|专员)|人来|和人说|接线员|值班人员")
SOLVED_NOT = re.compile(r"没解决|不对|答非所问|不是这个|没有?用|听不懂")
GREETING = re.compile(
    r"^(你好|您好|hi|hello|在吗|在不在|有人吗|哈喽|早上好|下午好|晚上好)[!！。.~?？]*$", re.IGNORECASE
)
THANKS = re.compile(r"^(谢谢|多谢|感谢|好的?谢谢|明白了|知道了)[你您了啦]*[!！。.~]*$")
ASPECTS = (
    ("materials", re.compile(r"材料|证件|带什么|带哪些|准备什么|要什么|需要什么|手续")),
    ("fee", re.compile(r"多少钱|收费|费用|要钱|免费")),
    ("time", re.compile(r"多久|几天|多长时间|什么时候能|时限|快不快")),
    ("place", re.compile(r"在哪|哪里办|哪儿|地址|去哪|地点")),
    ("phone", re.compile(r"电话|怎么联系|打给谁")),
    ("online", re.compile(r"网上|在线|手机(上|能)|不用跑|线上")),
    ("conditions", re.compile(r"条件|符合|资格|能不能办|可以办吗|什么人")),
)
LONGEST_FOLLOW_UP = 16


@dataclass(frozen=True)
class Found:
    """One thing found, with a score between 0 and 1."""

    id: str
    kind: str
    title: str
    score: float


@dataclass(frozen=True)
class Decision:
    """What to do with a question: decision, reason code, and which of what was found to show."""

    decision: str
    reason: str
    show: tuple[Found, ...] = ()


def aspect_of(question: str) -> str:
    """Return which side of an item a short follow-up asks for; empty when it asks for none or is a question of its own."""
    if len(question) > LONGEST_FOLLOW_UP:
        return ""
    return next((name for name, words in ASPECTS if words.search(question)), "")


def decide(question: str, found: Sequence[Found], misses: int) -> Decision:
    """Decide over what was found; `misses` counts unsuccessful turns in a row (T637-8.2-b)."""
    if PERSON_WORDS.search(question) and len(question) <= LONGEST_FOLLOW_UP:
        return Decision("human", "asked")
    if GREETING.match(question.strip()) or THANKS.match(question.strip()):
        return Decision("answer", "small_talk")
    if SOLVED_NOT.search(question):
        return Decision("human", "not_solved") if misses else Decision("clarify", "not_solved")
    best = found[0] if found else None
    if best is None or best.score < LIKELY:
        return Decision("human", "unsure")
    near = tuple(f for f in found[:4] if f.score >= best.score * CLOSE)
    if best.score >= SURE and len(near) == 1:
        return Decision("answer", "sure", (best,))
    if len(near) > 1 and best.score < SURE + 0.25:
        return Decision("clarify", "close", near[:3])
    return Decision("answer", "likely" if best.score < SURE else "sure", (best,))
