"""What was sent to people, what is stuck, and what has to be sent again or done by telephone."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import NotAllowed
from bangban.foundation.notify import actions, reads
from bangban.foundation.notify.models import State
from bangban.surfaces.desk import acting, pages

PAGE = 50
SAID = "desk_outbox_said"
TONES = {
    "queued": "waiting",
    "sending": "waiting",
    "sent": "active",
    "delivered": "success",
    "failed": "danger",
    "cancelled": "neutral",
}


@require_safe
@pages.staff("notify.outbox")
def outbox(request: HttpRequest) -> HttpResponse:
    """Show the ledger of deliveries."""
    state = request.GET.get("state", "")
    state = state if state in State.values else ""
    number = request.GET.get("number", "").strip().upper()[:40]
    rows = reads.outbox(_mark(request.GET.get("after", "")), PAGE + 1, state, number)
    shown = rows[:PAGE]
    query = {"state": state, "number": number, "after": str(shown[-1].id) if len(rows) > PAGE else ""}
    counts = reads.counts()
    context = {
        "rows": shown,
        "more": f"{reverse('desk:outbox')}?{urlencode(query)}" if query["after"] else "",
        "tabs": [
            {"label": "全部", "url": reverse("desk:outbox"), "current": not state},
            *(
                {
                    "label": label,
                    "url": f"{reverse('desk:outbox')}?state={code}",
                    "count": counts.get(code, 0),
                    "current": code == state,
                }
                for code, label in State.choices
            ),
        ],
        "stuck": reads.stuck(now(), 20),
        "tasks": reads.tasks_by_hand(20),
        "tones": TONES,
        "number": number,
        "state": state,
        "said": request.session.pop(SAID, ""),
    }
    return pages.page(request, "desk/outbox.html", context, current="outbox")


def _mark(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


@require_POST
@pages.staff("notify.outbox")
def resend(request: HttpRequest, delivery: UUID) -> HttpResponse:
    """Send a message again; pressing twice sends once."""
    actor, client_id = pages.desk_actor(request), request.POST.get("client_id", "")[:80]
    return _try(
        request,
        "已重新发送。",
        lambda: acting.once(actor, f"resend:{delivery}", client_id, lambda: actions.resend(actor, delivery)),
    )


@require_POST
@pages.staff("notify.outbox")
def finish(request: HttpRequest, delivery: UUID) -> HttpResponse:
    """Report how a telephone or letter task went."""
    actor, reached = pages.desk_actor(request), request.POST.get("reached") == "1"
    note = request.POST.get("note", "")[:200]
    return _try(request, "已登记办理结果。", lambda: actions.finish_by_hand(actor, delivery, reached, note))


def _try(request: HttpRequest, said: str, work: object) -> HttpResponse:
    assert callable(work)
    try:
        work()
        request.session[SAID] = said
    except NotAllowed as error:
        request.session[SAID] = error.sentence
    return pages.see(reverse("desk:outbox"))
