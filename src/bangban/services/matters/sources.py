"""What orders say, asked from the hotline when it is needed; this room keeps no text."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class ToldOrder(Protocol):
    """What is read of an order."""

    @property
    def number(self) -> str:
        """The order's number."""

    @property
    def center(self) -> int:
        """The id of its hotline; 0 for none."""

    @property
    def at(self) -> datetime:
        """When it was told."""

    @property
    def title(self) -> str:
        """Its title."""

    @property
    def text(self) -> str:
        """What was told."""

    @property
    def place(self) -> str:
        """Where it happened, as told."""

    @property
    def region(self) -> str:
        """The region's code."""

    @property
    def confidential(self) -> bool | None:
        """Whether the caller wants to stay unknown; None when nobody asked."""

    @property
    def phone_index(self) -> bytes | None:
        """The blind index of the caller's telephone."""


def told(number: str) -> ToldOrder | None:
    """Return what an order tells; None when there is no such order or it was never registered."""
    from bangban.services.hotline.reads.told import told as read

    found: ToldOrder | None = read(number)
    return found
