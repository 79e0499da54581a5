"""The roster at the desk: the manager's grid, and the agent's own shifts."""

from __future__ import annotations

import re

import pytest

from bangban.foundation.access.duties import DUTIES, PERMISSIONS
from bangban.registry.org.actions import set_shifts
from bangban.services.telephony.models import RosterChange
from tests.hotline import Hotline, hotline_staff
from tests.surfaces.desk.conftest import Desk

pytestmark = pytest.mark.django_db
WEEK = "/desk/calls/roster?week=2026-11-23"


def cells(staff_id: int | None, *texts: str) -> dict[str, str]:
    return {f"c.{staff_id}.{day}": text for day, text in enumerate([*texts, *[""] * (7 - len(texts))])}


def mark(page: str) -> str:
    found = re.search(r'name="mark" value="(\d+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize("duty", sorted(DUTIES))
def test_the_roster_opens_for_agents_and_managers_only(line: Hotline, desk: Desk, duty: str) -> None:
    client = desk(hotline_staff("walker", "走访", "hl", duty))
    opens = 200 if duty in PERMISSIONS["roster.view"] else 403
    assert client.get("/desk/calls/roster").status_code == opens
    assert client.get("/desk/calls/roster/mine").status_code == opens
    if duty not in PERMISSIONS["orders.manage"]:
        assert client.post("/desk/calls/roster/check").status_code == 403
        client.post(WEEK, cells(line.agent.staff_id, "早") | {"mark": "0"})
        assert not RosterChange.objects.exists()


@pytest.mark.clause("GB33358-5.1.2.1")
def test_a_manager_types_a_week_and_sees_gaps_at_once(line: Hotline, desk: Desk) -> None:
    for one in (line.agent, line.second_agent):
        set_shifts(one.staff_id or 0, [])
    client = desk(line.manager)
    page = client.get(WEEK).content.decode()
    assert "江话务" in page and "没有人值班" in page and "周一 00:00 至 周日 24:00" in page
    given = cells(line.agent.staff_id, *["早"] * 7) | cells(line.second_agent.staff_id, *["16-24"] * 7)
    checked = client.post("/desk/calls/roster/check?week=2026-11-23", given).content.decode()
    assert "周一 00:00 至 08:00" in checked and "<form" not in checked
    assert "56小时" in checked, "beyond forty hours it is overtime"
    assert client.post(WEEK, given | {"mark": mark(page)}).status_code == 303
    page = client.get(WEEK).content.decode()
    assert "改动了2人的班次" in page
    assert page.count('value="早"') == 8, "seven cells and the suggestion"
    assert "最近改动" in page and "周一 休 → 早" in page


def test_a_refused_week_keeps_what_was_typed_and_says_which_cell(line: Hotline, desk: Desk) -> None:
    client = desk(line.manager)
    page = client.get(WEEK).content.decode()
    given = cells(line.agent.staff_id, "20-7", "6-12", "随便<b>")
    answer = client.post(WEEK, given | {"mark": mark(page)})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "同一人不能同时上两个班" in shown and "看不懂" in shown
    assert 'value="6-12"' in shown and 'value="随便&lt;b&gt;"' in shown
    assert f'id="e-c.{line.agent.staff_id}.1"' in shown
    late = client.post(WEEK, cells(line.agent.staff_id, "早") | {"mark": "77"})
    assert late.status_code == 409 and "刚被别人改过" in late.content.decode()


def test_last_week_is_copied_into_the_grid_and_not_kept_yet(line: Hotline, desk: Desk) -> None:
    set_shifts(line.agent.staff_id or 0, [])
    client = desk(line.manager)
    page = client.get("/desk/calls/roster?week=2026-11-16").content.decode()
    given = cells(line.agent.staff_id, "20-6", "", "中")
    assert client.post("/desk/calls/roster?week=2026-11-16", given | {"mark": mark(page)}).status_code == 303
    copied = client.get(f"{WEEK}&copy=1").content.decode()
    assert "还没有保存" in copied and 'value="20-6"' in copied
    assert RosterChange.objects.count() == 1
    assert 'value="20-6"' not in client.get(WEEK).content.decode()


def test_a_group_shows_its_speakers_and_its_own_gaps(line: Hotline, desk: Desk) -> None:
    set_shifts(line.second_agent.staff_id or 0, [])
    page = desk(line.manager).get(f"{WEEK}&group=english").content.decode()
    assert "余话务" in page and "江话务" not in page
    assert "没有会英语的人值班" in page


@pytest.mark.parametrize(
    "query", ["week=x", "week=0001-01-01", "week=9999-12-31", "group=klingon", "page=99", "page=-1", "copy=2"]
)
def test_strange_addresses_show_a_page(line: Hotline, desk: Desk, query: str) -> None:
    client = desk(line.manager)
    assert client.get(f"/desk/calls/roster?{query}").status_code == 200
    assert (
        client.post(
            f"/desk/calls/roster/check?{query}", {"c.x.0": "早", "c.1.9": "早", "c.1.0": "早" * 500}
        ).status_code
        == 200
    )


@pytest.mark.clause("GB33358-5.1.2.1")
def test_an_agent_sees_the_own_shifts_and_no_grid(line: Hotline, desk: Desk) -> None:
    set_shifts(line.agent.staff_id or 0, [])
    manager = desk(line.manager)
    page = manager.get("/desk/calls/roster?week=2026-11-16").content.decode()
    given = cells(line.agent.staff_id, "", "", "9-17", "20-6")
    manager.post("/desk/calls/roster?week=2026-11-16", given | {"mark": mark(page)})
    own = desk(line.agent).get("/desk/calls/roster").content.decode()
    assert "我的班次" in own and "正在当班 09:00–17:00" in own and "20:00–次日06:00" in own
    assert "余话务" not in own and "<input" not in own.split("<main")[1].split("</main>")[0]
    assert "下一班" not in desk(line.second_agent).get("/desk/calls/roster").content.decode().split("<title>")[0]
