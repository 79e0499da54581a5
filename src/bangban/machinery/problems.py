"""Plain answers for what goes wrong below Django: a small page for people, problem+json (RFC 9457) for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

Headers = list[tuple[bytes, bytes]]

PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title></head><body><main><h1>{title}</h1><p>{detail}</p>{trace}</main></body></html>
"""


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong and what to do next, in the user's words."""

    status: int
    title: str
    detail: str
    retry_after: int | None = None


def internal_error() -> Problem:
    """Something broke that the user cannot mend."""
    return Problem(500, "系统出错了", "这次操作没有完成。请稍后再试；如果反复出现，请把下面的编号告诉工作人员。")


def too_large(limit: int) -> Problem:
    """The request body is larger than `limit` bytes."""
    return Problem(413, "文件太大", f"一次上传的内容不能超过 {limit // 1_048_576} MB。请压缩文件，或者分几次上传。")


def too_slow() -> Problem:
    """The request body did not arrive in time."""
    return Problem(408, "上传中断", "网络太慢或连接中断，内容没有收全。请检查网络后重新提交。")


def overloaded(retry_after: int) -> Problem:
    """More requests are waiting than can be served soon; `retry_after` in seconds."""
    return Problem(503, "现在使用的人较多", f"请在 {retry_after} 秒后再试。", retry_after)


def no_room() -> Problem:
    """The disk cannot take the request body."""
    return Problem(507, "暂时不能接收文件", "存储空间不足，文件没有保存。请稍后再试，或联系工作人员。", 60)


def render(problem: Problem, accept: str, request_id: str = "") -> tuple[Headers, bytes]:
    """Return headers and body in the form the client asked for by its Accept header."""
    if "text/html" in accept:
        kind, body = b"text/html; charset=utf-8", _page(problem, request_id)
    else:
        kind, body = b"application/problem+json", _problem_json(problem, request_id)
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    if problem.retry_after is not None:
        headers.append((b"retry-after", str(problem.retry_after).encode()))
    if request_id:
        headers.append((b"x-request-id", request_id.encode()))
    return headers, body


def header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str:
    """Return the first value of a header of an ASGI scope, empty when it is missing."""
    return next((value.decode("latin-1") for key, value in headers if key == name), "")


def _page(problem: Problem, request_id: str) -> bytes:
    trace = f"<p>编号：<code>{escape(request_id)}</code></p>" if request_id else ""
    return PAGE.format(title=escape(problem.title), detail=escape(problem.detail), trace=trace).encode()


def _problem_json(problem: Problem, request_id: str) -> bytes:
    body: dict[str, object] = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
    }
    if request_id:
        body["instance"] = f"urn:request:{request_id}"
    return json.dumps(body, ensure_ascii=False).encode()
