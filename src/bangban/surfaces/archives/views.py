"""The archive at the desk: its catalogue by year, class and unit, one file with its contents, what is incomplete."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from bangban.oversight.archives import reads
from bangban.surfaces.desk import pages
from bangban.surfaces.web.given import whole

SEES = ("archives.search", "archives.manage")


@require_safe
@pages.staff(*SEES)
def catalogue(request: HttpRequest) -> HttpResponse:
    """Show the catalogue, of one year or of all; each line leads to its files."""
    given = request.GET.get("year", "")
    year = whole(given, 4) if len(given) == 4 else None
    shelves = reads.catalogue(pages.desk_actor(request))
    rows = [row for row in shelves if year in (None, row.year)]
    context = {
        "rows": [(row, _files(row)) for row in rows],
        "years": sorted({row.year for row in shelves}, reverse=True),
        "year": year,
        "total": sum(row.count for row in rows),
    }
    return pages.page(request, "archives/desk_catalogue.html", context, current="archives")


def _files(row: reads.Shelf) -> str:
    chosen = {"box": "archive", "category": row.code, "unit": row.unit_id or ""}
    return f"{reverse('hotline:orders')}?{urlencode({name: value for name, value in chosen.items() if value})}"


@require_safe
@pages.staff(*SEES)
def contents(request: HttpRequest, number: str) -> HttpResponse:
    """Show the list of contents of one file."""
    view, pieces = reads.contents(pages.desk_actor(request), number)
    return pages.page(request, "archives/desk_file.html", {"view": view, "pieces": pieces}, current="archives")


@require_safe
@pages.staff(*SEES)
def gaps(request: HttpRequest) -> HttpResponse:
    """Show ended orders that cannot be filed yet."""
    found = reads.gaps(pages.desk_actor(request), request.GET.get("after", ""))
    more = f"?{urlencode({'after': found.following})}" if found.following else ""
    context = {"rows": found.rows, "more": more}
    return pages.page(request, "archives/desk_gaps.html", context, current="archives")
