"""The outermost frame of a request: an id, security headers, and clear words when the database is away."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from bangban.machinery.environ import REQUEST_ID
from bangban.surfaces.web.errors import bad_request, unavailable, wants_json
from bangban.surfaces.web.plain import is_plain

log = logging.getLogger("bangban.request")
POLICY = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "style-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)


DONE = "bb-done"
CLIENT_ID = re.compile(r"[\w-]{1,64}", re.ASCII)


def _page_above(path: str) -> HttpResponse:
    """Send a person who opened (or reloaded) the address of a form to the page that the form stands on."""
    while path.strip("/"):
        path = path.rstrip("/").rpartition("/")[0]
        for address in (f"{path}/", path or "/"):
            with suppress(Resolver404):
                resolve(address)
                return HttpResponse(status=HTTPStatus.SEE_OTHER, headers={"Location": address})
    return HttpResponse(status=HTTPStatus.SEE_OTHER, headers={"Location": "/"})


def _with_slash(request: HttpRequest) -> HttpResponse | None:
    """Send who left out the last stroke of a page's address on to the page; None where there is none."""
    path, at, query = request.get_full_path().partition("?")
    if path.endswith("/") or path.startswith("//") or request.resolver_match is not None:
        return None
    with suppress(Resolver404):
        resolve(f"{request.path}/")
        return HttpResponse(status=HTTPStatus.SEE_OTHER, headers={"Location": f"{path}/{at}{query}"})
    return None


class RequestFrame:
    """Gives each request an id and each response its security headers (F8.04)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Frame one request."""
        request.id = request.META.get(REQUEST_ID) or secrets.token_hex(8)  # type: ignore[attr-defined]
        response = self.get_response(request)
        if (
            response.status_code == HTTPStatus.METHOD_NOT_ALLOWED
            and request.method == "GET"
            and not wants_json(request)
        ):
            response = _page_above(request.path)
        elif response.status_code == HTTPStatus.NOT_FOUND and request.method == "GET":
            response = _with_slash(request) or response
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers["X-Request-Id"] = request.id  # type: ignore[attr-defined]
        if response.status_code == 303 and CLIENT_ID.fullmatch(done := request.POST.get("client_id", "")):
            # The page that follows forgets what the browser had kept of this form (ui/js/drafts.js).
            response.set_cookie(DONE, done, max_age=60, samesite="Lax", secure=settings.HTTPS)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Refuse what no column can hold; the API judges its own bodies."""
        if getattr(view, "csrf_exempt", False) or is_plain(request):
            return None
        return bad_request(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Say that the database is away; everything else goes to the error pages."""
        if isinstance(error, OperationalError | InterfaceError):
            log.error("Database not reachable for %s: %s", request.path, error)
            return unavailable(request)
        return None
