"""A form of the desk that does one thing once and goes on, or comes back with what was wrong and what was typed."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from bangban.foundation.flows.flow import FlowError, NotYours
from bangban.surfaces.desk import pages
from bangban.surfaces.desk.acting import once
from bangban.surfaces.web.errors import status_of


def submit(
    request: HttpRequest,
    deed: str,
    work: Callable[[], object],
    again: Callable[[str, dict[str, str], int], HttpResponse],
    target: Callable[[], str],
) -> HttpResponse:
    """Do something once and go on; a refusal shows the page again with its sentence and what was typed."""
    try:
        once(pages.desk_actor(request), deed, request.POST.get("client_id", "")[:80], work)
    except NotYours:
        raise
    except FlowError as error:
        return again(error.sentence, error.details.get("fields") or {}, status_of(error))
    return pages.done(request, target())
