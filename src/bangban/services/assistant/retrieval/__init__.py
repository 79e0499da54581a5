"""Finding the entry that answers a question: one interface (`Retriever`), one engine (`Index`)."""

from bangban.services.assistant.retrieval.index import Index
from bangban.services.assistant.retrieval.passage import Accept, Hit, Kind, Passage, Retriever

__all__ = ["Accept", "Hit", "Index", "Kind", "Passage", "Retriever"]
