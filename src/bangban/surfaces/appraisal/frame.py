"""What all pages of appraisal share: the tabs, reading forms, doing an action once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.flows.flow import FlowError, NotYours
from bangban.oversight.appraisal.parties import ACCEPTS, inspects, manages
from bangban.surfaces.desk import pages
from bangban.surfaces.desk.acting import once
from bangban.surfaces.web.errors import status_of

VIEW = "appraisal.view"
TONES = {
    "drafted": "waiting", "open": "active", "approved": "active", "published": "success", "done": "success",
    "held": "success", "cancelled": "closed", "kept": "success", "withdrawn": "closed",
}  # fmt: skip


def frame(actor: Actor, current: str) -> dict[str, Any]:
    """Return the tabs that this actor may open, and whether he manages or inspects."""
    center = actor.unit_id or 0
    manager, inspector = manages(actor, center), inspects(actor, center)
    house = may(actor, VIEW) and ACCEPTS not in actor.duties and "undertaker" not in actor.duties
    shown = {
        "desk": ("承办考核", True),
        "quality": ("质检抽查", manager or inspector),
        "evaluation": ("热线自评", house),
        "plans": ("改进计划", house or ACCEPTS in actor.duties),
        "surveys": ("评价导入", manager),
        "settings": ("考核办法", manager),
    }
    tabs = [
        {"label": label, "url": reverse(f"appraisal:{name}"), "current": name == current}
        for name, (label, may_open) in shown.items()
        if may_open
    ]
    return {"tabs": tabs, "manages": manager, "inspects": inspector, "tones": TONES}


def day_of(text: str) -> date | None:
    """Return a day that a form gave; None for none."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def whole(text: str) -> int:
    """Return a number that a form gave; -1 for none, which every rule refuses."""
    clean = text.strip()
    return int(clean) if clean.isascii() and clean.isdigit() and len(clean) <= 9 else -1


def posted(request: HttpRequest) -> dict[str, str]:
    """Return the fields of a form."""
    return {name: str(value) for name, value in request.POST.items()}


def act(
    request: HttpRequest,
    deed: str,
    work: Callable[[], object],
    again: Callable[[str, dict[str, str], int], HttpResponse],
    target: Callable[[], str],
) -> HttpResponse:
    """Do something once and go on; a refusal shows the page again with its sentence and what was typed."""
    actor = pages.desk_actor(request)
    try:
        once(actor, deed, posted(request).get("client_id", "")[:80], work)
    except NotYours:
        raise
    except FlowError as error:
        return again(error.sentence, error.details.get("fields") or {}, status_of(error))
    return pages.done(request, target())
