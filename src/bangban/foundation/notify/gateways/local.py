"""The gateways that need nothing outside: the outbox of this installation, and people."""

from __future__ import annotations

from dataclasses import dataclass

from bangban.foundation.notify.gateways.base import Accepted, Outgoing

LOCAL = "local"
HAND = "hand"


@dataclass(frozen=True)
class LocalGateway:
    """Keeps the message in the delivery ledger, where the outbox page shows it; nobody outside is reached."""

    name: str = LOCAL
    reports: bool = False

    def send(self, message: Outgoing) -> Accepted:
        """Take the message; the ledger row itself is what is kept."""
        return Accepted(f"{LOCAL}-{message.id}")


@dataclass(frozen=True)
class HandGateway:
    """Lays the message out as a task: somebody telephones or posts it and reports how it went."""

    name: str = HAND
    reports: bool = False

    def send(self, message: Outgoing) -> Accepted:
        """Put the message on the list of tasks; see `reads.tasks_by_hand`."""
        return Accepted()
