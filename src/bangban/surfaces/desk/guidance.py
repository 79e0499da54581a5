"""The place for the guidance panel of a case: filled when the room of guided applications is installed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.apps import apps

from bangban.foundation.access.actors import Actor
from bangban.services.cases.reads import CaseView

ROOM = "bangban.services.guidance"
READS = import_module(f"{ROOM}.reads") if apps.is_installed(ROOM) else None


def panel(actor: Actor, view: CaseView) -> Any:
    """Return what `desk/guidance_panel.html` shows of a case in guidance or assistance; None when there is nothing."""
    if READS is None or view.stage not in ("guide", "assist") or not hasattr(READS, "desk_panel"):
        return None
    return READS.desk_panel(actor, view.number)
