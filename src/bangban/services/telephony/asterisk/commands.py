"""What the house asks of Asterisk: call, join, transfer, hold, resume, hang up, play."""

from __future__ import annotations

from functools import lru_cache

from bangban.services.telephony.asterisk.ari import Ari, Gone
from bangban.services.telephony.asterisk.mapping import HELD, LEG, RESUMED
from bangban.services.telephony.asterisk.names import (
    AGENT,
    CALLEE,
    DIALLED,
    TRANSFER,
    Part,
    bridge_of,
    new_call,
    new_part,
    outgoing,
    part_of,
)
from bangban.services.telephony.asterisk.settings import Settings, settings_of
from bangban.services.telephony.exchange import Unreachable

PARTS = {"unit": "unit", "adviser": "adviser", "agent": "colleague"}
"""The part that a third party of a role has in a call."""

OVER, NOT_YET = "这通电话已经结束。", "这通电话还没有接通或已经结束。"


class Commands:
    """An exchange (see exchange.Exchange) behind ARI. What comes of a command is told by the adapter's events."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.ari = Ari(settings)

    def call(self, number: str, agent_work_number: str, record_number: str) -> str:
        """Ring the agent; once picked up, the adapter rings the number."""
        call = new_call()
        self.call_as(call, number, agent_work_number)
        return call

    def call_as(self, call: str, number: str, agent: str, *, mark: str = "") -> None:
        """Make an outgoing call that has its name already; a mark makes sure that it is rung only once."""
        number = DIALLED.sub("", number)
        self.originate(new_part(call, AGENT, agent, mark), f"number={number}", caller_id=number)

    def join(self, call: str, number: str, role: str, *, mark: str = "") -> None:
        """Ring a third party, who comes into the call when picking up."""
        self._bring(new_part(call, PARTS[role], number, mark))

    def transfer(self, call: str, number: str, *, mark: str = "") -> None:
        """Ring a number; when it is picked up the agent leaves the call."""
        self._bring(new_part(call, TRANSFER, number, mark))

    def rings(self, call: str, mark: str) -> bool:
        """Tell whether a telephone that was rung under a mark is still on the line."""
        return any(part_of(channel).mark == mark for channel in self.channels(call))

    def hold(self, call: str) -> None:
        """Take the outside party out of the talk and play music."""
        try:
            outside = self.outside(call)
            self.ari.post("bridges", bridge_of(call), "removeChannel", channel=outside)
            self.ari.post("channels", outside, "moh")
            self._tell(HELD, outside)
        except Gone as error:
            raise Unreachable(OVER) from error

    def resume(self, call: str) -> None:
        """Bring the outside party back into the talk."""
        try:
            outside = self.outside(call)
            self.ari.delete("channels", outside, "moh")
            self.ari.post("bridges", bridge_of(call), "addChannel", channel=outside)
            self._tell(RESUMED, outside)
        except Gone as error:
            raise Unreachable(OVER) from error

    def hang_up(self, call: str) -> None:
        """End the call for everybody; one that has ended already is no error."""
        for channel in self.channels(call):
            self.end(channel)

    def play(self, call: str, audio_key: str) -> None:
        """Play an approved audio to the outside party; NotAllowed when it is not approved (GB33358-5.1.2.2-b)."""
        from bangban.services.telephony.actions import use_audio

        audio = use_audio(audio_key)
        file = audio.file.rsplit(".", 1)[0] or f"bangban/{audio.key}"
        try:
            self.ari.post("channels", self.outside(call), "play", media=f"sound:{file}")
        except Gone as error:
            raise Unreachable(OVER) from error

    def originate(self, part: Part, arguments: str = "", caller_id: str = "") -> None:
        """Ring somebody's telephone under the channel name of the part."""
        inside = part.role in (AGENT, "colleague")
        endpoint = (self.settings.agent if inside else self.settings.outside).format(part.party)
        more = {"callerId": caller_id} if caller_id else {}
        self.ari.post(
            "channels", channelId=part.channel, endpoint=endpoint, app=self.settings.app, appArgs=arguments,
            timeout=str(self.settings.ring), **more,
        )  # fmt: skip

    def end(self, channel: str) -> None:
        """Hang up one channel, if it is still there."""
        try:
            self.ari.delete("channels", channel)
        except Gone:
            return

    def channels(self, call: str) -> list[str]:
        """Return the channels of a call that exist now."""
        return [found["id"] for found in self.ari.get("channels") if part_of(found["id"]).call == call]

    def outside(self, call: str) -> str:
        """Return the channel of the outside party: the caller's, or of an outgoing call the callee's; Gone when none."""
        if not outgoing(call):
            return call
        for channel in self.channels(call):
            if part_of(channel).role == CALLEE:
                return channel
        raise Gone(call)

    def _bring(self, part: Part) -> None:
        """Ring somebody for a talk that goes on, and let the adapter know at once whom the talk is waiting for."""
        try:
            self.ari.get("bridges", bridge_of(part.call))
            self.originate(part)
        except Gone as error:
            raise Unreachable(NOT_YET) from error
        try:
            self._tell(LEG + part.channel, self.outside(part.call))
        except (Gone, Unreachable) as error:
            # Nobody may ring for a talk of which the adapter does not know that it waits for somebody.
            self.end(part.channel)
            raise Unreachable(NOT_YET if isinstance(error, Gone) else str(error)) from error

    def _tell(self, name: str, channel: str) -> None:
        self.ari.post("events", "user", name, application=self.settings.app, source=f"channel:{channel}")


@lru_cache(maxsize=4)
def asterisk(address: str) -> Commands:
    """Return the exchange of an address, as BANGBAN_EXCHANGE_URL gives it."""
    return Commands(settings_of(address))
