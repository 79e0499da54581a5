"""A paper is said once and stands the same in PDF and in Word."""

from __future__ import annotations

import io

import docx
import pytest
from docx.oxml.ns import qn

from bangban.foundation.documents import FontsMissing, TemplateBroken, paper_docx, paper_pdf, render_pdf, render_png
from bangban.foundation.documents import fonts as fonts_module
from bangban.foundation.documents.paper import Paper
from tests.foundation.documents.conftest import needs_fonts
from tests.foundation.documents.reading import page_count, pdf_text


@needs_fonts
def test_a_pdf_holds_every_block_as_text_and_numbers_its_chapters(paper: Paper) -> None:
    pdf = paper_pdf(paper)
    text = pdf_text(pdf)
    for words in (
        "广州市12345热线", "政务服务便民热线运行月报", "一、总体情况", "二、意见建议", "本月共受理群众诉求1,234件",
        "59,234", "本期没有超期。", "图3　诉求类型", "责任人：王统计", "编号：",
    ):  # fmt: skip
        assert words in text, words
    assert page_count(pdf) >= 3
    assert text.count("去年同期") == page_count(pdf) - 1, "the header row repeats on every page of the table"


@needs_fonts
def test_a_pdf_is_archival_and_the_same_at_the_same_moment(paper: Paper) -> None:
    pdf = paper_pdf(paper)
    assert b"pdfaid:part>2<" in pdf and b"pdfaid:conformance>B<" in pdf
    assert paper_pdf(paper) == pdf


@needs_fonts
def test_word_has_its_chinese_fonts_named_a_repeating_header_and_a_page_number(paper: Paper) -> None:
    made = docx.Document(io.BytesIO(paper_docx(paper)))
    lines = [line.text for line in made.paragraphs]
    assert "一、总体情况" in lines and "二、意见建议" in lines and "表2　超期单位：本期没有超期。" in lines
    chapter = next(line for line in made.paragraphs if line.text == "一、总体情况")
    assert chapter.runs[0]._element.rPr.rFonts.get(qn("w:eastAsia")) == "黑体"
    body = next(line for line in made.paragraphs if line.text.startswith("本月共受理"))
    assert body.runs[0]._element.rPr.rFonts.get(qn("w:eastAsia")) == "仿宋"
    facts, table = made.tables
    assert [cell.text for cell in facts.rows[0].cells] == ["统计周期", "11月1日至30日", "责任人", "王统计"]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert [cell.text for cell in table.rows[60].cells] == ["指标59", "59,234", "无"]
    assert "PAGE" in made.sections[0].footer._element.xml
    pictures = [shape._inline.docPr.get("descr") for shape in made.inline_shapes]
    assert len(pictures) == 3 and pictures[0] == "住房320件；交通211件"


@needs_fonts
def test_what_people_wrote_is_data_and_never_code(paper: Paper) -> None:
    wicked = '#read("/settings.py") *粗* $x$ <a> & "引号"'
    data = {"title": wicked, "issuer": "", "subtitle": "", "reference": "", "footer": "", "closing": [], "blocks": []}
    text = pdf_text(render_pdf("foundation/documents/typst/paper.typ", data)).replace("\n", "")
    assert text.startswith(wicked)


@needs_fonts
def test_a_template_without_its_data_is_an_error_that_names_it() -> None:
    with pytest.raises(TemplateBroken, match=r"paper\.typ"):
        render_pdf("foundation/documents/typst/paper.typ", {})
    assert render_png(
        "foundation/documents/typst/drawing.typ",
        {"svg": "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'/>", "width": 9},
    )


def test_without_fonts_the_refusal_says_what_to_run(paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    from bangban.foundation.documents import rendering

    monkeypatch.setattr(fonts_module, "FOLDER", fonts_module.FOLDER / "nowhere")
    rendering._compiler.cache_clear()
    with pytest.raises(FontsMissing) as refusal:
        paper_pdf(paper)
    assert "make frontend" in refusal.value.sentence
    rendering._compiler.cache_clear()
