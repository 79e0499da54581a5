"""Finding an item and reading its guide (BJP-8, T637-7.2-c, BJ-1)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import NotYours
from bangban.registry.catalog import reads as catalog
from bangban.registry.catalog.actions import count_download
from bangban.registry.catalog.terms import ServiceMode, Side
from bangban.registry.catalog.views import ItemDetail, TemplateLink
from bangban.registry.knowledge import reads as knowledge
from bangban.registry.org.reads import front_door
from bangban.services.assistant.reads import search_items
from bangban.surfaces.portal.language import Language, say
from bangban.surfaces.portal.pages import citizen, page, see
from bangban.surfaces.portal.visitors import language_of

PAGE, FOUND, QUESTIONS = 20, 30, 6
NO_ITEM = "没有找到这个事项，可能已取消或地址有误，请重新查找。"


@require_safe
@citizen
def items(request: HttpRequest) -> HttpResponse:
    """Show the ways into the catalogue, or the items of one way, or what a search finds."""
    text = request.GET.get("q", "").strip()[:100]
    by, value = request.GET.get("by", ""), request.GET.get("value", "")[:100]
    context = {"q": text, "by": by, "value": value, "navigation": catalog.navigation(), "ways": request.GET.get("ways", "")}
    if text:
        found = [hit.card for hit in search_items(text, FOUND)]
        return page(request, "portal/items_found.html", {**context, "cards": found}, tab="matters")
    if by:
        listed = catalog.browse(by, value, request.GET.get("after", ""), PAGE)  # type: ignore[arg-type]
        following = f"{reverse('portal:items')}?{_next(request, listed.next_cursor)}" if listed.next_cursor else ""
        context |= {"cards": listed.rows, "following": following, "title": title_of(by, value, language_of(request))}
        return page(request, "portal/items_list.html", context, tab="matters")
    return page(request, "portal/items.html", context, tab="matters")


def _next(request: HttpRequest, cursor: str) -> str:
    query = request.GET.copy()
    query["after"] = cursor
    return query.urlencode()


def title_of(by: str, value: str, language: Language) -> str:
    """Return the heading of one way into the catalogue."""
    navigation = catalog.navigation()
    choices = {"theme": navigation.themes, "life_event": navigation.life_events, "region": navigation.regions}
    if by in choices:
        return say(language, next((one.name for one in choices[by] if one.code == value), value))
    if by == "audience" and value in Side.values:
        return say(language, f"{Side(value).label}办事")
    if by == "mode" and value in ServiceMode.values:
        return say(language, str(ServiceMode(value).label))
    if by == "online":
        return say(language, {"filing": "可网上申报", "booking": "可网上预约"}.get(value, "网上办理"))
    return value if by == "department" and not value.isdigit() else say(language, "全部事项")


@require_safe
@citizen
def item(request: HttpRequest, code: str) -> HttpResponse:
    """Show the guide of an item with everything it says, and say what it leaves open."""
    found = published_or_past(code)
    offered = catalog.services_offered(found.id, _door())
    context = {
        "item": found,
        "guide": found.guide,
        "offered": [one for one in ("consult", "guide", "assist", "agency") if one in offered],
        "places": catalog.handling_places(found.id),
        "entries": knowledge.entries_of_item(found.id, limit=QUESTIONS),
        "modes": [str(ServiceMode(mode).label) for mode in found.modes],
        "open": found.state == "published",
    }
    return page(request, "portal/item.html", context, tab="matters")


def published_or_past(code: str) -> ItemDetail:
    """Return an item that is or was public; raises NotYours for others."""
    found = catalog.item(code)
    if found is None or found.state in ("draft", "in_review"):
        raise NotYours(NO_ITEM)
    return found


def _door() -> int | None:
    try:
        return front_door().id
    except LookupError:
        return None


@require_safe
@citizen
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """Hand out the guide as a file with version and date, and count it (T637-7.2-c)."""
    found, file = catalog.item(code), catalog.guide_text(code)
    if found is None or file is None:
        raise NotYours(NO_ITEM)
    count_download(found.id, now())
    return download(file.text.encode("utf-8-sig"), file.media_type, file.file_name)


@require_safe
@citizen
def form(request: HttpRequest, key: str, revision: int) -> HttpResponse:
    """Hand out a blank form or sample; an old link leads to the current version (T637-7.2-d)."""
    found = catalog.template(key, revision)
    if found is None:
        raise NotYours("没有找到这份表格，请从办事指南重新下载。")
    if isinstance(found, TemplateLink):
        return see(reverse("portal:form", args=[found.key, found.revision]))
    return download(found.content, found.media_type, found.link.file_name)


def download(content: bytes, media_type: str, name: str) -> HttpResponse:
    """Answer with a file to keep, never to open inside the site."""
    response = HttpResponse(content, content_type=media_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
