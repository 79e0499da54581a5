"""One frame of a stream: a hint that something happened, and how it is written."""

from __future__ import annotations

from typing import Any

import msgspec

PING = b": ping\n\n"
RETRY_MILLISECONDS = 2000

_encode = msgspec.json.encode


class Frame(msgspec.Struct):
    """A numbered event as its readers may see it."""

    seq: int
    kind: str
    record_type: str
    number: str
    visibility: str
    at: str
    topics: tuple[str, ...]
    written: dict[tuple[str, ...], bytes] = {}

    def write(self, allowed: frozenset[str]) -> bytes:
        """Return the frame for a client that listens to `allowed`; of its topics it learns only those."""
        topics = tuple(topic for topic in self.topics if topic in allowed)
        text = self.written.get(topics)
        if text is None:
            hint = {
                "seq": self.seq,
                "kind": self.kind,
                "number": self.number,
                "record_type": self.record_type,
                "at": self.at,
                "topics": topics,
            }
            text = self.written[topics] = event(self.kind, hint, self.seq)
        return text


class Notice(msgspec.Struct):
    """What the database tells at commit; only the number when the rest would not fit."""

    seq: int
    kind: str | None = None
    record_type: str = ""
    number: str = ""
    visibility: str = ""
    at: str = ""
    topics: tuple[str, ...] = ()

    def frame(self, kind: str) -> Frame:
        """Return the frame that a notice with a kind describes in full."""
        return Frame(self.seq, kind, self.record_type, self.number, self.visibility, self.at, self.topics)


class Passing(msgspec.Struct):
    """An ephemeral sign (typing, presence): never stored, without a number."""

    topic: str
    kind: str
    visibility: str
    data: dict[str, Any]
    written: bytes = b""

    @property
    def topics(self) -> tuple[str, ...]:
        """The one topic, as frames have several."""
        return (self.topic,)

    def write(self, allowed: frozenset[str]) -> bytes:
        """Return the sign for a client, or nothing when it does not listen to the topic any more."""
        if self.topic not in allowed:
            return b""
        if not self.written:
            self.written = event(self.kind, {"kind": self.kind, "topic": self.topic, "data": self.data})
        return self.written


def event(kind: str, data: object, seq: int | None = None) -> bytes:
    """Return one server-sent event; line breaks in the kind cannot break out of their line."""
    name = " ".join(kind.split()).encode()
    head = b"" if seq is None else b"id: %d\n" % seq
    return b"%bevent: %b\ndata: %b\n\n" % (head, name, _encode(data))


def opening(seq: int, current: int, topics: list[str]) -> bytes:
    """Return the first lines of a stream that goes on after `seq`, while `current` is the newest number."""
    ready = event("ready", {"seq": current, "topics": topics}, seq)
    return b"retry: %d\n\n%b" % (RETRY_MILLISECONDS, ready)
