"""Letters that did not become an order by themselves: read, registered by hand, or settled with a word (GB33358-3.2)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangban.foundation.flows.flow import FlowError, NotYours
from bangban.services.hotline.actions import aside as actions
from bangban.services.hotline.reads import aside as reads
from bangban.surfaces.desk import pages
from bangban.surfaces.web.errors import status_of
from bangban.surfaces.web.given import whole

TAKES_IN = ("orders.intake",)


@require_safe
@pages.staff(*TAKES_IN)
def letters(request: HttpRequest) -> HttpResponse:
    """List the letters that wait, the oldest first."""
    mark = request.GET.get("after", "")
    after = whole(mark) or 0
    rows = reads.aside(pages.desk_actor(request), after)
    more = f"{reverse('calls:letters')}?after={rows[-1].id}" if len(rows) == reads.PAGE else ""
    return pages.page(request, "hotline/letters.html", {"rows": rows, "more": more}, current="letters")


@require_http_methods(["GET", "HEAD", "POST"])
@pages.staff(*TAKES_IN)
def letter(request: HttpRequest, letter: int) -> HttpResponse:
    """Show one letter as far as it can be read; the form settles it with what was done."""
    actor, how, error = pages.desk_actor(request), "", None
    if request.method == "POST":
        how = request.POST.get("how", "")[:500]
        try:
            actions.settle_aside(actor, _known(letter), how)
            return pages.done(request, reverse("calls:letters"))
        except NotYours:
            raise
        except FlowError as refused:
            error = refused
    return _letter(request, letter, how, error)


@require_POST
@pages.staff(*TAKES_IN)
def register(request: HttpRequest, letter: int) -> HttpResponse:
    """Open an order of a letter, and lead to it."""
    try:
        order = actions.register_aside(pages.desk_actor(request), _known(letter))
    except NotYours:
        raise
    except FlowError as refused:
        return _letter(request, letter, "", refused)
    return pages.done(request, reverse("hotline:order", args=[order.number]))


@require_safe
@pages.staff(*TAKES_IN)
def original(request: HttpRequest, letter: int) -> HttpResponse:
    """Answer the bytes of a letter for a mail program, so that its attachments can be opened there."""
    found = reads.aside_letter(pages.desk_actor(request), _known(letter))
    response = HttpResponse(found.raw, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="letter-{letter}.eml"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _letter(request: HttpRequest, letter: int, how: str, error: FlowError | None = None) -> HttpResponse:
    found = reads.aside_letter(pages.desk_actor(request), _known(letter))
    context = {
        "found": found, "how": how, "error": error.sentence if error else "",
        "problem": error.details.get("fields", {}).get("how", "") if error else "",
    }  # fmt: skip
    status = status_of(error) if error else 200
    return pages.page(request, "hotline/letter.html", context, current="letters", status=status)


def _known(letter: int) -> int:
    """Return an id that the database can hold; raises NotYours for what no letter can have."""
    if letter >= 2**62:
        raise NotYours(reads.UNKNOWN)
    return letter
