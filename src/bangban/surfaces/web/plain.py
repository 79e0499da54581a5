"""Text that no column can hold is refused before any view works with it."""

from __future__ import annotations

from django.http import HttpRequest, QueryDict

from bangban.surfaces.web.given import whole

NUL = "\x00"
FORM, WITH_FILES = "application/x-www-form-urlencoded", "multipart/form-data"
SMALL = 1_000_000


def is_plain(request: HttpRequest) -> bool:
    """Tell whether address and form hold no NUL: no keyboard types it, and PostgreSQL takes it nowhere.

    Large uploads are left alone: whoever takes them looks at their size before anything is read.
    """
    if NUL in request.path or _has_nul(request.GET):
        return False
    return not (request.method == "POST" and _is_form(request) and _has_nul(request.POST))


def _is_form(request: HttpRequest) -> bool:
    length = request.META.get("CONTENT_LENGTH") or "0"
    size = whole(length)
    small = size is not None and size <= SMALL
    return request.content_type == FORM or (request.content_type == WITH_FILES and small)


def _has_nul(sent: QueryDict) -> bool:
    return any(NUL in name or any(NUL in value for value in values) for name, values in sent.lists())
