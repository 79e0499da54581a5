"""The answer to the question who may listen to what."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Grant:
    """Which of the wanted topics somebody may hear, down to which visibility, until when.

    An event on the topic `access:<subject>` makes the hub ask again at once.
    """

    topics: Collection[str]
    visibility: str = "user"
    valid_until: datetime | None = None
    subject: str = ""


Authorise = Callable[[dict[str, str], dict[str, str], list[str]], Grant]
"""Headers (lower-case names), cookies and wanted topics to a Grant. Blocking; called on a worker thread."""
