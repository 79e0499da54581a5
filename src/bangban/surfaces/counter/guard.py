"""Who may open the desk's pages, and input that no page of it takes."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse

from bangban.foundation.flows.flow import Incomplete
from bangban.surfaces.desk import pages
from bangban.surfaces.desk.pages import View


def at_desk(*, quiet: bool = False) -> Callable[[View], View]:
    """Let a view through for whoever works at a consultation desk; see `desk.pages.staff` for `quiet`."""

    def guard(view: View) -> View:
        @wraps(view)
        def clean(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | FileResponse:
            sent = (request.path, *request.GET.dict().values(), *request.POST.dict().values())
            if any("\x00" in str(text) for text in sent):
                raise Incomplete("提交的内容含有不可用的字符，请删除后再试。", fields={})
            return view(request, *args, **kwargs)

        return pages.staff("counter.log", quiet=quiet)(clean)

    return guard
