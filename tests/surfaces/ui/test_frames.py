"""Both frames and all gallery pages: landmarks, a way past the frame, help in elder mode, nothing inline."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bangban.surfaces.ui.gallery import DESK, PORTAL, STATIC, environment, write_gallery
from bangban.surfaces.ui.shell import DeskShell, Mode, PortalShell
from tests.surfaces.ui.markup import breaches, read

# names that say what a thing is, or that scripts look for, and need no style of their own
PLAIN = {"bars__bar", "composer__phrases", "crumbs", "line__time", "pagehead__title", "rating__in", "stepper__label"}
ELDER = replace(PORTAL, mode="elder")
FRAMES = {
    "portal": ("ui/base_portal.html", PORTAL),
    "guest": ("ui/base_portal.html", replace(PORTAL, user="", unread=0, live_topics=("case:1",), live_after=7)),
    "english": ("ui/base_portal.html", replace(PORTAL, language="en")),
    "elder": ("ui/base_portal.html", ELDER),
    "desk": ("ui/base_desk.html", DESK),
    "bare desk": (
        "ui/base_desk.html",
        DeskShell(body="中心", user="甲", post="专员", csrf="t", path="/", home="/", nav=(), live_topics=("desk:1",)),
    ),
}


def render(template: str, shell: PortalShell | DeskShell) -> str:
    return environment(lambda path: f"/static/{path}").get_template(template).render(shell=shell)


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_has_landmarks_a_way_past_itself_and_a_place_to_speak(name: str) -> None:
    page = read(render(*FRAMES[name]))
    assert breaches(page) == []
    assert len(page.named("main")) == 1
    assert page.named("header")
    assert all(nav.get("aria-label") for nav in page.named("nav"))
    assert page.named("a")[0]["href"] == "#main"
    assert any(a.get("aria-live") == "polite" for a in page.named("div"))
    assert page.named("html")[0]["lang"] == ("en" if name == "english" else "zh-CN")


def test_elder_mode_always_shows_the_phone_and_a_person() -> None:
    page = read(render("ui/base_portal.html", ELDER))
    links = {a.get("href") for a in page.named("a")}
    assert {"tel:12345", ELDER.links.human} <= links
    assert page.named("html")[0]["data-mode"] == "elder"


@pytest.mark.parametrize("user", ["", "张*"])
def test_elder_mode_leads_to_every_page_that_the_standard_frame_leads_to(user: str) -> None:
    def leads(mode: Mode, hidden: str) -> set[str]:
        return read(render("ui/base_portal.html", replace(PORTAL, mode=mode, user=user))).leads_outside(hidden)

    elder = leads("elder", "elder-hide")
    assert leads("standard", "elder-only") <= elder
    assert {"#privacy", "#accessibility", "#complaint", "#appraisals"} <= elder


def test_the_way_into_elder_mode_is_on_every_page() -> None:
    assert {"name": "mode", "value": "elder"}.items() <= {
        key: value
        for a in read(render("ui/base_portal.html", PORTAL)).named("button")
        if a.get("name") == "mode"
        for key, value in a.items()
    }.items()


def test_the_english_frame_has_no_chinese_words_of_its_own() -> None:
    shell = replace(FRAMES["english"][1], city="Jiang", service="Services", user="", human_hours="", organiser="")  # type: ignore[type-var]
    body = render("ui/base_portal.html", shell).replace("中文", "").replace("切换为中文", "").replace("切换为", "")
    words = [character for character in body.split("<body", 1)[1] if "\u4e00" <= character <= "\u9fff"]
    assert words == []


def test_htmx_may_neither_evaluate_nor_write_styles() -> None:
    meta = next(a for a in read(render("ui/base_desk.html", DESK)).named("meta") if a.get("name") == "htmx-config")
    assert '"allowEval": false' in (meta["content"] or "")
    assert '"includeIndicatorStyles": false' in (meta["content"] or "")


def test_the_gallery_shows_every_page_without_anything_inline(tmp_path: Path) -> None:
    for page in write_gallery(tmp_path / "g.html"):
        reading = read(page.read_text(encoding="utf-8"))
        assert breaches(reading) == [], page.name
        assert all(a.get("alt") is not None for a in reading.named("img"))
        labelled = {a.get("for") for a in reading.named("label")}
        ids = [a["id"] for _, a in reading.elements if a.get("id")]
        assert len(ids) == len(set(ids)), page.name
        assert labelled - {None} <= set(ids)


def test_every_class_that_a_page_uses_is_styled(tmp_path: Path) -> None:
    styles = "".join(path.read_text(encoding="utf-8") for path in (STATIC / "ui/css").glob("*.css"))
    pages = [render(template, shell) for template, shell in FRAMES.values()]
    pages += [page.read_text(encoding="utf-8") for page in write_gallery(tmp_path / "g.html")]
    used = set().union(*(read(page).classes for page in pages))
    unknown = {
        name for name in used if not styled(name, styles) and not ("--" in name and styled(name.split("--")[0], styles))
    }
    assert unknown <= PLAIN


def styled(name: str, styles: str) -> bool:
    """Whether some rule names the class."""
    return bool(re.search(rf"\.{re.escape(name)}(?![\w-])", styles))
