"""Finding out how a file is encoded, by reading it once (UTF-8, UTF-16, GBK and their marks)."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

LINE_LIMIT = 1024 * 1024
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
NAMES = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-32": "UTF-32", "gb18030": "GBK/GB18030"}


def encoding_of(path: Path) -> str:
    """Return the codec that reads a file; a few broken lines in UTF-8 do not make it something else."""
    with path.open("rb") as file:
        head = file.read(4096)
    for mark, codec in MARKS:
        if head.startswith(mark):
            return codec
    if b"\0" in head:
        return "utf-16-be" if head[::2].count(0) > head[1::2].count(0) else "utf-16-le"
    good, broken = _utf8_lines(path)
    if broken > good and _decodes(path, "gb18030"):
        return "gb18030"
    return "utf-8"


def name_of(codec: str) -> str:
    """Return an encoding as people call it."""
    return NAMES.get(codec, codec.upper())


def _utf8_lines(path: Path) -> tuple[int, int]:
    """Count the lines with other than ASCII letters that are UTF-8, and those that are not."""
    good = broken = 0
    for raw in raw_lines(path):
        if raw.isascii():
            continue
        try:
            raw.decode()
            good += 1
        except UnicodeDecodeError:
            broken += 1
    return good, broken


def raw_lines(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file in pieces of at most LINE_LIMIT bytes, so that no line fills the memory."""
    with path.open("rb") as file:
        while raw := file.readline(LINE_LIMIT):
            yield raw


def _decodes(path: Path, codec: str) -> bool:
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(LINE_LIMIT):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
