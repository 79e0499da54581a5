"""The portal's second language.

Pages and components are written in Chinese. For English the same templates are compiled once more with every fixed piece
of text replaced from the tables in `english/`, so nothing is looked up while a page is made, and a test names each piece
that has no English yet. Sentences that come from other rooms are translated by `say` when they are shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from jinja2 import Environment
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

Language = Literal["zh", "en"]
FOLDER = Path(__file__).resolve().parent / "english"
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
PIECE = re.compile(r"[^<>\"\n]+")


@cache
def table() -> dict[str, str]:
    """Return every Chinese piece with its English; `\\n` in the files stands for a line break."""
    pairs: dict[str, str] = {}
    for path in sorted(FOLDER.glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                chinese, _, english = line.partition("\t")
                pairs[chinese.replace("\\n", "\n")] = english.replace("\\n", "\n")
    return pairs


@cache
def patterns() -> list[tuple[re.Pattern[str], str]]:
    """Return the pieces with places to fill ({}), as patterns, the longest first."""
    found = [(chinese, english) for chinese, english in table().items() if "{}" in chinese]
    found.sort(key=lambda pair: -len(pair[0]))
    return [(_pattern(chinese), english) for chinese, english in found]


def _pattern(chinese: str) -> re.Pattern[str]:
    return re.compile("(.+?)".join(map(re.escape, chinese.split("{}"))) + r"\Z", re.DOTALL)


def say(language: Language, text: str, *values: object) -> str:
    """Return a text in the page's language with its `{}` filled in; Chinese stays when there is no English.

    Without values, a ready sentence of another room is recognised by its pattern.
    """
    if language == "zh":
        return text.format(*values) if values else text
    if (known := table().get(text)) is not None:
        return known.format(*values) if values else known
    if values:
        return text.format(*values)
    return _by_pattern(text)


@lru_cache(maxsize=2000)
def _by_pattern(text: str) -> str:
    for pattern, english in patterns():
        if found := pattern.match(text):
            return english.format(*(say("en", part) for part in found.groups()))
    return text


def pieces(text: str) -> Iterator[str]:
    """Yield the Chinese pieces of template text: what stands between tags, quotes and line ends."""
    for piece in PIECE.findall(text):
        if CHINESE.search(piece):
            yield piece.strip(" ")


def in_english(text: str) -> str:
    """Return template text with each known Chinese piece replaced."""

    def replace(found: re.Match[str]) -> str:
        piece = found.group()
        known = table().get(piece.strip(" ")) if CHINESE.search(piece) else None
        return piece if known is None else piece.replace(piece.strip(" "), known)

    return PIECE.sub(replace, text) if CHINESE.search(text) else text


class EnglishWords(Extension):
    """Compiles templates with their fixed Chinese replaced."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Replace what stands in the text of a template and in its quoted words."""
        for token in stream:
            if token.type in ("data", "string"):
                whole = table().get(token.value)
                yield Token(token.lineno, token.type, in_english(token.value) if whole is None else whole)
            else:
                yield token


@cache
def environment_for(language: Language, base: Environment) -> Environment:
    """Return the template environment of a language, made once from the Chinese one."""
    return base if language == "zh" else base.overlay(extensions=[EnglishWords])
