"""What all pages of appraisal share: the tabs, reading forms, doing an action once."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.oversight.appraisal.parties import ACCEPTS, inspects, manages

VIEW = "appraisal.view"
TONES = {
    "counting": "active", "failed": "danger",
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
