"""The ways of a desk: grouped by work, no empty group, one key each, few at once on a phone."""

from __future__ import annotations

import re
from itertools import groupby

import pytest
from django.test import Client

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import DUTIES
from bangban.surfaces.desk.shell import GROUPS, QUICK, WAYS, home_of, links, ways
from bangban.surfaces.ui.shell import DeskShell
from tests.hotline import Hotline, make_hotline
from tests.surfaces.desk.conftest import Desk


def holder(*duties: str) -> Actor:
    return Actor(kind="staff", id="staff:1", staff_id=1, duties=frozenset(duties))


def frame(actor: Actor) -> DeskShell:
    return DeskShell(body="中心", user="甲", post="", csrf="t", path="/", home="/", nav=links(actor))


@pytest.mark.parametrize(
    "duty", sorted(set(DUTIES) - {"window_clerk", "hall_guide", "hall_manager", "dedicated_consultant"})
)
def test_a_duty_sees_its_own_ways_in_whole_groups(duty: str) -> None:
    actor = holder(duty)
    shown = links(actor)
    assert {one.id for one in shown} == {way.id for way in ways(actor)}
    names = [name for name, _ in groupby(one.group for one in shown)]
    assert names == [name for name in GROUPS if name in names]
    assert all(entries for _, entries in frame(actor).nav_groups)
    keys = [one.key for one in shown if one.key]
    assert len(keys) == len(set(keys)), duty


def test_a_manager_of_the_hotline_has_the_work_in_groups_and_four_entries_on_a_phone() -> None:
    actor = holder("hotline_manager")
    found = frame(actor)
    assert [(heading, [one.label for one in entries]) for heading, entries in found.nav_groups] == [
        ("接听", ["话务", "大屏", "排班"]),
        ("", ["巡查"]),
        ("诉求", ["工单", "督办", "集中", "来电人", "来信"]),
        ("统计考核", ["报告", "档案", "考核"]),
        ("资料", ["知识", "内务"]),
        ("", ["热线设置"]),
    ]
    assert [one.id for one in found.nav if one.quick] == ["line", "wall", "orders", "supervision"]
    assert found.nav_more


def test_few_entries_stand_plainly_and_all_of_them_on_a_phone() -> None:
    found = frame(holder("archivist"))
    assert {heading for heading, _ in found.nav_groups} == {""}
    assert not found.nav_more
    assert len(found.nav) <= QUICK + 1


def test_a_day_begins_where_the_duty_works() -> None:
    homes = {"hotline_agent": "/desk/line/", "undertaker": "/desk/orders/", "statistics_officer": "/desk/orders/",
             "archivist": "/desk/orders/", "catalog_editor": "/desk/publications/"}  # fmt: skip
    assert {duty: home_of(holder(duty)) for duty in homes} == homes


def test_every_way_stands_in_a_known_group() -> None:
    assert {way.group for way in WAYS} <= set(GROUPS)


@pytest.mark.django_db
def test_the_rest_stands_behind_more_and_says_where_one_is(desk: Desk) -> None:
    line: Hotline = make_hotline()
    client: Client = desk(line.manager)
    page = client.get("/desk/hotline-setup/").content.decode()
    assert '<p class="desknav__title" aria-hidden="true">统计考核</p>' in page
    assert re.search(r'<summary class="desknav__link" aria-current="true">', page)
    assert '<a class="menu__item" href="/desk/hotline-setup/" aria-current="page">' in page
