"""Saying something on a record, inside a deed of that record."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Incomplete
from bangban.foundation.privacy.crypto import digest
from bangban.services.conversation.models import Attachment, Kind, Message, Party, Thread

LONGEST = 5000
ANSWERS = (Kind.ANSWER, Kind.OPINION)


def start_thread(deed: Deed[Any]) -> Thread:
    """Begin the conversation of a new record."""
    thread = Thread(record_id=deed.record.id, record_type=deed.flow.record_type)
    deed.insert(thread)
    return thread


def thread_of(deed: Deed[Any]) -> Thread:
    """Return the conversation of a locked record, the same object throughout a deed."""
    for row in deed.writes.rows(Thread):
        return row  # type: ignore[no-any-return]
    known: Thread | None = getattr(deed, "_thread", None)
    if known is None:
        known = Thread.objects.get(record_id=deed.record.id)
        deed._thread = known  # type: ignore[attr-defined]
    return known


def say(
    deed: Deed[Any],
    text: str,
    *,
    kind: Kind = Kind.TEXT,
    party: Party | None = None,
    author: Actor | None = None,
    client_id: str = "",
    data: dict[str, Any] | None = None,
    attachment: Attachment | None = None,
    internal: bool = False,
) -> Message:
    """Add a message to the record of this deed; it commits with the deed or not at all.

    Raises Incomplete for empty or overlong text (5,000 characters). The event holds the message's id and digest, never its text.
    """
    text = text.replace("\x00", "").strip()
    if not text and attachment is None and kind is Kind.TEXT:
        raise Incomplete("请先输入内容再发送。", fields={"text": "请先输入内容再发送。"})
    if len(text) > LONGEST:
        sentence = f"内容共{len(text)}字，最多{LONGEST}字，请分几条发送。"
        raise Incomplete(sentence, fields={"text": sentence})
    author = author or deed.actor
    if attachment is not None and attachment._state.adding:
        deed.insert(attachment)
    party = party or party_of(author)
    thread = thread_of(deed)
    thread.length += 1
    if not internal:
        thread.last_party, thread.last_at = party.value, deed.at
    _count_as_read(thread, party)
    data = _with_wording(kind, party, data or {})
    message = Message(
        record_id=deed.record.id,
        position=thread.length,
        client_id=client_id[:80],
        kind=kind,
        party=party,
        author_id=sender_key(author, party),
        author_name=author.public_name,
        text=text,
        data=data,
        attachment=attachment,
        internal=internal,
        at=deed.at,
    )
    deed.insert(message)
    if not thread._state.adding:
        deed.changed(thread, "length", "last_party", "last_at", "user_read", "staff_read")
    said = deed.data.setdefault("messages", [])
    said.append(
        {"id": str(message.id), "position": message.position, "kind": message.kind, "sm3": digest(text.encode()).hex()}
    )
    return message


def _with_wording(kind: Kind, party: Party, data: dict[str, Any]) -> dict[str, Any]:
    """Mark an answer of a person that quotes no entry as own wording, so that it can be reviewed (BJ-2-a)."""
    quoted = data.get("entry") or data.get("knowledge")
    own = kind in ANSWERS and party in (Party.STAFF, Party.ADVISER) and not quoted
    return {**data, "own_wording": True} if own else {name: data[name] for name in data if name != "own_wording"}


def _count_as_read(thread: Thread, party: Party) -> None:
    if party is Party.USER:
        thread.user_read = thread.length
    elif party in (Party.STAFF, Party.ADVISER):
        thread.staff_read = thread.length


def sender_key(actor: Actor, party: Party | None = None) -> str:
    """Return under whose name client ids are unique; the service user is one sender, whatever device is used."""
    return "user" if (party or party_of(actor)) is Party.USER else actor.id


def party_of(actor: Actor) -> Party:
    """Return which side an actor speaks for."""
    if actor.is_staff:
        return Party.STAFF
    if actor.kind == "system":
        return Party.ASSISTANT if actor.id == "assistant" else Party.SYSTEM
    return Party.USER


def mark_read(record_id: UUID, side: str, position: int) -> bool:
    """Note how far one side has read; going back is ignored. Returns whether anything changed.

    Read marks are not deeds: they move forward only, and nothing follows from them but a tick on the page.
    """
    column = {"user": "user_read", "staff": "staff_read"}[side]
    changed = Thread.objects.filter(record_id=record_id, length__gte=position, **{f"{column}__lt": position}).update(
        **{column: position}
    )
    return bool(changed)
