"""Messages as plain objects."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from bangban.services.conversation.models import Kind, Message, Party, Thread


@dataclass(frozen=True)
class MessageView:
    """A message as both sides see it."""

    id: UUID
    position: int
    client_id: str
    kind: str
    party: str
    author: str
    text: str
    data: dict[str, Any]
    attachment: UUID | None
    attachment_name: str
    media_type: str
    size: int
    internal: bool
    at: datetime

    @property
    def label(self) -> str:
        """Return who speaks, in the words of the page."""
        if self.party == Party.STAFF:
            return f"服务专员 {self.author}"
        if self.party == Party.ADVISER:
            return f"专业顾问 {self.author}"
        return str(Party(self.party).label)

    @property
    def kind_label(self) -> str:
        """Return the kind in Chinese."""
        return str(Kind(self.kind).label)


def messages(
    record_id: UUID, *, after: int = 0, before: int | None = None, limit: int = 200, staff: bool = False
) -> list[MessageView]:
    """Return messages after a position, in order; internal ones for staff only.

    With `before`, the `limit` messages that precede that position.
    """
    rows = Message.objects.filter(record_id=record_id, position__gt=after).select_related("attachment")
    if not staff:
        rows = rows.filter(internal=False)
    if before is not None:
        return [_view(row) for row in reversed(rows.filter(position__lt=before).order_by("-position")[:limit])]
    return [_view(row) for row in rows.order_by("position")[:limit]]


def by_client_id(record_id: UUID, author_id: str, client_id: str) -> MessageView | None:
    """Return the message that a sender already sent under this client id."""
    row = (
        Message.objects.filter(record_id=record_id, author_id=author_id, client_id=client_id)
        .select_related("attachment")
        .first()
    )
    return _view(row) if row else None


def message(message_id: UUID) -> MessageView:
    """Return one message by id."""
    return _view(Message.objects.select_related("attachment").get(id=message_id))


def citing(entry_id: UUID, revision: int) -> list[UUID]:
    """Return the records whose people were sent this version of a knowledge entry (BJ-2-a). One query, by an index."""
    rows = Message.objects.filter(data__has_key="entry", data__entry=str(entry_id), data__revision=revision)
    return list(rows.filter(internal=False).order_by("record_id").values_list("record_id", flat=True).distinct())


def _view(row: Message) -> MessageView:
    file = row.attachment
    return MessageView(
        row.id,
        row.position,
        row.client_id,
        row.kind,
        row.party,
        row.author_name,
        row.text,
        row.data,
        file.id if file else None,
        file.name if file else "",
        file.media_type if file else "",
        file.size if file else 0,
        row.internal,
        row.at,
    )


def threads(record_ids: Iterable[UUID]) -> dict[UUID, Thread]:
    """Return the conversations of several records in one query."""
    return {row.record_id: row for row in Thread.objects.filter(record_id__in=list(record_ids))}
