"""Lists of orders: boxes by duty, filters, keyset pages, search in sealed text, and what stays hidden from units."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.reads import Filters, Page, box_counts, boxes_of, order_view, page
from tests.hotline import PHONE, Hotline, opened_order, registered_order
from tests.services.appointments.conftest import later
from tests.services.hotline.ways import dispatched

pytestmark = pytest.mark.django_db


def numbers(found: Page) -> list[str]:
    return [row.number for row in found.rows]


def test_boxes_follow_the_duty(line: Hotline) -> None:
    assert "mine" in boxes_of(line.agent)
    assert "mine" not in boxes_of(line.visitor)
    assert set(boxes_of(line.builder)) == {"offered", "handling", "soon", "late", "assisting", "done", "unit"}
    with pytest.raises(NotYours):
        page(line.builder, "all")
    with pytest.raises(NotYours):
        page(line.agent, "offered")


def test_an_order_being_taken_stands_in_the_box_of_its_agent_only(line: Hotline) -> None:
    number = opened_order(line)
    assert number in numbers(page(line.agent, "mine"))
    assert number not in numbers(page(line.second_agent, "mine"))
    assert number in numbers(page(line.second_agent, "all"))


@pytest.mark.clause("GB33358-5.5.2")
def test_sealed_text_is_found_by_its_words_and_people_by_number_phone_and_name(line: Hotline) -> None:
    order = registered_order(line)
    other = registered_order(
        line, category="030201", title="路面坑洼", request="要求修补路面坑洼", course="路面坑洼积水", place="解放路"
    )
    assert numbers(page(line.agent, "all", Filters(search="夜间施工"))) == [order.number]
    assert numbers(page(line.agent, "all", Filters(search="坑洼"))) == [other.number]
    assert numbers(page(line.agent, "all", Filters(search=order.number.lower()))) == [order.number]
    assert set(numbers(page(line.agent, "all", Filters(search=PHONE)))) == {order.number, other.number}
    assert set(numbers(page(line.agent, "all", Filters(search="李四")))) == {order.number, other.number}
    assert numbers(page(line.agent, "all", Filters(search="火星登陆"))) == []


def test_the_table_holds_no_word_of_the_matter(line: Hotline) -> None:
    order = registered_order(line)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(o)::text FROM hotline_workorder o WHERE id = %s", [order.id])
        stored = cursor.fetchone()[0]
    assert not any(secret in stored for secret in ("施工", PHONE, "李四", "幸福路"))


def test_filters_narrow_and_wrong_ones_are_refused_with_a_sentence(line: Hotline) -> None:
    order = registered_order(line)
    found = page(line.agent, "all", Filters(kind="help_request", category="0401", first="2026-11-01"))
    assert numbers(found) == [order.number]
    assert numbers(page(line.agent, "all", Filters(kind="consultation"))) == []
    assert numbers(page(line.agent, "all", Filters(last="2026-11-01"))) == []
    for wrong in (Filters(kind="nonsense"), Filters(unit="x"), Filters(first="gestern")):
        with pytest.raises(Incomplete):
            page(line.agent, "all", wrong)


def test_pages_follow_each_other_without_gap_or_repeat(line: Hotline) -> None:
    made = {opened_order(line) for _ in range(5)}
    seen: list[str] = []
    after = ""
    for _ in range(5):
        found = page(line.agent, "all", after=after, limit=2)
        seen += numbers(found)
        if not (after := found.after):
            break
    assert len(seen) == 5
    assert set(seen) == made
    with pytest.raises(Incomplete):
        page(line.agent, "all", after="nonsense")


@pytest.mark.clause("GB33358-5.1.1.3")
def test_whoever_is_complained_about_neither_finds_nor_sees_the_complaint(line: Hotline) -> None:
    order = registered_order(line, "complaint")
    WorkOrder.objects.filter(id=order.id).update(about_staff_id=line.second_agent.staff_id)
    assert order.number not in numbers(page(line.second_agent, "all"))
    with pytest.raises(NotYours):
        order_view(line.second_agent, order.number)
    assert order.number in numbers(page(line.agent, "all"))


@pytest.mark.clause("GB33358-3.6", "GB33358-5.1.2.5-a")
def test_the_page_of_an_order_has_its_parts_in_a_bounded_number_of_queries(
    line: Hotline, django_assert_max_num_queries: Any
) -> None:
    order = registered_order(line)
    with django_assert_max_num_queries(30):
        view = order_view(line.agent, order.number)
    assert view.state == "registered"
    assert view.subject.phone == "139****0012"
    assert view.order.place
    assert view.timeline[-1].kind == "order.register"
    assert "dispatch" in view.allowed_actions
    with pytest.raises(NotYours):
        order_view(line.builder, order.number)


def test_an_order_not_signed_in_time_is_overdue_at_its_unit(line: Hotline) -> None:
    number = dispatched(line)
    assert not page(line.builder, "late").rows
    later(days=3)
    assert [row.number for row in page(line.builder, "late").rows] == [number]
    assert box_counts(line.builder)["late"] == 1
