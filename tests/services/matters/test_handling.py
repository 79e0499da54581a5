"""What staff do with a matter, and who may."""

from __future__ import annotations

import pytest

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.models import Event
from bangban.services.matters import actions, reads
from bangban.services.matters.models import Matter
from tests.cast import Cast, add_staff
from tests.services.matters.corpus import DUST, PARKING, Hotline


@pytest.fixture
def agent(city: Cast) -> Actor:
    return add_staff("agent1", "话务一", "gz", "hotline_agent")


@pytest.fixture
def matters(city: Cast, hotline: Hotline) -> tuple[str, str]:
    for text in (*DUST[:4], *PARKING):
        hotline.tell(text)
    return reads.matter_of("GD000001").number, reads.matter_of("GD000005").number  # type: ignore[union-attr]


def test_a_matter_is_confirmed_then_closed_and_its_story_is_kept(agent: Actor, matters: tuple[str, str]) -> None:
    number = matters[0]
    with pytest.raises(NotAllowed):
        actions.close(agent, number, "还没有确认")
    actions.confirm(agent, number)
    with pytest.raises(Incomplete):
        actions.close(agent, number, " ")
    actions.close(agent, number, "已约谈企业，搅拌站停产")
    view = reads.one(agent, number)
    assert (view.row.state, view.outcome, view.reason) == ("closed", "已处置", "已约谈企业，搅拌站停产")
    kinds = list(Event.objects.filter(number=number).order_by("position").values_list("kind", flat=True))
    assert kinds[-2:] == ["matter.confirm", "matter.close"] and "matter.grow" in kinds


def test_who_has_no_duty_for_matters_sees_none_and_changes_none(city: Cast, matters: tuple[str, str]) -> None:
    for act in (lambda: reads.page(city.guide), lambda: reads.one(city.guide, matters[0])):
        with pytest.raises(NotYours):
            act()
    with pytest.raises(NotYours):
        actions.confirm(city.guide, matters[0])
    undertaker = add_staff("unit1", "承办一", "rsj", "undertaker")
    assert reads.one(undertaker, matters[0]).allowed == ()
    with pytest.raises(NotAllowed):
        actions.dismiss(undertaker, matters[0], "不是")


def test_what_staff_took_out_stays_out_and_can_be_put_in_again(
    agent: Actor, matters: tuple[str, str], hotline: Hotline
) -> None:
    number = matters[0]
    actions.remove_order(agent, number, "GD000004", "说的是另一家工厂")
    assert Matter.objects.get(number=number).size == 3
    assert actions.take_in(hotline.orders["GD000004"]) == ""
    assert actions.regroup(hotline.orders["GD000004"].at) == 0
    actions.add_order(agent, number, "gd000004")
    assert Matter.objects.get(number=number).size == 4
    with pytest.raises(NotAllowed):
        actions.add_order(agent, number, "GD000004")
    with pytest.raises(Incomplete):
        actions.add_order(agent, number, "GD777777")
    with pytest.raises(Incomplete):
        actions.remove_order(agent, number, "GD000005", "不在这里")


def test_an_order_put_in_by_hand_leaves_the_matter_it_was_in(agent: Actor, matters: tuple[str, str]) -> None:
    actions.add_order(agent, matters[0], "GD000005")
    assert [Matter.objects.get(number=number).size for number in matters] == [5, 3]
    (order,) = [row for row in reads.orders_of(matters[0]) if row.by_hand]
    assert (order.number, order.likeness) == ("GD000005", None)


def test_two_matters_become_one_with_all_orders(agent: Actor, matters: tuple[str, str]) -> None:
    one, other = matters
    for wrong in (other, "JZ404", " "):
        with pytest.raises(Incomplete):
            actions.merge(agent, other, wrong, "同一事项")
    actions.merge(agent, other, one, "同一事项")
    kept, gone = Matter.objects.get(number=one), Matter.objects.get(number=other)
    assert (kept.size, gone.state, gone.outcome, gone.merged_into_id) == (8, "closed", "merged", kept.id)
    assert reads.matter_of("GD000008").number == one and reads.orders_of(other) == []  # type: ignore[union-attr]


def test_orders_of_a_dismissed_matter_are_not_gathered_again(
    agent: Actor, matters: tuple[str, str], hotline: Hotline
) -> None:
    actions.dismiss(agent, matters[0], "只是同一小区的不同问题")
    assert hotline.tell(DUST[4])[1] == ""
    assert actions.regroup(hotline.orders["GD000001"].at) == 0


def test_the_list_is_paged_and_a_broken_mark_is_refused(agent: Actor, matters: tuple[str, str]) -> None:
    first = reads.page(agent, limit=1)
    second = reads.page(agent, after=first.after, limit=1)
    assert {first.rows[0].number, second.rows[0].number} == set(matters) and second.after == ""
    assert reads.page(agent, "closed").rows == ()
    with pytest.raises(Incomplete):
        reads.page(agent, after="zz")
    rows = reads.orders_of(matters[0], limit=3)
    assert len(reads.orders_of(matters[0], after=rows[-1].number)) == 1
