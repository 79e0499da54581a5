"""The frame of a citizen's page: links, mode, language, who is signed in."""

from __future__ import annotations

import time
from typing import TypedDict, Unpack

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse

from bangban.foundation.clocks.moment import now
from bangban.foundation.privacy.masking import mask_name
from bangban.registry.org.models import Region
from bangban.registry.org.reads import front_door
from bangban.surfaces.portal import times
from bangban.surfaces.portal.language import say
from bangban.surfaces.portal.staffed import hours_text
from bangban.surfaces.portal.visitors import language_of, mode_of, size_of, visitor
from bangban.surfaces.ui.shell import PortalLinks, PortalShell, PortalTab

KEEP_SECONDS = 60
_city: tuple[float, str, str] | None = None


def forget() -> None:
    """Drop the remembered name of the city."""
    global _city
    _city = None


def city() -> tuple[str, str]:
    """Return the name of the city and of the centre behind the portal; empty before the organisation is imported."""
    global _city
    if _city is None or _city[0] < time.monotonic():
        _city = (time.monotonic() + KEEP_SECONDS, *_look_up())
    return _city[1], _city[2]


def _look_up() -> tuple[str, str]:
    try:
        door = front_door()
    except LookupError:
        return "", ""
    name = Region.objects.filter(code=door.region).values_list("name", flat=True).first()
    return name or "", door.name


def links(*, with_human: bool = True) -> PortalLinks:
    """Return the addresses of the frame; where a person already serves there is no way to ask for one."""
    return PortalLinks(
        home=reverse("portal:home"),
        ask=reverse("portal:ask"),
        matters=reverse("portal:items"),
        mine=reverse("portal:mine"),
        sign_in=reverse("portal:signin"),
        sign_out=reverse("portal:signout"),
        mode=reverse("portal:mode"),
        language=reverse("portal:language"),
        human=reverse("portal:human") if with_human else "",
        accessibility=reverse("portal:accessibility"),
        privacy=reverse("portal:privacy"),
        complaint=reverse("portal:help") + "#complaint",
        appraisals=reverse("portal:appraisals"),
    )


class FrameOptions(TypedDict, total=False):
    """What a page may say about its frame; `path` is where its switches lead back to, when not to the page itself."""

    tab: PortalTab
    topics: tuple[str, ...]
    after: int | str
    unread: int
    with_human: bool
    path: str


def shell(request: HttpRequest, **options: Unpack[FrameOptions]) -> PortalShell:
    """Build the frame of one page."""
    language, actor = language_of(request), visitor(request)
    name, centre = city()
    return PortalShell(
        # Titles put the service right behind the city; English words need a blank between them.
        city=(name or say(language, "政务服务")) + (" " if language == "en" else ""),
        service=say(language, "政务服务帮办"),
        links=links(with_human=options.get("with_human", True)),
        csrf=get_token(request),
        path=options.get("path") or (request.get_full_path() if request.method == "GET" else request.path),
        mode=mode_of(request),
        size=size_of(request),
        language=language,
        tab=options.get("tab", ""),
        user=(mask_name(actor.name) or say(language, "已登录")) if actor.account_id else "",
        unread=options.get("unread", 0),
        human_hours=hours_text(language),
        now=times.iso(now()),
        live_topics=options.get("topics", ()),
        live_after=options.get("after", ""),
        organiser=say(language, "主办：{}", centre) if centre else "",
    )
