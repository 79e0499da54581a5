"""A figure means the same wherever it is published, and is counted a second time by another way (GB33358-5.6.1.4)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bangban.foundation.clocks.models import Clock, ClockRule
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.clocks.zones import start_of_day
from bangban.oversight.appraisal.figures import unit_sheets
from bangban.oversight.appraisal.terms import UNIT_BY_CODE
from bangban.oversight.reports import reads
from bangban.oversight.reports.content import Content
from bangban.oversight.reports.figures import BY_CODE, count, count_matter
from bangban.oversight.reports.models import Report
from bangban.oversight.reports.periods import containing
from bangban.oversight.reports.reconciling import compare
from bangban.oversight.reports.writing import summary
from bangban.oversight.supervision import actions as supervision
from bangban.oversight.supervision.models import Task
from bangban.oversight.supervision.terms import Trigger
from bangban.services.hotline.models import WorkOrder
from tests.hotline import Hotline
from tests.oversight.reports.conftest import MONDAY
from tests.oversight.reports.past import past_order, waiting
from tests.oversight.reports.ways import drafted

THIS_WEEK, LAST_WEEK = date(2026, 11, 16), date(2026, 11, 9)


def counted(line: Hotline, day: date, period: str = "week") -> Content:
    span = containing(period, day)
    return count(line.center.id, period, span, start_of_day(span.last + timedelta(days=1)))


def supervised(order: WorkOrder) -> Task:
    return supervision.open_task(order, Trigger.BY_HAND, "领导批示")


def clock(order: WorkOrder, code: str, due: Any, **fields: Any) -> Clock:
    rule = ClockRule.objects.filter(code=code).first()
    assert rule is not None
    given: dict[str, Any] = {
        "record_type": "order", "record_id": order.id, "rule": rule, "code": code, "started_at": order.received_at,
        "due_at": due, "warn_at": due, "calendar_version": "1",
    }  # fmt: skip
    return Clock.objects.create(**given | fields)


@pytest.mark.clause("GB33358-5.6.1.4")
def test_supervision_counts_in_the_period_in_which_it_began_in_reports_and_appraisals(line: Hotline) -> None:
    order = waiting(line, MONDAY)
    stand_at(MONDAY + timedelta(days=7))
    task = supervised(order)
    assert WorkOrder.objects.get(id=order.id).supervision_level > 0
    for day, expected in ((LAST_WEEK, 0), (THIS_WEEK, 1)):
        span = containing("week", day)
        sheets = unit_sheets(line.center.id, span.first, span.last)
        said = sum(int(sheet.figures["supervised"][0]) for sheet in sheets.values())
        assert (counted(line, day).line("supervised").now.part, said) == (expected, expected)
    assert BY_CODE["supervised"].meaning == UNIT_BY_CODE["supervised"].meaning
    assert BY_CODE["supervised"].label == UNIT_BY_CODE["supervised"].label
    stand_at(MONDAY + timedelta(days=14))
    (row,) = reads.trace(line.manager, drafted(line, day=THIS_WEEK), "supervised").rows
    assert (row.number, row.state) == (task.number, "督办中")


@pytest.mark.clause("GB33358-5.6.1.4")
def test_the_check_counts_supervision_from_the_ledger_and_finds_a_report_that_is_wrong(line: Hotline) -> None:
    order = waiting(line, MONDAY)
    stand_at(MONDAY + timedelta(days=7))
    supervised(order)
    stand_at(MONDAY + timedelta(days=14))
    report = Report.objects.get(number=drafted(line, day=THIS_WEEK))
    assert all(one.agrees for one in compare(report))
    assert {"督办", "突发应急", "超期未办结", "超期未签收", "超期未转办"} <= {one.label for one in compare(report)}
    Task.objects.update(created_at=MONDAY)
    wrong = Report.objects.get(number=drafted(line, day=LAST_WEEK))
    assert [(one.label, one.report, one.orders) for one in compare(wrong) if not one.agrees] == [("督办", 1, 0)]


def test_what_the_list_marks_as_an_emergency_is_one_in_the_report(line: Hotline) -> None:
    past_order(line, MONDAY, urgency="emergency")
    past_order(line, MONDAY, urgency="emergency", emergency_class="accident")
    past_order(line, MONDAY)
    assert counted(line, LAST_WEEK).line("emergency").now.part == 2


@pytest.mark.clause("GB33358-5.6.1.4")
def test_orders_over_a_limit_count_whenever_they_were_received_each_limit_for_itself(line: Hotline) -> None:
    old = waiting(line, MONDAY, limit=8)
    unsigned = waiting(line, MONDAY + timedelta(days=6), limit=20)
    cut = MONDAY + timedelta(days=9)
    clock(old, "order_sign", MONDAY + timedelta(days=1), state="stopped", stopped_at=MONDAY + timedelta(hours=2))
    clock(unsigned, "order_sign", MONDAY + timedelta(days=7))
    content = counted(line, (cut - timedelta(days=1)).date(), "day")
    assert content.line("received").now.part == 0
    assert [content.line(code).now.part for code in ("overdue", "unsigned", "untransferred")] == [1, 1, 0]
    text = summary(content, "day")
    assert "截至2026年11月18日 00:00，在办工单（不论何时受理）中超过办理时限的1件、超过签收时限的1件" in text
    assert "没有超过转办时限的" in text and "没有超期工单" not in text
    topic = count_matter(line.center.id, "施工", [unsigned.number], cut)
    assert (topic.line("overdue").now.part, topic.line("unsigned").now.part) == (0, 1)


def test_an_order_that_was_late_and_is_done_is_no_longer_overdue_but_was_at_an_earlier_cut(line: Hotline) -> None:
    order = waiting(line, MONDAY, limit=1)
    done = now() - timedelta(hours=1)
    WorkOrder.objects.filter(id=order.id).update(
        state="completed", completed_at=done, replied_at=done, result_code="solved"
    )
    assert counted(line, LAST_WEEK).line("overdue").now.part == 1
    assert counted(line, THIS_WEEK).line("overdue").now.part == 0
