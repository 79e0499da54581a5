"""A task from its opening to its end: five methods with their own facts, the reply of the unit, the print of the order."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.models import Clock
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.notify.models import Delivery
from bangban.oversight.supervision import actions, reads
from bangban.oversight.supervision.flow import FLOW
from bangban.oversight.supervision.models import Task
from bangban.oversight.supervision.terms import Method, Trigger, methods, register_method
from bangban.registry.org.models import Staff
from bangban.services.hotline import actions as hotline
from bangban.services.hotline.models import WorkOrder
from tests.hotline import ASKED, Hotline, hotline_staff, registered_order
from tests.services.appointments.conftest import follow_all
from tests.services.hotline.ways import handled, later

pytestmark = pytest.mark.django_db
FACTS = {
    "phone": {"person": "许科长", "call": "020-12300-20261118-1"},
    "sms": {"phone": "13800000101"},
    "notice": {"recipient": "市住房城乡建设局"},
    "on_site": {"place": "幸福工地", "people": "贺督办、王工", "findings": "夜间仍有打桩机作业"},
    "meeting": {"participants": "住建局、街道办", "minutes": "明确三日内整改"},
}


@pytest.fixture
def task(line: Hotline) -> Task:
    order = WorkOrder.objects.get(number=handled(line))
    return actions.open_task(order, Trigger.BY_HAND, "领导批示", actor=line.officer)


@pytest.mark.clause("GB33358-5.2.3.2")
@pytest.mark.parametrize("method", FACTS)
def test_each_method_is_refused_without_its_facts_and_kept_with_them(line: Hotline, task: Task, method: str) -> None:
    for left_out in FACTS[method]:
        facts = {name: text for name, text in FACTS[method].items() if name != left_out}
        with pytest.raises(Incomplete) as refused:
            actions.record(line.officer, task.number, method, "请抓紧办理", facts)
        assert left_out in refused.value.details["fields"]
    actions.record(line.officer, task.number, method, "请抓紧办理", FACTS[method])
    entry = reads.one(line.officer, task.number).entries[0]
    assert dict(entry.facts).keys() == {label for _, label in methods()[method].asks}
    assert (method == "notice") == bool(entry.file_number)
    if method == "sms":
        assert Delivery.objects.filter(id=entry.notice).exists()


@pytest.mark.clause("GB33358-5.2.3.2")
def test_an_installation_adds_a_method_of_its_own(line: Hotline, task: Task) -> None:
    register_method(Method("interview", "约谈", (("person", "被约谈人"),)))
    with pytest.raises(Incomplete):
        actions.record(line.officer, task.number, "interview", "约谈分管领导")
    actions.record(line.officer, task.number, "interview", "约谈分管领导", {"person": "分管领导"})
    assert reads.one(line.officer, task.number).entries[0].method == "约谈"


@pytest.mark.clause("GB33358-5.2.3.4")
def test_supervision_stands_on_the_order_with_every_step(line: Hotline, task: Task) -> None:
    assert task.order is not None
    number = task.order.number
    actions.record(line.officer, task.number, "phone", "请今晚复查", FACTS["phone"])
    actions.reply(line.builder, task.number, "今晚已安排复查。")
    actions.close(line.officer, task.number, "improved", "工地已停工整改。")
    (entry,) = reads.entries_of_order(number)
    assert (entry.method, entry.content, entry.reply, entry.result) == (
        "电话",
        "请今晚复查",
        "今晚已安排复查。",
        "已整改",
    )
    assert entry.trigger.startswith("人工督办")
    with pytest.raises(NotAllowed):
        actions.record(line.officer, task.number, "phone", "再催一次", FACTS["phone"])


def test_a_task_is_not_ended_before_anything_was_done(line: Hotline, task: Task) -> None:
    with pytest.raises(NotAllowed):
        actions.close(line.officer, task.number, "handled", "已办结")


@pytest.mark.clause("GB33358-5.2.3.3")
def test_only_its_own_officer_records_and_the_manager_may_give_it_to_another(line: Hotline, task: Task) -> None:
    other = Task.objects.get(id=task.id)
    with pytest.raises(NotAllowed):
        actions.record(line.manager, other.number, "phone", "请抓紧", FACTS["phone"])
    with pytest.raises(NotYours):
        actions.record(line.outsider, other.number, "phone", "请抓紧", FACTS["phone"])
    with pytest.raises(Incomplete):
        actions.assign(line.manager, task.number, line.agent.staff_id or 0, "调整分工")
    second = hotline_staff("hl_officer2", "龚督办", "hl", "supervision_officer", work_number="831")
    actions.assign(line.manager, task.number, second.staff_id or 0, "调整分工")
    with pytest.raises(NotAllowed):
        actions.record(line.officer, task.number, "phone", "请抓紧", FACTS["phone"])
    actions.record(second, task.number, "phone", "请抓紧", FACTS["phone"])


def test_every_action_belongs_to_the_parties_of_the_flow(line: Hotline, task: Task) -> None:
    expected: dict[str, set[str]] = {
        "officer": {"record", "raise", "close"}, "manager": {"raise", "assign"}, "builder": {"reply"}, "agent": set(),
        "statistician": set(), "visitor": set(),
    }  # fmt: skip
    for name, allowed in expected.items():
        if name in ("agent", "builder"):
            actions_of = {one.action for one in FLOW.allowed(task, FLOW.parties(task, getattr(line, name)))}
        else:
            task.entries_count = 1
            actions_of = {one.action for one in FLOW.allowed(task, FLOW.parties(task, getattr(line, name)))}
        assert actions_of == allowed, name


def test_the_highest_level_is_the_end_of_the_ladder(line: Hotline, task: Task) -> None:
    for _ in range(3):
        actions.raise_level(line.officer, task.number, "仍未整改")
    with pytest.raises(NotAllowed):
        actions.raise_level(line.officer, task.number, "仍未整改")


def test_the_same_cause_twice_is_one_task(line: Hotline, task: Task) -> None:
    assert task.order is not None
    again = actions.open_task(task.order, Trigger.BY_HAND, "再次批示", level=2, actor=line.officer)
    assert again.id == task.id
    assert again.level == 2


def test_boxes_show_what_is_the_actors(line: Hotline, task: Task) -> None:
    def numbers(actor: Actor, box: str) -> list[str]:
        return [row.number for row in reads.page(actor, box).rows]

    assert numbers(line.officer, "mine") == [task.number]
    assert numbers(line.builder, "unit") == [task.number]
    assert numbers(line.roads, "unit") == []
    with pytest.raises(NotYours):
        reads.page(line.builder, "all")
    with pytest.raises(NotYours):
        reads.one(line.roads, task.number)


@pytest.mark.clause("GB33358-5.2.3.3")
def test_whoever_is_complained_about_neither_supervises_the_complaint_nor_reads_of_it(line: Hotline) -> None:
    accused = line.officer
    number = registered_order(line, "complaint", about_unit=line.center.id, about_staff=accused.staff_id).number
    order = WorkOrder.objects.get(number=number)
    task = actions.open_task(order, Trigger.OVERDUE, "转交超期")
    assert task.officer_id in (line.manager.staff_id, line.second_manager.staff_id)
    for box in ("mine", "open", "all"):
        assert reads.page(accused, box).rows == ()
    with pytest.raises(NotYours):
        reads.one(accused, task.number)
    with pytest.raises(Incomplete, match="被反映"):
        actions.assign(line.manager, task.number, accused.staff_id or 0, "调整分工")
    assert [row.number for row in reads.page(line.agent, "open").rows] == [task.number]


def test_the_unit_under_supervision_is_the_one_that_has_the_order_now(line: Hotline) -> None:
    order = registered_order(line)
    task = actions.open_task(order, Trigger.OVERDUE, "转交超期")
    assert task.unit_id is None
    hotline.dispatch(line.agent, order.number, "请核实", [line.building_unit.id], line.building_unit.id)
    follow_all()
    assert reads.one(line.builder, task.number).row.unit == line.building_unit.name
    actions.reply(line.builder, task.number, "不是本局职责。")
    hotline.return_order(line.builder, order.number, "不是本局职责")
    hotline.redispatch(line.manager, order.number, "请核实", [line.roads_unit.id], line.roads_unit.id)
    follow_all()
    task.refresh_from_db()
    assert (task.state, task.unit_id) == ("open", line.roads_unit.id)
    assert Clock.objects.filter(record_id=task.id, code="supervision_reply", state="running").count() == 1
    actions.reply(line.roads, task.number, "今日到场处理。")
    said = reads.one(line.officer, task.number).unit_reply
    assert said.index("不是本局职责。") < said.index("今日到场处理。")
    with pytest.raises(NotYours):
        reads.one(line.builder, task.number)


@pytest.mark.clause("GB33358-5.2.3.1-e")
def test_the_unit_hears_of_a_merged_caller_who_is_dissatisfied(line: Hotline) -> None:
    main, number = handled(line), registered_order(line).number
    hotline.merge(line.agent, number, main)
    hotline.reply(line.builder, main, "sms", "已停工")
    hotline.complete(line.builder, main, "已停工", "solved")
    later(days=1)
    hotline.visit(line.visitor, number, False, False, **ASKED)
    follow_all()
    task = Task.objects.get(order__number=number, trigger=Trigger.DISSATISFIED)
    assert task.unit_id == line.building_unit.id


def test_a_task_goes_on_with_a_manager_when_nobody_has_the_duty_any_more(line: Hotline, task: Task) -> None:
    Staff.objects.filter(id=line.officer.staff_id).update(active=False)
    actions.assign(line.manager, task.number, line.manager.staff_id or 0, "督办人员离岗")
    actions.record(line.manager, task.number, "phone", "请抓紧", FACTS["phone"])
    assert actions.close(line.manager, task.number, "handled", "已办结").state == "closed"


def test_whoever_acts_on_a_task_locks_its_order_first_as_the_system_does(line: Hotline, task: Task) -> None:
    """Else an officer who writes and the system that raises the task would wait for each other."""
    assert task.order is not None
    order = task.order
    for act in (
        lambda: actions.record(line.officer, task.number, "phone", "请抓紧", FACTS["phone"]),
        lambda: actions.open_task(order, Trigger.BY_HAND, "再次批示", level=3, actor=line.officer),
        lambda: actions.reply(line.builder, task.number, "已办理"),
        lambda: actions.close(line.officer, task.number, "handled", "已办结"),
    ):
        with CaptureQueriesContext(connection) as caught:
            act()
        locks = [query["sql"] for query in caught if "FOR UPDATE" in query["sql"]]
        tables = ["order" if 'FROM "hotline_workorder"' in one else "task" for one in locks
                  if "hotline_workorder" in one or 'FROM "supervision_task"' in one]  # fmt: skip
        assert tables[0] == "order"
        assert "task" in tables
