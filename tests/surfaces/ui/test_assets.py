"""Styles and scripts: our own origin only, nothing that the policy stops, every import resolves."""

from __future__ import annotations

import re

import pytest

from bangban.surfaces.ui.gallery import STATIC, TEMPLATES

CSS = sorted((STATIC / "ui/css").glob("*.css"))
JS = sorted((STATIC / "ui/js").glob("*.js"))
OWN = [*CSS, *JS, *TEMPLATES.rglob("*.html")]


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_no_file_names_another_origin(path) -> None:  # type: ignore[no-untyped-def]
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/", "")
    assert not re.search(r"https?://|@import|[\"'(]//\w", text)


@pytest.mark.parametrize("path", JS, ids=lambda path: path.name)
def test_scripts_neither_evaluate_text_nor_import_what_is_not_there(path) -> None:  # type: ignore[no-untyped-def]
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\beval\(|new Function|document\.write|setTimeout\(\s*[\"'`]", text)
    for name in re.findall(r'from "\./([\w-]+\.js)"', text):
        assert (path.parent / name).exists(), name


@pytest.mark.parametrize("path", CSS, ids=lambda path: path.name)
def test_every_style_lives_in_a_layer_and_uses_only_known_tokens(path) -> None:  # type: ignore[no-untyped-def]
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert text.count("{") == text.count("}")
    outside = re.sub(r"@layer [\w, ]+;", "", text)
    depth = 0
    for line in outside.splitlines():
        if depth == 0 and line.strip():
            assert line.startswith("@layer "), line
        depth += line.count("{") - line.count("}")
    known = set(re.findall(r"(--[\w-]+):", (STATIC / "ui/css/tokens.css").read_text(encoding="utf-8")))
    assert set(re.findall(r"var\((--[\w-]+)", text)) <= known


def test_colours_are_written_in_the_tokens_only() -> None:
    for path in CSS:
        if path.name in {"tokens.css", "print.css"}:
            continue
        assert not re.search(r":[^;]*#[0-9a-f]{3,8}\b", path.read_text(encoding="utf-8")), path.name


def test_pages_load_few_and_small_files() -> None:
    assert sum(path.stat().st_size for path in CSS) < 110_000
    assert sum(path.stat().st_size for path in JS) < 70_000


def test_every_word_a_portal_script_says_has_its_english() -> None:
    known = set(re.findall(r'^  "([^"]+)":', (STATIC / "ui/js/words.js").read_text(encoding="utf-8"), re.MULTILINE))
    for path in JS:
        if path.name in {"words.js", "keys.js"}:
            continue
        code = "\n".join(line.split("// ")[0] for line in path.read_text(encoding="utf-8").splitlines())
        said = set(re.findall(r'["`]([^"`\n]*[\u4e00-\u9fff][^"`\n]*)["`]', code))
        assert said <= known, path.name
