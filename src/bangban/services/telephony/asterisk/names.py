"""Names that tell what a channel or bridge is, so that any event can be read without remembering earlier ones (pure).

A caller's channel keeps Asterisk's own id, and that is the call's id. Channels and bridges that the house makes are named
`bb~CALL~ROLE~PARTY~MARK` and `bb~CALL`.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

OURS, OUT = "bb", "out-"
CALLER, CALLEE, AGENT, TRANSFER = "caller", "callee", "agent", "transfer"
THIRD = {"unit": "unit", "adviser": "adviser", "colleague": "agent"}
"""Parts of third parties, and the role by which the house knows them."""

ROLES = {CALLEE, AGENT, TRANSFER, *THIRD}
"""Parts that the house itself rings."""

DIALLED = re.compile(r"[^0-9A-Za-z+*#]")


@dataclass(frozen=True)
class Part:
    """What a channel is in its call; `party` is a work number or a dialled number, `mark` tells repeated ones apart.

    The mark of a callee is the work number of the agent who calls. A channel that takes no part has no role.
    """

    call: str
    role: str
    party: str = ""
    mark: str = ""

    @property
    def channel(self) -> str:
        """Return the channel's id."""
        if self.role == CALLER:
            return self.call
        return "~".join((OURS, self.call, self.role, self.party, self.mark))


def part_of(channel: str) -> Part:
    """Read a channel's id; one that looks like ours and is none has no role."""
    pieces = channel.split("~")
    if pieces[0] != OURS:
        return Part(channel, CALLER)
    return Part(*pieces[1:]) if len(pieces) == 5 and pieces[1] and pieces[2] in ROLES else Part("", "")


def new_part(call: str, role: str, party: str, mark: str = "") -> Part:
    """Return a part with a mark of its own; signs that nobody dials are dropped from the party."""
    return Part(call, role, DIALLED.sub("", party), mark or secrets.token_hex(3))


def new_call() -> str:
    """Return the name of a new outgoing call."""
    return OUT + secrets.token_hex(8)


def outgoing(call: str) -> bool:
    """Tell whether the house made this call."""
    return call.startswith(OUT)


def bridge_of(call: str) -> str:
    """Return the id of a call's bridge."""
    return f"{OURS}~{call}"


def call_of(bridge: str) -> str:
    """Return the call of a bridge, or nothing when it is none of ours."""
    prefix, _, call = bridge.partition("~")
    return call if prefix == OURS else ""
