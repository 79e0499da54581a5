"""Statistics: closed and looped apart, response times, bodies of the own subtree (T637-8.5-a, BJ-7.2-b, BJO-1.3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.flows.flow import Incomplete
from bangban.oversight.analysis.reads import REPORTS, report
from bangban.registry.catalog.models.items import Item
from bangban.registry.org import actions as org
from bangban.registry.org.reads import actor_of
from bangban.services.cases import actions
from tests.cast import WORKING_MORNING, Cast
from tests.services.cases.steps import claimed, closed, consulting, opened
from tests.services.cases.waiting import later


@pytest.mark.clause("T637-8.5-a")
def test_closed_and_looped_are_two_counts_and_two_rates(city: Cast, item: Item) -> None:
    opened()
    closed(city, item)
    number, citizen = closed(city, item)
    actions.follow_up(citizen, number, {"outcome": "obtained"})
    told = report(city.manager, "overview")
    assert (told["opened"], told["closed"], told["looped"], told["closed_not_looped"]) == (3, 2, 1, 1)
    assert (told["close_rate"], told["loop_rate"]) == (pytest.approx(2 / 3), pytest.approx(1 / 3))


def test_of_nothing_there_is_no_rate(city: Cast) -> None:
    told = report(city.manager, "overview")
    assert (told["opened"], told["close_rate"], told["positive_rate"]) == (0, None, None)


@pytest.mark.clause("T637-7.2-a")
def test_the_first_reply_is_measured_from_the_opening(city: Cast) -> None:
    for minutes in (1, 3, 5):
        number, _ = opened()
        later(minutes=minutes)
        actions.claim(city.guide, number)
        actions.post_message(city.guide, number, "您好")
    assert report(city.manager, "overview")["reply_median_s"] == pytest.approx(180, abs=5)


@pytest.mark.clause("BJ-3.1.2-c", "BJ-7.2-b")
def test_each_departments_advisers_are_counted_with_their_time(city: Cast, item: Item) -> None:
    number, _ = consulting(city, item)
    actions.ask_adviser(city.specialist, number, {"question": "能否合并？"})
    later(minutes=10)
    actions.advise(city.adviser, number, "可以。")
    actions.ask_adviser(city.specialist, number, {"question": "需要证明吗？"})
    (row,) = report(city.manager, "advisers")["rows"]
    assert (row["label"], row["asked"], row["answered"]) == ("广州市人力资源和社会保障局", 2, 1)
    assert row["median_s"] == pytest.approx(600, abs=5)


@pytest.mark.clause("BJO-1.3", "BJ-7.3-b")
def test_the_total_of_a_body_is_the_sum_of_those_below(city: Cast) -> None:
    for unit in (city.center.id, city.district.id, city.district.id):
        opened(unit_id=unit)
    rows = {row["label"]: row["cases"] for row in report(city.manager, "units")["rows"]}
    assert rows == {"广州市政务服务中心": 1, "广州市越秀区政务服务中心": 2}
    assert report(city.manager, "overview")["opened"] == sum(rows.values())


@pytest.mark.clause("T637-6.2.2-c")
def test_a_manager_counts_the_own_subtree_only(city: Cast) -> None:
    opened()
    opened(unit_id=city.district.id)
    staff = org.save_staff(org.NewStaff("yxmanager", "区管理", "yx", ("service_manager",)))
    district_manager = replace(actor_of(staff.account), unsigned=False)
    assert report(district_manager, "overview")["opened"] == 1


@pytest.mark.clause("T637-4-c")
def test_channels_are_counted_together(city: Cast) -> None:
    for channel in ("web", "hotline", "hotline", "kiosk"):
        opened(channel=channel)
    rows = {row["label"]: row["cases"] for row in report(city.manager, "channels")["rows"]}
    assert rows == {"网页端": 1, "热线端": 2, "自助端": 1}


def test_every_day_of_the_period_is_there_by_the_citys_midnight(city: Cast) -> None:
    opened()
    stand_at(WORKING_MORNING.replace(hour=16, minute=30))
    opened()
    told = report(city.manager, "days", "2026-11-17", "2026-11-19")
    assert [(row["day"], row["opened"]) for row in told["rows"]] == [
        ("2026-11-17", 0),
        ("2026-11-18", 1),
        ("2026-11-19", 1),
    ]


@pytest.mark.parametrize("period", [("gestern", ""), ("2026-11-20", "2026-11-01"), ("2024-01-01", "2026-11-18")])
def test_a_period_that_makes_no_sense_is_refused(city: Cast, period: tuple[str, str]) -> None:
    with pytest.raises(Incomplete):
        report(city.manager, "overview", *period)


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_has_an_answer(city: Cast, item: Item, name: str) -> None:
    claimed(city, item)
    told = report(city.manager, name, last=(now() + timedelta(days=1)).date().isoformat())
    assert told["report"] == name
    assert told["to"] == "2026-11-19"
