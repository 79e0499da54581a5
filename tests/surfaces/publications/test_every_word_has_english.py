"""The citizen's pages of this package have English for every fixed piece."""

from __future__ import annotations

import ast
from pathlib import Path

from jinja2 import Environment

from bangban.services.publications.terms import Kind
from bangban.surfaces import publications
from bangban.surfaces.portal.language import CHINESE, pieces, say, table

FOLDER = Path(publications.__file__).parent
FOR_OTHERS = ("desk_", "hall_")
RECORDED = {"网站"}


def test_every_piece_of_the_citizens_templates_has_english() -> None:
    missing = []
    for path in sorted((FOLDER / "templates" / "publications").glob("*.html")):
        if path.name.startswith(FOR_OTHERS):
            continue
        for _, kind, value in Environment(trim_blocks=True, lstrip_blocks=True).lex(path.read_text("utf-8")):
            words = value[1:-1] if kind == "string" else value
            if kind in ("data", "string") and CHINESE.search(words) and words not in table():
                missing += [f"{path.name}: {piece}" for piece in pieces(words) if piece not in table()]
    assert missing == []


def test_every_sentence_of_the_citizens_views_has_english() -> None:
    texts = [
        node.value
        for node in ast.walk(ast.parse((FOLDER / "portal.py").read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CHINESE.search(node.value)
    ]
    assert [text for text in texts if text not in table() and text not in RECORDED] == []
    assert [str(kind.label) for kind in Kind if CHINESE.search(say("en", str(kind.label)))] == []
