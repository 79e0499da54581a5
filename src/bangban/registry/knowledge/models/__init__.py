"""Tables of the knowledge base 知识库: entries and versions, feedback, candidates, wording, paths."""

from bangban.registry.knowledge.models.candidates import Candidate
from bangban.registry.knowledge.models.entries import PENDING, Entry, EntryVersion, Standing
from bangban.registry.knowledge.models.feedback import EntryUse, Feedback, ReadConfirmation
from bangban.registry.knowledge.models.wording import Path, Phrase

__all__ = [
    "PENDING",
    "Candidate",
    "Entry",
    "EntryUse",
    "EntryVersion",
    "Feedback",
    "Path",
    "Phrase",
    "ReadConfirmation",
    "Standing",
]
