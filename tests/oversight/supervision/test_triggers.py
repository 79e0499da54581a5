"""The five triggers are found by the system, each opens one task with a named officer, written on the order."""

from __future__ import annotations

import pytest

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.clocks.defaults import RULES
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.sweep import sweep
from bangban.foundation.flows.flow import NotAllowed
from bangban.oversight.supervision import chores, reads, rules
from bangban.oversight.supervision.models import Task
from bangban.oversight.supervision.terms import Trigger
from bangban.registry.org.models import Staff
from bangban.services.hotline import actions as hotline
from bangban.services.hotline.models import WorkOrder
from tests.hotline import ASKED, MATTER, PHONE, Hotline, opened_order, registered_order
from tests.services.appointments.conftest import follow_all, later
from tests.services.hotline.ways import completed, dispatched, handled

pytestmark = pytest.mark.django_db


def tasks(number: str) -> dict[str, Task]:
    return {task.trigger: task for task in Task.objects.filter(order__number=number)}


@pytest.mark.clause("GB33358-5.2.3.1-a", "GB33358-5.2.3.3")
def test_each_emergency_is_supervised_by_a_named_officer(line: Hotline) -> None:
    number = registered_order(line).number
    hotline.report_emergency(line.agent, number, "accident_disaster")
    follow_all()
    task = tasks(number)["emergency"]
    assert task.officer_id == line.officer.staff_id
    assert task.level == 3
    order = WorkOrder.objects.get(number=number)
    assert order.supervision_level == 3


@pytest.mark.clause("GB33358-5.2.3.1-a")
def test_words_of_an_emergency_are_supervised_though_nobody_reported_it(line: Hotline) -> None:
    message = hotline.open_order(SYSTEM, hotline.NewOrder("sms", phone=PHONE, text="幸福路12号楼下着火了")).order.number
    typed = opened_order(line)
    hotline.save(line.agent, typed, {"kind": "query", "request": "三楼着火了，打哪个电话"})
    through = opened_order(line)
    hotline.put_through(line.agent, through, "120")
    follow_all()
    assert tasks(message)["emergency"].officer_id == line.officer.staff_id
    assert tasks(through)["emergency"].level == 3
    assert not tasks(typed), "the agent who listens judges it first"
    hotline.register(line.agent, typed)
    known = registered_order(line).number
    hotline.save(line.agent, known, {"present_state": "刚刚着火了，还有人困在里面"})
    follow_all()
    assert tasks(typed).keys() == tasks(known).keys() == {"emergency"}
    assert WorkOrder.objects.get(number=typed).supervision_level == 2


@pytest.mark.clause("GB33358-5.2.3.1-a")
def test_a_false_alarm_needs_no_supervision_any_more_but_a_reported_emergency_does(line: Hotline) -> None:
    false, refused, real = (
        hotline.open_order(SYSTEM, hotline.NewOrder("sms", phone=PHONE, text="楼下着火了")).order.number
        for _ in range(3)
    )
    follow_all()
    hotline.save(line.agent, false, {"urgency": "ordinary"})
    hotline.refuse(line.agent, refused, "duplicate", "已有工单在办。")
    hotline.report_emergency(line.agent, real, "accident_disaster")
    hotline.save(line.agent, real, {"urgency": "urgent"})
    follow_all()
    assert [tasks(one)["emergency"].state for one in (false, refused, real)] == ["closed", "closed", "open"]
    assert tasks(real)["emergency"].level == 3


@pytest.mark.clause("GB33358-5.2.3.1-b")
def test_the_third_order_of_the_same_matter_opens_one_task_for_all_of_them(line: Hotline) -> None:
    told = []
    for caller in range(3):
        told.append(registered_order(line, contact_phone=f"1390000010{caller}", **MATTER).number)
        later(hours=3)
    follow_all()
    follow_all()
    found = Task.objects.filter(trigger=Trigger.REPEATED)
    assert found.count() == 1
    task = found.get()
    assert task.matter_number
    assert task.officer_id == line.officer.staff_id
    assert set(WorkOrder.objects.filter(supervision_level__gt=0).values_list("number", flat=True)) == set(told)


