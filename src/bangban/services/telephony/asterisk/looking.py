"""What the adapter knows, compared with what is on the server: after a break, after a failure, and once a minute.

Everything that a process may have missed or left half done is found here, whoever left it: the names of channels and
bridges tell what they are for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bangban.services.telephony.asterisk.mapping import UP, called_of, entering, part_in, vanishing
from bangban.services.telephony.asterisk.names import AGENT, CALLEE, CALLER, bridge_of, call_of, outgoing, part_of
from bangban.services.telephony.asterisk.routing import Live, Router

Channel = Mapping[str, Any]


@dataclass
class Found:
    """What a comparison found.

    `ended` are calls that ended unheard, `told` messages that are only to be written down, `missed` those that are to
    be acted on as well.
    """

    ended: list[Live] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)
    missed: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class _Server:
    channels: dict[str, Channel]
    bridges: dict[str, frozenset[str]]

    def inside(self, call: str, channel: str) -> bool:
        return channel in self.bridges.get(bridge_of(call), ())

    def of_call(self, call: str, role: str) -> list[str]:
        return [name for name in self.channels if (part := part_of(name)).call == call and part.role == role]


def compare(router: Router) -> Found:
    """Look round on the server, end what belongs to no call, and tell what nobody heard.

    Raises Gone or Unreachable when the server does not tell; then nothing has changed.
    """
    server = _ask(router)
    found = Found()
    _vanished(router, server, found)
    for channel in server.channels.values():
        if part_in(channel).role == CALLER:
            _caller(router, channel, found)
    for channel in server.channels.values():
        if part_in(channel).role not in ("", CALLER):
            _rung(router, server, channel, found)
    for live in list(router.calls.values()):
        if live.talking and live.alone and not found.missed:
            router.end_all(live)
    for bridge in server.bridges:
        if (call := call_of(bridge)) not in router.calls:
            router.unbridge(call)
    return found


def _ask(router: Router) -> _Server:
    ari, app = router.commands.ari, router.commands.settings.app
    held = set(ari.get("applications", app).get("channel_ids") or ())
    channels = {found["id"]: found for found in ari.get("channels") if found["id"] in held}
    bridges = {
        found["id"]: frozenset(found.get("channels") or ())
        for found in ari.get("bridges")
        if found.get("name") == app and call_of(found["id"])
    }
    return _Server(channels, bridges)


def _vanished(router: Router, server: _Server, found: Found) -> None:
    """Calls whose outside party is gone have ended; of other channels that are gone the end is told."""
    for live in list(router.calls.values()):
        gone = sorted(live.channels - server.channels.keys())
        if live.call in gone or (outgoing(live.call) and len(gone) == len(live.channels)):
            live.channels -= set(gone)
            found.ended += [live] if live.begun else []
            router.finish(live)
            continue
        for channel in gone:
            up = live.ringing != channel and live.talking and part_of(channel).role in (AGENT, CALLEE)
            found.missed += vanishing(channel, up=up)


def _caller(router: Router, channel: Channel, found: Found) -> None:
    message = entering(channel)
    call = str(channel["id"])
    if call not in router.calls:
        router.calls[call] = Live(call, channels={call}, called=called_of(channel))
        found.told.append(message)


def _rung(router: Router, server: _Server, channel: Channel, found: Found) -> None:
    """A telephone that the house rang: it waits, it was picked up and belongs into its talk, or nobody needs it."""
    name = str(channel["id"])
    part = part_of(name)
    up, inside = channel.get("state") == UP, server.inside(part.call, name)
    live = router.calls.get(part.call)
    # An agent in a bridge without the number called was left there: calling again is the agent's to decide.
    goes_on = server.of_call(part.call, CALLEE) or (part.role == AGENT and not inside)
    if live is None and outgoing(part.call) and part.call not in router.over and goes_on:
        live = router.calls[part.call] = Live(part.call, begun=inside)
    if live is None:
        router.end(name)
        return
    new = name not in live.channels
    live.channels.add(name)
    if not up:
        _still_rings(router, live, name)
    elif not inside:
        live.ringing = name if part.role == AGENT and not live.talking else live.ringing
        found.missed.append(entering(channel))
    else:
        live.begun = True
        live.talking |= part.role != AGENT or not outgoing(part.call)
        live.ringing = "" if live.ringing == name else live.ringing
        if new:
            found.told.append({"type": "ChannelEnteredBridge", "channel": channel})


def _still_rings(router: Router, live: Live, channel: str) -> None:
    """Two telephones must not ring for one caller."""
    if part_of(channel).role != AGENT or outgoing(live.call) or live.ringing == channel:
        return
    if live.talking or live.ringing:
        router.end(channel)
    else:
        live.ringing = channel
