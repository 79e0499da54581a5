"""Bodies and places: where to go, whom to call, who is open online (BJ-3.2.3-c, T637-6.1.5-e)."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.flow import NotYours
from bangban.registry.catalog import reads as catalog
from bangban.registry.halls.reads import hall
from bangban.registry.org.models import BodyKind, Level, Region
from bangban.registry.org.reads import LEVEL_ORDER, Place, tree
from bangban.services.publications.reads import public_page
from bangban.surfaces.portal.pages import citizen, page
from bangban.surfaces.web.given import whole

SHOWN, NOTICES = 24, 3
HALLS = ("service_center", "branch_center", "convenience_center", "service_station")


@dataclass(frozen=True)
class Area:
    """A region that has bodies, as a way to narrow the list."""

    code: str
    name: str
    count: int


@require_safe
@citizen
def bodies(request: HttpRequest) -> HttpResponse:
    """Show halls and stations by region, or departments, with telephone, hours and whether they serve online."""
    text, region = request.GET.get("q", "").strip()[:40], request.GET.get("region", "")[:12]
    kind = "department" if request.GET.get("kind") == "department" else "hall"
    known = [
        place
        for place in tree().by_id.values()
        if (place.kind in HALLS if kind == "hall" else place.kind == "department")
    ]
    found = [
        place for place in known if _in(place, region) and (not text or text in place.name or text in place.address)
    ]
    found.sort(key=lambda place: (LEVEL_ORDER[place.level], place.region, place.code))
    start = number_of(request.GET.get("from", ""))
    context = {
        "places": found[start : start + SHOWN],
        "following": following(request, start + SHOWN) if len(found) > start + SHOWN else "",
        "areas": areas(known),
        "region": region,
        "kind": kind,
        "q": text,
        "labels": labels(),
    }
    return page(request, "portal/bodies.html", context, tab="matters")


def number_of(text: str) -> int:
    """Return a whole number from an address, 0 for anything else."""
    return whole(text, 5) or 0


def following(request: HttpRequest, start: int) -> str:
    """Return the address of the next page of the same list."""
    query = request.GET.copy()
    query["from"] = str(start)
    return f"{request.path}?{query.urlencode()}"


def _in(place: Place, region: str) -> bool:
    return place.region[:6] == region[:6] if region else True


def areas(places: list[Place]) -> list[Area]:
    """Return the districts (and the city) in which there are bodies, in order of their codes."""
    counts: dict[str, int] = {}
    for place in places:
        counts[place.region[:6]] = counts.get(place.region[:6], 0) + 1
    names = {row.code[:6]: row.name for row in Region.objects.filter(level__in=["city", "district"])}
    return [Area(code, names[code], count) for code, count in sorted(counts.items()) if code in names]


def labels() -> dict[str, str]:
    """Return the words of kinds and levels."""
    return {
        **{str(kind.value): str(kind.label) for kind in BodyKind},
        **{str(one.value): str(one.label) for one in Level},
    }


@require_safe
@citizen
def body(request: HttpRequest, code: str) -> HttpResponse:
    """Show one body as its own front page: contact, hours, online service, items, bodies below."""
    place = tree().by_code.get(code)
    if place is None:
        raise NotYours("没有找到这个机构，可能已撤并，请重新查找。")
    below = [one for one in tree().by_id.values() if one.parent_id == place.id]
    below.sort(key=lambda one: (LEVEL_ORDER[one.level], one.code))
    listed = catalog.browse("department", str(place.id), limit=10) if place.kind == "department" else None
    services = catalog.service_list(place.id) if place.kind != "department" else None
    context = {
        "place": place,
        "above": [tree().by_id[one] for one in place.path[:-1] if one in tree().by_id],
        "below": below,
        "listed": listed,
        "services": services,
        "labels": labels(),
        "books": hall(place.id) is not None,
        "notices": public_page(business_date(now()), body_code=place.code, limit=NOTICES).rows,
    }
    return page(request, "portal/body.html", context, tab="matters")
