"""The premises of a hotline are looked at by the same walks as its people."""

from __future__ import annotations

from datetime import date

import pytest

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.oversight.patrols import actions, reads
from bangban.oversight.patrols.actions import NewLine
from bangban.oversight.patrols.defaults import SITE, install_checklist
from bangban.oversight.patrols.models import Patrol
from bangban.oversight.patrols.rules import Tick
from bangban.oversight.patrols.terms import Kind
from tests.cast import Cast
from tests.hotline import Hotline, make_hotline

TODAY = date(2026, 11, 18)
GOOD = {code: Tick("pass") for code, *_ in SITE}


@pytest.fixture
def line(db: None) -> Hotline:
    """A hotline with the checklists of a new installation."""
    install_checklist()
    return make_hotline()


@pytest.mark.clause("GB33358-4.2.1")
def test_the_checklist_of_premises_asks_for_all_that_the_standard_names(line: Hotline) -> None:
    found = reads.in_force(TODAY, Kind.SITE)
    assert found is not None and found.kind == "site"
    words = "".join(one.label for one in reads.lines_of(found.id))
    for asked in ("固定的工作场所", "标识", "区域", "安全", "整洁", "照明", "温湿度", "面积", "间距"):
        assert asked in words
    assert reads.in_force(TODAY) is not None, "the people's checklist stays in force beside it"


@pytest.mark.clause("GB33358-4.2.1")
def test_a_walk_through_the_premises_keeps_readings_and_what_was_wrong(line: Hotline) -> None:
    assert reads.last_site_check(line.center.id) is None
    number = actions.start_patrol(line.manager, kind=Kind.SITE).number
    with pytest.raises(NotAllowed):
        actions.finish_patrol(number, line.manager)
    with pytest.raises(Incomplete) as refused:
        actions.check_site(number, line.manager, {"site_safety": Tick("fail")})
    assert set(refused.value.details["fields"]) == {"site_safety"}
    actions.check_site(number, line.manager, GOOD)
    ticks = GOOD | {"site_safety": Tick("fail", "消防通道堆物"), "site_climate": Tick("pass", "24℃，55%")}
    actions.check_site(number, line.manager, ticks, place="三楼受理区")
    actions.finish_patrol(number, line.manager, "当天清理")
    view = reads.patrol_view(line.manager, number)
    seen = {one.line.code: (one.verdict, one.note) for one in view.site}
    assert seen["site_safety"] == ("fail", "消防通道堆物") and seen["site_climate"] == ("pass", "24℃，55%")
    assert (len(seen), view.site_place, view.members) == (len(SITE), "三楼受理区", ())
    row = reads.patrol_page(line.manager).rows[0]
    assert (row.kind, row.failed) == ("site", 1)
    assert reads.last_site_check(line.center.id) is not None


def test_people_are_not_ticked_on_a_walk_through_premises_nor_the_reverse(line: Hotline) -> None:
    site = actions.start_patrol(line.manager, kind=Kind.SITE).number
    people = actions.start_patrol(line.manager).number
    with pytest.raises(NotAllowed, match="另开一次"):
        actions.check_staff(site, line.manager, line.agent.staff_id or 0, {"badge": Tick("pass")})
    with pytest.raises(NotAllowed, match="另开一次"):
        actions.check_site(people, line.manager, GOOD)
    assert "check" not in reads.patrol_view(line.manager, site).allowed_actions
    assert "check_site" not in reads.patrol_view(line.manager, people).allowed_actions


def test_each_kind_has_versions_of_its_own(line: Hotline) -> None:
    lines = [NewLine("site_noise", "环境", "噪声", "GB33358-4.2.1")]
    made = actions.publish_checklist(line.manager, "场所表", lines, TODAY, kind=Kind.SITE)
    assert (made.version, reads.in_force(TODAY, Kind.SITE).version) == (2, 2)  # type: ignore[union-attr]
    assert reads.in_force(TODAY).version == 1  # type: ignore[union-attr]
    with pytest.raises(NotYours):
        actions.publish_checklist(line.manager, "人员表", lines, TODAY)
    with pytest.raises(NotYours):
        actions.start_patrol(line.agent, kind=Kind.SITE)


def test_premises_are_walked_at_hotlines_only(city: Cast, inspector: Actor) -> None:
    install_checklist()
    with pytest.raises(NotAllowed, match="只用于政府热线"):
        actions.start_patrol(inspector, kind=Kind.SITE)
    assert not Patrol.objects.exists()
