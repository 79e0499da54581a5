"""The published service list and public figures (T637-7.1-b, BJP-9)."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from bangban.registry.catalog import reads as catalog
from bangban.registry.catalog.views import ServiceLineView
from bangban.registry.org.reads import tree
from bangban.surfaces.portal.pages import citizen, page
from bangban.surfaces.portal.views.items import download
from bangban.surfaces.web.given import whole

MEDIA = "text/csv; charset=utf-8"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@require_safe
@citizen
def services(request: HttpRequest) -> HttpResponse:
    """Show the published list, or one of its earlier versions, narrowed to what is searched for."""
    version = request.GET.get("version", "")
    found = catalog.service_list(revision=whole(version, 4))
    text = request.GET.get("q", "").strip()[:60]
    lines = (
        [line for line in found.lines if _matches(text, line.subject, line.body, line.helper, line.note)]
        if found
        else []
    )
    context = {"found": found, "lines": lines, "q": text, "usual": usual(found.lines) if found else None}
    return page(request, "portal/services.html", context, tab="matters")


@dataclass(frozen=True)
class Usual:
    """What most lines of a list have in common, said once above it."""

    body: str
    channels: tuple[str, ...]
    hours: str


def usual(lines: Sequence[ServiceLineView]) -> Usual:
    """Return body, channels and hours that most lines share."""
    counted = Counter((line.body, line.channels, line.hours) for line in lines)
    return Usual(*counted.most_common(1)[0][0]) if counted else Usual("", (), "")


def _matches(text: str, *fields: str) -> bool:
    return not text or any(text in field for field in fields)


@require_safe
@citizen
def export(request: HttpRequest) -> HttpResponse:
    """Hand out the published list as a table; cells that a spreadsheet would run are defused."""
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerows([defused(cell) for cell in row] for row in catalog.service_list_rows())
    return download(sheet.getvalue().encode("utf-8-sig"), MEDIA, "服务清单.csv")


def defused(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


@require_safe
@citizen
def figures(request: HttpRequest) -> HttpResponse:
    """Show the public counters of the catalogue and the network."""
    places = tree().by_id.values()
    context = {
        "navigation": catalog.navigation(),
        "bodies": sum(1 for place in places if place.kind != "department"),
        "online": sum(1 for place in places if place.online and place.kind != "department"),
        "departments": sum(1 for place in places if place.kind == "department"),
    }
    return page(request, "portal/figures.html", context, tab="matters")
