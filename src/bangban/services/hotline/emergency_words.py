"""Words that tell of an emergency, from the one table that the assistant uses as well (GB33358-3.1, 5.2.2.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from bangban.services.assistant.scope import Row, matching, tables
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


@dataclass(frozen=True)
class Alarm:
    """What a text warns of: the class, the number to dial at once, the words that told it, and what to say."""

    emergency_class: str
    number: str
    words: str
    say: str


def emergency_in(text: str) -> Alarm | None:
    """Return the emergency that a text tells of, or None.

    Each sentence is judged by itself, so that "我要投诉" in a story does not hide "现在楼里着火了". Of a long text only its
    beginning and its end count: whoever is in danger says it first or has just said it; a letter tells of old ones amid.
    """
    near = text if len(text) <= 2 * NEAR else f"{text[:NEAR]}\n{text[-NEAR:]}"
    for sentence in SENTENCE.split(near):
        if sentence and (row := matching(tables().emergencies, sentence)):
            return _alarm(row, sentence)
    return None


def _alarm(row: Row, sentence: str) -> Alarm:
    found = _pattern(row.words).search(sentence)
    words = found.group(0).strip("，,、 ") if found else ""
    return Alarm(CLASS_OF[row.code].value, row.phone, words, row.sentence())


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(words), re.IGNORECASE)
