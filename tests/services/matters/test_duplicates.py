"""Duplicates at intake: the same matter told already, by this caller or by others (并单)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bangban.services.matters import actions, reads
from tests.services.matters.corpus import ALONE, BUS, DUST, PARKING, START, Hotline

pytestmark = pytest.mark.usefixtures("city")


@pytest.fixture
def known(hotline: Hotline) -> Hotline:
    for day, text in enumerate((*DUST, *PARKING, *BUS, *ALONE)):
        hotline.tell(text, day=day / 10, by=f"caller{day}")
    return hotline


def test_the_same_matter_is_found_first_and_offered_for_merging(known: Hotline) -> None:
    found = reads.like("海棠公馆开发商捆绑销售车位，不买车位就不给选房", at=START + timedelta(days=2))
    assert found[0].number == "GD000006" and found[0].same and found[0].matter.startswith("JZ")
    assert {one.number for one in found} == {f"GD{n:06d}" for n in range(6, 10)}


def test_the_same_callers_earlier_order_comes_first(known: Hotline) -> None:
    phone = known.orders["GD000009"].phone_index
    assert phone is not None
    found = reads.like("海棠公馆又要捆绑车位才给选房资格", at=START + timedelta(days=2), phone_index=phone)
    own = [one for one in found if one.own]
    assert [one.number for one in own] == ["GD000009"]


def test_nothing_is_like_a_matter_that_nobody_told(known: Hotline) -> None:
    for text in ("图书馆晚上几点关门", "", "谢谢你们，辛苦了"):
        assert reads.like(text, at=START + timedelta(days=2)) == []


def test_the_order_being_written_is_not_its_own_duplicate(known: Hotline) -> None:
    found = reads.like(ALONE[4], at=START, leave_out="GD000017")
    assert "GD000017" not in {one.number for one in found}
    assert reads.like(ALONE[4], at=START)[0].number == "GD000017"


def test_a_changed_order_is_found_by_its_new_text_only(known: Hotline) -> None:
    order = known.orders["GD000018"]
    actions.remember(order.number, "体育中心游泳馆的更衣室漏水，地面湿滑", "体育中心", order.at)
    assert reads.like("游泳馆更衣室漏水地滑", at=START)[0].number == order.number
    assert order.number not in {one.number for one in reads.like(order.text, at=START)}
