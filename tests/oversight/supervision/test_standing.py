"""A unit hears of its supervision; a task does not end unseen while its cause stands; an emergency has its own clock."""

from __future__ import annotations

import pytest

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.sweep import sweep
from bangban.foundation.flows.flow import Incomplete
from bangban.foundation.notify.models import Delivery
from bangban.oversight.supervision import actions, reads
from bangban.oversight.supervision.models import Task
from bangban.oversight.supervision.terms import Trigger
from bangban.registry.org.models import Staff
from bangban.services.hotline import actions as hotline
from bangban.services.hotline.models import WorkOrder
from tests.hotline import Hotline, registered_order
from tests.services.appointments.conftest import follow_all, later
from tests.services.hotline.ways import dispatched, handled

pytestmark = pytest.mark.django_db
PHONE = {"person": "许科长", "call": "020-12300-20261118-1"}


def told(actor: Actor, task: Task) -> list[str]:
    account = Staff.objects.values_list("account_id", flat=True).get(id=actor.staff_id)
    rows = Delivery.objects.filter(account_id=account, channel="in_app", number=task.number).order_by("id")
    return [row.text for row in rows]


@pytest.mark.clause("GB33358-5.2.3.4")
def test_the_unit_is_told_when_its_supervision_opens_urges_and_ends(line: Hotline) -> None:
    order = WorkOrder.objects.get(number=handled(line))
    task = actions.open_task(order, Trigger.BY_HAND, "领导批示", actor=line.officer)
    assert len(told(line.builder, task)) == 1
    assert order.number in told(line.builder, task)[0]
    actions.record(line.officer, task.number, "notice", "请三日内书面回复", {"recipient": "市住房城乡建设局"})
    actions.raise_level(line.officer, task.number, "仍未办理")
    actions.close(line.officer, task.number, "improved", "已停工")
    words = told(line.builder, task)
    assert len(words) == 4
    assert "书面通知" in words[1]
    assert "督办已结束" in words[3]
    assert not told(line.roads, task), "another unit hears nothing"


@pytest.mark.clause("GB33358-5.2.3.1-d")
def test_a_task_whose_order_is_still_late_ends_only_with_a_reason_of_its_own(line: Hotline) -> None:
    number = dispatched(line)
    later(days=8)
    sweep(now())
    follow_all()
    task = Task.objects.get(order__number=number, trigger=Trigger.OVERDUE)
    actions.record(line.officer, task.number, "phone", "请立即签收", PHONE)
    assert "待签收" in reads.one(line.officer, task.number).standing
    with pytest.raises(Incomplete) as refused:
        actions.close(line.officer, task.number, "explained", "单位说明了情况")
    assert refused.value.details["fields"].keys() == {"despite"}
    ended = actions.close(line.officer, task.number, "explained", "单位说明了情况", "单位合并，另行处理")
    assert "单位合并，另行处理" in ended.conclusion
    assert reads.one(line.officer, task.number).closed_by


@pytest.mark.clause("GB33358-5.2.3.1-a")
def test_an_emergency_is_supervised_by_its_own_clock_and_at_the_body_that_takes_it(line: Hotline) -> None:
    number = registered_order(line).number
    report = hotline.report_emergency(line.agent, number, "accident_disaster")
    follow_all()
    later(hours=3)
    sweep(now())
    task = Task.objects.get(order__number=number, trigger=Trigger.EMERGENCY)
    assert task.unit_id == report.body_id
    row = next(one for one in reads.page(line.officer, "mine").rows if one.number == task.number)
    assert row.clock is not None
    assert (row.clock.rule, row.clock.light) == ("emergency_ack", "red")
    actions.record(line.officer, task.number, "phone", "请立即确认", PHONE)
    with pytest.raises(Incomplete):
        actions.close(line.officer, task.number, "handled", "已处置")
    hotline.acknowledge(line.manager, number)
    assert "签收" in reads.one(line.officer, task.number).standing or report.body_id is None
