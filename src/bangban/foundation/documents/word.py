"""A paper as a Word document that the receiving office can edit: its own fonts by name, headers that repeat, page numbers."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from bangban.foundation.clocks.moment import now
from bangban.foundation.documents.paper import (
    NUMERALS,
    Chapter,
    Column,
    Drawing,
    Facts,
    Paper,
    Prose,
    Section,
    Table,
)  # fmt: skip
from bangban.foundation.documents.papers import TEXT_WIDTH, chart_png

# The fonts that official papers are written with; every office computer here has them.
TITLE, HEADING, SUBHEADING, BODY, LATIN = "宋体", "黑体", "楷体", "仿宋", "Times New Roman"
INK, RED, FAINT = RGBColor(0x13, 0x24, 0x2B), RGBColor(0xA8, 0x23, 0x1C), RGBColor(0x58, 0x6A, 0x72)
MARGINS = (28, 26, 27, 25)


@dataclass(frozen=True)
class Look:
    """How a line is set; sizes and distances in points."""

    font: str = BODY
    size: float = 14
    bold: bool = False
    colour: RGBColor = INK
    centred: bool = False
    indent: bool = False
    before: float = 0
    after: float = 0
    keep: bool = False
    style: str = "Normal"


ISSUER = Look(HEADING, 16, colour=RED, centred=True, after=10)
HEADLINE = Look(TITLE, 22, bold=True, centred=True, after=6, style="Title")
SUBTITLE = Look(SUBHEADING, 14, centred=True, after=4)
REFERENCE = Look(size=10.5, colour=FAINT, after=6)
CHAPTER = Look(HEADING, 16, before=12, after=6, style="Heading 1")
SECTION = Look(SUBHEADING, 14, bold=True, before=8, after=4, style="Heading 2")
PROSE = Look(indent=True, after=4)
CAPTION = Look(HEADING, 12, centred=True, before=8, after=4, keep=True)
NOTE = Look(size=9, colour=FAINT, before=2, after=6)
BELOW = Look(size=10.5, colour=FAINT, centred=True, after=8)
CLOSING = Look(before=6)


def paper_docx(paper: Paper) -> bytes:
    """Return a paper as .docx; raises FontsMissing where charts cannot be drawn."""
    writing = _Writing(paper)
    for block in paper.blocks:
        writing.add(block)
    return writing.finish()


class _Writing:
    """One document while it is written."""

    def __init__(self, paper: Paper) -> None:
        self.paper, self.document, self.chapters = paper, docx.Document(), 0
        self._sheet()
        if paper.issuer:
            self._line(paper.issuer, ISSUER)
        self._line(paper.title, HEADLINE)
        if paper.subtitle:
            self._line(paper.subtitle, SUBTITLE)
        if paper.reference:
            line = self._line(f"编号：{paper.reference}", REFERENCE)
            line.alignment = WD_ALIGN_PARAGRAPH.RIGHT

    def _sheet(self) -> None:
        page = self.document.sections[0]
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = (Mm(one) for one in MARGINS)
        _font(self.document.styles["Normal"], BODY, 14)
        foot = page.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _typed(foot.add_run("— "), BODY, 10.5)
        _field(foot, "PAGE")
        _typed(foot.add_run(f" —　{self.paper.footer}" if self.paper.footer else " —"), BODY, 10.5)
        said = self.document.core_properties
        said.title, said.author, said.language = self.paper.title, self.paper.issuer, "zh-CN"
        said.created = said.modified = now().replace(tzinfo=None)

    def add(self, block: object) -> None:
        """Write one block."""
        match block:
            case Chapter(text):
                self.chapters += 1
                said = f"{NUMERALS[self.chapters - 1]}、{text}"
                self._line(said, CHAPTER)
            case Section(text):
                self._line(text, SECTION)
            case Prose(text):
                self._line(text, PROSE)
            case Facts(pairs):
                self._table(
                    (), [[one for pair in pairs[row : row + 2] for one in pair] for row in range(0, len(pairs), 2)]
                )
            case Table() if not block.rows:
                self._line(f"{block.caption}：{block.empty}" if block.caption else block.empty, PROSE)
            case Table():
                if block.caption:
                    self._line(block.caption, CAPTION)
                self._table(block.columns, [[cell.text for cell in row] for row in block.rows])
                self._line(block.note, NOTE)
            case Drawing(chart, caption):
                held = self.document.add_paragraph()
                held.alignment = WD_ALIGN_PARAGRAPH.CENTER
                held.paragraph_format.keep_with_next = bool(caption)
                shape = held.add_run().add_picture(io.BytesIO(chart_png(chart)), width=Mm(TEXT_WIDTH))
                shape._inline.docPr.set("descr", chart.words)
                if caption:
                    self._line(caption, BELOW)

    def _line(self, text: str, look: Look) -> Any:
        line = self.document.add_paragraph(style=look.style)
        shape = line.paragraph_format
        shape.space_before, shape.space_after, shape.line_spacing = Pt(look.before), Pt(look.after), 1.35
        shape.keep_with_next = look.keep or look.style.startswith("Heading") or None
        shape.first_line_indent = Pt(look.size * 2) if look.indent else None
        if look.centred:
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if look.style == "Title":
            _without_border(line)
        _typed(line.add_run(text), look.font, look.size, bold=look.bold, colour=look.colour)
        return line

    def _table(self, columns: tuple[Column, ...], rows: list[list[str]]) -> None:
        width = len(columns) or max(len(row) for row in rows)
        table = self.document.add_table(rows=0, cols=width, style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        if columns:
            head = table.add_row()
            _repeat(head)
            self._cells(head.cells, [column.label for column in columns], columns, bold=True)
        for row in rows:
            self._cells(table.add_row().cells, row, columns)
        weights = [column.weight for column in columns] or [1.0 if place % 2 == 0 else 2.0 for place in range(width)]
        for place, weight in enumerate(weights):
            for cell in table.columns[place].cells:
                cell.width = Mm(TEXT_WIDTH * weight / sum(weights))

    def _cells(
        self, cells: Iterable[Any], texts: list[str], columns: tuple[Column, ...], *, bold: bool = False
    ) -> None:
        for place, (cell, text) in enumerate(zip(cells, texts, strict=False)):
            label = bold or (not columns and place % 2 == 0)
            line = cell.paragraphs[0]
            if columns and columns[place].number:
                line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            _typed(line.add_run(text), HEADING if label else BODY, 10.5)
            if label:
                _shade(cell)

    def finish(self) -> bytes:
        """Write the last lines and return the file."""
        for text in self.paper.closing:
            line = self._line(text, CLOSING)
            line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        file = io.BytesIO()
        self.document.save(file)
        return file.getvalue()


def _font(style: Any, font: str, size: float) -> None:
    style.font.name, style.font.size = LATIN, Pt(size)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _typed(run: Any, font: str, size: float, *, bold: bool = False, colour: RGBColor = INK) -> None:
    """Set both fonts of a run: without `eastAsia` Word shows Chinese in the theme's font."""
    run.font.name, run.font.size, run.font.bold, run.font.italic = LATIN, Pt(size), bold, False
    run.font.color.rgb = colour
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _field(line: Any, name: str) -> None:
    """Add a field such as the page number, which Word fills in."""
    for kind, text in (("begin", ""), ("", name), ("end", "")):
        run = line.add_run()
        _typed(run, BODY, 10.5)
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._element.append(part)


def _repeat(row: Any) -> None:
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _shade(cell: Any) -> None:
    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:fill"), "EEF2F4")
    cell._tc.get_or_add_tcPr().append(shading)


def _without_border(line: Any) -> None:
    """Word's own title has a blue rule below, which an official paper has not."""
    border = OxmlElement("w:pBdr")
    line._element.get_or_add_pPr().append(border)
