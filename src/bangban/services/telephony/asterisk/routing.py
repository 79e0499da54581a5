"""What the adapter does with calls on Asterisk: lets them wait, finds agents, connects, and clears up at the end."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bangban.foundation.flows.flow import FlowError
from bangban.services.telephony.asterisk.ari import Gone
from bangban.services.telephony.asterisk.commands import Commands
from bangban.services.telephony.asterisk.mapping import LEG, Message
from bangban.services.telephony.asterisk.names import (
    AGENT,
    CALLEE,
    CALLER,
    TRANSFER,
    Part,
    bridge_of,
    new_part,
    outgoing,
    part_of,
)
from bangban.services.telephony.exchange import Unreachable

logger = logging.getLogger("bangban.telephony.asterisk")
WAITING_AUDIO = "waiting"
"""Key of the approved audio that waiting callers hear; without it they hear the ringing tone."""

Pick = Callable[[str, frozenset[str]], str | None]
"""Chooses an agent for a language, none of the given ones; returns a work number or None."""


@dataclass
class Live:
    """A call that is on the exchange now; `ringing` is the channel of the agent who is being rung."""

    call: str
    language: str = ""
    ringing: str = ""
    talking: bool = False
    refused: set[str] = field(default_factory=set)
    channels: set[str] = field(default_factory=set)


class Router:
    """The calls of one Asterisk server."""

    def __init__(self, commands: Commands, pick: Pick) -> None:
        self._commands, self._ari, self._pick = commands, commands.ari, pick
        self.calls: dict[str, Live] = {}

    def take(self, message: Message, language: str = "") -> None:
        """Act on a message; a channel that is gone meanwhile is no error, its own message follows."""
        try:
            if message.type == "StasisStart":
                self._enters(message, language)
            elif message.type == "ChannelHangupRequest" and message.part.role in (CALLER, CALLEE, AGENT):
                self._wants_to_end(message)
            elif message.type == "ChannelUserevent" and message.part.call in self.calls:
                _, leg, channel = str(message.raw.get("eventname", "")).partition(LEG)
                self.calls[message.part.call].channels |= {channel} if leg else set()
            elif message.type == "ChannelDestroyed":
                self._is_gone(message.part, message.up)
        except Gone as error:
            logger.info("gone meanwhile: %s", error)

    def distribute(self) -> None:
        """Ring an agent for every call that waits, oldest first."""
        for live in list(self.calls.values()):
            if live.talking or live.ringing or outgoing(live.call):
                continue
            agent = self._pick(live.language, self._occupied() | frozenset(live.refused))
            if agent is None and live.refused:
                live.refused.clear()
            if agent is not None:
                self._ring(live, agent)

    def _occupied(self) -> frozenset[str]:
        """Return the agents with a channel, before the house has been told of it."""
        parts = (part_of(channel) for live in self.calls.values() for channel in live.channels)
        return frozenset(part.party for part in parts if part.role == AGENT)

    def _ring(self, live: Live, agent: str) -> None:
        part = new_part(live.call, AGENT, agent)
        live.ringing = part.channel
        live.channels.add(part.channel)
        try:
            self._commands.originate(part)
        except (Gone, Unreachable):
            live.channels.discard(part.channel)
            live.ringing = ""
            live.refused.add(agent)

    def _enters(self, message: Message, language: str) -> None:
        part = message.part
        live = self.calls.setdefault(part.call, Live(part.call))
        live.channels.add(part.channel if part.role != CALLER else part.call)
        if part.role == CALLER:
            live.language = language
            self._ari.post("channels", part.call, "ring")
            self.distribute()
            if not live.ringing:
                self._let_wait(live)
        elif part.role == AGENT and outgoing(part.call):
            self._begin_outgoing(part, message.words.get("number", ""))
        elif part.role == AGENT:
            self._connect(live, part)
        else:
            self._ari.post("bridges", bridge_of(part.call), "addChannel", channel=part.channel)
            if part.role == CALLEE:
                self._record(part.call)
            live.talking = True
            if part.role == TRANSFER:
                self._end_all(live, AGENT)

    def _let_wait(self, live: Live) -> None:
        try:
            self._commands.play(live.call, WAITING_AUDIO)
        except (FlowError, Unreachable, LookupError):
            return

    def _connect(self, live: Live, agent: Part) -> None:
        """Join caller and agent; an agent who picks up after the caller has gone is let go."""
        if agent.call not in live.channels:
            self._commands.end(agent.channel)
            return
        live.ringing, live.talking = "", True
        self._ari.post("channels", live.call, "answer")
        self._bridge(live.call)
        for channel in (live.call, agent.channel):
            self._ari.post("bridges", bridge_of(live.call), "addChannel", channel=channel)
        self._record(live.call)

    def _begin_outgoing(self, agent: Part, number: str) -> None:
        self._bridge(agent.call)
        self._ari.post("bridges", bridge_of(agent.call), "addChannel", channel=agent.channel)
        self._commands.originate(new_part(agent.call, CALLEE, number, mark=agent.party), caller_id="")

    def _bridge(self, call: str) -> None:
        self._ari.post("bridges", bridgeId=bridge_of(call), type="mixing")

    def _record(self, call: str) -> None:
        name = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-.") else "-" for letter in call)
        try:
            self._ari.post("bridges", bridge_of(call), "record", name=f"call-{name}", format="wav", ifExists="append")
        except (Gone, Unreachable) as error:
            logger.warning("call %s is not recorded: %s", call, error)

    def _wants_to_end(self, message: Message) -> None:
        """The agent hangs up: the call ends, unless somebody took it over or is still in the talk."""
        live = self.calls.get(message.part.call)
        if live is None or message.part.role != AGENT or message.channel.get("state") != "Up":
            return
        others = {part_of(c).role for c in live.channels if c != message.part.channel} - {CALLER, CALLEE}
        if not others:
            self._commands.end(self._commands.outside(live.call))

    def _is_gone(self, part: Part, up: bool) -> None:
        live = self.calls.get(part.call)
        if live is None:
            return
        channel = part.call if part.role == CALLER else part.channel
        live.channels.discard(channel)
        if part.role in (CALLER, CALLEE):
            self._end_all(live)
            self._forget(live)
        elif live.ringing == channel:
            live.ringing = ""
            live.refused.add(part.party)
            self.distribute()
        elif part.role == TRANSFER and not up and live.channels == {live.call}:
            # The agent has left already and nobody took the call over: the caller waits for an agent again.
            live.talking = False
            self.distribute()
        elif not (live.channels - {live.call}) or (outgoing(live.call) and part.role == AGENT):
            self._end_all(live)

    def _end_all(self, live: Live, role: str = "") -> None:
        for channel in list(live.channels):
            if not role or part_of(channel).role == role:
                self._commands.end(channel)

    def _forget(self, live: Live) -> None:
        self.calls.pop(live.call, None)
        try:
            self._ari.delete("bridges", bridge_of(live.call))
        except Gone:
            return

    def speaks(self, call: str, language: str) -> None:
        """Note the language of a caller who came while nobody was connected."""
        if live := self.calls.get(call):
            live.language = language

    def look_around(self) -> tuple[list[Live], list[dict[str, Any]]]:
        """Learn what is on the server now, after a time without messages.

        Returns the calls that ended in it, and the channels of callers of whom nothing was known.
        """
        held = set(self._ari.get("applications", self._commands.settings.app).get("channel_ids") or ())
        here: dict[str, Live] = {}
        strangers = []
        for found in self._ari.get("channels"):
            if found["id"] not in held:
                continue
            part = part_of(found["id"])
            live = here.setdefault(part.call, self.calls.get(part.call) or Live(part.call))
            live.channels = (live.channels & held) | {found["id"]}
            live.talking |= part.role == AGENT and found.get("state") == "Up"
            live.ringing = live.ringing if live.ringing in held else ""
            if part.role == CALLER and part.call not in self.calls:
                strangers.append(found)
        ended = [live for call, live in self.calls.items() if not _outside_there(here.get(call))]
        self.calls = {call: live for call, live in here.items() if _outside_there(live)}
        for live in here.values():
            if live.call not in self.calls:
                self._end_all(live)
        return ended, strangers


def _outside_there(live: Live | None) -> bool:
    """Tell whether the outside party is on the line, or is just being called."""
    return live is not None and (outgoing(live.call) or live.call in live.channels)
