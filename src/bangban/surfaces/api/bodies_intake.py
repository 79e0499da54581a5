"""What goes in and out of the API of the media: SMS, mailbox, website, other media (docs/hotline-channels.md)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

MOST_MESSAGES = 100


class MessageTold(msgspec.Struct, forbid_unknown_fields=True):
    """One message as its medium gave it. `id` is unique in its medium and makes a repetition harmless.

    `source` is sms, mailbox, website or media; `medium` names the provider or the account. `received_at` is when the
    medium got it (with zone; now when left out) and starts the clock. `files` are ids of files sent before.
    """

    source: str
    id: str
    medium: str = ""
    sender: str = ""
    name: str = ""
    subject: str = ""
    text: str = ""
    sent_at: datetime | None = None
    received_at: datetime | None = None
    files: Annotated[list[UUID], Meta(max_length=20)] = []


def _schema_of_message() -> dict[str, object]:
    schema = msgspec.json.schema(MessageTold)
    return dict(schema["$defs"]["MessageTold"])


AnyMessage = Annotated[msgspec.Raw, Meta(extra_json_schema=_schema_of_message())]
"""A message before it is looked at: one that is wrong must not keep the others of its delivery out."""


class MessagesTold(msgspec.Struct, forbid_unknown_fields=True):
    """A delivery of up to 100 messages; each is judged by itself."""

    messages: Annotated[list[AnyMessage], Meta(max_length=MOST_MESSAGES)]


class MessageTaken(msgspec.Struct):
    """A message that was taken: its id, the order that it opened or joined."""

    id: str
    order: str


class MessageRefused(msgspec.Struct):
    """A message that was not taken: its place in the delivery, its id where it has one, and what to mend by field."""

    index: int
    id: str
    detail: str
    fields: dict[str, str]


class MessagesTaken(msgspec.Struct):
    """What became of a delivery; the same message again names the same order."""

    taken: list[MessageTaken]
    refused: list[MessageRefused]


class FileTaken(msgspec.Struct):
    """A stored file, to be named by the message it came with: type by content, size in bytes, SM3 in hexadecimal."""

    id: str
    name: str
    media_type: str
    size: int
    sm3: str
