"""Reading single fields of a row: text, lists, yes and no, numbers, dates; a wrong one is refused by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import msgspec

from bangban.registry.catalog.intake.report import BadRow

YES = frozenset({"1", "是", "有", "支持", "true", "yes", "y", "t"})
NO = frozenset({"0", "否", "无", "不支持", "不", "false", "no", "n", "f"})
_DATE = re.compile(r"^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[T ].*)?$")
_SEPARATORS = re.compile(r"[|\n；;]+")


def text(data: Mapping[str, Any], name: str, limit: int, *, required: bool = False) -> str:
    """Return a field as text, outer blanks removed; formula-like text stays what it is: text.

    BadRow when it is missing though required, not text, too long (letters), or holds a NUL character.
    """
    value = data.get(name)
    if value is None:
        value = ""
    elif isinstance(value, bool) or not isinstance(value, str | int | float):
        raise BadRow(f"{name}应为文字。")
    value = str(value).strip()
    if required and not value:
        raise BadRow(f"{name}不能为空。")
    if len(value) > limit:
        raise BadRow(f"{name}过长（{len(value)}字，最多{limit}字）。")
    if "\0" in value:
        raise BadRow(f"{name}含有不可用的字符（NUL）。")
    return value


def texts(data: Mapping[str, Any], name: str, limit: int, count: int) -> tuple[str, ...]:
    """Return a list of texts: a JSON list, or one text parted by `|`, `；` or line breaks; doubles and blanks go."""
    value = data.get(name)
    if isinstance(value, str) and value.lstrip().startswith("["):
        value = _json_list(value, name)
    parts: Iterable[Any] = _SEPARATORS.split(value) if isinstance(value, str) else value or ()
    if not isinstance(parts, list | tuple):
        raise BadRow(f"{name}应为列表。")
    found = dict.fromkeys(text({name: part}, name, limit) for part in parts)
    found.pop("", None)
    if len(found) > count:
        raise BadRow(f"{name}过多（{len(found)}项，最多{count}项）。")
    return tuple(found)


def _json_list(value: str, name: str) -> Any:
    try:
        return msgspec.json.decode(value)
    except msgspec.DecodeError as error:
        raise BadRow(f"{name}不是有效的列表。") from error


def yes_no(data: Mapping[str, Any], name: str) -> bool | None:
    """Return yes, no, or None when nothing is said."""
    value = data.get(name)
    if value is None or isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if not word:
        return None
    if word in YES or word in NO:
        return word in YES
    raise BadRow(f"{name}应为“是”或“否”，现在是“{word[:20]}”。")


def number(data: Mapping[str, Any], name: str, most: int) -> int | None:
    """Return a whole number from 0 to `most`, or None when nothing is said."""
    value = data.get(name)
    if value is None or value == "":
        return None
    word = str(value).strip()
    if isinstance(value, bool) or not (word.isascii() and word.isdigit() and int(word) <= most):
        raise BadRow(f"{name}应为0到{most}的整数，现在是“{word[:20]}”。")
    return int(word)


def day(data: Mapping[str, Any], name: str) -> date | None:
    """Return a date written as 2026-01-31, 20260131, 2026/1/31 or 2026年1月31日; None when nothing is said."""
    value = data.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        raise BadRow(f"{name}应为日期（如2026-01-31）。")
    if match := _DATE.match(str(value).strip()):
        try:
            return date(*map(int, match.groups()))
        except ValueError:
            pass
    raise BadRow(f"{name}应为日期（如2026-01-31），现在是“{str(value)[:20]}”。")
