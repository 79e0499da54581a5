"""What a visitor chooses for the pages: large type and language, kept in the browser."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from bangban.surfaces.portal.pages import local, see
from bangban.surfaces.portal.visitors import LANGUAGE, MODE, YEAR


@require_POST
def mode(request: HttpRequest) -> HttpResponse:
    """Switch between the standard and the large-type version (F9.01) and stay on the page."""
    return _choose(request, MODE, request.POST.get("mode", ""), ("standard", "elder"))


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch between Chinese and English and stay on the page."""
    return _choose(request, LANGUAGE, request.POST.get("language", ""), ("zh", "en"))


def _choose(request: HttpRequest, name: str, value: str, allowed: tuple[str, ...]) -> HttpResponse:
    response = see(local(request, request.POST.get("next", ""), reverse("portal:home")))
    if value in allowed:
        response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=settings.HTTPS)
    return response
