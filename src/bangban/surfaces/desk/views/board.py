"""The working page: boxes on the left, the open case in the middle, help on the right."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from bangban.foundation.access.duties import may
from bangban.foundation.flows.flow import NotYours
from bangban.services.cases.reads import get_case
from bangban.surfaces.desk import lists, pages
from bangban.surfaces.desk.shell import home_of


@require_safe
@pages.staff()
def board(request: HttpRequest) -> HttpResponse:
    """Show a box; a whole case number in the search leads straight to the case."""
    actor = pages.desk_actor(request)
    if not may(actor, "cases.list"):
        return pages.see(home_of(actor))
    wanted = lists.wanted_of(request.GET, actor)
    if wanted.q and len(wanted.q) > 8 and not wanted.q.isdigit():
        try:
            return pages.see(f"{reverse('desk:case', args=[get_case(actor, wanted.q).number])}?{wanted.query(q='')}")
        except NotYours:
            pass
    context = lists.listing(actor, wanted) | {
        "boxes": lists.boxes(actor, wanted),
        "filters": lists.FILTERS,
        "current": "",
    }
    return pages.page(request, "desk/board.html", context, current="cases")


@require_safe
@pages.staff("cases.list", quiet=True)
def rows(request: HttpRequest) -> HttpResponse:
    """Answer the lines of a box, the first page or the one after a mark; with `first` the counts of the boxes too."""
    actor = pages.desk_actor(request)
    wanted = lists.wanted_of(request.GET, actor)
    context = lists.listing(actor, wanted, after=request.GET.get("after", ""), current=request.GET.get("current", ""))
    if "first" not in request.GET:
        return pages.part(request, "desk/_rows.html", context)
    return pages.part(request, "desk/_first_rows.html", context | {"boxes": lists.boxes(actor, wanted)})


@require_safe
@pages.staff("cases.list", quiet=True)
def box_tabs(request: HttpRequest) -> HttpResponse:
    """Answer the boxes with their counts."""
    actor = pages.desk_actor(request)
    return pages.part(request, "desk/_boxes.html", {"boxes": lists.boxes(actor, lists.wanted_of(request.GET, actor))})
