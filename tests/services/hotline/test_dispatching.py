"""Giving an order to units: what must be said, who may get it, and how long they have."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.clocks.models import Clock
from bangban.foundation.clocks.zones import DEFAULT_ZONE, business_date
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.handover.models import Handover
from bangban.foundation.notify.models import Delivery
from bangban.registry.org import actions as org
from bangban.registry.org import reads as places
from bangban.services.hotline.actions import catalogue, dispatching, handling
from bangban.services.hotline.models import Assignment, WorkOrder
from bangban.services.hotline.reads.units import choices, forbidden_for, instead_of
from tests.hotline import PENSION, PHONE, POTHOLE, Hotline, registered_order
from tests.services.hotline.ways import OPINION, dispatched, handled, later, load


def _clocks(number: str) -> dict[str, Clock]:
    running = Clock.objects.filter(record_id=load(number).id, state="running")
    return {clock.code: clock for clock in running}


@pytest.mark.clause("GB33358-5.2.2.2")
def test_a_transfer_without_opinion_units_or_limit_is_refused_naming_each(line: Hotline) -> None:
    number = registered_order(line).number
    with pytest.raises(Incomplete) as refusal:
        dispatching.dispatch(line.agent, number, " ", [], None)
    assert set(refusal.value.details["fields"]) == {"opinion", "units", "lead"}
    units = [line.building_unit.id]
    for days, due in ((-1, None), (251, None), (0, datetime(2026, 11, 17, tzinfo=DEFAULT_ZONE))):
        with pytest.raises(Incomplete) as refusal:
            dispatching.dispatch(line.agent, number, OPINION, units, units[0], days, due)
        assert set(refusal.value.details["fields"]) == {"limit"}
    assert load(number).state == "registered"
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkOrder.objects.filter(number=number).update(state="dispatched")


@pytest.mark.clause("GB33358-5.2.2.2")
def test_sign_in_return_and_redispatch_stand_on_the_order(line: Hotline) -> None:
    number = dispatched(line)
    handling.return_order(line.builder, number, "道路工程由交通部门负责")
    assert load(number).state == "returned"
    assert load(number).returns == 1
    dispatching.redispatch(line.agent, number, OPINION, [line.roads_unit.id], line.roads_unit.id)
    handling.sign(line.roads, number)
    rows = Assignment.objects.filter(order__number=number).order_by("offered_at").values_list("unit", "state", "reason")
    assert list(rows) == [
        (line.building_unit.id, "returned", "道路工程由交通部门负责"),
        (line.roads_unit.id, "signed", ""),
    ]
    assert list(Handover.objects.order_by("offered_at").values_list("answer", flat=True)) == ["returned", "accepted"]


@pytest.mark.clause("GB33358-5.2.2.2")
def test_the_usual_limit_is_that_of_the_class_then_of_the_unit_and_two_days_for_questions(line: Hotline) -> None:
    expected = {("help_request", POTHOLE): 3, ("help_request", PENSION): 5, ("consultation", PENSION): 2}
    for (kind, category), days in expected.items():
        number = dispatched(line, kind=kind, category=category)
        due = load(number).due_at
        assert due is not None
        assert business_date(due).isoformat() == {2: "2026-11-20", 3: "2026-11-23", 5: "2026-11-25"}[days]
    catalogue.register_undertaker(SYSTEM, line.building_unit.id, "许联络", "13800000101", limit_days=8)
    assert business_date(load(dispatched(line, category=PENSION)).due_at or later()).isoformat() == "2026-11-30"


def test_a_limit_over_the_weekend_counts_working_days_and_its_clock_ends_with_it(line: Hotline) -> None:
    number = registered_order(line).number
    dispatching.dispatch(line.agent, number, OPINION, [line.building_unit.id], line.building_unit.id, days=3)
    order, clocks = load(number), _clocks(number)
    assert order.due_at is not None
    assert business_date(order.due_at).isoformat() == "2026-11-23"
    assert set(clocks) == {"order_sign", "order_handle"}
    assert clocks["order_handle"].due_at == order.due_at
    assert business_date(clocks["order_sign"].due_at).isoformat() == "2026-11-19"
    assert business_date(clocks["order_handle"].warn_at).isoformat() == "2026-11-20"


@pytest.mark.clause("GB33358-5.2.2.4")
def test_several_units_have_exactly_one_lead(line: Hotline) -> None:
    number = registered_order(line).number
    both = [line.building_unit.id, line.roads_unit.id]
    for lead in (None, line.emergency_body.id):
        with pytest.raises(Incomplete) as refusal:
            dispatching.dispatch(line.agent, number, OPINION, both, lead)
        assert "lead" in refusal.value.details["fields"]
    dispatching.dispatch(line.agent, number, OPINION, both, both[0], tasks={both[1]: "核实占道情况"})
    roles = dict(Assignment.objects.filter(order__number=number).values_list("unit", "role"))
    assert roles == {both[0]: "lead", both[1]: "assisting"}
    assert Assignment.objects.get(order__number=number, role="assisting").task == "核实占道情况"
    assert set(_clocks(number)) == {"order_sign", "order_handle", "order_assist"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.filter(order__number=number).update(role="lead")


@pytest.mark.clause("GB33358-5.2.2.4")
def test_only_the_lead_replies_and_completes(line: Hotline) -> None:
    number = handled(line, assisting=True)
    handling.sign_part(line.roads, number)
    for act in (
        lambda: handling.reply(line.roads, number, "sms", "已处理"),
        lambda: handling.complete(line.roads, number, "已处理", "solved"),
    ):
        with pytest.raises(NotAllowed, match="不由您办理"):
            act()
    handling.report_part(line.roads, number, "占道问题已纠正")
    assert Assignment.objects.get(order__number=number, role="assisting").state == "replied"
    handling.reply(line.builder, number, "sms", "已处理")
    assert handling.complete(line.builder, number, "会同交通部门处理完毕", "solved").state == "completed"


@pytest.mark.clause("GB33358-4.1.4")
def test_no_order_goes_to_a_body_that_is_not_registered(line: Hotline) -> None:
    number = registered_order(line).number
    for unit in (line.unregistered_unit.id, 99_999_999):
        with pytest.raises(Incomplete, match="还没有登记为承办单位"):
            dispatching.dispatch(line.agent, number, OPINION, [unit], unit)
    catalogue.register_undertaker(SYSTEM, line.unregistered_unit.id, "文联络", "13800000109", duties=("文物保护",))
    dispatching.dispatch(line.agent, number, OPINION, [line.unregistered_unit.id], line.unregistered_unit.id)
    handling.sign(line.outsider, number)
    catalogue.register_undertaker(SYSTEM, line.unregistered_unit.id, "文联络", "13800000109", active=False)
    other = registered_order(line).number
    with pytest.raises(Incomplete, match="还没有登记为承办单位"):
        dispatching.dispatch(line.agent, other, OPINION, [line.unregistered_unit.id], line.unregistered_unit.id)


@pytest.mark.clause("GB33358-4.1.4")
def test_the_unit_is_told_on_its_registered_contact_by_text_and_then_by_telephone(line: Hotline) -> None:
    number = dispatched(line)
    told = Delivery.objects.get(number=number, purpose="order_unit")
    assert (told.channel, told.address) == ("sms", "13800000101")
    assert "020-00012301" in told.chain or "02000012301" in told.chain
    assert "phone_task" in told.chain
    assert "李四" not in told.text
    assert PHONE not in told.text and "****" not in told.text


@pytest.mark.clause("GB33358-5.1.1.3")
def test_a_complaint_is_never_given_to_the_unit_complained_about_nor_below_it_nor_to_the_person(line: Hotline) -> None:
    below = org.save_body(
        org.NewBody("zjj2", "城建监察支队", "department", "city", "440100", "zjj", phone="1", address="x")
    )
    catalogue.register_undertaker(SYSTEM, below.id, "支队", "13800000108")
    catalogue.register_undertaker(SYSTEM, line.unregistered_unit.id, "监察", "13800000107", duties=("作风投诉监督",))
    places.forget()
    order = registered_order(line, "complaint")
    for unit in (line.building_unit.id, below.id):
        for units in ([unit], [line.roads_unit.id, unit]):
            with pytest.raises(Incomplete, match="不能转给被反映的单位") as refusal:
                dispatching.dispatch(line.agent, order.number, OPINION, units, units[0])
            assert "广州市文物局" in refusal.value.sentence
    assert forbidden_for(order) >= {line.building_unit.id, below.id}
    assert instead_of(order) == [line.unregistered_unit.id]
    assert {one.unit_id: bool(one.why_not) for one in choices(order)}[line.building_unit.id]
    by_person = registered_order(line, "complaint", about_unit=line.roads_unit.id, about_staff=line.builder.staff_id)
    with pytest.raises(Incomplete, match="不能转给被反映的单位"):
        dispatching.dispatch(line.agent, by_person.number, OPINION, [line.building_unit.id], line.building_unit.id)
    dispatching.dispatch(line.agent, order.number, OPINION, [line.roads_unit.id], line.roads_unit.id)


@pytest.mark.clause("GB33358-5.1.1.3")
def test_a_returned_complaint_is_not_redispatched_or_designated_to_whom_it_is_about(line: Hotline) -> None:
    number = registered_order(line, "complaint").number
    dispatching.dispatch(line.agent, number, OPINION, [line.roads_unit.id], line.roads_unit.id)
    handling.return_order(line.roads, number, "不属于本单位职责")
    unit = line.building_unit.id
    with pytest.raises(Incomplete, match="被反映"):
        dispatching.redispatch(line.agent, number, OPINION, [unit], unit)
    with pytest.raises(Incomplete, match="被反映"):
        dispatching.designate(line.manager, number, OPINION, [unit], unit, reason="裁定")


def test_a_unit_that_returned_it_gets_it_again_only_by_decision_and_may_then_not_return_it(line: Hotline) -> None:
    number, unit = dispatched(line), line.building_unit.id
    handling.return_order(line.builder, number, "不属于本单位职责")
    with pytest.raises(Incomplete, match="已经退回过"):
        dispatching.redispatch(line.agent, number, OPINION, [unit], unit)
    with pytest.raises(NotAllowed, match="不由您办理"):
        dispatching.designate(line.agent, number, OPINION, [unit], unit, reason="话务员不能裁定")
    with pytest.raises(Incomplete, match="理由"):
        dispatching.designate(line.manager, number, OPINION, [unit], unit)
    dispatching.designate(line.manager, number, OPINION, [unit], unit, reason="三定方案明确由住建部门负责")
    with pytest.raises(NotAllowed, match="经裁定"):
        handling.return_order(line.builder, number, "还是不属于")
    assert "order_dispute" not in _clocks(number)


def test_a_unit_returns_within_a_day_of_signing_while_nobody_was_answered(line: Hotline) -> None:
    number = handled(line)
    later(hours=23)
    handling.return_order(line.builder, number, "现场核实后发现属交通部门")
    assert set(_clocks(number)) == {"order_dispute"}
    assert Assignment.objects.get(order__number=number).state == "returned"
    late, answered = handled(line), handled(line)
    handling.reply(line.builder, answered, "sms", "正在处理")
    with pytest.raises(NotAllowed, match="不能再退回"):
        handling.return_order(line.builder, answered, "不属于本单位")
    later(hours=25)
    with pytest.raises(NotAllowed, match="签收超过24小时"):
        handling.return_order(line.builder, late, "不属于本单位")
    with pytest.raises(Incomplete):
        handling.return_order(line.builder, dispatched(line), "  ")


def test_a_return_calls_back_what_assisting_units_were_given(line: Hotline) -> None:
    number = dispatched(line, assisting=True)
    handling.return_order(line.builder, number, "应由交通部门牵头")
    states = dict(Assignment.objects.filter(order__number=number).values_list("unit", "state"))
    assert states == {line.building_unit.id: "returned", line.roads_unit.id: "withdrawn"}
    with pytest.raises(NotAllowed):
        handling.sign_part(line.roads, number)
    assert not Handover.objects.filter(answer="offered").exists()


def test_a_unit_that_has_no_part_finds_nothing(line: Hotline) -> None:
    number = dispatched(line)
    with pytest.raises(NotYours):
        handling.sign(line.roads, number)
    with pytest.raises(NotYours):
        dispatching.redispatch(line.roads, number, OPINION, [line.roads_unit.id], line.roads_unit.id)


def test_the_moment_of_the_first_transfer_stays_when_it_is_given_again(line: Hotline) -> None:
    number = dispatched(line)
    first = load(number).transferred_at
    later(hours=5)
    handling.return_order(line.builder, number, "不属于本单位职责")
    dispatching.redispatch(line.manager, number, OPINION, [line.roads_unit.id], line.roads_unit.id)
    order = load(number)
    assert order.transferred_at == first
    assert order.lead_unit_id == line.roads_unit.id
    assert order.due_at is not None
    assert order.due_at - order.updated_at > timedelta(days=3)
