"""Labelled messages in a folder, read without knowing their fields.

- Every *.jsonl below the folder is looked at. A file is a training part when its name or the name of a folder on the way
  contains "train" or "dev", a test part with "test", "heldout" or "held-out"; a row can say so itself in `split`.
- The text is title or subject (when there is one), then the first of TEXTS; tokens are joined without blanks. Where none of them is
  there, it is the field whose values are longest, except answers and addresses.
- Labels are the fields of LABELS with two to 600 values of up to 40 characters; where none of them is there, every such
  field of words with at most one value per five rows. Rows without a value are not of this set.
- A test part is measured with what was learnt from the training parts of the same label: those of the same file name when
  there are any, otherwise all of them. Whatever has no counterpart is measured crosswise in five parts.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

__all__ = ["LABELS", "TEXTS", "Labelled", "Task", "tasks"]

TEXTS = ("text", "content", "question", "message", "body", "query", "tokens", "sentence", "name")
TITLES = ("title", "subject")
LABELS = (
    "type", "kind", "field", "category", "class", "label", "topic", "intent", "office", "dept", "department", "bureau",
    "unit", "agency", "district", "region", "area", "emotion", "sentiment", "l1", "l2",
)  # fmt: skip
_NO_TEXTS = re.compile(r"answer|reply|url|phone|code|(^|_)id$|time|date", re.I)
_TRAIN, _TEST = re.compile(r"train|dev(?!ice)", re.I), re.compile(r"test|held.?out|eval", re.I)
_MOST_VALUES, _LONGEST_VALUE, _ROWS_PER_VALUE = 600, 40, 5
ENOUGH = 5
"""Rows that a label needs to be measured crosswise in five parts."""

Labelled = tuple[str, str]


class Task(NamedTuple):
    """Messages with one kind of label; `train` is empty when they are to be measured crosswise."""

    name: str
    label: str
    rows: list[Labelled]
    train: list[Labelled]


class _Part(NamedTuple):
    file: str
    stem: str
    role: str
    rows: list[dict[str, Any]]


def tasks(directory: Path) -> Iterator[Task]:
    """Yield what can be measured in a folder; OSError or msgspec.DecodeError when a file cannot be read."""
    parts = [part for path in sorted(directory.rglob("*.jsonl")) for part in _parts(directory, path)]
    sets: dict[str, list[tuple[_Part, list[Labelled]]]] = defaultdict(list)
    for part in parts:
        for label in _labels(part.rows):
            sets[label].append((part, _labelled(part.rows, label)))
    for label, found in sets.items():
        for part, rows in found:
            yield from _task(directory, label, part, rows, found)


def _task(
    directory: Path, label: str, part: _Part, rows: list[Labelled], found: list[tuple[_Part, list[Labelled]]]
) -> Iterator[Task]:
    training = [(other, known) for other, known in found if other.role == "train"]
    same = [(other, known) for other, known in training if other.stem == part.stem]
    learnt = [row for _, known in (same or training) for row in known]
    name = f"{directory.name}/{part.file}"
    if part.role == "test" and learnt:
        known_labels = {value for _, value in learnt}
        rows = [row for row in rows if row[1] in known_labels]
        yield Task(name, label, rows, learnt)
    elif not (part.role == "train" and any(other.role == "test" for other, _ in found)):
        counts = Counter(value for _, value in rows)
        rows = [row for row in rows if counts[row[1]] >= ENOUGH]
        if len({value for _, value in rows}) > 1:
            yield Task(name, label, rows, [])


def _parts(directory: Path, path: Path) -> Iterator[_Part]:
    rows = [msgspec.json.decode(line) for line in path.read_bytes().splitlines() if line.strip()]
    rows = [row for row in rows if isinstance(row, dict)]
    file = path.relative_to(directory).with_suffix("").as_posix()
    stem = re.sub(r"[\W_]+", "", _TEST.sub("", _TRAIN.sub("", file)))
    if rows and all(_role(str(row.get("split", ""))) for row in rows):
        for role in ("train", "test"):
            yield _Part(f"{file}.{role}", stem, role, [row for row in rows if _role(str(row["split"])) == role])
    else:
        yield _Part(file, stem, _role(file), rows)


def _role(name: str) -> str:
    return "test" if _TEST.search(name) else "train" if _TRAIN.search(name) else ""


def _labels(rows: list[dict[str, Any]]) -> list[str]:
    fields = dict.fromkeys(field for row in rows for field in row)
    texts = set(_text_fields(rows))
    values = {
        field: [row[field] for row in rows if _is_value(row.get(field))] for field in fields if field not in texts
    }
    good = {
        field: len(set(map(str, given)))
        for field, given in values.items()
        if given and max(len(str(one)) for one in given) <= _LONGEST_VALUE
    }
    able = {field: count for field, count in good.items() if 1 < count <= _MOST_VALUES}
    if named := [field for field in LABELS if field in able]:
        return named if texts else []
    return [
        field
        for field, count in able.items()
        if texts
        and field != "split"
        and count * _ROWS_PER_VALUE <= len(values[field])
        and not _NO_TEXTS.search(field)
        and all(isinstance(one, str) for one in values[field])
    ]


def _is_value(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and value != ""


def _text_fields(rows: list[dict[str, Any]]) -> tuple[str, ...]:
    given = {field for row in rows for field, value in row.items() if value}
    named = [next((field for field in names if field in given), "") for names in (TITLES, TEXTS)]
    if any(named):
        return tuple(field for field in named if field)
    length = {
        field: sum(len(row[field]) for row in rows if isinstance(row.get(field), str)) / len(rows)
        for field in given
        if not _NO_TEXTS.search(field) and field not in LABELS
    }
    best = max(length, key=lambda field: length[field], default="")
    return (best,) if best and length[best] >= _ROWS_PER_VALUE else ()


def _labelled(rows: list[dict[str, Any]], label: str) -> list[Labelled]:
    fields = _text_fields(rows)
    said = ((_said(row, fields), row.get(label)) for row in rows)
    return [(text, str(value)) for text, value in said if text.strip() and _is_value(value)]


def _said(row: dict[str, Any], fields: tuple[str, ...]) -> str:
    parts = []
    for field in fields:
        value = row.get(field) or ""
        value = "".join(map(str, value)) if isinstance(value, list) else str(value)
        parts.append(value.replace(" ", "") if field == "tokens" else value)
    return "\n".join(parts)
