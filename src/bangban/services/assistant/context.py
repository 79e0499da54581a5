"""What a conversation is about, so that “那要带什么材料？” is understood; pure values and functions."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

import msgspec

from bangban.services.assistant.guide import Aspect
from bangban.services.assistant.retrieval import Hit, Kind
from bangban.services.assistant.retrieval.normal import normalise

__all__ = [
    "Conversation",
    "FollowUp",
    "Shown",
    "aspect_of",
    "follow_up",
    "lacks_matter",
    "leans",
    "names_only_a_kind",
    "picked",
    "search_text",
    "within_the_matter",
]

_LONGEST = 24
"""A follow-up is short; longer messages carry their own matter."""

_OWN_MATTER = 2
"""So many characters that are left without fillers make a matter of its own."""


class Shown(msgspec.Struct, frozen=True):
    """One thing that was shown to the person."""

    id: str
    kind: Kind
    title: str


class Conversation(msgspec.Struct, frozen=True):
    """What has been said so far: the item or answer spoken of, what was shown last, unsuccessful turns in a row, what
    is known of the person's situation (such as the region), and the last question that named a matter."""

    spoken_of: Shown | None = None
    shown: tuple[Shown, ...] = ()
    misses: int = 0
    slots: dict[str, str] = {}
    asked: str = ""

    def answered(self, hit: Hit) -> Conversation:
        """Return the conversation after an answer; earlier misses are forgiven."""
        shown = _shown(hit)
        return msgspec.structs.replace(self, spoken_of=shown, shown=(shown,), misses=0)

    def offered(self, hits: tuple[Hit, ...], *, miss: bool = False) -> Conversation:
        """Return the conversation after candidates were shown, or nothing was found (a miss)."""
        shown = tuple(map(_shown, hits)) or self.shown
        return msgspec.structs.replace(self, shown=shown, misses=self.misses + miss)


class FollowUp(msgspec.Struct, frozen=True):
    """A question about one side of what was spoken of."""

    about: Shown
    aspect: Aspect


class _AspectRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    aspect: Aspect
    words: tuple[str, ...]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    aspects: tuple[_AspectRow, ...]
    fillers: tuple[str, ...]
    situations: tuple[str, ...]
    generic: tuple[str, ...]
    leaning: tuple[str, ...]
    picks: tuple[tuple[str, ...], ...]
    last_pick: tuple[str, ...]


def _shown(hit: Hit) -> Shown:
    return Shown(hit.passage.id, hit.passage.kind, hit.passage.title)


@cache
def _table() -> _Table:
    text = (files(__package__) / "followups.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _Table)


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(words, key=len, reverse=True)), re.IGNORECASE)


def aspect_of(question: str) -> Aspect | None:
    """Return which side of an item a question asks for, None when none is named."""
    plain = normalise(question)
    return next((row.aspect for row in _table().aspects if _pattern(row.words).search(plain)), None)


def follow_up(question: str, conversation: Conversation) -> FollowUp | None:
    """Return the side asked for of what was spoken of last; None when the question has a matter of its own."""
    about = conversation.spoken_of
    if about is None or len(question) > _LONGEST or _has_own_matter(question, about):
        return None
    aspect = aspect_of(question)
    return FollowUp(about, aspect) if aspect else None


def picked(question: str, conversation: Conversation) -> Shown | None:
    """Return the candidate that the person points at: by number, by place, or by its very name."""
    shown = conversation.shown
    plain = normalise(question)
    if len(plain) > _LONGEST or len(shown) < 2:
        return next((one for one in shown if plain and normalise(one.title) == plain), None)
    named = [one for one in shown if normalise(one.title) == plain]
    if named:
        return named[0]
    if _pattern(_table().last_pick).search(plain):
        return shown[-1]
    places = (place for place, words in enumerate(_table().picks) if _pattern(words).search(plain))
    place = next(places, None)
    return shown[place] if place is not None and place < len(shown) else None


def search_text(question: str, conversation: Conversation) -> str:
    """Return what to search for: a question that leaves its matter unsaid gets that of the last answer."""
    about = conversation.spoken_of
    if about is None or about.title in question or len(question) > _LONGEST:
        return question
    unsaid = not _pattern(_table().situations).sub("", _own_words(question))
    return f"{about.title} {question}" if unsaid else question


def within_the_matter(question: str, conversation: Conversation) -> str:
    """Return what to search for when a short question alone found nothing sure: the matter before it, then itself."""
    about = conversation.spoken_of
    matter = about.title if about else conversation.asked
    return f"{matter} {question}" if matter and len(question) <= _LONGEST else ""


def leans(question: str) -> bool:
    """Say whether a question goes on from what was said, as “那要是…呢” does."""
    return len(question) <= _LONGEST and _pattern(_table().leaning).search(normalise(question)) is not None


def lacks_matter(question: str) -> bool:
    """Say whether a question names no matter at all, as “那个证怎么办” does."""
    return bool(normalise(question)) and not _own_words(question)


def names_only_a_kind(question: str) -> bool:
    """Say whether a question names a kind of paper and nothing else, as “我要办许可证” does."""
    rest, kinds = _pattern(_table().generic).subn("", normalise(question))
    return kinds > 0 and not _own_words(rest)


def _own_words(question: str) -> str:
    """Return the characters of a question that neither name a side of an item nor are fillers."""
    plain = normalise(question)
    for row in _table().aspects:
        plain = _pattern(row.words).sub("", plain)
    return _pattern(_table().fillers).sub("", plain).replace(" ", "")


def _has_own_matter(question: str, about: Shown) -> bool:
    foreign = [character for character in _own_words(question) if character not in about.title]
    return len(foreign) >= _OWN_MATTER
