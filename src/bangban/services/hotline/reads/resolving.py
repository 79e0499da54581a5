"""How much was settled in the first contact, how far with the knowledge base, and what was asked and looked up.

GB33358-5.2.1.1, 4.3.2-b, 5.1.1.1, 5.1.1.4, F3.21.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, TextChoices

from bangban.services.hotline.models import KnowledgeUse, WorkOrder
from bangban.services.hotline.terms import AnswerSource, ConsultationKind, Kind

Counted = tuple[tuple[str, int], ...]
"""Labels with how many orders each has, in the order of the codes; what was not filled in comes last."""
NOT_SAID = "未填写"


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
    rows = _taken(center_id, since, until)
    found = rows.aggregate(resolved=Count("id", filter=Q(direct=True)), all=Count("id"))
    return FirstContact(found["resolved"], found["all"])


def _taken(center_id: int, since: datetime, until: datetime) -> QuerySet[WorkOrder]:
    rows = WorkOrder.objects.filter(center_id=center_id, registered_at__gte=since, registered_at__lt=until)
    return rows.exclude(state__in=["merged", "withdrawn"])


@dataclass(frozen=True)
class KnowledgeRate:
    """How many of an agent's directly answered orders cite an entry of the knowledge base."""

    staff_id: int
    agent_number: str
    name: str
    used: int
    all: int


def knowledge_rates(center_id: int, since: datetime, until: datetime) -> tuple[KnowledgeRate, ...]:
    """Return the use of knowledge by agent among a hotline's orders answered directly in a span. One query."""
    rows = WorkOrder.objects.filter(
        center_id=center_id, direct=True, completed_at__gte=since, completed_at__lt=until, agent__isnull=False
    )
    cited = rows.annotate(cited=Exists(KnowledgeUse.objects.filter(order=OuterRef("pk"))))
    found = cited.values_list("agent_id", "agent_number", "agent__name").annotate(
        used=Count("id", filter=Q(cited=True)), all=Count("id")
    )
    return tuple(KnowledgeRate(*row) for row in found.order_by("agent_number", "agent_id"))


def consultations(center_id: int, since: datetime, until: datetime) -> Counted:
    """Return how many consultations asked about laws, regulations, rules and policies (GB33358-5.1.1.1). One query."""
    return _by(_taken(center_id, since, until).filter(kind=Kind.CONSULTATION), "consultation_kind", ConsultationKind)


def query_sources(center_id: int, since: datetime, until: datetime) -> Counted:
    """Return from where queries of public information were answered on line (GB33358-5.1.1.4). One query."""
    return _by(_taken(center_id, since, until).filter(kind=Kind.QUERY, direct=True), "answer_source", AnswerSource)


def _by(rows: QuerySet[WorkOrder], field: str, codes: type[TextChoices]) -> Counted:
    found = dict(rows.values_list(field).annotate(Count("id")))
    counted = [(str(one.label), found.get(one.value, 0)) for one in codes]
    return (*counted, *([(NOT_SAID, found[""])] if "" in found else []))
