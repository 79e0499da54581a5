"""The way in: sent once it is agreed to be guided, and its use recorded."""

from __future__ import annotations

import pytest

from bangban.foundation.flows.flow import NotAllowed, NotYours
from bangban.foundation.ledger.models import Event
from bangban.registry.catalog.models.items import Item
from bangban.services.cases.models import Case
from bangban.services.conversation.models import Message
from bangban.services.guidance import actions
from bangban.services.guidance.reads import guidance_view
from tests.cast import Cast
from tests.services.cases.steps import closed, consulting
from tests.services.guidance.steps import guided, other_citizen, rich_item


@pytest.mark.clause("T637-8.3.2-a")
def test_the_entry_is_a_link_to_the_items_form_and_its_use_is_recorded(city: Cast, rich: Item) -> None:
    number, citizen = guided(city, rich)
    entry = actions.send_entry(city.specialist, number)
    message = Message.objects.get(id=entry.message)
    assert (message.kind, message.data["url"]) == ("form_link", f"/cases/{number}/guidance/entry/{entry.id}")
    assert actions.visit_entry(citizen, number, entry.id).url == "https://example.org/apply"
    shown = guidance_view(city.specialist, number).entry
    assert shown is not None
    assert (shown.visits, shown.last_visit_at is not None) == (1, True)


@pytest.mark.clause("T637-8.3.2-a")
def test_an_offline_item_gives_place_phone_and_booking(city: Cast) -> None:
    number, _ = guided(city, rich_item(city, url=None, online_filing="否"))
    entry = actions.send_entry(city.specialist, number)
    assert (entry.kind, entry.place, entry.phone, entry.booking) == (
        "window",
        "广州市测试路1号",
        "020-00000002",
        "可以预约办理",
    )
    assert "广州市测试路1号" in Message.objects.get(id=entry.message).text


def test_staff_may_look_without_being_counted_and_strangers_find_nothing(city: Cast, rich: Item) -> None:
    number, citizen = guided(city, rich)
    entry = actions.send_entry(city.specialist, number)
    actions.visit_entry(city.specialist, number, entry.id)
    with pytest.raises(NotYours):
        actions.visit_entry(other_citizen(citizen), number, entry.id)
    shown = guidance_view(citizen, number).entry
    assert shown is not None and shown.visits == 0


def test_an_entry_is_not_sent_before_guidance_nor_by_the_person(city: Cast, rich: Item) -> None:
    number, citizen = consulting(city, rich)
    with pytest.raises(NotAllowed):
        actions.send_entry(city.specialist, number)
    with pytest.raises((NotAllowed, NotYours)):
        actions.send_entry(citizen, number)
    with pytest.raises((NotAllowed, NotYours)):
        actions.send_entry(city.stranger, number)


def test_the_entry_works_after_the_loop_is_closed(city: Cast, rich: Item) -> None:
    number, citizen = guided(city, rich)
    entry = actions.send_entry(city.specialist, number)
    Case.objects.filter(number=number).update(state="withdrawn")
    assert actions.visit_entry(citizen, number, entry.id).id == entry.id


def test_each_step_is_one_event_that_carries_no_personal_data(city: Cast, rich: Item) -> None:
    number, _ = guided(city, rich)
    before = Event.objects.filter(number=number).count()
    actions.send_entry(city.specialist, number)
    events = Event.objects.filter(number=number).order_by("position")[before:]
    assert [event.data["step"] for event in events] == ["entry_sent"]


def test_nothing_is_guided_on_a_closed_case(city: Cast, rich: Item) -> None:
    number, citizen = closed(city, rich)
    with pytest.raises(NotAllowed):
        actions.start_form(citizen, number)
