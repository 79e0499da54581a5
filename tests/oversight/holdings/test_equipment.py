"""Equipment is registered, checked at its time, and its keeper is reminded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bangban.foundation.access.security_log import note
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.models import Event
from bangban.foundation.notify.models import Delivery
from bangban.oversight.holdings import actions, reads
from bangban.oversight.holdings.actions import NewEquipment
from bangban.oversight.holdings.models import Equipment
from bangban.oversight.holdings.rules import months_after
from bangban.oversight.holdings.terms import EquipmentKind
from tests.hotline import Hotline

TODAY = date(2026, 11, 18)


def switch(line: Hotline, **more: object) -> NewEquipment:
    given = {
        "kind": "network", "name": "核心交换机", "place": "机房A柜", "keeper": line.archivist.staff_id or 0,
        "in_service_on": date(2024, 3, 1), "check_months": 3, "serial_number": "SN-1", **more,
    }  # fmt: skip
    return NewEquipment(**given)  # type: ignore[arg-type]


@pytest.mark.clause("GB33358-4.2.4-i")
@pytest.mark.parametrize("kind", ["network", "storage", "security", "communication", "recovery"])
def test_each_kind_of_the_standard_is_registered_with_keeper_and_next_check(line: Hotline, kind: str) -> None:
    assert kind in EquipmentKind.values
    made = actions.register_equipment(line.manager, switch(line, kind=kind))
    row = reads.equipment_page(line.manager, kind=kind).rows[0]
    assert (row.number, row.keeper, row.place, row.serial_number) == (made.number, "阮档案", "机房A柜", "SN-1")
    assert (row.in_service_on, row.due_on, row.state) == (date(2024, 3, 1), date(2027, 2, 18), "in_use")
    assert Event.objects.filter(number=made.number, kind="equipment.opened").count() == 1


def test_what_is_missing_is_said_by_field_and_a_serial_number_is_registered_once(line: Hotline) -> None:
    first = actions.register_equipment(line.manager, switch(line))
    empty = NewEquipment("car", " ", "", 0, TODAY + timedelta(days=1), 0, "SN-1")
    with pytest.raises(Incomplete) as refused:
        actions.register_equipment(line.manager, empty)
    fields = refused.value.details["fields"]
    assert set(fields) == {"kind", "name", "place", "keeper", "in_service_on", "check_months", "serial_number"}
    assert first.number in fields["serial_number"]
    with pytest.raises(Incomplete, match="检查标出"):
        actions.register_equipment(line.manager, switch(line, serial_number="SN-2", keeper=line.builder.staff_id))
    assert Equipment.objects.count() == 1


@pytest.mark.clause("GB33358-4.2.4-i")
def test_a_check_that_found_something_marks_the_equipment_until_one_finds_nothing(line: Hotline) -> None:
    number = actions.register_equipment(line.manager, switch(line)).number
    with pytest.raises(Incomplete) as refused:
        actions.check_equipment(line.archivist, number, "fail", TODAY)
    assert "note" in refused.value.details["fields"]
    actions.check_equipment(line.archivist, number, "fail", TODAY - timedelta(days=1), "风扇停转，已报修")
    assert reads.equipment_view(line.manager, number).line.state == "faulty"
    actions.check_equipment(line.manager, number, "pass", TODAY)
    view = reads.equipment_view(line.manager, number)
    assert (view.line.state, view.line.due_on) == ("in_use", date(2027, 2, 18))
    assert [(row.result, row.by) for row in view.checks] == [("pass", "崔值班"), ("fail", "阮档案")]
    actions.check_equipment(line.manager, number, "fail", TODAY - timedelta(days=9), "补登上周的记录")
    assert reads.equipment_view(line.manager, number).line.state == "in_use", "an older find changes nothing today"


def test_only_its_keeper_and_the_manager_check_and_only_the_manager_ends_it(line: Hotline) -> None:
    number = actions.register_equipment(line.manager, switch(line)).number
    for actor in (line.agent, line.inspector):
        with pytest.raises(NotAllowed):
            actions.check_equipment(actor, number, "pass", TODAY)
        with pytest.raises(NotYours):
            actions.register_equipment(actor, switch(line, serial_number=""))
    with pytest.raises(NotYours):
        reads.equipment_view(line.builder, number)
    with pytest.raises(NotAllowed):
        actions.retire_equipment(line.archivist, number, "换新")
    actions.retire_equipment(line.manager, number, "换新")
    assert reads.equipment_view(line.agent, number).ended_because == "换新"
    with pytest.raises(NotAllowed):
        actions.check_equipment(line.manager, number, "pass", TODAY)


@pytest.mark.clause("GB33358-4.2.4-i")
def test_a_restore_drill_says_how_long_it_took_beside_what_the_commands_noted(line: Hotline) -> None:
    number = actions.register_equipment(line.manager, switch(line, kind="recovery")).number
    with pytest.raises(Incomplete) as refused:
        actions.check_equipment(line.manager, number, "pass", TODAY)
    assert "恢复" in refused.value.details["fields"]["recovery_seconds"]
    actions.check_equipment(line.manager, number, "pass", TODAY, recovery_seconds=754)
    note("backed_up", detail="31 s", subject="backup:nightly")
    note("restored", detail="72 s", subject="backup:drill")
    view = reads.equipment_view(line.manager, number)
    assert view.checks[0].recovery_seconds == 754
    assert [(one.kind, one.took, one.backup) for one in view.restores] == [
        ("restored", "72 s", "drill"),
        ("backed_up", "31 s", "nightly"),
    ]
    other = actions.register_equipment(line.manager, switch(line, serial_number="")).number
    assert reads.equipment_view(line.manager, other).restores == ()


@pytest.mark.clause("GB33358-4.2.4-i")
def test_keeper_and_managers_are_reminded_a_week_ahead_and_once_more_when_late(line: Hotline) -> None:
    made = actions.register_equipment(line.manager, switch(line, check_months=1))
    assert made.due_on == date(2026, 12, 18)
    assert actions.remind(now()) == 0
    for days, told in ((23, 1), (24, 0), (30, 0), (31, 1), (40, 0)):
        stand_at(now().replace(year=2026, month=11, day=18) + timedelta(days=days))
        assert actions.remind(now()) == told, days
    texts = [one.text for one in Delivery.objects.order_by("id") if made.number in one.text]
    assert len(texts) == 6, "keeper and two managers, twice"
    assert "请按时检查" in texts[0] and "已过期" in texts[-1]
    actions.check_equipment(line.manager, made.number, "pass", date(2026, 12, 28))
    assert Equipment.objects.get().due_on == date(2027, 1, 28)


def test_another_interval_moves_the_next_check_and_an_unknown_mark_is_refused(line: Hotline) -> None:
    number = actions.register_equipment(line.manager, switch(line)).number
    actions.check_equipment(line.manager, number, "pass", TODAY - timedelta(days=1))
    actions.change_equipment(line.manager, number, replace(switch(line), check_months=6, name="汇聚交换机"))
    one = Equipment.objects.get()
    assert (one.name, one.due_on) == ("汇聚交换机", date(2027, 5, 17))
    with pytest.raises(Incomplete, match="翻页标记无效"):
        reads.equipment_page(line.manager, after="x")


def test_lists_go_on_after_a_mark_and_ask_the_database_a_fixed_number_of_times(
    line: Hotline, django_assert_max_num_queries: object
) -> None:
    for n in range(7):
        actions.register_equipment(line.manager, switch(line, serial_number=f"SN-{n}"))
    first = reads.equipment_page(line.manager, limit=5)
    with django_assert_max_num_queries(2):  # type: ignore[operator]
        rest = reads.equipment_page(line.manager, after=first.after, limit=5)
    assert len({row.number for row in (*first.rows, *rest.rows)}) == 7
    assert rest.after == ""


def test_months_end_on_the_last_day_of_a_short_month() -> None:
    assert months_after(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert months_after(date(2027, 8, 31), 6) == date(2028, 2, 29)
    assert months_after(date(2026, 12, 15), 1) == date(2027, 1, 15)
