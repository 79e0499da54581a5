"""Addresses of the API."""

from __future__ import annotations

from itertools import groupby

from django.urls import URLPattern, path, re_path

from bangban.surfaces.api.endpoint import operation
from bangban.surfaces.api.openapi import document_view
from bangban.surfaces.api.routes import ROUTES
from bangban.surfaces.api.views.unknown import unknown


def _patterns() -> list[URLPattern]:
    found = []
    for address, routes in groupby(sorted(ROUTES, key=lambda route: route.path), key=lambda route: route.path):
        pattern = address.lstrip("/").replace("{", "<str:").replace("}", ">")
        found.append(path(pattern, operation({route.method: route for route in routes}), name=f"api:{address}"))
    return found


urlpatterns = [
    *_patterns(),
    path("openapi.json", document_view, name="api:openapi"),
    re_path("^.*$", unknown, name="api:unknown"),
]
