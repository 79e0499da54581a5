"""Pages of plain information: help, personal information, accessibility."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from bangban.surfaces.portal.pages import page
from bangban.surfaces.portal.staffed import staffed
from bangban.surfaces.portal.visitors import language_of


@require_safe
def help_(request: HttpRequest) -> HttpResponse:
    """Say how the service works and whom to call."""
    return page(request, "portal/help.html", {"staffed": staffed().sentence(language_of(request))})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Say which personal information is used for what, how long, and how to see or remove it (F8.10, F8.12)."""
    return page(request, "portal/privacy.html", {})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say what is done for people who see, hear, move or read with difficulty (F9)."""
    return page(request, "portal/accessibility.html", {})
