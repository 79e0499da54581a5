"""Official forms and papers as PDF and Word, with their charts, kept by digest.

`render_pdf` fills a room's own Typst template. A `Paper` is said once and becomes PDF, Word and a page on screen.
"""

from bangban.foundation.documents.fonts import MISSING, FontsMissing, ready
from bangban.foundation.documents.papers import paper_pdf
from bangban.foundation.documents.rendering import TemplateBroken, render_pdf, render_png
from bangban.foundation.documents.stored import DocumentLost, fetch, keep
from bangban.foundation.documents.word import paper_docx

__all__ = [
    "MISSING",
    "DocumentLost",
    "FontsMissing",
    "TemplateBroken",
    "fetch",
    "keep",
    "paper_docx",
    "paper_pdf",
    "ready",
    "render_pdf",
    "render_png",
]
