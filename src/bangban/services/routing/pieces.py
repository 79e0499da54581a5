"""A message as counted pieces: runs of one to four characters, words, pairs of words, its beginning and end once more, and its themes.

A piece is known by a number only: what a model keeps of the messages it learnt from cannot be read back.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import rjieba

__all__ = ["KINDS", "THEME", "Hashes", "Pieces", "mark", "normalise", "pieces"]

Hashes = npt.NDArray[np.uint64]
Whole = npt.NDArray[np.int64]

KINDS = (
    "one", "two", "three", "four", "word", "pair", "head one", "head two", "head word", "tail one", "tail two", "tail word",
    "theme",
)  # fmt: skip
"""What a piece is; its place here is its kind in `Pieces`."""

THEME = KINDS.index("theme")
_WORD, _PAIR = KINDS.index("word"), KINDS.index("pair")
_AGAIN = {0: "one", 1: "two", _WORD: "word"}
"""Kinds that count once more at the beginning and at the end."""

_LONGEST = 4
_HEAD_CHARACTERS, _TAIL_CHARACTERS = 40, 40
"""What a letter is about stands first, what it asks for stands last. A message of one head has no tail."""

_READ = 4_000
"""Characters of one message that are looked at: nobody's letter is suggested later than another's for its length."""

_MASK = re.compile(r"[*＊×]+")
_DIGITS = re.compile(r"\d+")
_ELSE = re.compile(r"[^\w*?!%]+")

_GOLDEN = 0x9E3779B97F4A7C15
_WHOLE = 2**64


class Pieces(NamedTuple):
    """The pieces of one message: their numbers in rising order, how often each comes, and of which kind it is."""

    hashes: Hashes
    counts: npt.NDArray[np.float32]
    kinds: npt.NDArray[np.uint8]


def normalise(text: str) -> str:
    """Return the text in half width and lower case; masks become one star, numbers one 0, signs a blank.

    Question and exclamation marks stay, for they tell a question from a complaint.
    """
    plain = unicodedata.normalize("NFKC", text[:_READ]).lower()
    return f" {_ELSE.sub(' ', _DIGITS.sub('0', _MASK.sub('*', plain))).strip()} "


def pieces(text: str) -> Pieces:
    """Return the pieces of a message; none for a text without a letter. Never fails, whatever the text."""
    plain = normalise(text)
    if not plain.strip():
        return Pieces(np.empty(0, np.uint64), np.empty(0, np.float32), np.empty(0, np.uint8))
    starts, ends, kinds = _spans(plain)
    numbers = _hashes(plain, starts, ends, kinds)
    hashes, first, counts = np.unique(numbers, return_index=True, return_counts=True)
    return _with_themes(Pieces(hashes, counts.astype(np.float32), kinds[first].astype(np.uint8)))


def mark(name: str, value: str) -> int:
    """Return the number of something known of a message besides its text, such as its class or region."""
    code = 0
    for sign in f"{name}={value}":
        code = (code * 0x100000001B3 + ord(sign) + 1) % _WHOLE
    return int(_mixed(np.array([code], dtype=np.uint64))[0])


def _with_themes(said: Pieces) -> Pieces:
    """Return the pieces and the themes of their words (themes.txt), each counted by how many of its words are said."""
    words, themes = _themes()
    at = np.minimum(np.searchsorted(said.hashes, words), len(said.hashes) - 1)
    found, counts = np.unique(themes[said.hashes[at] == words], return_counts=True)
    hashes = np.concatenate([said.hashes, found])
    order = np.argsort(hashes, kind="stable")
    kinds = np.concatenate([said.kinds, np.full(len(found), THEME, np.uint8)])
    return Pieces(hashes[order], np.concatenate([said.counts, counts.astype(np.float32)])[order], kinds[order])


@cache
def _themes() -> tuple[Hashes, Hashes]:
    """Return the words of all themes as pieces, in rising order, and the theme of each."""
    text = files("bangban.services.routing").joinpath("themes.txt").read_text("utf-8")
    lines = [line.split() for line in text.splitlines() if not line.startswith("#")]
    pairs = [(_run(word), mark("theme", theme)) for theme, *words in lines for word in words]
    words, themes = np.array(sorted(pairs), dtype=np.uint64).T
    return words, themes


def _run(word: str) -> int:
    """Return the number that a run of these characters has in any message."""
    start, end = np.array([0]), np.array([len(word)])
    return int(_hashes(word, start, end, end - 1)[0])


def _spans(plain: str) -> tuple[Whole, Whole, Whole]:
    """Return where each piece begins and ends, and its kind."""
    length = len(plain)
    parts: list[tuple[Any, Any, int]] = [
        (np.arange(length - size + 1), np.arange(length - size + 1) + size, size - 1)
        for size in range(1, min(_LONGEST, length) + 1)
    ]
    words = rjieba.cut(plain)
    ends = np.cumsum([len(word) for word in words])
    starts = np.concatenate([[0], ends[:-1]])
    said = np.array([not word.isspace() for word in words])
    starts, ends = starts[said], ends[said]
    parts += [(starts, ends, _WORD), (starts[:-1], ends[1:], _PAIR)]
    tail = max(_HEAD_CHARACTERS, length - _TAIL_CHARACTERS)
    again = [part for part in parts if part[2] in _AGAIN]
    for begin, end, kind in again:
        head, late = begin < _HEAD_CHARACTERS, begin >= tail
        parts.append((begin[head], end[head], KINDS.index(f"head {_AGAIN[kind]}")))
        parts.append((begin[late], end[late], KINDS.index(f"tail {_AGAIN[kind]}")))
    starts = np.concatenate([begin for begin, _, _ in parts])
    ends = np.concatenate([end for _, end, _ in parts])
    kinds = np.concatenate([np.full(len(begin), kind) for begin, _, kind in parts])
    blank = np.array([sign.isspace() for sign in plain])
    told = ~(blank[starts] & (ends - starts == 1))
    return starts[told], ends[told], kinds[told]


def _hashes(plain: str, starts: Whole, ends: Whole, kinds: Whole) -> Hashes:
    """Return one number for each span, the same wherever the same characters stand: a difference of running sums."""
    signs = np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(_mixed(signs + np.uint64(77)) * _POWERS[: len(signs)])])
    moved = (sums[ends] - sums[starts]) * _BACK[starts]
    return _mixed(moved + (kinds + 1).astype(np.uint64) * np.uint64(0x51ED2701A3B5))


def _mixed(numbers: Hashes) -> Hashes:
    """Return well spread numbers (the finisher of splitmix64)."""
    mixed = numbers ^ (numbers >> np.uint64(30))
    mixed = mixed * np.uint64(0xBF58476D1CE4E5B9)
    mixed = mixed ^ (mixed >> np.uint64(27))
    mixed = mixed * np.uint64(0x94D049BB133111EB)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)), dtype=np.uint64)


def _powers(base: int) -> Hashes:
    """Return base to the power 0, 1, 2 … for every place of the longest text; NFKC may lengthen what was cut."""
    values = np.full(_READ * 20, base, dtype=np.uint64)
    values[0] = 1
    return np.cumprod(values, dtype=np.uint64)


_POWERS = _powers(_GOLDEN)
_BACK = _powers(pow(_GOLDEN, -1, _WHOLE))
