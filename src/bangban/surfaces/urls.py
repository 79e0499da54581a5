"""All addresses of the house."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
handler400 = "bangban.surfaces.web.errors.bad_request"
handler403 = "bangban.surfaces.web.errors.forbidden"
handler404 = "bangban.surfaces.web.errors.not_found"
handler500 = "bangban.surfaces.web.errors.server_error"
