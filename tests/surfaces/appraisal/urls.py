"""All addresses, with those of appraisal among them."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from bangban.surfaces.urls import handler400, handler403, handler404, handler500
from bangban.surfaces.urls import urlpatterns as house

__all__ = ["handler400", "handler403", "handler404", "handler500"]
urlpatterns: list[URLPattern | URLResolver] = [path("", include("bangban.surfaces.appraisal.urls")), *house]
