"""Reading the text of a PDF that Typst made: its page streams through the fonts' own tables of characters."""

from __future__ import annotations

import re
import zlib

OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)

# A string may hold balanced parentheses as they are.
INSIDE = rb"\\.|[^\\()]"
SHOWN = re.compile(
    rb"/(\w+) [\d.]+ Tf|\(((?:" + INSIDE + rb"|\((?:" + INSIDE + rb")*\))*)\)|<([0-9A-F]+)>|\b(ET)\b", re.DOTALL
)


def pdf_text(pdf: bytes) -> str:
    """Return the text of all pages in drawing order."""
    objects = {int(number): body for number, body in OBJECT.findall(pdf)}
    fonts = {
        number: _characters(_stream(objects[int(found[1])]))
        for number, body in objects.items()
        if (found := re.search(rb"/ToUnicode (\d+) 0 R", body))
    }
    said = []
    for body in objects.values():
        if b"/Type/Page/" not in body and not re.search(rb"/Type/Page\b(?!s)", body):
            continue
        names = _fonts_of(body, objects)
        contents = re.search(rb"/Contents (\d+) 0 R", body)
        assert contents
        said.append(_shown(_stream(objects[int(contents[1])]), {name: fonts[one] for name, one in names.items()}))
    return "\n".join(said)


def page_count(pdf: bytes) -> int:
    """Return how many pages there are."""
    return len(re.findall(rb"/Type/Page\b(?!s)", pdf))


def _stream(body: bytes) -> bytes:
    content = body.split(b"stream\n", 1)[1].rsplit(b"\nendstream", 1)[0]
    return zlib.decompress(content) if b"FlateDecode" in body.split(b"stream\n", 1)[0] else content


def _characters(table: bytes) -> dict[str, str]:
    found = {}
    for glyph, text in re.findall(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>", table):
        found[glyph.decode().upper()] = bytes.fromhex(text.decode()).decode("utf-16-be")
    return found


def _fonts_of(page: bytes, objects: dict[int, bytes]) -> dict[str, int]:
    place = re.search(rb"/Resources (\d+) 0 R", page)
    resources = objects[int(place[1])] if place else page
    inner = re.search(rb"/Font<<(.*?)>>", resources, re.DOTALL)
    return {name.decode(): int(number) for name, number in re.findall(rb"/(\w+) (\d+) 0 R", inner[1] if inner else b"")}


def _shown(stream: bytes, fonts: dict[str, dict[str, str]]) -> str:
    said: list[str] = []
    current: dict[str, str] = {}
    for name, text, code, end in SHOWN.findall(stream):
        if name:
            current = fonts.get(name.decode(), {})
        elif end:
            said.append("\n")
        else:
            glyphs = code.decode() or _plain(text).hex().upper()
            said += [current.get(glyphs[place : place + 4], "") for place in range(0, len(glyphs), 4)]
    return "".join(said)


ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def _plain(text: bytes) -> bytes:
    """Undo the escapes of a PDF string."""

    def one(found: re.Match[bytes]) -> bytes:
        word = found[1]
        return bytes([int(word, 8)]) if word.isdigit() else ESCAPES.get(word, word)

    return re.sub(rb"\\([0-7]{1,3}|.)", one, text, flags=re.DOTALL)
