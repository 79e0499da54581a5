"""The catalogue at the size that Beijing named: twelve sections, 16 regions, 44 departments, 1,923 guides (BJP-8, -9)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangban.foundation.access.actors import SYSTEM
from bangban.registry.catalog import reads
from bangban.registry.catalog.actions import import_items
from bangban.registry.catalog.defaults import install_defaults
from bangban.registry.org import actions as org
from bangban.services.assistant.reads import search_items
from bangban.services.assistant.shelf import shelf
from tests.cast import Cast

REGIONS, DEPARTMENTS, GUIDES, BOOKABLE, FILEABLE = 16, 44, 1923, 1188, 654
MOST_STATEMENTS = 6
"""Of a search and a list, however many guides there are."""

NAMES = ("设立登记", "经营许可", "年审年检", "劳动就业", "社会保障", "医疗卫生", "教育住房")


def row(place: int) -> dict[str, object]:
    department = place % DEPARTMENTS
    region = place % REGIONS
    return {
        "code": f"B{place:05}", "name": f"{NAMES[place % 7]}第{place}号事项", "dept": f"第{department}局",
        "area_code": f"4401{region + 3:02}", "area": f"第{region}区", "who": ["自然人", "企业法人"],
        "themes": [NAMES[place % 7]], "online_booking": "是" if place < BOOKABLE else "否",
        "online_filing": "是" if place < FILEABLE else "否", "url": "https://e.test" if place < FILEABLE else None,
    }  # fmt: skip


@pytest.fixture
def capital(city: Cast, tmp_path: Path) -> Iterator[None]:
    for region in range(REGIONS):
        org.save_region(f"4401{region + 3:02}", f"第{region}区")
    for department in range(DEPARTMENTS):
        org.save_body(
            org.NewBody(
                code=f"d{department}", name=f"第{department}局", kind="department", level="city", region="440100",
                parent="gz", name_override_reason="测试",
            )
        )  # fmt: skip
    path = tmp_path / "items.jsonl"
    path.write_text("\n".join(json.dumps(row(place), ensure_ascii=False) for place in range(GUIDES)), encoding="utf-8")
    assert import_items(path, SYSTEM).problems == []
    install_defaults()
    shelf.clear()
    yield
    shelf.clear()


@pytest.mark.clause("BJP-8", "BJP-9")
def test_sections_regions_departments_and_counters_at_full_size(capital: None) -> None:
    found = reads.navigation()
    assert len(found.sections) == 12
    assert len([one for one in found.departments if one.count]) == DEPARTMENTS
    assert len([one for one in found.regions if one.count]) == REGIONS
    assert (found.guides, found.bookable, found.fileable) == (GUIDES, BOOKABLE, FILEABLE)
    assert sum(one.count for one in found.departments) == GUIDES
    search_items("社会保障")
    with CaptureQueriesContext(connection) as asked:
        hits = search_items("劳动就业第1004号事项")
        assert hits[0].name == "劳动就业第1004号事项"
        assert reads.browse(by="text", value="医疗卫生").rows
    assert len(asked) <= MOST_STATEMENTS, asked.captured_queries
