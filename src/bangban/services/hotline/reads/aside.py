"""Letters of the mailbox that wait for somebody to look at them (GB33358-3.2)."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.flows.flow import NotYours
from bangban.services.hotline.letters import Glance, glance
from bangban.services.hotline.models import AsideMessage
from bangban.services.hotline.parties import of_hotline

PAGE, QUICK = 20, 256 * 1024
UNKNOWN = "没有找到这封邮件。"


@dataclass(frozen=True)
class AsideLetter:
    """A letter that did not become an order, with the reason; sender and subject as far as they can be read."""

    id: int
    why: str
    size: int
    at: datetime
    sender: str = ""
    subject: str = ""


@dataclass(frozen=True)
class OpenedAside:
    """One such letter with what can be read of it, its bytes (of one too large: its head), and how it was settled."""

    letter: AsideLetter
    seen: Glance
    raw: bytes
    settled_at: datetime | None
    settled_how: str


def aside_count() -> int:
    """Return how many letters wait for somebody to look at them (health page)."""
    return AsideMessage.objects.filter(settled_at=None).count()


def aside(actor: Actor, after: int = 0, limit: int = PAGE) -> tuple[AsideLetter, ...]:
    """Return the letters to one's hotline that were set aside and are not settled, oldest first, after an id."""
    _may(actor)
    rows = (
        AsideMessage.objects.filter(of_hotline(actor), settled_at=None, id__gt=after)
        .order_by("id")
        .defer("raw")[:limit]
    )
    small = AsideMessage.objects.filter(id__in=[row.id for row in rows if row.size <= QUICK])
    seen = {one: glance(base64.b64decode(raw)) for one, raw in small.values_list("id", "raw")}
    return tuple(_letter(row, seen.get(row.id)) for row in rows)


def _letter(row: AsideMessage, seen: Glance | None) -> AsideLetter:
    who, subject = (seen.name or seen.sender, seen.subject) if seen else ("", "")
    return AsideLetter(row.id, row.why, row.size, row.at, who, subject)


def aside_letter(actor: Actor, aside_id: int) -> OpenedAside:
    """Return one letter that was set aside, opened; raises NotYours."""
    _may(actor)
    row = AsideMessage.objects.filter(of_hotline(actor), id=aside_id).first()
    if row is None:
        raise NotYours(UNKNOWN)
    raw = base64.b64decode(row.raw)
    seen = glance(raw)
    return OpenedAside(_letter(row, seen), seen, raw, row.settled_at, row.settled_how)


def _may(actor: Actor) -> None:
    if not may(actor, "orders.intake") or actor.unsigned:
        raise NotYours(UNKNOWN)
