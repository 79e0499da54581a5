"""The one screen of the consultation person: help on top, one search, the form beside it, the day (DB23-6.4)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import DEFAULT_ZONE
from bangban.foundation.flows.flow import FlowError, NotYours
from bangban.services.counter import actions, reads
from bangban.services.counter.models import Inquiry
from bangban.services.counter.notices import promise_words
from bangban.services.counter.reads import loans
from bangban.surfaces.counter import forms, parts
from bangban.surfaces.counter.forms import Entry
from bangban.surfaces.counter.guard import at_desk
from bangban.surfaces.desk import acting, pages
from bangban.surfaces.web.errors import status_of

SAID = "counter_said"


@require_safe
@at_desk()
def desk(request: HttpRequest) -> HttpResponse:
    """Show the screen; `q` is a search, `item` and `cited` fill the form for browsers without scripts."""
    entry = Entry(item=request.GET.get("item", "")[:100], cited=request.GET.get("cited", "")[:100])
    return show(request, entry, said=request.session.pop(SAID, None))


def show(
    request: HttpRequest, entry: Entry, *, status: int = 200, said: dict[str, str] | None = None, **wrong: object
) -> HttpResponse:
    """Answer with the whole screen and what was typed in it."""
    actor = pages.desk_actor(request)
    text = request.GET.get("q", "").strip()
    context = {
        **parts.help_part(actor, wrong),
        **parts.day_part(actor),
        **parts.log_part(actor, entry, said),
        "found": reads.look_up(parts.hall_of(actor), text),
        "gaps": parts.gaps_part(actor),
        "overdue": loans.overdue_count(actor, now()),
    }
    topics = (parts.topic_of(actor),)
    return pages.page(request, "counter/desk.html", context, current="counter", status=status, topics=topics)


@require_safe
@at_desk()
def found(request: HttpRequest) -> HttpResponse:
    """Answer what a search finds: facilities, items, standard answers in one list (DB23-6.4.2)."""
    here = parts.hall_of(pages.desk_actor(request))
    return pages.part(request, "counter/_found.html", {"found": reads.look_up(here, request.GET.get("q", ""))})


@require_safe
@at_desk(quiet=True)
def day(request: HttpRequest) -> HttpResponse:
    """Answer the figures of the day and the promises."""
    return pages.part(request, "counter/_day.html", parts.day_part(pages.desk_actor(request)))


@require_POST
@at_desk()
def log(request: HttpRequest) -> HttpResponse:
    """Enter a question; a refusal comes back with everything that was typed."""
    actor, entry = pages.desk_actor(request), forms.posted(request.POST)
    made: list[Inquiry] = []
    try:
        new = entry.new()
        acting.once(
            actor, "inquiry", request.POST.get("client_id", "")[:80],
            lambda: made.append(actions.log_inquiry(actor, new)),
        )  # fmt: skip
    except NotYours:
        raise
    except FlowError as error:
        entry.problems = dict(error.details.get("fields", {}))
        return _form(request, entry, status=status_of(error))
    said = _said(made[0]) if made else {"text": "这条咨询已经登记过了。"}
    if request.POST.get("quick"):
        return pages.part(request, "counter/_logged.html", {"said": said})
    if not pages.is_part(request):
        request.session[SAID] = said
        return pages.see(reverse("counter:desk"))
    return _form(request, Entry(channel=entry.channel), said=said)


def _form(request: HttpRequest, entry: Entry, *, status: int = 200, said: dict[str, str] | None = None) -> HttpResponse:
    if not pages.is_part(request):
        return show(request, entry, status=status)
    context = parts.log_part(pages.desk_actor(request), entry, said)
    response = pages.part(request, "counter/_log.html", context, status)
    response.headers["X-Panel"] = "1"
    return response


def _said(inquiry: Inquiry) -> dict[str, str]:
    """Return what is shown after entering: for a promise the sentence that is read to the person (DB23-6.4.1-c)."""
    if inquiry.agreed_at is None:
        return {"number": inquiry.number, "text": "已登记为当场答复。"}
    words = promise_words(inquiry, inquiry.agreed_at.astimezone(DEFAULT_ZONE))
    return {"number": inquiry.number, "text": "已登记，请告诉对方：", "tell": words}
