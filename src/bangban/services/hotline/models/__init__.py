"""Tables of the hotline order."""

from bangban.services.hotline.models.aside import AsideMessage
from bangban.services.hotline.models.caller_notes import CallerChange, CallerMerge, NuisanceMark
from bangban.services.hotline.models.callers import Caller, CallerPhone
from bangban.services.hotline.models.catalogue import Category, DispatchRule, Undertaker, VisitPolicy
from bangban.services.hotline.models.changes import CatalogueChange
from bangban.services.hotline.models.filing import ArchiveSeries, Reopening
from bangban.services.hotline.models.handling import Assignment, EmergencyReport, Extension, Reply, ThreeParty
from bangban.services.hotline.models.intake import IntakeMessage, KnowledgeUse
from bangban.services.hotline.models.orders import WorkOrder
from bangban.services.hotline.models.visits import Visit, VisitAttempt

__all__ = [
    "ArchiveSeries", "AsideMessage", "Assignment", "Caller", "CallerChange", "CallerMerge", "CallerPhone", "CatalogueChange",
    "Category", "DispatchRule", "EmergencyReport", "Extension", "IntakeMessage", "KnowledgeUse", "NuisanceMark",
    "Reopening", "Reply", "ThreeParty", "Undertaker", "Visit", "VisitAttempt", "VisitPolicy", "WorkOrder",
]  # fmt: skip
