"""The content of a knowledge entry as one value: what an editor writes, a file brings, a version keeps."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import msgspec

from bangban.foundation.privacy.crypto import digest
from bangban.registry.knowledge.terms import EntryKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One question with its standard answer.

    `audience` is person, enterprise or empty (both). `valid_from` and `valid_to` are local dates, both included, and so
    is `basis_valid_to`, the last day on which the legal or policy basis is in force. `item_ref` names the item as the
    source does. `opening`, `clarifying` and `next_step` make it a unified script (BJ-5-f).
    """

    question: str
    answer: str
    kind: EntryKind = EntryKind.ANSWER
    similar: tuple[str, ...] = ()
    opening: str = ""
    clarifying: tuple[str, ...] = ()
    next_step: str = ""
    unit_name: str = ""
    region: str = ""
    item_ref: str = ""
    theme: str = ""
    basis: str = ""
    basis_valid_to: date | None = None
    audience: str = ""
    aspect: str = ""
    keywords: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    source_title: str = ""
    source_url: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


ANSWER_FIELDS = tuple(field.name for field in fields(Answer))
_LISTS = frozenset({"similar", "clarifying", "keywords", "tags"})
_encoder = msgspec.json.Encoder(order="deterministic")


def answer_from(data: Any) -> Answer:
    """Check a plain structure (form, API body) and return it; msgspec.ValidationError names the wrong field."""
    return msgspec.convert(data, Answer)


def answer_digest(answer: Answer) -> bytes:
    """Return SM3 over the whole content: equal digests mean nothing changed."""
    return digest(_encoder.encode(answer))


def script_text(answer: Answer) -> str:
    """Return the unified script as it is said: opening, answer, next step (BJ-5-f)."""
    return "\n".join(part for part in (answer.opening, answer.answer, answer.next_step) if part)


def columns_of(answer: Answer) -> dict[str, Any]:
    """Return the content as columns of a version row."""
    return {name: list(getattr(answer, name)) if name in _LISTS else getattr(answer, name) for name in ANSWER_FIELDS}


def answer_of(version: Any) -> Answer:
    """Return what a stored version says."""
    values: dict[str, Any] = {
        name: tuple(getattr(version, name)) if name in _LISTS else getattr(version, name) for name in ANSWER_FIELDS
    }
    values["kind"] = EntryKind(values["kind"])
    return Answer(**values)
