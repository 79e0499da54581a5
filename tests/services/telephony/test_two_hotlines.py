"""Two hotlines in one house: each call belongs to one, and what is counted for one holds nothing of the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module

import msgspec
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.foundation.notify.models import Delivery
from bangban.registry.org import actions as org
from bangban.registry.org import reads as places
from bangban.registry.org.models import Body, Shift, Staff
from bangban.services.telephony import actions, reads
from bangban.services.telephony.asterisk.agents import pick
from bangban.services.telephony.belonging import NOBODY, digits_of
from bangban.services.telephony.events import ExchangeEvent
from bangban.services.telephony.models import Call, MinuteFigures, RateAlarm
from tests.cast import add_staff
from tests.services.telephony.cast import Hotline, event, lost, talk
from tests.services.telephony.histories import delivered, histories

NUMBERS = ("12345", "02085550000", "999")
"""The city's number, the district's, and one that nobody has registered."""


@dataclass
class Two:
    """The city's hotline and a district's."""

    city: Hotline
    district: Body
    agent: Actor
    manager: Actor

    @property
    def centers(self) -> tuple[int, int]:
        return self.city.body.id, self.district.id


@pytest.fixture
def two(hotline: Hotline) -> Two:
    district = org.save_body(
        org.NewBody("hl2", "从化区便民热线", "hotline", "district", "440117", "gz", phone="020-8555 0000")
    )
    agent = add_staff("hl2agent", "邹话务", "hl2", "hotline_agent")
    Staff.objects.filter(id=agent.staff_id).update(work_number="8001", languages=["mandarin"])
    places.forget()
    found = Two(hotline, district, agent, add_staff("hl2manager", "龚值班", "hl2", "hotline_manager"))
    actions.set_lines(hotline.manager, ["12345"])
    places.forget()
    return found


def to(number: str, told: list[ExchangeEvent]) -> list[ExchangeEvent]:
    """The same events of a call to another number."""
    return [replace_called(one, number) if one.called else one for one in told]


def replace_called(one: ExchangeEvent, number: str) -> ExchangeEvent:
    return msgspec.structs.replace(one, called=number)


def offered(center: int | None) -> int:
    day = now().date()
    return reads.total(day - timedelta(days=1), day, center=center).offered


def center_of(call: str) -> int | None:
    return Call.objects.values_list("center_id", flat=True).get(exchange_id=call)


def test_a_call_belongs_to_the_number_dialled_else_to_its_agent_else_to_nobody(two: Two) -> None:
    city, district = two.centers
    actions.receive(talk("city", agent="8001"))
    actions.receive(to("02085550000", lost("district")))
    actions.receive(to("999", talk("by-agent", agent="8001")))
    actions.receive(to("", lost("nobody")))
    outgoing = [event(one.kind, "out", one.at, direction="out", agent="8001") for one in talk("x")]
    actions.receive([outgoing[0], *outgoing[2:]])
    assert [center_of(call) for call in ("city", "district", "by-agent", "nobody", "out")] == [
        city, district, district, None, district,
    ]  # fmt: skip
    assert [offered(center) for center in (city, district, NOBODY, None)] == [1, 2, 1, 4]
    assert reads.wall(center=city).unassigned == reads.wall(center=district).unassigned == 1
    day = now().date()
    assert reads.recompute(day - timedelta(days=1), day) == []


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_figures_of_each_hotline_counted_afresh_are_the_live_ones(two: Two, data: st.DataObject) -> None:
    base, start = Call.objects.count(), now() - timedelta(hours=2)
    many = [
        to(data.draw(st.sampled_from(NUMBERS)), data.draw(histories(call=f"r{base}.{place}", start=start)))
        for place in range(data.draw(st.integers(1, 4)))
    ]
    taken = st.sampled_from(("7001", "8001"))
    many = [[swap(one, data.draw(taken)) if one.agent == "7003" else one for one in told] for told in many]
    coming = data.draw(delivered([one for history in many for one in history]))
    for begin in range(0, len(coming), 5):
        actions.receive(coming[begin : begin + 5])
    day = now().date()
    assert reads.recompute(day - timedelta(days=1), day) == []
    again = [renamed(one) for one in data.draw(st.permutations(coming))]
    for begin in range(0, len(again), 3):
        actions.receive(again[begin : begin + 3])
    calls = [told[0].call for told in many]
    assert [center_of(call) for call in calls] == [center_of(f"again.{call}") for call in calls]
    assert reads.recompute(day - timedelta(days=1), day) == []
    assert sum(offered(center) for center in (*two.centers, NOBODY)) == offered(None)
    whole = [reads.wall(center=center).rolling for center in (*two.centers, NOBODY)]
    assert sum(rate.whole for rate in whole) == reads.wall().rolling.whole


def renamed(one: ExchangeEvent) -> ExchangeEvent:
    return msgspec.structs.replace(one, call=f"again.{one.call}", id=f"again.{one.id}")


def swap(one: ExchangeEvent, agent: str) -> ExchangeEvent:
    return msgspec.structs.replace(one, agent=agent)


def test_the_wall_and_the_lists_of_one_hotline_hold_nothing_of_the_other(two: Two) -> None:
    city, district = two.centers
    at = now()
    actions.receive(lost("c", start=at - timedelta(minutes=5), caller="13900000001"))
    actions.receive(to(NUMBERS[1], talk("d", start=at - timedelta(minutes=4), wait=40, agent="8001", caller="")))
    actions.receive(to(NUMBERS[1], lost("w", start=at - timedelta(seconds=20))[:1]))
    for center, waiting, late, back in ((city, 0, ["abandoned"], 1), (district, 1, ["answered"], 0)):
        assert len(reads.waiting_now(at, center=center)) == reads.wall(at, center).waiting == waiting
        found = [row.outcome for row in reads.breaches(at.date(), center=center).rows]
        assert [one for one in found if one != "waiting"] == late
        assert len(reads.missed(center=center).rows) == back
    assert reads.wall(at).waiting == 1
    (mine,) = reads.missed(center=city).rows
    with pytest.raises(NotYours):
        actions.claim_missed(two.agent, mine.call_id)
    actions.claim_missed(two.city.agent, mine.call_id)


@pytest.mark.clause("GB33358-5.1.2.3-b")
def test_the_alarm_of_one_hotline_opens_for_it_alone_and_tells_its_managers(two: Two) -> None:
    city, district = two.centers
    at = now().replace(second=0, microsecond=0)
    for center, answered, failed in ((city, 99, 1), (district, 1, 9)):
        MinuteFigures.objects.create(
            minute=at - timedelta(minutes=9), center=center, language="", offered=answered + failed, answered=answered,
            abandoned=failed,
        )  # fmt: skip
    actions.judge(at)
    assert [row.center_id for row in RateAlarm.objects.all()] == [district]
    assert (len(reads.alarms(center=city)), len(reads.alarms(center=district))) == (0, 1)
    assert (len(reads.wall(at, city).alarms), len(reads.wall(at, district).alarms)) == (0, 1)
    (told,) = Delivery.objects.filter(purpose="hotline_alarm")
    assert told.account_id == two.manager.account_id
    assert told.text.startswith("从化区便民热线：")


@pytest.mark.clause("GB33358-5.1.2.1")
def test_an_hour_without_an_agent_of_this_hotline_is_a_gap_though_the_other_has_one(two: Two) -> None:
    Shift.objects.filter(staff_id=two.agent.staff_id, weekday=6).delete()
    begin, end = now(), now() + timedelta(days=7)
    assert reads.roster_gaps(begin, end, two.city.body.id) == []
    assert len(reads.roster_gaps(begin, end, two.district.id)) == 1
    assert actions.warn_of_gaps(begin) == 1
    assert {one.account_id for one in Delivery.objects.filter(purpose="hotline_alarm")} == {two.manager.account_id}


def test_seats_belong_to_a_hotline_and_take_its_calls(two: Two) -> None:
    actions.set_up_seat(two.city.manager, "01")
    actions.set_up_seat(two.manager, "B1")
    with pytest.raises(Incomplete) as taken:
        actions.set_up_seat(two.manager, "01")
    assert "请换一个号" in taken.value.details["fields"]["number"]
    with pytest.raises(Incomplete):
        actions.sign_in(two.agent, "01")
    actions.sign_in(two.agent, "B1")
    actions.sign_in(two.city.second_agent, "01")
    city, district = two.centers
    assert [[one.number for one in reads.seats(center)] for center in (city, district, None)] == [
        ["01"], ["B1"], ["01", "B1"],
    ]  # fmt: skip
    assert reads.wall(center=district).seats == {"ready": 1}
    assert [pick("", frozenset(), number) for number in NUMBERS[:2]] == ["7002", "8001"]
    assert pick("", frozenset({"8001"}), NUMBERS[1]) is None
    assert pick("", frozenset({"8001"}), NUMBERS[2]) == "7002"


def test_a_number_is_one_hotlines_and_is_a_number(two: Two) -> None:
    for wrong in (["12345"], ["电话"], ["1"]):
        with pytest.raises(Incomplete):
            actions.set_lines(two.manager, wrong)
    with pytest.raises(NotYours):
        actions.set_lines(two.agent, ["12349"])
    actions.set_lines(two.manager, ["020-1234 5678", "", "12349"])
    assert reads.lines_of(two.district.id) == ["02012345678", "12349"]
    actions.set_lines(two.manager, [])
    assert reads.lines_of(two.district.id) == []
    assert digits_of("+86 (020) 1-2") == "8602012"


def test_what_came_before_is_given_to_its_hotline(two: Two) -> None:
    city, district = two.centers
    actions.receive(to("999", talk("a")))
    actions.receive(to("999", talk("b", agent="8001")))
    actions.receive(to("999", lost("c")))
    actions.set_up_seat(two.manager, "B1")
    actions.sign_in(two.agent, "B1")
    told = {name: (center_of(name)) for name in "abc"}
    assert told == {"a": city, "b": district, "c": None}
    before = sorted(MinuteFigures.objects.values_list())
    filling = import_module("bangban.services.telephony.migrations.0005_which_hotline")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE telephony_call SET center_id = NULL")
        cursor.execute("UPDATE telephony_seat SET center_id = NULL")
        for statement in filling.Migration.operations[0].sql:
            cursor.execute(statement)
    assert {name: (center_of(name)) for name in "abc"} == told
    assert sorted(MinuteFigures.objects.values_list()) == before
    assert [one.number for one in reads.seats(district)] == ["B1"]


def test_what_came_before_goes_to_the_only_hotline(hotline: Hotline) -> None:
    actions.receive(lost("c"))
    filling = import_module("bangban.services.telephony.migrations.0005_which_hotline")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE telephony_call SET center_id = NULL")
        cursor.execute("UPDATE telephony_minute_figures SET center = 0")
        for statement in filling.Migration.operations[0].sql:
            cursor.execute(statement)
    assert center_of("c") == hotline.body.id
    assert [row.center for row in MinuteFigures.objects.all()] == [hotline.body.id]
    assert reads.recompute(now().date() - timedelta(days=1), now().date()) == []
