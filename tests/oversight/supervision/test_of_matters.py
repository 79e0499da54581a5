"""A matter is supervised as a whole: on the page, the print and the archive of each of its orders, without many queries."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangban.foundation.clocks.moment import now
from bangban.foundation.ledger.models import Event
from bangban.oversight.supervision import actions, chores, reads
from bangban.oversight.supervision.models import Task
from bangban.services.hotline.models import WorkOrder
from bangban.services.matters import actions as matters
from bangban.services.matters import reads as matter_reads
from tests.hotline import MATTER, Hotline, registered_order
from tests.services.appointments.conftest import follow_all, later
from tests.services.hotline.ways import handled

pytestmark = pytest.mark.django_db


def told(line: Hotline, count: int, first: int = 0) -> list[str]:
    numbers = []
    for caller in range(first, first + count):
        numbers.append(registered_order(line, contact_phone=f"139000002{caller:02d}", **MATTER).number)
        later(minutes=3)
    return numbers


def noted(number: str) -> int:
    return Event.objects.filter(kind="order.supervise", number=number).count()


@pytest.mark.clause("GB33358-5.2.3.4", "GB33358-5.2.3.1-b")
def test_the_supervision_of_a_matter_stands_on_each_of_its_orders(line: Hotline) -> None:
    numbers = told(line, 3)
    follow_all()
    follow_all()
    task = Task.objects.get()
    assert task.order is None
    actions.record(line.officer, task.number, "phone", "请今晚复查", {"person": "许科长", "call": "x-1"})
    for number in numbers:
        assert [row.number for row in reads.tasks_of_order(number)] == [task.number]
        assert [entry.content for entry in reads.entries_of_order(number)] == ["请今晚复查"]
    assert [row.number for row in reads.tasks_of_matter(task.matter_number)] == [task.number]
    title = matter_reads.one(line.manager, task.matter_number).row.title
    assert [row.subject for row in reads.page(line.officer).rows] == [title]
    matters.remove_order(line.manager, task.matter_number, numbers[0], "说的是别处")
    assert reads.tasks_of_order(numbers[0]) == ()


@pytest.mark.clause("GB33358-5.2.3.1-b")
def test_an_order_that_joins_a_supervised_matter_is_supervised_with_it(line: Hotline) -> None:
    told(line, 3)
    follow_all()
    follow_all()
    (late,) = told(line, 1, first=7)
    follow_all()
    follow_all()
    assert WorkOrder.objects.get(number=late).supervision_level == 2
    assert noted(late) == 1


@pytest.mark.clause("GB33358-5.2.3.4")
def test_a_large_matter_is_noted_on_every_order_once_in_small_batches(
    line: Hotline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "NOTED_AT_ONCE", 2)
    numbers = told(line, 5)
    follow_all()
    matter = matters_of(numbers[0])
    for _ in range(5):
        follow_all()
    assert Task.objects.get().matter_number == matter
    assert [noted(number) for number in numbers] == [1] * 5


def matters_of(number: str) -> str:
    from bangban.services.matters.reads import matter_of

    found = matter_of(number)
    assert found is not None
    return found.number


@pytest.mark.clause("GB33358-5.2.3.1-d")
def test_climbing_costs_the_same_queries_however_many_orders_are_supervised_already(line: Hotline) -> None:
    handled(line)
    later(days=20)
    assert chores.climb(now()) == 1
    chores.climb(now())
    with CaptureQueriesContext(connection) as one:
        assert chores.climb(now()) == 0
    for _ in range(3):
        handled(line)
    later(days=20)
    assert chores.climb(now()) == 3
    chores.climb(now())
    with CaptureQueriesContext(connection) as four:
        assert chores.climb(now()) == 0
    assert len(four) == len(one)
