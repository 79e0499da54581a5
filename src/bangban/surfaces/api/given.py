"""What a program sends, decoded or refused by name of the field; never an error of ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from django.http import HttpRequest

from bangban.foundation.flows.flow import Incomplete, NotYours

NUL = "\x00"
DEEPEST = 20
WHERE = re.compile(r"at `\$\.?([^`]*)`")
NAMED = re.compile(r"(missing required|contains unknown) field `([^`]+)`")


class Unusable(msgspec.ValidationError):
    """The JSON is well formed, but cannot be stored as text."""


def decoded(request: HttpRequest, kind: type[msgspec.Struct] | None, *, optional: bool = False) -> Any:
    """Return the body as `kind`; raises msgspec.ValidationError, msgspec.DecodeError or RequestDataTooBig."""
    if kind is None:
        return None
    content = request.body
    if optional and not content.strip():
        content = b"{}"
    found = msgspec.json.decode(content, type=kind)
    if b"\\u0000" in content or content.count(b"{") + content.count(b"[") > DEEPEST:
        _check(msgspec.json.decode(content), 0, "")
    return found


def _check(value: Any, depth: int, place: str) -> None:
    if depth > DEEPEST:
        raise Unusable(f"Nested too deeply - at `$.{place[:60]}`")
    if isinstance(value, str) and NUL in value:
        raise Unusable(f"Contains a NUL - at `$.{place[:60]}`")
    if isinstance(value, dict):
        for name, part in value.items():
            _check(name, depth + 1, place)
            _check(part, depth + 1, f"{place}.{name}".lstrip("."))
    elif isinstance(value, list):
        for part in value:
            _check(part, depth + 1, f"{place}[...]")


def without_nul(parts: Mapping[str, str], query: Mapping[str, str]) -> None:
    """Refuse NUL, which no text in the database can hold: unknown in a path, wrong in a query."""
    if any(NUL in value for value in parts.values()):
        raise NotYours("没有找到这条记录，请核对编号和查询码。")
    if wrong := [name for name in query if NUL in query[name] or NUL in name]:
        raise Incomplete("查询参数里有不能使用的字符。", fields={wrong[0].replace(NUL, ""): "含有不能使用的字符。"})


def fields_of(error: msgspec.ValidationError) -> dict[str, str]:
    """Return which field is wrong and how, as a sentence with the decoder's reason."""
    text = str(error)
    where = match[1] if (match := WHERE.search(text)) else ""
    if named := NAMED.search(text):
        name = f"{where}.{named[2]}".lstrip(".")
        return {name: "缺少这个必填字段。" if named[1].startswith("missing") else "没有这个字段。"}
    return {where or "body": f"内容不符合约定：{text.partition(' - at')[0]}"}
