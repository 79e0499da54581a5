"""Orders leave their matter when they are withdrawn, no longer merged or no longer alike; what people decided stays."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.foundation.jobs.following import catch_up
from bangban.foundation.ledger.models import Event
from bangban.services.hotline.actions import merge, unmerge, withdraw
from bangban.services.matters import actions, reads
from bangban.services.matters.models import Matter, MatterOrder
from bangban.services.matters.models.matters import Left
from tests.cast import Cast, add_staff
from tests.hotline import make_hotline, registered_order
from tests.services.matters.corpus import DUST, PARKING, START, Hotline


@pytest.fixture
def agent(city: Cast) -> Actor:
    return add_staff("agent1", "话务一", "gz", "hotline_agent")


@pytest.fixture
def dust(city: Cast, hotline: Hotline) -> str:
    for text in DUST[:4]:
        hotline.tell(text)
    return reads.matter_of("GD000001").number  # type: ignore[union-attr]


def inside(number: str) -> set[str]:
    return set(reads.order_numbers(number))


@pytest.mark.clause("GB33358-5.2.3.1-b")
def test_a_withdrawn_order_is_counted_no_more_and_its_row_tells_why(dust: str) -> None:
    assert actions.leave("GD000002", Left.WITHDRAWN) == dust
    matter = Matter.objects.get()
    assert (matter.size, matter.tellers) == (3, 3)
    row = MatterOrder.objects.get(order_number="GD000002")
    assert row.removed_at is not None and row.left == "withdrawn"
    assert Event.objects.filter(number=dust, kind="matter.shrink", data__why="withdrawn").exists()
    assert actions.leave("GD000002", Left.WITHDRAWN) == ""


def test_a_closed_matter_stays_as_it_was(agent: Actor, dust: str) -> None:
    actions.confirm(agent, dust)
    actions.close(agent, dust, "已处置")
    assert actions.leave("GD000002", Left.WITHDRAWN) == ""
    assert Matter.objects.get().size == 4


def test_a_matter_that_nobody_confirmed_ends_when_its_orders_are_gone(dust: str) -> None:
    for place in (1, 2, 3):
        actions.leave(f"GD00000{place}", Left.WITHDRAWN)
    assert actions.fade(START) == 1
    matter = Matter.objects.get()
    assert (matter.state, matter.outcome, matter.size) == ("closed", "scattered", 1)


def test_the_night_lets_an_order_go_that_tells_something_else_now(dust: str, hotline: Hotline) -> None:
    for text in PARKING[:3]:
        hotline.tell(text)
    parking = reads.matter_of("GD000005").number  # type: ignore[union-attr]
    changed = hotline.orders["GD000004"]
    actions.remember(changed.number, PARKING[3], "", changed.at, phone_index=changed.phone_index)
    assert actions.regroup(START + timedelta(days=1)) == 2
    assert inside(dust) == {"GD000001", "GD000002", "GD000003"}
    assert inside(parking) == {"GD000004", "GD000005", "GD000006", "GD000007"}
    assert actions.regroup(START + timedelta(days=1)) == 0
    assert [one.why for one in reads.one(add_staff("a2", "话务二", "gz", "hotline_agent"), dust).gone] == [
        "内容不再相近"
    ]


def test_the_night_leaves_what_people_put_together(agent: Actor, dust: str, hotline: Hotline) -> None:
    for text in PARKING[:3]:
        hotline.tell(text)
    actions.add_order(agent, dust, hotline.tell(PARKING[3])[0])
    other = hotline.orders["GD000001"]
    actions.confirm(agent, dust)
    actions.remember(other.number, PARKING[0], "", other.at, phone_index=other.phone_index)
    assert actions.regroup(START + timedelta(days=1)) == 0
    assert {"GD000001", "GD000008"} <= inside(dust)


@pytest.mark.clause("GB33358-5.2.3.1-b")
def test_a_matter_is_parted_by_hand_with_a_reason_and_stays_parted(agent: Actor, dust: str) -> None:
    for orders, reason in (([], "不同"), (["GD000001"], "不同"), (["GD000001", "GD000009"], "不同"),
                           ([f"GD00000{n}" for n in (1, 2, 3, 4)], "不同"), (["GD000001", "GD000002"], " ")):  # fmt: skip
        with pytest.raises(Incomplete):
            actions.split(agent, dust, orders, reason)
    made = actions.split(agent, dust, ["gd000001", "GD000002"], "是另一家搅拌站")
    assert (inside(dust), inside(made.number)) == ({"GD000003", "GD000004"}, {"GD000001", "GD000002"})
    assert (made.state, made.confirmed_by_id, made.size) == ("watched", agent.staff_id, 2)
    event = Event.objects.get(number=dust, kind="matter.split")
    assert event.data["reason"] == "是另一家搅拌站" and event.data["into"] == made.number
    assert Event.objects.filter(kind="matter.concentrated").count() == 1, "two orders are below the threshold"
    actions.regroup(START + timedelta(days=1))
    assert set(Matter.objects.values_list("state", "size")) == {("open", 2), ("watched", 2)}


def test_a_matter_joined_by_hand_keeps_the_reason(agent: Actor, dust: str, hotline: Hotline) -> None:
    for text in PARKING[:3]:
        hotline.tell(text)
    parking = reads.matter_of("GD000005").number  # type: ignore[union-attr]
    with pytest.raises(Incomplete):
        actions.merge(agent, parking, dust, "")
    actions.merge(agent, parking, dust, "同一开发商")
    assert reads.one(agent, parking).reason == "同一开发商"
    assert reads.numbers_of("GD000005") == [parking, dust]
    assert actions.regroup(START + timedelta(days=1)) == 0
    assert len(inside(dust)) == 7


def test_a_manager_names_a_matter_and_the_name_stays(agent: Actor, dust: str, hotline: Hotline) -> None:
    manager = add_staff("manager1", "主管一", "gz", "hotline_manager")
    with pytest.raises(NotAllowed):
        actions.rename(agent, dust, "搅拌站扰民")
    for wrong in (" ", "长" * 61):
        with pytest.raises(Incomplete):
            actions.rename(manager, dust, wrong)
    actions.rename(manager, dust, "锦绣新城  搅拌站扰民")
    for text in DUST:
        hotline.tell(text)
    assert Matter.objects.get().title == "锦绣新城 搅拌站扰民"
    assert reads.one(manager, dust).named


def test_the_days_of_a_matter_are_all_there(agent: Actor, dust: str, hotline: Hotline) -> None:
    hotline.tell(DUST[4], day=9)
    days = reads.one(agent, dust).days
    assert sum(one.orders for one in days) == 5
    assert 7 <= len(days) <= 30
    assert {(right.day - left.day).days for left, right in pairwise(days)} == {1}


@pytest.mark.clause("GB33358-5.2.3.1-b")
@pytest.mark.django_db(transaction=True)
def test_a_withdrawn_order_leaves_and_a_merge_brings_together_until_it_is_undone(db: None) -> None:
    line = make_hotline()

    def told(text: str, phone: str) -> str:
        fields = {"title": "", "course": text, "request": text, "place": "锦绣新城"}
        return registered_order(line, contact_phone=phone, **fields).number

    first, *rest = (told(text, f"1390000003{place}") for place, text in enumerate(DUST[:4]))
    other = told(PARKING[0], "13900000039")
    catch_up()
    number = Matter.objects.get().number
    withdraw(line.agent, first, "诉求人来电撤回")
    merge(line.agent, other, rest[0], "同一工地的另一件事")
    catch_up()
    assert inside(number) == {*rest, other}
    unmerge(line.manager, other, "不是同一事项")
    catch_up()
    assert inside(number) == set(rest)
    actions.regroup(now())
    assert inside(number) == set(rest)
    assert dict(MatterOrder.objects.exclude(removed_at=None).values_list("order_number", "left")) == {
        first: "withdrawn", other: "unmerged",
    }  # fmt: skip
