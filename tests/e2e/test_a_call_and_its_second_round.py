"""One call in browsers: it rings, is taken, goes to a unit, comes back unsatisfied, and ends well in a second round.

Agent, unit, visitor, supervision officer and manager work at the same time; the exchange tells its events over the API.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect

from tests.cast import WORKING_MORNING
from tests.e2e.house import House
from tests.e2e.people import Desk

AGENT, MANAGER, VISITOR, OFFICER, UNIT = "pan.zhaolin", "fang.zhiyuan", "shen.yutong", "lu.weiguo", "liang.haoming"
WORK_NUMBER, PHONE = "8001", "13800138077"
Bring = Callable[[str, str], Desk]


class Exchange:
    """The telephone exchange, as far as the house sees it."""

    def __init__(self, house: House, house_now: datetime) -> None:
        words = [sys.executable, "-m", "bangban.cli", "token", MANAGER, "--scopes", "calls:write"]
        environment = house._environment(WORKING_MORNING)
        told = subprocess.run(words, env=environment, cwd=house.folder, capture_output=True, text=True, check=True)
        found = re.search(r"bb_[\w-]+", told.stdout)
        assert found, told.stdout
        self.token, self.address, self.count = found[0], house.address, 0
        self.ahead = house_now - datetime.now(UTC)

    def tell(self, call: str, kind: str, **more: Any) -> None:
        """Send one event."""
        self.count += 1
        at = (datetime.now(UTC) + self.ahead).isoformat()
        event = {"exchange": "main", "id": f"e{self.count}", "call": call, "kind": kind, "at": at, **more}
        request = Request(
            f"{self.address}/api/v1/hotline/calls/events", json.dumps({"events": [event]}).encode(),
            {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}, method="POST",
        )  # fmt: skip
        with urlopen(request, timeout=60) as answer:
            assert json.load(answer)["refused"] == []


def fill(page: Page, name: str, text: str) -> None:
    """Type into one field of the form and wait until the page says that it is kept."""
    field = page.locator(f"#filling [name='{name}']")
    field.fill(text)
    field.blur()
    expect(page.locator("[data-filling-state]")).to_have_text("已保存")


def choose(page: Page, name: str, value: str) -> None:
    """Choose a value by its radio, or in its list; the form is made anew when it asks other things then."""
    radio = page.locator(f"#filling input[type=radio][name='{name}'][value='{value}']")
    if radio.count():
        radio.locator("xpath=..").click()
    else:
        page.locator(f"#filling select[name='{name}']").select_option(value)
    expect(page.locator("[data-filling-state]")).to_have_text("已保存")


def panel(one: Desk, action: str) -> Page:
    """Open the form of an action."""
    number = one.page.url.split("/desk/orders/")[1].split("/")[0]
    one.go(f"/desk/orders/{number}/?do={action}")
    expect(one.page.locator("#panel form")).to_be_visible()
    return one.page


def send(page: Page) -> None:
    """Press the button of the open form; it is gone when that worked."""
    page.locator("#panel .panel__foot button").click()
    expect(page.locator("#panel form")).to_have_count(0)


def pick(page: Page, name: str, value: str) -> None:
    """Press one choice of the open form."""
    page.locator(f"#panel input[name='{name}'][value='{value}'] + span").click()


@pytest.mark.clause("GB33358-5.4.3", "GB33358-3.6", "GB33358-4.2.4-c")
def test_a_call_goes_to_a_unit_and_through_a_second_round(house: House, desk: Bring) -> None:
    agent = desk("agent", AGENT)
    agent.go("/desk/line/")
    exchange = Exchange(house, datetime.fromisoformat(agent.page.locator("html").get_attribute("data-now") or ""))
    number = take_the_call(agent, exchange)
    write_the_order(agent)
    dispatch(agent)
    unit = desk("unit", UNIT)
    unit.go("/desk/orders/")
    unit.sees("夜间施工")
    handle(unit, number, "已责令工地夜间停工。")
    visitor = desk("visitor", VISITOR)
    call_back(visitor, number, satisfied=False)
    redo(visitor)
    officer = desk("officer", OFFICER)
    officer.go("/desk/supervision/")
    officer.sees("不满意")
    officer.picture("supervision")
    handle(unit, number, "已吊销该工地夜间施工许可并派员值守。")
    call_back(visitor, number, satisfied=True)
    manager = desk("manager", MANAGER)
    manager.go(f"/desk/orders/{number}/?box=all")
    manager.sees("第2轮")
    manager.sees("已回访")
    manager.picture("order", full=True)
    manager.go("/desk/calls/wall")
    manager.picture("wall")


def take_the_call(agent: Desk, exchange: Exchange) -> str:
    """Sign in, let it ring, see who calls, answer, open the order; returns its number."""
    agent.go("/desk/line/")
    agent.page.locator("select[name=seat]").select_option("A01")
    agent.page.get_by_role("button", name=re.compile("^签入")).click()
    agent.sees("A01 号座席")
    exchange.tell("call-1", "offered", caller=PHONE, called="12345")
    exchange.tell("call-1", "ringing", agent=WORK_NUMBER)
    card = agent.page.locator("#callbar .callcard")
    expect(card).to_contain_text("来电振铃")
    expect(card).to_contain_text("138****8077")
    agent.picture("ringing")
    exchange.tell("call-1", "answered", agent=WORK_NUMBER)
    expect(card).to_contain_text("通话中")
    card.get_by_role("button", name=re.compile("打开工单")).click()
    agent.page.wait_for_url(re.compile("/desk/orders/GD"))
    return agent.page.url.split("/desk/orders/")[1].split("/")[0]


def write_the_order(agent: Desk) -> None:
    """Fill the form while the caller speaks; everything is kept by itself, also over a reload."""
    page = agent.page
    choose(page, "kind", "help_request")
    choose(page, "category", "040101")
    fill(page, "request", "请制止幸福路工地夜间施工")
    fill(page, "happened", "这几天晚上十一点以后")
    fill(page, "place", "越秀区幸福路12号旁工地")
    fill(page, "course", "工地夜间施工，打桩声很大")
    fill(page, "present_state", "今晚还在施工")
    fill(page, "contact_name", "陆女士")
    page.locator("#filling input[name^='skip.']").first.wait_for()  # the questions of the class come a moment later
    for skipped in page.locator("#filling input[name^='skip.']").all():
        skipped.fill("来电人不清楚")
        skipped.blur()
        expect(page.locator("[data-filling-state]")).to_have_text("已保存")
    page.reload()
    expect(page.locator("#filling [name=course]")).to_have_value("工地夜间施工，打桩声很大")
    agent.picture("form", full=True)


def dispatch(agent: Desk) -> None:
    """Pass the order on while the caller is still there: it is registered in the same step."""
    page = panel(agent, "dispatch")
    expect(page.locator("#panel select[name=lead]")).not_to_have_value("")
    page.locator("#panel [name=opinion]").fill("请到现场核实，答复诉求人。")
    send(page)
    agent.sees("已转交，待签收")


def handle(unit: Desk, number: str, answer: str) -> None:
    """Sign, answer the caller, complete."""
    unit.go(f"/desk/orders/{number}/")
    unit.page.locator("#casetop").get_by_role("button", name=re.compile("^签收")).click()
    unit.sees("单位办理中")
    page = panel(unit, "reply")
    pick(page, "channel", "sms")
    page.locator("#panel [name=text]").fill(answer)
    send(page)
    page = panel(unit, "complete")
    page.locator("#panel [name=handling]").fill(answer)
    pick(page, "code", "solved")
    send(page)
    unit.sees("已办结，待回访")


def call_back(visitor: Desk, number: str, *, satisfied: bool) -> None:
    """Ask the caller; the answers stand apart."""
    visitor.go(f"/desk/orders/{number}/")
    page = panel(visitor, "visit")
    said = "yes" if satisfied else "no"
    pick(page, "process_satisfied", said)
    pick(page, "result_satisfied", said)
    page.locator("#panel [name=how]").fill("话机故障，用值班电话拨打")
    if page.locator("#panel [name=early]").count():
        page.locator("#panel [name=early]").fill("诉求人要求当天回访")
    page.locator("#panel [name=text]").fill("" if satisfied else "停了一晚又开始了，办理拖拉")
    send(page)
    visitor.sees("已回访")


def redo(visitor: Desk) -> None:
    """Neither course nor result satisfied: a second round on the same number."""
    page = panel(visitor, "redo")
    page.locator("#panel [name=reason]").fill("夜间仍在施工，请再次办理")
    page.locator("#panel [name=days]").fill("3")
    send(page)
    visitor.sees("已转交，待签收")