@pytest.mark.clause("GB33358-5.2.3.1-c")
def test_a_dispatched_order_near_its_limit_is_supervised_until_it_is_done(line: Hotline) -> None:
    number = handled(line)
    later(days=6)
    sweep(now())
    follow_all()
    task = tasks(number)["near_due"]
    assert task.state == "open"
    hotline.reply(line.builder, number, "visit", "已责令停工整改。", proof="当面答复，本人签收")
    hotline.complete(line.builder, number, "现场检查，责令整改。", "solved")
    follow_all()
    assert tasks(number)["near_due"].state == "closed"


@pytest.mark.clause("GB33358-5.2.3.1-d")
def test_an_overdue_order_has_one_task_that_climbs_by_the_days(line: Hotline) -> None:
    number = handled(line)
    later(days=8)
    sweep(now())
    follow_all()
    task = tasks(number)["overdue"]
    assert task.state == "open"
    assert task.level == 2
    later(days=7)
    chores.climb(now())
    assert tasks(number)["overdue"].level > 2
    assert WorkOrder.objects.get(number=number).supervision_level > 2
    assert Task.objects.filter(order__number=number, trigger=Trigger.OVERDUE).count() == 1


@pytest.mark.clause("GB33358-5.2.3.1-d")
def test_the_daily_look_opens_what_a_lost_event_left_out(line: Hotline) -> None:
    number = dispatched(line)
    later(days=30)
    assert not tasks(number)
    chores.climb(now())
    assert tasks(number)["overdue"].level == 4


@pytest.mark.clause("GB33358-5.2.3.1-e")
@pytest.mark.parametrize(
    "answers", [{"result_satisfied": False}, {"process_satisfied": False}, {"attitude": 2}, {"efficiency": 2}]
)
def test_bad_words_at_the_call_back_are_supervised(line: Hotline, answers: dict[str, object]) -> None:
    number = completed(line)
    given = {"process_satisfied": True, "result_satisfied": True, **answers}
    hotline.visit(line.visitor, number, **given, **ASKED)  # type: ignore[arg-type]
    follow_all()
    assert "dissatisfied" in tasks(number)


def test_good_words_are_not(line: Hotline) -> None:
    number = completed(line)
    hotline.visit(
        line.visitor, number, process_satisfied=True, result_satisfied=True, attitude=3, efficiency=3, **ASKED
    )
    follow_all()
    assert not tasks(number)


@pytest.mark.clause("GB33358-5.2.3.3")
def test_nobody_supervises_an_order_that_went_through_his_own_hands(line: Hotline) -> None:
    Staff.objects.filter(id=line.agent.staff_id).update(duties=["hotline_agent", "supervision_officer"])
    assert rules.choose([rules.Officer(1, 0), rules.Officer(2, 5)], frozenset({1})) == 2
    number = registered_order(line).number
    hotline.report_emergency(line.agent, number, "public_health")
    follow_all()
    assert tasks(number)["emergency"].officer_id == line.officer.staff_id


@pytest.mark.clause("GB33358-5.2.3.3")
def test_without_any_officer_a_manager_has_the_task_and_without_both_none_is_opened(line: Hotline) -> None:
    from bangban.oversight.supervision.actions import officer_for

    Staff.objects.filter(id=line.officer.staff_id).update(active=False)
    assert officer_for(line.center.id) in (line.manager.staff_id, line.second_manager.staff_id)
    Staff.objects.filter(body=line.center).update(active=False)
    with pytest.raises(NotAllowed):
        officer_for(line.center.id)


@pytest.mark.clause("GB33358-4.2.4-e")
def test_every_limit_of_the_hotline_has_its_rule_and_a_breach_shows_on_the_wall(line: Hotline) -> None:
    limits = {one.code for one in RULES if one.clause.startswith("GB33358-5")}
    assert {"sms_response", "mailbox_response", "order_transfer", "order_handle", "order_visit"} <= limits
    assert {row.rule for row in reads.limits(line.center.id)} == limits
    assert all(row.clause.startswith("GB33358-") for row in reads.limits(line.center.id))
    dispatched(line)
    before = {row.rule: row.red for row in reads.limits(line.center.id)}
    later(days=20)
    after = {row.rule: row.red for row in reads.limits(line.center.id)}
    assert after["order_handle"] == before["order_handle"] + 1
    assert after["order_sign"] >= 1
