"""Finds every piece of fixed Chinese that the portal can show, for the test that each has its English."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment

from bangban.surfaces import portal, ui, web
from bangban.surfaces.portal.language import CHINESE, pieces, table

PORTAL = Path(portal.__file__).parent
COMPONENTS = Path(ui.__file__).parent / "templates" / "ui"
GUIDANCE = Path(web.__file__).parent / "templates" / "guidance"
FOR_STAFF = ("base_desk", "desk_", "_desk_")
# Chinese by nature: weekday letters, parts of Chinese dates, and marks that are looked for in ready sentences.
NOT_SHOWN = {
    "一二三四五六日", "年", "月", "日", "标准答复：", "今天", "昨天", "明天", "（周", "）", "周", 
    "希望联系方式：", "希望联系时间：", "\n（", "服务清单.csv", "\n来源：",
}  # fmt: skip


def in_templates() -> Iterator[tuple[str, str]]:
    """Yield (file, piece) for the text and the quoted words of all templates that citizens see."""
    lexer = Environment(trim_blocks=True, lstrip_blocks=True)
    folders = [*PORTAL.glob("templates/portal/*.html"), *COMPONENTS.glob("*.html"), *GUIDANCE.glob("*.html")]
    for path in sorted(one for one in folders if not one.name.startswith(FOR_STAFF)):
        for _, kind, value in lexer.lex(path.read_text(encoding="utf-8")):
            if kind == "data":
                yield from ((path.name, piece) for piece in pieces(value))
            elif kind == "string" and CHINESE.search(value):
                words = value[1:-1]
                yield from ((path.name, piece) for piece in ([words] if words in table() else pieces(words)))


def in_code() -> Iterator[tuple[str, str]]:
    """Yield (file, piece) for the strings of the portal's own modules, without docstrings."""
    for path in sorted(PORTAL.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        documentation = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            text = node.value if isinstance(node, ast.Constant) and id(node) not in documentation else None
            if isinstance(text, str) and CHINESE.search(text) and text not in NOT_SHOWN:
                yield path.name, text
