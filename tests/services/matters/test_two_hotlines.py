"""Two hotlines in one house: neither gathers, counts nor sees the matters of the other."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

import pytest
from django.db import connection

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.registry.org import actions as org
from bangban.registry.org import reads as places
from bangban.services.hotline.models import WorkOrder
from bangban.services.matters import actions, reads
from bangban.services.matters.models import Matter, MatterOrder, OrderSketch, SketchKey
from tests.cast import Cast, add_staff
from tests.hotline import make_hotline, registered_order
from tests.services.matters.corpus import DUST, PARKING, Hotline


@dataclass
class Two:
    """The city's hotline and a district's, each with its manager, and somebody who sits above both."""

    city: int
    district: int
    manager: Actor
    other: Actor
    above: Actor


@pytest.fixture
def two(city: Cast) -> Two:
    ids = [
        org.save_body(org.NewBody(code, name, "hotline", "city", "440100", "gz", phone=phone)).id
        for code, name, phone in (("hl", "市民热线", "12345"), ("hl2", "便民热线", "020-8555 0000"))
    ]
    places.forget()
    people = [add_staff(f"m_{code}", "值班", code, "hotline_manager", "hotline_agent") for code in ("hl", "hl2", "gz")]
    return Two(*ids, *people)


def tell_both(two: Two, hotline: Hotline) -> None:
    """Each hotline is told of dust; the district's only twice."""
    for text in DUST[:3]:
        hotline.tell(text, center=two.city)
    for text in DUST[3:]:
        hotline.tell(text, center=two.district)


@pytest.mark.clause("GB33358-5.2.3.1-b")
def test_orders_of_two_hotlines_make_no_common_matter_by_day_or_by_night(two: Two, hotline: Hotline) -> None:
    tell_both(two, hotline)
    matter = Matter.objects.get()
    assert (matter.center_id, matter.size, matter.tellers) == (two.city, 3, 3)
    assert actions.regroup(now()) == 0
    third = hotline.tell(DUST[0], center=two.district)[1]
    assert {row.number: (row.center_id, row.size) for row in Matter.objects.all()} == {
        matter.number: (two.city, 3), third: (two.district, 3),
    }  # fmt: skip
    MatterOrder.objects.all().delete()
    Matter.objects.all().delete()
    assert actions.regroup(now()) == 2
    assert sorted(Matter.objects.values_list("center_id", "size")) == [(two.city, 3), (two.district, 3)]


def test_a_hotline_sees_and_handles_only_its_own_matters(two: Two, hotline: Hotline) -> None:
    tell_both(two, hotline)
    mine = Matter.objects.get()
    assert [row.number for row in reads.page(two.manager).rows] == [mine.number]
    assert [row.number for row in reads.page(two.above).rows] == [mine.number]
    assert reads.page(two.other).rows == reads.page(two.other, center=two.city).rows == ()
    assert reads.page(two.above, center=two.district).rows == ()
    assert not reads.may_follow(two.other, mine.number) and reads.may_follow(two.manager, mine.number)
    for act in (
        lambda: reads.one(two.other, mine.number),
        lambda: actions.confirm(two.other, mine.number),
        lambda: actions.add_order(two.other, mine.number, "GD000004"),
    ):
        with pytest.raises(NotYours):
            act()


def test_by_hand_too_a_matter_takes_nothing_of_another_hotline(two: Two, hotline: Hotline) -> None:
    tell_both(two, hotline)
    mine = Matter.objects.get()
    with pytest.raises(Incomplete):
        actions.add_order(two.manager, mine.number, "GD000004")
    assert actions.keep_together("GD000004", "GD000001") == ""
    other = hotline.tell(DUST[0], center=two.district)[1]
    with pytest.raises(Incomplete):
        actions.merge(two.manager, mine.number, other, "同一事项")
    assert actions.keep_together("GD000004", "GD000001") == ""
    assert sorted(Matter.objects.values_list("size", "state")) == [(3, "open"), (3, "open")]


def test_an_order_is_likened_only_to_orders_of_its_own_hotline(two: Two, hotline: Hotline) -> None:
    tell_both(two, hotline)
    phone = hotline.orders["GD000001"].phone_index
    assert {one.number for one in reads.like(DUST[0], phone_index=phone, at=now(), center=two.district)} <= {
        "GD000004", "GD000005",
    }  # fmt: skip
    at = hotline.orders["GD000001"].at
    assert {one.number for one in reads.like(DUST[0], at=at, center=two.city)} == {"GD000001", "GD000002", "GD000003"}


def test_each_hotline_sets_its_own_threshold_and_the_one_of_the_house_holds_for_the_others(
    two: Two, hotline: Hotline
) -> None:
    actions.set_threshold(two.manager, 2, 10, center=two.district)
    assert (reads.threshold(two.city), reads.threshold(two.district)) == ((2, 10), (3, 30))
    actions.set_threshold(two.above, 4, 20)
    assert (reads.threshold(two.city), reads.threshold(two.district)) == ((2, 10), (4, 20))
    actions.set_threshold(two.above, 5, 40, center=two.district)
    assert reads.threshold(two.district) == (5, 40)
    hotline.tell(PARKING[0], center=two.city)
    assert hotline.tell(PARKING[1], center=two.city)[1] != ""


def test_what_was_gathered_over_the_whole_house_is_given_to_the_hotline_of_most_of_its_orders(db: None) -> None:
    line, at = make_hotline(), now()
    numbers = [registered_order(line, contact_phone=f"1390000003{step}").number for step in range(4)]
    other = org.save_body(org.NewBody("hl2", "便民热线", "hotline", "city", "440100", phone="020-8555 0000"))
    WorkOrder.objects.filter(number=numbers[3]).update(center_id=other.id)
    matter = Matter.objects.create(
        number="JZ000000018", state="open", kind="concentrated", title="x", size=4, tellers=4, densest=4, first_at=at,
        last_at=at, created_at=at, updated_at=at,
    )  # fmt: skip
    for number in numbers:
        MatterOrder.objects.create(matter=matter, order_number=number, at=at, added_at=at)
        actions.remember(number, DUST[0], "", at)
    made = import_module("bangban.services.matters.migrations.0005_hotline_of_each")
    with connection.cursor() as cursor:
        cursor.execute(made.SKETCHES)
        cursor.execute(made.MATTERS)
    matter.refresh_from_db()
    assert (matter.center_id, matter.size, matter.tellers, matter.densest) == (line.center.id, 3, 3, 3)
    assert set(reads.order_numbers(matter.number)) == set(numbers[:3])
    assert OrderSketch.objects.get(order_number=numbers[3]).center == other.id
    assert set(SketchKey.objects.values_list("center", flat=True)) == {line.center.id, other.id}
