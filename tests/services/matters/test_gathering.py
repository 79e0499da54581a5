"""Orders are gathered as they are registered: the third similar one opens a matter."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connections

from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.foundation.ledger.models import Event
from bangban.services.matters import actions, reads
from bangban.services.matters.models import Matter, MatterOrder, OrderSketch, SketchKey
from tests.cast import Cast, add_staff, make_city
from tests.services.matters.corpus import ALONE, BUS, DUST, PARKING, START, Hotline

pytestmark = pytest.mark.usefixtures("city")


@pytest.mark.clause("GB33358-5.2.3.1-b")
def test_the_third_similar_order_opens_a_matter_and_tells_of_it(hotline: Hotline) -> None:
    told = [hotline.tell(text, day=day) for day, text in enumerate(DUST[:3])]
    assert [matter for _, matter in told][:2] == ["", ""] and told[2][1].startswith("JZ")
    matter = Matter.objects.get()
    assert (matter.state, matter.kind, matter.size, matter.tellers) == ("open", "concentrated", 3, 3)
    assert "锦绣新城" in matter.title
    event = Event.objects.get(kind="matter.concentrated")
    assert event.number == matter.number and event.data["size"] == 3
    assert {row.number for row in reads.orders_of(matter.number)} == {number for number, _ in told}


@pytest.mark.clause("GB33358-5.6.2.1")
def test_what_many_tell_is_listed_with_its_orders_for_the_special_report(hotline: Hotline) -> None:
    for day, text in enumerate((*DUST, *PARKING, *ALONE)):
        hotline.tell(text, day=day)
    first, second = sorted(reads.concentrated(START, 3), key=lambda row: -row.size)
    assert (first.size, second.size) == (5, 4)
    assert "海棠公馆" in second.title and "车位" in second.words
    assert reads.concentrated(START + timedelta(days=30)) == [] and len(reads.concentrated(START, 5)) == 1


@pytest.mark.clause("GB33358-5.2.3.1-b")
def test_one_person_calling_again_and_again_opens_a_matter_of_repeats(hotline: Hotline) -> None:
    for day, text in enumerate(BUS):
        hotline.tell(text, day=day, by="one")
    matter = Matter.objects.get()
    assert (matter.kind, matter.size, matter.tellers) == ("repeated", 3, 1)
    hotline.tell("805路什么时候改道学府路，学生没有公交坐", day=4, by="another")
    matter.refresh_from_db()
    assert (matter.kind, matter.size, matter.tellers) == ("concentrated", 4, 2)


@pytest.mark.clause("GB33358-5.2.3.1-b")
def test_the_threshold_is_set_by_the_manager_of_the_hotline(city: Cast, hotline: Hotline) -> None:
    manager = add_staff("manager12345", "热线主管", "gz", "hotline_manager")
    with pytest.raises(NotYours):
        actions.set_threshold(city.guide, 2, 30)
    with pytest.raises(Incomplete):
        actions.set_threshold(manager, 1, 400)
    actions.set_threshold(manager, 2, 10)
    assert hotline.tell(PARKING[0])[1] == "" and hotline.tell(PARKING[1])[1] != ""
    hotline.tell(DUST[0])
    assert hotline.tell(DUST[1], day=11)[1] == ""


def test_orders_far_apart_in_time_open_nothing(hotline: Hotline) -> None:
    assert [hotline.tell(text, day=20 * n)[1] for n, text in enumerate(DUST[:3])] == ["", "", ""]


def test_later_orders_join_and_the_matter_counts_anew(hotline: Hotline) -> None:
    numbers = [hotline.tell(text, day=n)[1] for n, text in enumerate(DUST)]
    assert len(set(numbers[2:])) == 1
    matter = Matter.objects.get()
    assert (matter.size, matter.densest, matter.last_at) == (5, 5, START + timedelta(days=4))
    row = reads.matter_of("GD000005")
    assert row is not None and row.number == matter.number and reads.matter_of("GD999999") is None


def test_an_order_is_taken_in_once_and_may_be_forgotten(hotline: Hotline) -> None:
    for text in DUST[:3]:
        hotline.tell(text)
    again = hotline.orders["GD000003"]
    assert actions.take_in(again) == Matter.objects.get().number
    assert MatterOrder.objects.count() == 3 and OrderSketch.objects.count() == 3
    assert actions.forget("GD000003") and not actions.forget("GD000003")
    kept = {key for row in OrderSketch.objects.all() for key in row.keys}
    assert set(SketchKey.objects.values_list("key", flat=True)) == kept


def test_the_night_opens_what_the_day_missed_and_joins_what_it_made_twice(hotline: Hotline) -> None:
    for day, text in enumerate((*DUST[:3], *ALONE)):
        hotline.tell(text, day=day)
    for text in PARKING:
        order = hotline.note(text, day=5)
        actions.remember(order.number, order.text, "", order.at, phone_index=order.phone_index)
    actions.count_terms(now())
    assert actions.regroup(START + timedelta(days=15)) == 1
    assert sorted(Matter.objects.values_list("size", flat=True)) == [3, 4]
    assert actions.regroup(START + timedelta(days=15)) == 0


def test_the_night_forgets_old_sketches_and_ends_what_nobody_tells_any_more(hotline: Hotline) -> None:
    for text in DUST[:3]:
        hotline.tell(text)
    assert actions.fade(START + timedelta(days=59)) == 0 and actions.fade(START + timedelta(days=61)) == 1
    matter = Matter.objects.get()
    assert (matter.state, matter.outcome) == ("closed", "faded")
    assert actions.drop_old(START + timedelta(days=170)) == 0 and actions.drop_old(START + timedelta(days=181)) == 3
    assert not SketchKey.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_orders_of_a_new_matter_registered_at_once_make_one_matter(hotline: Hotline, db: None) -> None:
    hotline.tell(DUST[0])
    hotline.tell(DUST[1])
    orders = [hotline.note(text) for text in (DUST[2], DUST[3])]
    gate = threading.Barrier(2)
    found: list[str] = []

    def register(order: object) -> None:
        gate.wait(60)
        found.append(actions.take_in(order))  # type: ignore[arg-type]
        connections.close_all()

    threads = [threading.Thread(target=register, args=(order,)) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    matter = Matter.objects.get()
    assert found == [matter.number] * 2 and matter.size == MatterOrder.objects.count() == 4
    assert make_city is not None
