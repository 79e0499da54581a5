"""Text that no column can hold is refused before any view works with it."""

from __future__ import annotations

from django.http import HttpRequest, QueryDict

NUL = "\x00"
FORM = "application/x-www-form-urlencoded"


def is_plain(request: HttpRequest) -> bool:
    """Tell whether address and form hold no NUL: no keyboard types it, and PostgreSQL takes it nowhere.

    Uploads are left alone: whoever takes them looks at their size before anything is read.
    """
    if NUL in request.path or _has_nul(request.GET):
        return False
    return request.method != "POST" or request.content_type != FORM or not _has_nul(request.POST)


def _has_nul(sent: QueryDict) -> bool:
    return any(NUL in name or any(NUL in value for value in values) for name, values in sent.lists())
