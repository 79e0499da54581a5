"""What the adapter does with calls on Asterisk: lets them wait, finds agents, connects, and clears up at the end."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bangban.foundation.flows.flow import FlowError
from bangban.services.telephony.asterisk.ari import Gone
from bangban.services.telephony.asterisk.commands import Commands
from bangban.services.telephony.asterisk.mapping import LEG, Message, called_of
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

Pick = Callable[[str, frozenset[str], str], str | None]
"""Chooses an agent for a language, none of the given ones, for a number dialled; returns a work number or None."""


@dataclass
class Live:
    """A call that is on the exchange now; `ringing` is the channel of the agent who is being rung.

    `begun` tells whether the house has heard of it: a call outside begins when the agent picks up.
    """

    call: str
    language: str = ""
    called: str = ""
    ringing: str = ""
    talking: bool = False
    begun: bool = True
    refused: set[str] = field(default_factory=set)
    channels: set[str] = field(default_factory=set)

    @property
    def alone(self) -> bool:
        """Tell whether nobody but the outside party is left."""
        return all(part_of(channel).role in (CALLER, CALLEE) for channel in self.channels)


class Router:
    """The calls of one Asterisk server.

    `unsure` says that something was not done as it should be: the server is to be compared with what is known here.
    `over` are calls that ended lately, `lost` those of whose end no message will tell.
    """

    def __init__(self, commands: Commands, pick: Pick) -> None:
        self.commands, self._ari, self._pick = commands, commands.ari, pick
        self.calls: dict[str, Live] = {}
        self.over: deque[str] = deque(maxlen=500)
        self.lost: list[Live] = []
        self.unsure = False

    def take(self, message: Message, language: str = "") -> None:
        """Act on a message; what cannot be done now is found again by the next comparison."""
        part = message.part
        if not part.role:
            return
        try:
            if message.type == "StasisStart":
                self._enters(message, language)
            elif message.type == "ChannelStateChange" and part.role == AGENT and outgoing(part.call):
                self._begins(part)
            elif message.type == "ChannelHangupRequest" and part.role in (CALLER, CALLEE, AGENT):
                self._wants_to_end(message)
            elif message.type == "ChannelUserevent" and part.call in self.calls:
                _, leg, channel = str(message.raw.get("eventname", "")).partition(LEG)
                self.calls[part.call].channels |= {channel} if leg else set()
            elif message.type == "ChannelDestroyed":
                self._is_gone(part, message.up)
        except (Gone, Unreachable) as error:
            self.unsure = True
            logger.info("not done, or gone meanwhile: %s", error)

    def distribute(self) -> None:
        """Ring an agent for every call that waits, oldest first."""
        for live in list(self.calls.values()):
            if live.talking or live.ringing or outgoing(live.call):
                continue
            agent = self._pick(live.language, self._occupied() | frozenset(live.refused), live.called)
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
            self.commands.originate(part)
        except (Gone, Unreachable):
            # It may ring all the same, when only the answer was lost.
            self.unsure = True
            live.channels.discard(part.channel)
            live.ringing = ""
            live.refused.add(agent)

    def _enters(self, message: Message, language: str) -> None:
        part = message.part
        if part.role == CALLER:
            self._caller_enters(part.call, language, called_of(message.channel))
            return
        live = self._begins(part) if part.role == AGENT and outgoing(part.call) else self.calls.get(part.call)
        if live is None:
            self.end(part.channel)
            return
        live.channels.add(part.channel)
        if part.role == AGENT and outgoing(part.call):
            self._call_out(live, part, message.words.get("number", ""))
        elif part.role == AGENT:
            self._connect(live, part)
        else:
            self._put_in(live.call, part.channel)
            if part.role == CALLEE:
                self._record(live.call)
            live.talking = True
            if part.role == TRANSFER:
                self.end_all(live, AGENT)

    def _caller_enters(self, call: str, language: str, called: str) -> None:
        live = self.calls.setdefault(call, Live(call))
        live.channels.add(call)
        live.language, live.called = language, called
        if live.talking:
            return
        self._ari.post("channels", call, "ring")
        self.distribute()
        if not live.ringing:
            self._let_wait(live)

    def _begins(self, agent: Part) -> Live | None:
        """Note who is being rung for a call outside; nothing when that call is over already."""
        if agent.call in self.over:
            return None
        live = self.calls.setdefault(agent.call, Live(agent.call, begun=False))
        live.channels.add(agent.channel)
        return live

    def _let_wait(self, live: Live) -> None:
        try:
            self.commands.play(live.call, WAITING_AUDIO)
        except (FlowError, Unreachable, LookupError):
            return

    def _connect(self, live: Live, agent: Part) -> None:
        """Join caller and agent; one who picks up when somebody else already talks is let go."""
        if live.talking:
            if agent.channel not in self._inside(live.call):
                self.end(agent.channel)
            return
        live.ringing = agent.channel
        self._ari.post("channels", live.call, "answer")
        self._bridge(live.call)
        self._put_in(live.call, live.call, agent.channel)
        live.ringing, live.talking = "", True
        self._record(live.call)

    def _call_out(self, live: Live, agent: Part, number: str) -> None:
        live.begun = True
        self._bridge(live.call)
        self._put_in(live.call, agent.channel)
        callee = new_part(live.call, CALLEE, number, mark=agent.party)
        if callee.channel in live.channels:
            return
        try:
            self.commands.originate(callee, caller_id="")
        except (Gone, Unreachable) as error:
            # The agent hears that it ends; waiting in silence would tell nothing.
            logger.warning("call %s does not get through: %s", live.call, error)
            self.end_all(live)
            return
        live.channels.add(callee.channel)

    def _bridge(self, call: str) -> None:
        try:
            self._ari.post("bridges", bridgeId=bridge_of(call), type="mixing", name=self.commands.settings.app)
        except Gone:
            # Servers since 2020 say 409 when it is there already.
            return

    def _inside(self, call: str) -> list[str]:
        return list(self._ari.get("bridges", bridge_of(call)).get("channels") or ())

    def _put_in(self, call: str, *channels: str) -> None:
        inside = self._inside(call)
        for channel in channels:
            if channel not in inside:
                self._ari.post("bridges", bridge_of(call), "addChannel", channel=channel)

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
        if not live.talking and not outgoing(live.call):
            return
        others = {part_of(c).role for c in live.channels if c != message.part.channel} - {CALLER, CALLEE}
        if not others:
            self.commands.end(self.commands.outside(live.call))

    def _is_gone(self, part: Part, up: bool) -> None:
        live = self.calls.get(part.call)
        if live is None or part.channel not in live.channels:
            return
        live.channels.discard(part.channel)
        if part.role in (CALLER, CALLEE):
            self.finish(live)
        elif live.ringing == part.channel:
            live.ringing = ""
            live.refused.add(part.party)
            self.distribute()
        elif part.role == TRANSFER and not up and live.channels == {live.call}:
            # The agent has left already and nobody took the call over: the caller waits for an agent again.
            live.talking = False
            self.distribute()
        elif outgoing(live.call) and not any(part_of(channel).role == CALLEE for channel in live.channels):
            # Of a call outside whose number was never rung no other message tells the end.
            self.lost += [live] if live.begun else []
            self.finish(live)
        elif live.alone and (live.talking or outgoing(live.call)):
            self.end_all(live)

    def end(self, channel: str) -> bool:
        """Hang up a channel; False when the server does not do it now."""
        try:
            self.commands.end(channel)
        except Unreachable as error:
            logger.warning("channel %s could not be ended yet: %s", channel, error)
            self.unsure = True
            return False
        return True

    def end_all(self, live: Live, role: str = "") -> bool:
        """Hang up the channels of a call, or those of one role; False when one was left."""
        chosen = [channel for channel in live.channels if not role or part_of(channel).role == role]
        ended = [self.end(channel) for channel in chosen]
        return all(ended)

    def finish(self, live: Live) -> None:
        """Clear up after a call whose outside party is gone; the bridge goes last, for it tells who was in it."""
        self.calls.pop(live.call, None)
        self.over.append(live.call)
        if self.end_all(live):
            self.unbridge(live.call)

    def unbridge(self, call: str) -> None:
        """Take away the bridge of a call, which ends its recording."""
        try:
            self._ari.delete("bridges", bridge_of(call))
        except Gone:
            return
        except Unreachable as error:
            logger.warning("the bridge of call %s could not be ended yet: %s", call, error)
            self.unsure = True

    def speaks(self, call: str, language: str) -> None:
        """Note the language of a caller who came while nobody was connected."""
        if live := self.calls.get(call):
            live.language = language
