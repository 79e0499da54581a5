"""Reading a JSON list element by element, however long it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TextIO

CHUNK = 256 * 1024
ELEMENT_LIMIT = 4 * CHUNK
_decoder = json.JSONDecoder()
_BETWEEN = " \t\r\n,"


def elements(file: TextIO) -> Iterator[tuple[int, Any, str]]:
    """Yield line number, value and problem of each element of the list; after a broken element nothing more is read."""
    buffer, line = file.read(CHUNK).lstrip("\ufeff"), 1
    start = buffer.index("[") + 1
    line += buffer.count("\n", 0, start)
    buffer = buffer[start:]
    while True:
        trimmed = buffer.lstrip(_BETWEEN)
        line += buffer.count("\n", 0, len(buffer) - len(trimmed))
        buffer = trimmed
        if buffer.startswith("]"):
            return
        try:
            value, size = _decoder.raw_decode(buffer)
        except (json.JSONDecodeError, RecursionError):
            more = file.read(CHUNK) if len(buffer) < ELEMENT_LIMIT else ""
            if not more:
                yield line, None, _broken(buffer)
                return
            buffer += more
            continue
        yield line, value, ""
        line += buffer.count("\n", 0, size)
        buffer = buffer[size:]


def _broken(buffer: str) -> str:
    if not buffer:
        return "文件不完整：列表没有结尾的“]”。"
    return "从这里起不是有效的JSON，后面的内容没有读取，请检查括号、引号和逗号。"
