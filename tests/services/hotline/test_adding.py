"""What a caller adds on the page of an order reaches whoever works on it, and nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.notify.models import Delivery
from bangban.services.hotline.actions import merging
from bangban.services.hotline.actions.opening import code_of
from bangban.services.hotline.actions.saying import add_message, store_file
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.reads import order_view
from tests.cast import guest
from tests.hotline import Hotline, opened_order
from tests.services.hotline.clips import PNG
from tests.services.hotline.ways import handled

pytestmark = pytest.mark.django_db


def caller_of(number: str) -> Actor:
    return guest(code_of(WorkOrder.objects.get(number=number)))


def told(actor: Actor) -> list[str]:
    rows = Delivery.objects.filter(account_id=actor.account_id, dedupe_key__startswith="order.added:").order_by(
        "created_at"
    )
    return [row.text for row in rows]


def shown(actor: Actor, number: str) -> list[str]:
    return [one.text or one.file_name for one in order_view(actor, number).additions]


@pytest.mark.clause("GB33358-3.2")
def test_agent_and_unit_read_what_the_caller_added_and_are_told_once_an_hour(line: Hotline) -> None:
    number = handled(line)
    person = caller_of(number)
    add_message(person, number, "今晚又开工了", client_id="a")
    file = store_file(person, "工地.png", SimpleUploadedFile("工地.png", PNG))
    add_message(person, number, "这是照片", client_id="b", files=[file])
    for staff in (line.agent, line.manager, line.builder):
        assert shown(staff, number) == ["今晚又开工了", "这是照片", "工地.png"]
    assert (len(told(line.agent)), len(told(line.builder)), told(line.second_builder)) == (1, 1, [])
    assert number in told(line.agent)[0]
    stand_at(now() + timedelta(hours=1))
    add_message(person, number, "还在施工", client_id="c")
    assert len(told(line.agent)) == 2


@pytest.mark.clause("GB33358-5.1.2.6")
def test_a_unit_reads_nothing_that_a_secret_caller_added_but_hears_of_it(line: Hotline) -> None:
    number = handled(line)
    WorkOrder.objects.filter(number=number).update(confidential=True)
    add_message(caller_of(number), number, "我住在3楼", client_id="a")
    assert shown(line.agent, number) == ["我住在3楼"]
    assert shown(line.builder, number) == []
    assert "内容请向热线了解" in told(line.builder)[0]


@pytest.mark.clause("GB33358-5.1.2.6")
def test_what_a_merged_caller_added_stands_on_the_main_order_for_staff_alone(line: Hotline) -> None:
    main = handled(line)
    number = handled(line)
    merging.merge(line.agent, number, main, "同一工地")
    add_message(caller_of(number), number, "今晚又开工了", client_id="a")
    (added,) = order_view(line.builder, main).additions
    assert (added.text, added.of) == ("今晚又开工了", number)
    assert order_view(caller_of(main), main).additions == ()
    assert len(told(line.builder)) == 1


def test_who_is_complained_about_hears_nothing_and_an_order_nobody_took_waits_to_be_read(line: Hotline) -> None:
    number = handled(line)
    WorkOrder.objects.filter(number=number).update(about_staff_id=line.builder.staff_id)
    add_message(caller_of(number), number, "他又来了", client_id="a")
    assert told(line.builder) == []
    fresh = opened_order(line)
    WorkOrder.objects.filter(number=fresh).update(agent_id=None)
    add_message(caller_of(fresh), fresh, "补充一句", client_id="b")
    assert not any(fresh in text for staff in line.staff().values() for text in told(staff))
