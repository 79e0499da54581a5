"""What the pages of holdings share: the tabs, and the tones of states and dates."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.oversight.holdings.parties import manages

TONES = {
    "in_use": "success", "faulty": "danger", "retired": "closed", "现行": "success", "待施行": "waiting", "已失效": "warn",
    "已废止": "closed",
}  # fmt: skip
TABS = (
    ("desk", "设备登记", "holdings:desk", "holdings.view"),
    ("regulations", "内控制度", "holdings:regulations", "holdings.view"),
    ("site", "场所巡查", "patrols:desk", "patrols.view"),
    ("seats", "座席", "calls:seats", "orders.manage"),
)


def frame(actor: Actor, current: str) -> dict[str, Any]:
    """Return the tabs that this actor may open, and whether he keeps the books."""
    tabs = [
        {"label": label, "url": reverse(view), "current": code == current}
        for code, label, view, permission in TABS
        if may(actor, permission)
    ]
    return {"tabs": tabs, "manages": manages(actor, actor.unit_id), "tones": TONES, "today": business_date(now())}
