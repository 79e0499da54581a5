"""The place in the queue in one plain sentence (BJ-2-d)."""

from __future__ import annotations

from bangban.services.cases.reads import Waiting
from bangban.surfaces.portal.language import Language, say

MINUTE, HOUR = 60, 3600


def place_in_queue(waiting: Waiting | None, language: Language) -> str:
    """Say how many are ahead, and about how long it takes when that is known; empty when nobody waits."""
    if waiting is None:
        return ""
    if waiting.expected_seconds is None:
        return say(language, "前面还有{}人。", waiting.ahead) if waiting.ahead else say(language, "您排在最前面。")
    length = about(waiting.expected_seconds, language)
    if waiting.ahead:
        return say(language, "前面还有{}人，预计还需{}。", waiting.ahead, length)
    return say(language, "您排在最前面，预计还需{}。", length)


def about(seconds: int, language: Language) -> str:
    """Say a length of time as a guess is said: whole minutes up to an hour, then whole hours, never too short."""
    if seconds <= HOUR:
        return say(language, "约{}分钟", max(1, -(-seconds // MINUTE)))
    return say(language, "约{}小时", -(-seconds // HOUR))
