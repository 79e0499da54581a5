"""Finding an item and reading its guide (BJP-8, T637-7.2-c, BJ-1)."""

from __future__ import annotations

from urllib.parse import urlencode

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
from bangban.registry.org.reads import front_door, place
from bangban.services.assistant.reads import search_items
from bangban.surfaces.portal.language import Language, say
from bangban.surfaces.portal.pages import citizen, page, see
from bangban.surfaces.portal.times import ZONE
from bangban.surfaces.portal.visitors import language_of

PAGE, FOUND, QUESTIONS = 20, 30, 6
VISITS = "{} 次"
NO_ITEM = "没有找到这个事项，可能已取消或地址有误，请重新查找。"


@require_safe
@citizen
def items(request: HttpRequest) -> HttpResponse:
    """Show the ways into the catalogue, or the items of one way, or what a search finds."""
    text = request.GET.get("q", "").strip()[:100]
    by, value = request.GET.get("by", ""), request.GET.get("value", "")[:100]
    context = {
        "q": text,
        "by": by,
        "value": value,
        "navigation": catalog.navigation(),
        "ways": request.GET.get("ways", ""),
    }
    if text:
        found = [hit.card for hit in search_items(text, FOUND)]
        return page(request, "portal/items_found.html", {**context, "cards": found}, tab="matters")
    if by == "hot":
        hot = catalog.hot_items(
            value if value in Side.values else Side.PERSON.value, PAGE, today=now().astimezone(ZONE).date()
        )
        context |= {
            "cards": [one.card for one in hot],
            "following": "",
            "title": title_of(by, value, language_of(request)),
        }
        return page(request, "portal/items_list.html", context, tab="matters")
    if by:
        listed = catalog.browse(by, value, request.GET.get("after", ""), PAGE)  # type: ignore[arg-type]
        following = f"{reverse('portal:items')}?{_next(request, listed.next_cursor)}" if listed.next_cursor else ""
        context |= {"cards": listed.rows, "following": following, "title": title_of(by, value, language_of(request))}
        return page(request, "portal/items_list.html", context, tab="matters")
    return page(request, "portal/items.html", {**context, "sections": section_links()}, tab="matters")


def section_links() -> list[tuple[str, str]]:
    """Return title and address of the sections that the installation shows, without those that hold nothing (BJP-8)."""
    navigation, here = catalog.navigation(), reverse("portal:items")
    empty = {("online", "filing"): not navigation.fileable, ("online", "booking"): not navigation.bookable}
    found = []
    for one in navigation.sections:
        lists = one.value or one.by in ("all", "hot")
        address = f"{here}?{urlencode({'by': one.by, 'value': one.value})}" if lists else f"{here}#{one.by}"
        if not empty.get((one.by, one.value)):
            found.append((one.title, address))
    return found


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
    if by == "hot":
        return say(language, "企业热门事项" if value == Side.ENTERPRISE else "个人热门事项")
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
    notice = catalog.one_time_notice(found.id)
    context = {
        "item": found,
        "guide": found.guide,
        "key_facts": key_facts(found),
        "missing": missing_parts(found, notice.missing if notice else ()),
        "offered": [one for one in ("consult", "guide", "assist", "agency") if one in offered],
        "places": catalog.handling_places(found.id),
        "entries": knowledge.entries_of_item(found.id, limit=QUESTIONS),
        "modes": [str(ServiceMode(mode).label) for mode in found.modes],
        "open": found.state == "published",
        "department": place(found.department_id),
    }
    return page(request, "portal/item.html", context, tab="matters")


def key_facts(item: ItemDetail) -> list[tuple[str, str]]:
    """Return what people look for first, as far as the guide says it."""
    guide = item.guide
    online = (
        "可申报"
        if guide.online_filing
        else "可预约"
        if guide.online_booking
        else "暂未开通"
        if guide.online_filing is False
        else ""
    )
    facts = [
        ("办结时限", item.promised_limit or item.statutory_limit),
        ("收费", "" if guide.charged is None else "收费" if guide.charged else "不收费"),
        ("到现场", "" if guide.visits is None else VISITS.format(guide.visits)),
        ("网上办理", online),
    ]
    return [(label, text) for label, text in facts if text]


def missing_parts(item: ItemDetail, notice: tuple[str, ...]) -> list[str]:
    """Return which parts the guide leaves open, so that the page says so once instead of showing empty cards."""
    return [*notice, *([] if item.guide.legal_basis else ["设定依据"])]


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
