"""A paper as PDF, and its charts as pictures."""

from __future__ import annotations

from typing import Any

from bangban.foundation.documents.charts import Chart
from bangban.foundation.documents.paper import Block, Chapter, Drawing, Facts, Paper, Prose, Section, Table
from bangban.foundation.documents.rendering import render_pdf, render_png

FOLDER = "foundation/documents/typst"
# In millimetres: the width of the text on an A4 sheet with our margins.
TEXT_WIDTH = 158


def paper_pdf(paper: Paper) -> bytes:
    """Return a paper as PDF/A-2b; raises FontsMissing."""
    data = {
        "title": paper.title,
        "issuer": paper.issuer,
        "subtitle": paper.subtitle,
        "reference": paper.reference,
        "footer": paper.footer,
        "closing": list(paper.closing),
        "blocks": [_plain(block) for block in paper.blocks],
    }
    return render_pdf(f"{FOLDER}/paper.typ", data)


def chart_png(chart: Chart) -> bytes:
    """Return a chart as a picture of the text's width, sharp enough for print."""
    (page,) = render_png(f"{FOLDER}/drawing.typ", {"svg": chart.svg(), "width": TEXT_WIDTH}, dots=200)
    return page


def _plain(block: Block) -> dict[str, Any]:
    match block:
        case Chapter(text):
            return {"kind": "chapter", "text": text}
        case Section(text):
            return {"kind": "section", "text": text}
        case Prose(text):
            return {"kind": "prose", "text": text}
        case Facts(pairs):
            return {"kind": "facts", "pairs": [list(pair) for pair in pairs]}
        case Table() if not block.rows:
            return {"kind": "prose", "text": f"{block.caption}：{block.empty}" if block.caption else block.empty}
        case Table():
            return {
                "kind": "table",
                "labels": [column.label for column in block.columns],
                "kinds": ["number" if column.number else "text" for column in block.columns],
                "weights": [column.weight for column in block.columns],
                "rows": [[cell.text for cell in row] for row in block.rows],
                "caption": block.caption,
                "note": block.note,
            }
        case Drawing(chart, caption):
            return {"kind": "drawing", "svg": chart.svg(), "alt": chart.words, "caption": caption}
