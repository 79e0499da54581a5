"""An authority reached by a signed JSON POST.

`{name, id_type, id_number}` is answered by `{matched: true|false|null, level?, source?}`.
"""

from __future__ import annotations

from dataclasses import dataclass
from http.client import HTTPException

import msgspec

from bangban.foundation.notify.gateways.posting import post_signed
from bangban.registry.people.matching.base import Answer, MatcherAway


class _Said(msgspec.Struct):
    matched: bool | None
    level: int = 3
    source: str = "身份认证服务"


@dataclass(frozen=True)
class WebhookMatcher:
    """Asks the configured identity service; a level of 4 or 5 is believed when it says how it knows."""

    url: str
    secret: bytes

    def match(self, name: str, id_type: str, number: str) -> Answer:
        """Ask within five seconds; raises MatcherAway for silence, errors and nonsense."""
        body = msgspec.json.encode({"name": name, "id_type": id_type, "id_number": number})
        try:
            reply = post_signed(self.url, body, self.secret, {})
            said = msgspec.json.decode(reply.body, type=_Said) if reply.status == 200 else None
        except (OSError, HTTPException, msgspec.DecodeError) as error:
            raise MatcherAway(str(error)) from error
        if said is None or said.level not in (3, 4, 5):
            raise MatcherAway(f"status {reply.status}")
        return Answer(said.matched, said.source[:100], said.level)
