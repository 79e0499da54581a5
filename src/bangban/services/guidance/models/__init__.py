"""Everything that guidance keeps beside a case."""

from bangban.services.guidance.models.checks import CheckList, Correction, Finding
from bangban.services.guidance.models.entries import Entry, EntryVisit
from bangban.services.guidance.models.forms import Draft, DraftField, FieldChange, ItemForm, Suggestion
from bangban.services.guidance.models.materials import MaterialList, Need

__all__ = [
    "CheckList",
    "Correction",
    "Draft",
    "DraftField",
    "Entry",
    "EntryVisit",
    "FieldChange",
    "Finding",
    "ItemForm",
    "MaterialList",
    "Need",
    "Suggestion",
]
