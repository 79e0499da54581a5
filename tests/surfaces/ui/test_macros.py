"""Every macro keeps the promises of the kit: strict, escaping, well formed, nothing inline."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from bangban.surfaces.ui.gallery import environment
from tests.surfaces.ui.markup import breaches, read
from tests.surfaces.ui.samples import CALLED, SAMPLES, inside

ENVIRONMENT = environment(lambda path: f"/static/{path}")
KIT: Any = ENVIRONMENT.get_template("ui/kit.html").module
MACROS = sorted(name for name, value in vars(KIT).items() if not name.startswith("_") and hasattr(value, "arguments"))


def render(name: str, /, **words: Any) -> str:
    extra = {"caller": inside} if name in CALLED else {}
    return str(getattr(KIT, name)(**words, **extra))


def test_every_macro_has_a_sample() -> None:
    assert set(MACROS) == set(SAMPLES)


@pytest.mark.parametrize("name", MACROS)
def test_a_macro_escapes_scripts_in_every_text(name: str) -> None:
    html = render(name, **SAMPLES[name])
    assert "<script" not in html
    assert "<img src=x" not in html
    assert breaches(read(html)) == []


@pytest.mark.parametrize("name", MACROS)
def test_a_macro_says_above_itself_what_it_takes(name: str) -> None:
    source = "".join(
        ENVIRONMENT.loader.get_source(ENVIRONMENT, template)[0]  # type: ignore[union-attr]
        for template in ENVIRONMENT.list_templates()
        if template.startswith("ui/") and "gallery" not in template
    )
    start = source.index(f"macro {name}(")
    assert f"{name}(" in source[source.rindex("{#-", 0, start) : start]


def test_a_field_given_back_keeps_its_value_and_points_at_its_error() -> None:
    html = render("field", name="phone", label="手机号码", value="138", error="应为 11 位数字", hint="用于提醒")
    attributes = read(html).named("input")[0]
    assert attributes["value"] == "138"
    assert attributes["aria-invalid"] == "true"
    assert attributes["aria-describedby"] == "f-phone-error f-phone-hint"
    assert 'id="f-phone-error"' in html


def test_nothing_is_chosen_in_a_rating_before_the_person_chooses() -> None:
    grades = [{"value": value, "label": value, "face": 5, "options": [("510", "甲")]} for value in ("best", "worst")]
    chosen = [a for a in read(render("rating", action="/", csrf="", grades=grades)).named("input") if "checked" in a]
    assert chosen == []


@pytest.mark.parametrize("state", ["green", "yellow", "red", "paused", "met"])
def test_a_clock_tells_its_state_in_words_and_shape_as_well_as_colour(state: str) -> None:
    html = render("clock_chip", text="剩 18 分", state=state)
    assert 'class="sr-only"' in html
    assert "<svg" in html


def test_an_answer_of_the_assistant_is_labelled_as_generated() -> None:
    line = SAMPLES["text_line"]["m"] | {"role": "assistant", "mine": False}
    line.pop("ai_note")
    html = render("text_line", m=line)
    assert "智能客服" in html
    assert "人工智能生成" in html


def test_an_advisers_words_are_labelled() -> None:
    assert "专业顾问" in render("text_line", m=SAMPLES["text_line"]["m"] | {"role": "adviser"})


def test_consent_is_asked_with_two_answers_and_never_twice() -> None:
    words = SAMPLES["consent_line"]
    assert [a["value"] for a in read(render("consent_line", **words)).named("button")] == ["agree", "decline"]
    for state in ("agreed", "declined", "expired", "waiting"):
        assert read(render("consent_line", **words, state=state)).named("button") == []


@pytest.mark.parametrize(
    ("kind", "card"),
    [
        ("text", {}),
        ("advice", {}),
        ("system", {}),
        ("answer", {"answer": "甲", "source": "乙"}),
        ("opinion", {}),
        ("picture", {"url": "/p", "thumb_url": "/t", "alt": "平面图"}),
        ("file", {"url": "/f", "name": "表.pdf", "size_text": "2 KB"}),
        ("item_card", SAMPLES["item_card"]),
        ("form_link", {"url": "/f", "title": "登记表"}),
        ("help_card", SAMPLES["help_card"]),
        ("consent", {"title": "进入导办", "text": "说明", "action": "/c"}),
        ("checklist", SAMPLES["checklist"]),
        ("choices", {"options": [("甲", "a")], "action": "/c"}),
    ],
)
def test_every_kind_of_message_has_its_line(kind: str, card: dict[str, Any]) -> None:
    html = render("message_line", m=SAMPLES["text_line"]["m"] | {"kind": kind, "card": card}, csrf="token")
    assert read(html).named("li")[0]["data-position"] == "3"
    assert breaches(read(html)) == []


def test_a_file_is_downloaded_and_never_opened_inside_the_page() -> None:
    assert "download" in read(render("file_line", **SAMPLES["file_line"])).named("a")[0]


def test_enter_sends_on_the_desk_only() -> None:
    words = {"id": "say", "action": "/say", "csrf": "t"}
    assert read(render("composer", **words, surface="desk")).named("form")[0]["data-enter"] == "send"
    assert read(render("composer", **words)).named("form")[0]["data-enter"] == "line"


def test_a_closed_talk_says_why_instead_of_offering_a_box() -> None:
    html = render("composer", id="say", action="/say", csrf="t", disabled_text="本次咨询已结案")
    assert "本次咨询已结案" in html
    assert "<textarea" not in html


def test_the_design_page_names_every_macro(project_root: Path) -> None:
    text = (project_root / "docs/design-system.md").read_text(encoding="utf-8")
    assert [name for name in MACROS if not re.search(rf"\b{name}\b", text)] == []
