"""A report as a file: the one that was released, checked by its digest, or a draft made on the spot and marked so."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bangban.foundation.access.actors import Actor
from bangban.foundation.documents import fetch, paper_docx, paper_pdf
from bangban.oversight.reports.papers import paper_of
from bangban.oversight.reports.reads.one import opened

PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DRAFT = "（草稿，未签发）"


@dataclass(frozen=True)
class Document:
    """A file to download."""

    name: str
    media_type: str
    content: bytes


def document(actor: Actor, number: str, form: str) -> Document:
    """Return a report as "pdf" or "docx".

    Raises NotYours for strangers, FontsMissing where a draft cannot be made, DocumentLost for a damaged store.
    """
    row, _ = opened(actor, number)
    digest = row.pdf_digest if form == "pdf" else row.word_digest
    if digest:
        return Document(f"{row.title}.{form}", PDF if form == "pdf" else WORD, fetch(digest))
    paper = paper_of(row)
    draft = replace(paper, subtitle=DRAFT, footer=f"{paper.footer} {DRAFT}")
    content = paper_pdf(draft) if form == "pdf" else paper_docx(draft)
    return Document(f"{row.title}{DRAFT}.{form}", PDF if form == "pdf" else WORD, content)
