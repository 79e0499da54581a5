"""The roster in a real browser: gaps show while one types, a refused week keeps every cell, nothing is wider than a phone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bangban.registry.org.actions import set_shifts
from tests.browser import CHROMIUM, chromium
from tests.hotline import make_hotline
from tests.surfaces.desk.conftest import Desk

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"NO CHROMIUM at {CHROMIUM}: the roster was NOT typed"),
]


@pytest.fixture
def grid(transactional_db: None, desk: Desk, live_server: Any) -> Iterator[Page]:
    """The manager's page of next week, with nobody rostered."""
    line = make_hotline()
    for one in (line.agent, line.second_agent):
        set_shifts(one.staff_id or 0, [])
    session = desk(line.manager).cookies["bangban_session"].value
    with chromium() as browser:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
        context.add_cookies([{"name": "bangban_session", "value": session, "url": live_server.url}])
        page = context.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda line: wrong.append(line.text) if "Content Security" in line.text else None)
        page.goto(f"{live_server.url}/desk/calls/roster?week=2026-11-23")
        yield page
    assert wrong == []


@pytest.mark.clause("GB33358-5.1.2.1")
def test_gaps_show_while_typing_and_a_refused_week_keeps_every_cell(grid: Page) -> None:
    check, cell = grid.locator("#roster-check"), grid.locator(".weekgrid__cell")
    expect(check).to_contain_text("周一 00:00 至 周日 24:00")
    for day in range(7):
        cell.nth(day).fill("8-19")
        cell.nth(7 + day).fill("20-8")
    expect(check).to_contain_text("周一 19:00 至 20:00")
    expect(grid.locator("#roster-sum")).to_contain_text("段没有人值班")
    expect(check).to_contain_text("一天最多11小时")
    grid.get_by_role("button", name="保存排班").click()
    expect(grid.locator("main")).to_contain_text("还没有保存")
    assert [one.input_value() for one in cell.all()] == ["8-19"] * 7 + ["20-8"] * 7
    for day in range(7):
        cell.nth(7 + day).fill("21-8")
    grid.get_by_role("button", name="保存排班").click()
    expect(grid.locator("main")).to_contain_text("改动了2人的班次")
    assert [one.input_value() for one in cell.all()] == ["8-19"] * 7 + ["21-8"] * 7
    for width in (1280, 390):
        grid.set_viewport_size({"width": width, "height": 900})
        assert grid.evaluate("document.documentElement.scrollWidth") <= width
        if folder := os.environ.get("BANGBAN_PICTURES"):
            grid.screenshot(path=f"{folder}/roster-{width}.png")
    box = cell.first.bounding_box()
    assert box is not None and box["x"] + box["width"] <= 390, "a cell fits a phone"
