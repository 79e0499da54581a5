"""A field of an action's form, as the panel shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Widget = Literal["textarea", "select", "radio", "text", "item", "datetime", "lines", "checks", "number", "files"]
Options = Sequence[tuple[str, str]]

CHOOSER: Mapping[str, str] = {"data-chooser": ""}
"""For a select with many lines: scripts let it be found by typing (desk/chooser.js)."""


@dataclass
class Field:
    """One question of a form; `group` puts fields behind a heading that opens on demand.

    `attrs` go to the control: what a script of the page needs to know.
    """

    name: str
    label: str
    widget: Widget = "textarea"
    required: bool = True
    hint: str = ""
    options: Options = ()
    blank: str = ""
    value: str = ""
    limit: int = 0
    rows: int = 3
    group: str = ""
    error: str = ""
    attrs: Mapping[str, str] = field(default_factory=dict)

    def cards(self) -> list[dict[str, Any]]:
        """Return the options as `radio_cards` takes them."""
        return [{"value": value, "label": label} for value, label in self.options]
