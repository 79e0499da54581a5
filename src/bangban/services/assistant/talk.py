"""What people say around their question, read from the table talk.toml: greetings, “转人工”, “没解决”."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

import msgspec

__all__ = ["SmallTalk", "asks_for_person", "is_upset", "says", "says_not_solved", "small_talk"]

_SHORT = 24
"""A message longer than this says more than that an answer did not help, or that a person is wanted."""

_AROUND = re.compile(r"^[\s\W_]+|[\s\W_]+$")


class SmallTalk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words that are a whole message, and the reply."""

    code: str
    words: tuple[str, ...]
    text: str


class _Cue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: tuple[str, ...]
    unless: tuple[str, ...] = ()

    def heard_in(self, message: str) -> bool:
        if not re.search("|".join(self.words), message, re.IGNORECASE):
            return False
        return not (self.unless and re.search("|".join(self.unless), message))


class _Talk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    person: _Cue
    upset: _Cue
    not_solved: _Cue
    small_talk: tuple[SmallTalk, ...]
    says: dict[str, str]


@cache
def _talk() -> _Talk:
    text = (files(__package__) / "talk.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _Talk)


def says(what: str) -> str:
    """Return a sentence of the assistant; KeyError for an unknown one."""
    return _talk().says[what]


def asks_for_person(message: str) -> bool:
    """Say whether a person is asked for (BJ-2-c, T637-8.2-b)."""
    return len(message) <= 2 * _SHORT and _talk().person.heard_in(message)


def is_upset(message: str) -> bool:
    """Say whether somebody is angry with the service itself; a person calms better (T637-8.2-b)."""
    return len(message) <= 2 * _SHORT and _talk().upset.heard_in(message)


def says_not_solved(message: str) -> bool:
    """Say whether a message only tells that the last answer did not help."""
    return len(message) <= _SHORT and _talk().not_solved.heard_in(message)


def small_talk(message: str) -> SmallTalk | None:
    """Return the reply to a message that is nothing but talk."""
    bare = _AROUND.sub("", message)
    rows = _talk().small_talk
    return next((row for row in rows if re.fullmatch("|".join(row.words), bare, re.IGNORECASE)), None)
