"""Text that no column can hold is refused before any view works with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase

from bangban.surfaces.web.errors import bad_request

NUL = "\x00"
View = Callable[..., HttpResponseBase]


def plain(view: View) -> View:
    """Answer 400 to an address or a form with the character NUL: no keyboard types it, and PostgreSQL takes it nowhere."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if NUL in request.path or _has_nul(request.GET) or _has_nul(request.POST):
            answer: HttpResponse = bad_request(request)
            return answer
        return view(request, *args, **kwargs)

    return checked


def _has_nul(sent: QueryDict) -> bool:
    return any(NUL in name or any(NUL in value for value in values) for name, values in sent.lists())
