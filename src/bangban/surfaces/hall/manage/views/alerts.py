"""Crowd alerts: what can be done now, and what was done (DB23-6.3.2-f)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from bangban.foundation.flows.flow import FlowError, NotYours
from bangban.services.queues import actions
from bangban.surfaces.desk import acting, pages
from bangban.surfaces.hall.manage.views.hall import PERMISSION, here, show
from bangban.surfaces.web.errors import status_of
from bangban.surfaces.web.given import whole

LONGEST = 500


@require_POST
@pages.staff(PERMISSION)
def measure(request: HttpRequest, number: str) -> HttpResponse:
    """Take one of the measures that an alert offers; what was written stays when it cannot be done."""
    actor, posted = pages.desk_actor(request), request.POST
    body, _ = here(request)

    def work() -> None:
        actions.take_measure(
            actor,
            number,
            posted.get("measure", ""),
            posted.get("note", "")[:LONGEST],
            session=posted.get("session", "")[:60],
            window_id=_number(posted.get("window_id", "")),
            staff_id=_number(posted.get("staff_id", "")),
            class_id=_number(posted.get("class_id", "")),
            count=_number(posted.get("count", "")) or 0,
        )

    try:
        acting.once(actor, f"{number}:measure", posted.get("client_id", ""), work)
    except NotYours:
        raise
    except FlowError as refusal:
        fields = dict(refusal.details.get("fields") or {})
        sentence = " ".join([refusal.sentence, *(str(text) for text in fields.values())])
        typed = {"alert": number, "measure": posted.get("measure", ""), "note": posted.get("note", "")[:LONGEST]}
        return show(request, sentence, typed, status_of(refusal))
    return pages.see(f"{reverse('hall:hall')}?hall={body.code}#alerts")


def _number(text: str) -> int | None:
    return whole(text)
