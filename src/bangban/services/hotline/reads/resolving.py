"""How much was settled in the first contact (GB33358-5.2.1.1, F3.21)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from bangban.services.hotline.models import WorkOrder


@dataclass(frozen=True)
class FirstContact:
    """Orders that were answered directly, of all that were registered; merged and withdrawn ones count in neither."""

    resolved: int
    all: int

    @property
    def percent(self) -> float | None:
        """Return the first-contact resolution rate 首呼解决率; None when there is nothing to divide."""
        return self.resolved * 100 / self.all if self.all else None


def first_contact(since: datetime, until: datetime, center_id: int | None = None) -> FirstContact:
    """Return the figures of the orders registered from `since` to before `until`, of one hotline or all. One query."""
    rows = WorkOrder.objects.filter(registered_at__gte=since, registered_at__lt=until).exclude(
        state__in=["merged", "withdrawn"]
    )
    if center_id is not None:
        rows = rows.filter(center_id=center_id)
    found = rows.aggregate(resolved=Count("id", filter=Q(direct=True)), all=Count("id"))
    return FirstContact(found["resolved"], found["all"])
