"""Contrast of every pair of colours that carries words, computed from the tokens (WCAG 2.2 AA; elder mode 7:1)."""

from __future__ import annotations

import re
from itertools import product

import pytest

from bangban.surfaces.ui.gallery import STATIC

SOURCE = (STATIC / "ui/css/tokens.css").read_text(encoding="utf-8")
TONES = ("success", "warn", "danger", "info", "accent", "primary")
PAIRS = [
    *product(("ink", "ink-2", "ink-3"), ("surface", "page", "sunken", "raised")),
    *product(("primary", "primary-strong", *TONES), ("surface", "page")),
    *((tone, f"{tone}-soft") for tone in TONES),
    *(("ink", f"{tone}-soft") for tone in TONES),
    ("primary-strong", "primary-soft"),
    ("primary-strong", "sunken"),
    ("ink-2", "neutral-soft"),
    ("ink-2", "warn-soft"),
    ("ink-3", "primary-soft"),
    ("on-primary", "primary"),
    ("on-primary", "primary-strong"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-mine", "mine"),
    ("voice-assistant", "voice-assistant-soft"),
    ("ink", "voice-assistant-soft"),
    ("voice-adviser", "voice-adviser-soft"),
    ("ink", "voice-adviser-soft"),
    ("surface", "danger"),
    ("surface", "ink"),
]
SHAPES = [
    ("line-strong", "surface"),
    ("focus", "surface"),
    ("focus", "page"),
    ("lamp-red", "surface"),
    ("lamp-green", "surface"),
]


def block(selector: str) -> dict[str, str]:
    """The colours that one rule of the tokens sets."""
    body = re.search(re.escape(selector) + r"\s*\{(.*?)\n  \}", SOURCE, re.DOTALL)
    assert body, selector
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})\b", body[1]))


LIGHT = block(":root")
MODES = {
    "light": (LIGHT, 4.5),
    "elder": (LIGHT | block('[data-mode="elder"]'), 7.0),
    "dark": (LIGHT | block('[data-surface="desk"][data-theme="dark"]'), 4.5),
}


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_gives_the_known_values() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("mode", MODES)
def test_words_stand_out_from_what_is_behind_them(mode: str) -> None:
    colours, least = MODES[mode]
    weak = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in PAIRS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < least} == {}


@pytest.mark.parametrize("mode", MODES)
def test_edges_of_fields_lamps_and_the_focus_ring_can_be_seen(mode: str) -> None:
    colours, _ = MODES[mode]
    weak = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in SHAPES}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 3} == {}


@pytest.mark.parametrize("mode", ["light", "elder"])
def test_the_focus_ring_can_be_seen_on_the_dark_band(mode: str) -> None:
    colours, _ = MODES[mode]
    assert contrast(colours["focus-on-dark"], colours["primary"]) >= 3
