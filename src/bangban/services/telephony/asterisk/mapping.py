"""From Asterisk's messages to the house's events (pure): the same message always gives the same events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bangban.foundation.privacy.crypto import digest
from bangban.services.telephony.asterisk.names import (
    AGENT,
    CALLEE,
    CALLER,
    THIRD,
    TRANSFER,
    Part,
    call_of,
    outgoing,
    part_of,
)
from bangban.services.telephony.events import LONGEST_OTHER, ExchangeEvent

HELD, RESUMED = "bangban_held", "bangban_resumed"
"""User events with which a hold that the house commanded is told in the exchange's own clock."""

LEG = "bangban_leg:"
"""Begin of the name of a user event that tells of a channel that is being rung for a talk."""

UP, DOWN = "Up", "Down"
STRANGE = ("Snoop/", "UnicastRTP/", "AudioSocket/", "WebSocket/", "Recorder/", "Announcer/")
"""Names of channels that listen or record for somebody else: nobody calls on them."""


@dataclass(frozen=True)
class Message:
    """One message of Asterisk about a channel (or a recording), with what its ids tell."""

    type: str
    at: datetime
    stamp: str
    raw: Mapping[str, Any]
    channel: Mapping[str, Any]
    part: Part

    @property
    def up(self) -> bool:
        """Tell whether the channel had been answered."""
        return self.channel.get("state") == UP

    @property
    def words(self) -> dict[str, str]:
        """Return the arguments of the Stasis application, `name=value` each."""
        found = (str(word).partition("=") for word in self.raw.get("args") or ())
        return {name.strip(): value.strip() for name, _, value in found}


def entering(channel: Mapping[str, Any]) -> dict[str, Any]:
    """Return the message that told of a channel's entering, remade from the channel: nobody was connected to hear it.

    What the dialplan gave to the application, such as a language, stands in its call of Stasis.
    """
    given = str((channel.get("dialplan") or {}).get("app_data") or "")
    args = given.split(",")[1:]
    return {"type": "StasisStart", "timestamp": channel.get("creationtime"), "channel": channel, "args": args}


def vanishing(channel: str, *, up: bool) -> list[dict[str, Any]]:
    """Return the messages that nobody was connected to hear of a channel that is no longer there."""
    gone = {"id": channel, "state": UP if up else DOWN}
    return [{"type": kind, "channel": gone} for kind in ("ChannelLeftBridge", "ChannelDestroyed")]


def read(raw: Mapping[str, Any], received: datetime) -> Message:
    """Read a message; its time is Asterisk's, or else the time at which it was received."""
    stamp = str(raw.get("timestamp") or "")
    try:
        at = datetime.fromisoformat(stamp)
    except ValueError:
        at = received
    channel = raw.get("channel") or {}
    kind = str(raw.get("type", ""))
    return Message(kind, at if at.tzinfo else received, stamp, raw, channel, part_in(channel))


def called_of(channel: Mapping[str, Any]) -> str:
    """Return the number that a caller dialled."""
    return str((channel.get("dialplan") or {}).get("exten", ""))


def part_in(channel: Mapping[str, Any]) -> Part:
    """Return what a channel is in its call; one that somebody else uses to listen has no role."""
    part = part_of(str(channel.get("id", "")))
    strange = part.role == CALLER and str(channel.get("name", "")).startswith(STRANGE)
    return Part("", "") if strange or not part.call else part


def events_of(message: Message, exchange: str, languages: Mapping[str, str]) -> list[ExchangeEvent]:
    """Return what a message means for its call: nothing, one event, or two."""
    if message.type == "RecordingFinished":
        return _recorded(message, exchange)
    told = _TOLD.get((message.type, message.part.role))
    if told is None or not message.part.call:
        return []
    return [
        _event(message, exchange, kind, key, more | {"call": message.part.call})
        for kind, key, more in told(message, languages)
    ]


def _event(message: Message, exchange: str, kind: str, key: str, more: dict[str, Any]) -> ExchangeEvent:
    name = f"{kind}~{key}"
    if len(name) > LONGEST_OTHER:
        name = digest(name.encode()).hex()
    return ExchangeEvent(exchange=exchange, id=name, kind=kind, at=message.at, **more)


Told = list[tuple[str, str, dict[str, Any]]]
"""Kind, what makes the event one of its own, and its other fields."""


def _once(message: Message) -> str:
    return str(message.channel["id"])


def _each(message: Message) -> str:
    return f"{message.channel['id']}~{message.stamp}"


