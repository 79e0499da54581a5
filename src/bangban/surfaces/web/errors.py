"""Error pages and problems: sentences that say what to do next."""

from __future__ import annotations

import sys
from typing import Any

import msgspec
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from bangban.foundation.flows.flow import FlowError, Incomplete, NotAllowed, NotYours

STATUS: dict[type[FlowError], int] = {NotYours: 404, NotAllowed: 409, Incomplete: 422}
TITLES = {
    400: "请求有误",
    401: "请先登录",
    403: "没有权限",
    404: "没有找到",
    405: "方法不允许",
    409: "现在不能这样做",
    413: "文件太大",
    415: "类型不支持",
    422: "内容不完整",
    429: "太频繁了",
    500: "系统出错了",
    503: "系统暂时不可用",
}


def status_of(error: FlowError) -> int:
    """Return the HTTP status of a refusal."""
    return next((code for kind, code in STATUS.items() if isinstance(error, kind)), 409)


def wants_json(request: HttpRequest) -> bool:
    """Tell whether a program asks."""
    return request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", "")


def problem(request: HttpRequest, status: int, detail: str, **more: Any) -> HttpResponse:
    """Return problem+json (RFC 9457) with the request id."""
    body = {
        "type": "about:blank",
        "title": TITLES.get(status, "错误"),
        "status": status,
        "detail": detail,
        "request_id": getattr(request, "id", ""),
        **more,
    }
    return HttpResponse(msgspec.json.encode(body), status=status, content_type="application/problem+json")


def error_page(request: HttpRequest, status: int, sentence: str, **more: Any) -> HttpResponse:
    """Answer with a problem for programs and a page for people."""
    if wants_json(request):
        return problem(request, status, sentence, **more)
    context = {
        "status": status,
        "title": TITLES.get(status, "出错了"),
        "sentence": sentence,
        "request_id": getattr(request, "id", ""),
    }
    return HttpResponse(render_to_string("web/error.html", context, request), status=status)


def refused(request: HttpRequest, error: FlowError) -> HttpResponse:
    """Answer a refused action."""
    return error_page(request, status_of(error), error.sentence, **error.details)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404."""
    return error_page(request, 404, "没有找到这个页面或记录，请核对地址或编号，或返回首页重新查找。")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403."""
    return error_page(request, 403, "您的岗位没有这项权限；如确有需要，请联系本单位的安全管理员。")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400."""
    return error_page(request, 400, "提交的内容有误，请返回检查后重试。")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 without touching the database; 503 when a middleware found the database away."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    return error_page(request, 500, "系统出错了，您刚才填写的内容没有丢失，请返回后再试；仍不行请拨打12345。")


def unavailable(request: HttpRequest) -> HttpResponse:
    """Answer 503 while the database is away."""
    response = error_page(request, 503, "系统正在恢复，请过几秒再试一次。您填写的内容还在本页。")
    response.headers["Retry-After"] = "3"
    return response


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form without a valid token."""
    return error_page(request, 403, "页面停留太久或来自别处，请刷新页面后再提交；填写的内容会保留。")
