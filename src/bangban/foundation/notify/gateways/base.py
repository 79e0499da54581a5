"""What every gateway offers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


@dataclass(frozen=True)
class Outgoing:
    """A message as a gateway gets it; `key` is the same at every repetition, so that a second copy can be dropped."""

    id: str
    key: str
    attempt: int
    channel: str
    purpose: str
    address: str
    title: str
    text: str
    number: str = ""


@dataclass(frozen=True)
class Accepted:
    """The gateway has taken the message; `reference` is its own number."""

    reference: str = ""


class Refused(Exception):
    """The gateway will never take this message (dead number, forbidden text)."""


class Unreachable(Exception):
    """The gateway cannot take it now; `wait` is what it asked for."""

    def __init__(self, reason: str, wait: timedelta | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class Gateway(Protocol):
    """One way out. `send` runs without a database connection and may be called twice for one message."""

    @property
    def name(self) -> str:
        """Name of the provider as the delivery ledger keeps it."""

    @property
    def reports(self) -> bool:
        """Whether receipts are expected; their absence is then an alarm."""

    def send(self, message: Outgoing) -> Accepted:
        """Hand the message over; raises Refused or Unreachable."""
