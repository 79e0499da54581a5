"""What the house asks of a telephone exchange, and the exchange of a house that has none connected."""

from __future__ import annotations

import os
from typing import Protocol


class Unreachable(ConnectionError):
    """The exchange does not answer or refuses; the message is a sentence for the person at the desk."""


class Exchange(Protocol):
    """Commands to an exchange. What came of them is told by its events, not by these calls.

    `call` is the exchange's own name of a call (`Call.exchange_id`). Each raises Unreachable.
    """

    def call(self, number: str, agent_work_number: str, record_number: str) -> str:
        """Ring the agent, then the number; returns the exchange's name of the outgoing call."""

    def join(self, call: str, number: str, role: str) -> None:
        """Bring a third party (role unit, adviser or agent) into a call."""

    def transfer(self, call: str, number: str) -> None:
        """Hand a call over to a number; the agent leaves it."""

    def hold(self, call: str) -> None:
        """Let the caller wait with the approved audio."""

    def resume(self, call: str) -> None:
        """End the waiting."""

    def hang_up(self, call: str) -> None:
        """End a call for everybody."""

    def play(self, call: str, audio_key: str) -> None:
        """Play an approved audio to the caller; NotAllowed when it is not approved (GB33358-5.1.2.2-b)."""


def address() -> str:
    """Return where the exchange is: `ari://…`, or nothing when none is connected."""
    return os.environ.get("BANGBAN_EXCHANGE_URL", "")


def exchange() -> Exchange:
    """Return the exchange of this installation, chosen by BANGBAN_EXCHANGE_URL."""
    if address().startswith("ari://"):
        from bangban.services.telephony.asterisk.commands import asterisk

        return asterisk(address())
    from bangban.services.telephony.notebook import Notebook

    return Notebook()
