"""The first page: one question, and every way into the services (BJP-1, T637-6.1.4-a)."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from bangban.foundation.clocks.moment import now
from bangban.registry.catalog import reads as catalog
from bangban.registry.catalog.terms import Side
from bangban.registry.catalog.views import HotItem, Navigation, ServiceListView
from bangban.registry.org.reads import tree
from bangban.services.cases.reads import my_cases
from bangban.surfaces.portal import times
from bangban.surfaces.portal.language import Language, say
from bangban.surfaces.portal.pages import page
from bangban.surfaces.portal.staffed import staffed
from bangban.surfaces.portal.visitors import language_of, visitor

HOT, WORDS, LATEST = 6, 4, 3


@dataclass(frozen=True)
class Entry:
    """One of the six sections, shown only when there is something behind it."""

    title: str
    text: str
    url: str
    icon: str


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the first page."""
    actor, language, today = visitor(request), language_of(request), times.ZONE
    hot = {side.value: catalog.hot_items(side.value, HOT, today=now().astimezone(today).date()) for side in Side}
    navigation, services = catalog.navigation(), catalog.service_list()
    mine = my_cases(actor, limit=LATEST).rows if actor.person_id or actor.tokens else ()
    context = {
        "staffed": staffed(look=True).sentence(language),
        "hot": hot,
        "hot_words": hot_words(hot),
        "navigation": navigation,
        "services": services,
        "sections": sections(navigation, services, language),
        "mine": mine,
    }
    return page(request, "portal/home.html", context, tab="home", unread=sum(row.unread for row in mine))


def hot_words(hot: dict[str, list[HotItem]]) -> list[str]:
    """Return the names most asked for on both sides, as words below the question."""
    ranked = sorted((one for side in hot.values() for one in side), key=lambda one: -one.count)
    return list(dict.fromkeys(one.card.name for one in ranked if len(one.card.name) <= 16))[:WORDS]


def sections(navigation: Navigation, services: ServiceListView | None, language: Language) -> list[Entry]:
    """Return those of the six sections of the portal that have content (BJP-1)."""
    items, online = reverse("portal:items"), navigation.fileable or navigation.bookable
    deep = "filing" if navigation.fileable else "booking"
    found = [
        Entry("公共服务", say(language, "办事指南 {} 项", navigation.guides), items, "book")
        if navigation.guides
        else None,
        Entry("公共查询", "办理进度、标准答案、办事网点", reverse("portal:find"), "search"),
        Entry("在线办事", online_text(navigation, language), f"{items}?by=online&value={deep}", "form")
        if online
        else None,
        Entry("便民服务", "各级网点的地址、电话和时间", reverse("portal:bodies"), "place") if tree().by_id else None,
        Entry("政务公开", "咨询导办帮办服务清单", reverse("portal:services"), "list") if services else None,
        Entry("数据统计", "事项和服务的公开数字", reverse("portal:figures"), "chart") if navigation.guides else None,
    ]
    return [Entry(say(language, one.title), say(language, one.text), one.url, one.icon) for one in found if one]


def online_text(navigation: Navigation, language: Language) -> str:
    """Say how many items can be done online, without what there is none of."""
    counted = {"可网上申报 {} 项": navigation.fileable, "可网上预约 {} 项": navigation.bookable}
    return say(language, "，").join(say(language, text, count) for text, count in counted.items() if count)
