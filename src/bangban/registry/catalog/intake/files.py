"""Reading rows from JSON lines, a JSON list or CSV, line by line; what cannot be read is reported, not raised."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from bangban.registry.catalog.intake.encodings import LINE_LIMIT, encoding_of, name_of
from bangban.registry.catalog.intake.jsonlist import elements

_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it stands in the file; `problem` is set when it could not be read."""

    line: int
    data: dict[str, Any]
    problem: str = ""


def read_rows(path: Path, headings: Mapping[str, str]) -> tuple[str, Iterator[Row]]:
    """Return the name of the encoding and the rows of a file.

    The format follows from the content: `{` begins JSON lines, `[` a JSON list, anything else is CSV whose headings
    may be Chinese (`headings` maps them to field names). Memory does not grow with the file.
    """
    codec = encoding_of(path)
    first = _first_letter(path, codec)
    if first == "[":
        rows = _list_rows(path, codec)
    elif first == "{" or path.suffix.lower() in (".json", ".jsonl", ".ndjson"):
        rows = _json_rows(path, codec)
    else:
        rows = _csv_rows(path, codec, headings)
    return name_of(codec), rows


def _first_letter(path: Path, codec: str) -> str:
    with path.open(encoding=codec, errors="replace") as file:
        return file.read(4096).lstrip("\ufeff \t\r\n")[:1]


def _lines(path: Path, codec: str) -> Iterator[tuple[int, str | None, str]]:
    """Yield line number, text (None when unreadable) and the problem."""
    number, fresh = 0, True
    with path.open(encoding=codec, errors=_on_error(codec), newline="\n") as file:
        while text := file.readline(LINE_LIMIT):
            whole = text.endswith("\n") or len(text) < LINE_LIMIT
            number += fresh
            if not (fresh and whole):
                if fresh:
                    yield number, None, "这一行过长（超过1MB），请检查引号或换行。"
                fresh = whole
            elif _has_broken_bytes(text, codec):
                yield number, None, f"这一行有不是{name_of(codec)}编码的文字，请另存为UTF-8后再导入。"
            else:
                yield number, text, ""


def _on_error(codec: str) -> str:
    """Broken bytes become letters that no text has, so that they are found line by line."""
    return "surrogateescape" if codec.startswith("utf-8") else "replace"


def _has_broken_bytes(text: str, codec: str) -> bool:
    if text.isascii():
        return False
    if not codec.startswith("utf-8"):
        return "\ufffd" in text
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _json_rows(path: Path, codec: str) -> Iterator[Row]:
    for number, text, problem in _lines(path, codec):
        if text is None:
            yield Row(number, {}, problem)
        elif text.strip("\ufeff \t\r\n"):
            yield _json_row(number, text.lstrip("\ufeff"))


def _json_row(number: int, text: str) -> Row:
    try:
        data = _decode(text)
    except (msgspec.DecodeError, RecursionError):
        return Row(number, {}, "不是有效的JSON，请检查括号、引号和逗号。")
    return checked(number, data)


def checked(number: int, data: Any) -> Row:
    """Return a decoded value as a row; only objects are rows."""
    if not isinstance(data, dict):
        return Row(number, {}, "应为一个JSON对象（{…}）。")
    return Row(number, data)


def _list_rows(path: Path, codec: str) -> Iterator[Row]:
    with path.open(encoding=codec, errors=_on_error(codec)) as file:
        for number, data, problem in elements(file):
            yield Row(number, {}, problem) if problem else _list_row(number, data)


def _list_row(number: int, data: Any) -> Row:
    try:
        msgspec.json.encode(data)
    except UnicodeEncodeError:
        return Row(number, {}, "有无法识别的文字，请另存为UTF-8后再导入。")
    return checked(number, data)


def _csv_rows(path: Path, codec: str, headings: Mapping[str, str]) -> Iterator[Row]:
    broken: list[tuple[int, str]] = []

    def texts() -> Iterator[str]:
        for number, text, problem in _lines(path, codec):
            if text is None:
                broken.append((number, problem))
            yield text or ""

    reader = csv.reader(texts(), delimiter=_delimiter(path, codec))
    fields: list[str] = []
    while True:
        started = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Row(started, {}, "这一行不是有效的CSV，请检查引号是否成对。")
            continue
        yield from (Row(number, {}, problem) for number, problem in broken)
        if not broken and any(cell.strip() for cell in cells):
            if fields:
                yield _csv_row(started, fields, cells)
            else:
                fields = [headings.get(cell.strip(" \ufeff"), cell.strip(" \ufeff").lower()) for cell in cells]
        broken.clear()


def _csv_row(number: int, fields: list[str], cells: list[str]) -> Row:
    if len(cells) > len(fields):
        return Row(number, {}, f"这一行有{len(cells)}列，表头只有{len(fields)}列，请检查逗号和引号。")
    return Row(number, {name: cell for name, cell in zip(fields, cells, strict=False) if cell})


def _delimiter(path: Path, codec: str) -> str:
    with path.open(encoding=codec, errors="replace") as file:
        heading = file.readline(LINE_LIMIT)
    return max(",\t;", key=heading.count)
