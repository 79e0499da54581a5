"""Tables of the hotline order."""

from bangban.services.hotline.models.callers import Caller, CallerPhone
from bangban.services.hotline.models.catalogue import Category, DispatchRule, Undertaker, VisitPolicy
from bangban.services.hotline.models.handling import Assignment, EmergencyReport, Extension, Reply, ThreeParty
from bangban.services.hotline.models.intake import IntakeMessage, KnowledgeUse
from bangban.services.hotline.models.orders import WorkOrder
from bangban.services.hotline.models.visits import Visit, VisitAttempt

__all__ = [
    "Assignment", "Caller", "CallerPhone", "Category", "DispatchRule", "EmergencyReport", "Extension", "IntakeMessage",
    "KnowledgeUse", "Reply", "ThreeParty", "Undertaker", "Visit", "VisitAttempt", "VisitPolicy", "WorkOrder",
]  # fmt: skip
