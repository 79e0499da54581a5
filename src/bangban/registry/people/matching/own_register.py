"""The stand-in without an authority: people whose documents were seen at a window of this installation.

It proves nothing about others and says so: an unknown number is "not known", never "matched".
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from bangban.foundation.privacy.crypto import blind_index
from bangban.registry.people.matching.base import Answer
from bangban.registry.people.models import Person

SOURCE = "本平台窗口核验记录（未接入权威身份库）"
SEEN_AT_A_WINDOW = 5


@dataclass(frozen=True)
class OwnRegister:
    """Compares with what staff have verified with the document in hand."""

    def match(self, name: str, id_type: str, number: str) -> Answer:
        """Answer from this installation's own records; never raises MatcherAway."""
        seen = Person.objects.filter(
            id_index=blind_index(number, id_type), id_type=id_type, assurance__gte=SEEN_AT_A_WINDOW
        )
        names = [row.name for row in seen]
        if not names:
            return Answer(None, SOURCE)
        return Answer(any(hmac.compare_digest(known.encode(), name.strip().encode()) for known in names), SOURCE)