def _comes(message: Message, languages: Mapping[str, str]) -> Told:
    """A caller enters the application: with `menu=1` one came through a voice menu, `language=` says a wish."""
    called = called_of(message.channel)
    language = message.words.get("language") or languages.get(called, "")
    caller = str((message.channel.get("caller") or {}).get("number", ""))
    more = {"caller": caller, "called": called, "language": language}
    kinds = ["offered", *["menu"] * ("menu" in message.words), "queued"]
    return [(kind, _once(message), more) for kind in kinds]


def _rings(message: Message, languages: Mapping[str, str]) -> Told:
    if message.channel.get("state") != "Ringing" or outgoing(message.part.call):
        return []
    return [("ringing", _once(message), {"agent": message.part.party})]


def _calls_out(message: Message, languages: Mapping[str, str]) -> Told:
    """An agent's telephone was picked up to call somebody: the call begins."""
    if not outgoing(message.part.call):
        return []
    more = {"direction": "out", "called": message.words.get("number", ""), "agent": message.part.party}
    return [("offered", _once(message), more)]


def _callee_rings(message: Message, languages: Mapping[str, str]) -> Told:
    if message.channel.get("state") != "Ringing":
        return []
    return [("ringing", _once(message), {"direction": "out", "agent": message.part.mark})]


def _callee_answers(message: Message, languages: Mapping[str, str]) -> Told:
    return [("answered", _once(message), {"direction": "out", "agent": message.part.mark})]


def _answers(message: Message, languages: Mapping[str, str]) -> Told:
    return [] if outgoing(message.part.call) else [("answered", _once(message), {"agent": message.part.party})]


def _does_not_answer(message: Message, languages: Mapping[str, str]) -> Told:
    if message.up or outgoing(message.part.call):
        return []
    return [("missed", _once(message), {"agent": message.part.party})]


def _held(message: Message, languages: Mapping[str, str]) -> Told:
    return [("held", _each(message), {"by": "agent"})]


def _resumed(message: Message, languages: Mapping[str, str]) -> Told:
    return [("resumed", _each(message), {"by": "agent"})]


def _user_event(message: Message, languages: Mapping[str, str]) -> Told:
    name = message.raw.get("eventname")
    return _held(message, languages) if name == HELD else _resumed(message, languages) if name == RESUMED else []


def _joins(message: Message, languages: Mapping[str, str]) -> Told:
    return [("joined", _each(message), {"party": message.part.party, "role": THIRD[message.part.role]})]


def _leaves(message: Message, languages: Mapping[str, str]) -> Told:
    return [("left", _each(message), {"party": message.part.party, "role": THIRD[message.part.role]})]


def _takes_over(message: Message, languages: Mapping[str, str]) -> Told:
    return [("transferred", _once(message), {"party": message.part.party, "by": "agent"})]


def _ends(message: Message, languages: Mapping[str, str]) -> Told:
    """The outside party's channel ends: told when it is asked to (`soft` when the house asks), and when it is gone."""
    asked = message.type == "ChannelHangupRequest"
    by = "caller" if asked and not message.raw.get("soft") else "system"
    gave_up = by == "caller" and not message.up and message.part.role == CALLER
    return [("abandoned" if gave_up else "hung_up", f"{message.channel['id']}~{message.type}", {"by": by})]


def _recorded(message: Message, exchange: str) -> list[ExchangeEvent]:
    found = message.raw.get("recording") or {}
    call = call_of(str(found.get("target_uri", "")).removeprefix("bridge:"))
    if not call:
        return []
    name, kind = str(found.get("name", "")), str(found.get("format", "wav"))
    more = {"call": call, "recording": f"{name}.{kind}", "seconds": int(found.get("duration") or 0)}
    return [_event(message, exchange, "recorded", name, more)]


_TOLD: dict[tuple[str, str], Callable[[Message, Mapping[str, str]], Told]] = {
    ("StasisStart", CALLER): _comes,
    ("StasisStart", AGENT): _calls_out,
    ("ChannelStateChange", AGENT): _rings,
    ("ChannelStateChange", CALLEE): _callee_rings,
    ("ChannelEnteredBridge", AGENT): _answers,
    ("ChannelEnteredBridge", CALLEE): _callee_answers,
    ("ChannelEnteredBridge", TRANSFER): _takes_over,
    **{("ChannelEnteredBridge", role): _joins for role in THIRD},
    **{("ChannelLeftBridge", role): _leaves for role in THIRD},
    ("ChannelHold", AGENT): _held,
    ("ChannelUnhold", AGENT): _resumed,
    ("ChannelUserevent", CALLER): _user_event,
    ("ChannelUserevent", CALLEE): _user_event,
    ("ChannelDestroyed", AGENT): _does_not_answer,
    **{(kind, role): _ends for kind in ("ChannelHangupRequest", "ChannelDestroyed") for role in (CALLER, CALLEE)},
}
