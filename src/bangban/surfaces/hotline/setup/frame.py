"""What the pages of the set-up share: who may keep it, the ways between them, reading a form."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from bangban.foundation.flows.flow import FlowError
from bangban.surfaces.desk import pages
from bangban.surfaces.web.errors import status_of
from bangban.surfaces.web.given import posted

KEEPS = ("orders.manage",)


def tabs(current: str) -> list[dict[str, Any]]:
    """Return the ways between the four pages."""
    ways = {
        "setup": "诉求分类", "setup_dispatch": "派单目录", "setup_undertakers": "承办单位", "setup_visits": "回访比例",
    }  # fmt: skip
    return [
        {"label": label, "url": reverse(f"calls:{view}"), "current": view == current} for view, label in ways.items()
    ]


def page(
    request: HttpRequest, template: str, current: str, context: dict[str, Any], error: FlowError | None = None
) -> HttpResponse:
    """Answer one of the pages with the ways between them, and with what was wrong."""
    context = {
        "tabs": tabs(current),
        "error": error.sentence if error else "",
        "problems": error.details.get("fields", {}) if error else {},
        **context,
    }
    return pages.page(request, template, context, current="setup", status=status_of(error) if error else 200)


def typed_of(request: HttpRequest) -> dict[str, str]:
    """Return what was typed into a form, cut to what any field takes."""
    return posted(request, 4000)
