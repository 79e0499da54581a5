"""The archive: catalogue by year, class and unit, list of contents, what is missing, found again by any field."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.oversight.archives import reads
from bangban.oversight.supervision import actions as supervision
from bangban.oversight.supervision.terms import Trigger
from bangban.services.hotline.actions import filing
from bangban.services.hotline.actions.answering import refuse
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.reads import Filters, page
from bangban.services.hotline.reads.told import told
from bangban.services.matters import actions as matters
from bangban.services.matters.reads import matter_of
from tests.hotline import MATTER, NOISE, PHONE, Hotline, make_hotline, registered_order
from tests.services.hotline.ways import archived, later, visited

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(db: None) -> Hotline:
    return make_hotline()


@pytest.mark.clause("GB33358-5.5.2")
def test_the_catalogue_counts_each_file_once_by_year_class_and_unit(line: Hotline) -> None:
    numbers = {archived(line), archived(line)}
    visited(line)
    (shelf,) = reads.catalogue(line.archivist)
    assert (shelf.year, shelf.code, shelf.unit_id, shelf.count) == (2026, NOISE, line.building_unit.id, len(numbers))
    assert shelf.first < shelf.last
    with pytest.raises(NotYours):
        reads.catalogue(line.agent)


@pytest.mark.clause("GB33358-5.5.2")
def test_a_file_has_a_list_of_contents_with_all_its_parts(line: Hotline) -> None:
    number = archived(line)
    view, pieces = reads.contents(line.archivist, number)
    assert {"服务对象", "事项", "办理", "回访", "经过"} <= {one.part for one in pieces}
    assert [one.position for one in pieces] == list(range(1, len(pieces) + 1))
    assert view.order.archive_number.startswith(f"2026-{NOISE}-")
    with pytest.raises(NotYours):
        reads.contents(line.archivist, visited(line))


@pytest.mark.clause("GB33358-5.5.2", "GB33358-5.2.3.4")
def test_a_file_lists_the_supervision_of_the_matter_it_belongs_to(line: Hotline) -> None:
    numbers = [registered_order(line, contact_phone=f"1390000030{caller}", **MATTER).number for caller in range(3)]
    for number in numbers:
        order = told(number)
        assert order is not None
        matters.take_in(order)
    found = matter_of(numbers[0])
    assert found is not None
    task = supervision.open_for_matter(found.number, "集中反映")
    assert task is not None
    filed = archived(line)
    matters.add_order(line.manager, found.number, filed)
    _, pieces = reads.contents(line.archivist, filed)
    assert [one.title for one in pieces if one.part == "督办"] == [f"多次或集中反映督办 {task.number}"]


@pytest.mark.clause("GB33358-5.5.2")
def test_an_archived_order_is_found_by_number_phone_name_words_and_archive_number(line: Hotline) -> None:
    number = archived(line)
    order = WorkOrder.objects.get(number=number)
    assert visited(line) != number, "one of the same person and words that is not filed yet"
    for search in (number, PHONE, order.contact_name, "打桩声", order.archive_number):
        found = [row.number for row in page(line.archivist, "archive", Filters(search=search)).rows]
        assert found == [number], search
    assert page(line.archivist, "archive", Filters(search="2026-040101-999999")).rows == ()
    for stranger in (line.outsider, line.builder):
        with pytest.raises(NotYours):
            page(stranger, "archive", Filters(search=order.archive_number))


@pytest.mark.clause("GB33358-5.5.2", "GB33358-5.2.3.4")
def test_what_is_missing_is_listed_until_it_is_there(line: Hotline) -> None:
    number = visited(line)
    task = supervision.open_task(WorkOrder.objects.get(number=number), Trigger.BY_HAND, "复查", actor=line.officer)
    (gap,) = reads.gaps(line.archivist).rows
    assert gap.number == number
    assert any(task.number in sentence for sentence in gap.missing)
    supervision.record(line.officer, task.number, "phone", "已复查", {"person": "许科长", "call": "x-1"})
    supervision.close(line.officer, task.number, "handled", "已复查属实")
    filing.archive(line.archivist, number, "测试环境没有录音文件")
    assert reads.gaps(line.archivist).rows == ()


@pytest.mark.clause("GB33358-5.5.2")
def test_refused_orders_that_cannot_be_filed_are_listed_with_the_others_the_oldest_first(line: Hotline) -> None:
    refused = registered_order(line).number
    refuse(line.agent, refused, "litigation", "请向受理法院反映。")
    later(days=1)
    numbers = [visited(line) for _ in range(2)]
    assert [gap.number for gap in reads.gaps(line.archivist).rows] == [refused, *numbers]
    assert all(gap.missing == ("缺少来电录音",) for gap in reads.gaps(line.archivist).rows)


@pytest.mark.clause("GB33358-5.5.2")
def test_what_is_incomplete_is_asked_page_by_page_in_a_constant_number_of_queries(
    line: Hotline, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [visited(line) for _ in range(5)]
    asked = []
    for size in (2, 5):
        monkeypatch.setattr(reads, "LOOKED_AT", size)
        with CaptureQueriesContext(connection) as queries:
            reads.gaps(line.archivist)
        asked.append(len(queries))
    assert asked[0] == asked[1]
    monkeypatch.setattr(reads, "LOOKED_AT", 2)
    found, mark = [], ""
    for _ in range(3):
        page = reads.gaps(line.archivist, mark)
        found += [gap.number for gap in page.rows]
        mark = page.following
    assert (found, mark) == (numbers, "")
    with pytest.raises(Incomplete):
        reads.gaps(line.archivist, "没有这样的标记")
