"""Handing a case on: down to a district with return and acceptance, and the help card of a body that is not open."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.people import DISTRICT_GUIDE, GUIDE, Desk, Someone, choose, register

QUESTION = "想在越秀区办养老保险关系转移"


def sorted_case(guide: Desk, who: Someone, question: str, scope: str) -> str:
    """Register and sort a case; returns its number."""
    number, _ = register(who, question)
    guide.take_up(number)
    guide.action("受理")
    form = guide.action("整理需求")
    form.locator(".itempick__one").first.click()
    form.get_by_text(scope, exact=True).click()
    form.get_by_label("问题类型").select_option(label="程序")
    guide.submit(form, "整理需求")
    return number


@pytest.mark.clause("BJ-3.2", "BJ-3.2.2", "BJ-3.2.3-a", "T637-8.2-e")
def test_a_district_returns_with_a_reason_then_accepts_and_a_closed_one_is_a_help_card(
    people: Callable[..., Someone], desk: Callable[[str, str], Desk]
) -> None:
    who, guide, district = people(), desk("guide", GUIDE), desk("district", DISTRICT_GUIDE)
    number = sorted_case(guide, who, QUESTION, "下级")
    transfer(guide, "越秀区政务服务中心")
    district.take_up(number, box="待我接收")
    form = district.action("退回")
    form.get_by_label("退回理由").fill("参保地在天河区，请核实")
    district.picture("returning")
    district.submit(form, "退回")
    guide.sees("参保地在天河区，请核实")
    guide.picture("returned")
    transfer(guide, "越秀区政务服务中心")
    district.take_up(number, box="待我接收")
    district.action("接收")
    who.sees("黎承志")
    district.says("您好，越秀区政务服务中心为您服务")
    who.hears("越秀区政务服务中心为您服务")
    who.picture("district")

    other = people("other")
    sorted_case(guide, other, "想在从化区办养老保险关系转移", "下级")
    form = guide.action("转办")
    choose(form, "接收机构", "从化区政务服务中心")
    form.get_by_role("button", name="转办").click()
    guide.sees("帮助卡")
    guide.picture("not-open")
    guide.press("改为发送帮助卡")
    form = guide.page.locator("#panel form")
    expect(form.get_by_label("办理机构")).to_be_visible()
    choose(form, "办理机构", "从化区政务服务中心")
    guide.submit(form, "发送帮助卡")
    card = other.page.locator(".helpcard").last
    expect(card).to_contain_text("从化区政务服务中心")
    expect(card).to_contain_text("020-00000031")
    other.picture("help-card")


def transfer(guide: Desk, name: str) -> None:
    """Offer the open case to another body."""
    form = guide.action("转办")
    choose(form, "接收机构", name)
    guide.submit(form, "转办")
    expect(guide.page.locator(".offers")).to_contain_text(name)
