"""Short ways to a publication in a state, each through the actions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from bangban.services.publications import actions
from bangban.services.publications.models import Publication
from bangban.services.publications.rules import Content
from tests.cast import Cast

TODAY = date(2026, 11, 18)
CONTENT = Content(
    kind="holiday", title="元旦期间服务时间调整", text="1月1日至3日休息，1月4日照常服务。", valid_from=TODAY,
    targets=("board_sheet", "touch_screen", "website"),
)  # fmt: skip
LED = {"targets": ("led",), "led_text": "元旦休息三天，1月4日照常服务", "led_spans": (("09:00", "17:00"),)}


def drafted(city: Cast, **changes: Any) -> Publication:
    """Return a draft of the editor."""
    return actions.create_publication(replace(CONTENT, **changes), city.editor)


def published(city: Cast, **changes: Any) -> Publication:
    """Return what the editor wrote and the reviewer published."""
    row = drafted(city, **changes)
    actions.submit_publication(row.number, city.editor)
    return actions.publish_publication(row.number, city.reviewer)
