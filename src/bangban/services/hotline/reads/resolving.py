"""How much was settled in the first contact, and how far with the knowledge base (GB33358-5.2.1.1, 4.3.2-b, F3.21)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q

from bangban.services.hotline.models import KnowledgeUse, WorkOrder


@dataclass(frozen=True)
class FirstContact:
    """Orders that were answered directly, of all that were registered; merged and withdrawn ones count in neither."""

    resolved: int
    all: int

    @property
    def percent(self) -> float | None:
        """Return the first-contact resolution rate 首呼解决率; None when there is nothing to divide."""
        return self.resolved * 100 / self.all if self.all else None


def first_contact(center_id: int, since: datetime, until: datetime) -> FirstContact:
    """Return the figures of a hotline's orders registered from `since` to before `until`. One query."""
    rows = WorkOrder.objects.filter(center_id=center_id, registered_at__gte=since, registered_at__lt=until).exclude(
        state__in=["merged", "withdrawn"]
    )
    found = rows.aggregate(resolved=Count("id", filter=Q(direct=True)), all=Count("id"))
    return FirstContact(found["resolved"], found["all"])


@dataclass(frozen=True)
class KnowledgeRate:
    """How many of an agent's directly answered orders cite an entry of the knowledge base."""

    staff_id: int
    agent_number: str
    used: int
    all: int


def knowledge_rates(center_id: int, since: datetime, until: datetime) -> tuple[KnowledgeRate, ...]:
    """Return the use of knowledge by agent among a hotline's orders answered directly in a span. One query."""
    rows = WorkOrder.objects.filter(
        center_id=center_id, direct=True, completed_at__gte=since, completed_at__lt=until, agent__isnull=False
    )
    cited = rows.annotate(cited=Exists(KnowledgeUse.objects.filter(order=OuterRef("pk"))))
    found = cited.values_list("agent_id", "agent_number").annotate(
        used=Count("id", filter=Q(cited=True)), all=Count("id")
    )
    return tuple(KnowledgeRate(*row) for row in found.order_by("agent_number", "agent_id"))
