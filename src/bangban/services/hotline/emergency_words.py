"""Words that tell of an emergency, from the one table that the assistant uses as well (GB33358-3.1, 5.2.2.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from bangban.services.assistant.scope import Row, matching, tables
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.terms import EmergencyClass

CLASS_OF = {
    "accident_fire": EmergencyClass.ACCIDENT,
    "accident_traffic": EmergencyClass.ACCIDENT,
    "public_health": EmergencyClass.HEALTH,
    "natural_disaster": EmergencyClass.NATURAL,
    "social_security": EmergencyClass.SECURITY,
    "fraud": EmergencyClass.SECURITY,
}
NUMBERS = {"110": "公安报警", "119": "火警和应急救援", "120": "医疗急救", "122": "交通事故报警"}
SENTENCE = re.compile(r"[。！？!?；;\n]+")
NEAR = 120
AMBULANCE = "120"
HURT = re.compile(
    "(?<!没人)(?<!没有人)(?<!无人)(?<!没有人员)(?<!无人员)"
    "(昏迷|晕倒|昏倒|晕过去|昏过去|不省人事|失去意识|失去知觉|没有?意识|叫不醒|没有?呼吸|受伤|伤者|流血|烧伤|中毒)"
)
ALSO_HURT = f"有人昏迷、受伤或中毒，请同时拨打 {AMBULANCE}。"


@dataclass(frozen=True)
class Alarm:
    """What a text warns of: the class, the number to dial at once, the words that told it, what to say, whom to call besides."""

    emergency_class: str
    number: str
    words: str
    say: str
    also: str = ""

    @property
    def numbers(self) -> tuple[str, ...]:
        """Return all numbers to dial, the first one first."""
        return (self.number, self.also) if self.also else (self.number,)


def emergency_in(text: str) -> Alarm | None:
    """Return the emergency that a text tells of, or None.

    Each sentence is judged by itself, so that "我要投诉" in a story does not hide "现在楼里着火了". Of a long text only its
    beginning and its end count: whoever is in danger says it first or has just said it; a letter tells of old ones amid.
    """
    near = text if len(text) <= 2 * NEAR else f"{text[:NEAR]}\n{text[-NEAR:]}"
    for sentence in SENTENCE.split(near):
        if sentence and (row := matching(tables().emergencies, sentence)):
            return _alarm(row, sentence, hurt=bool(HURT.search(near)))
    return None


def told_by(order: WorkOrder) -> Alarm | None:
    """Return the emergency that the matter of an order tells of, or None."""
    return emergency_in("\n".join(filter(None, [order.title, order.request, order.course, order.present_state])))


def _alarm(row: Row, sentence: str, *, hurt: bool) -> Alarm:
    found = _pattern(row.words).search(sentence)
    words = found.group(0).strip("，,、 ") if found else ""
    say, also = row.sentence(), AMBULANCE if hurt and row.phone != AMBULANCE else ""
    return Alarm(CLASS_OF[row.code].value, row.phone, words, say if not also or also in say else say + ALSO_HURT, also)


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(words), re.IGNORECASE)
