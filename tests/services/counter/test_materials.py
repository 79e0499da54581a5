"""What was handed out with an answer is on its record (DB23-6.4.3-b)."""

from __future__ import annotations

import pytest

from bangban.foundation.flows.flow import Incomplete
from bangban.foundation.ledger.models import Event
from bangban.foundation.notify.models import Delivery
from bangban.registry.catalog.models.items import Item
from bangban.services.counter import actions, reads
from bangban.services.counter.actions import NewInquiry
from tests.services.counter.conftest import Counter


def asked(counter: Counter, item: Item | None, phone: str = "") -> str:
    new = NewInquiry(answered=True, item=item.code if item else "", topic="materials", phone=phone)
    return actions.log_inquiry(counter.guide, new).number


@pytest.mark.clause("DB23-6.4.3-b")
def test_printing_a_guide_is_noted_on_the_record(counter: Counter, item: Item) -> None:
    number = asked(counter, item)
    assert [one.kind for one in reads.offers(item.id, counter.body_id)][:3] == ["guide", "item_list", "checklist"]
    actions.give_material(counter.clerk, number, "guide")
    (given,) = reads.inquiry_view(counter.guide, number).materials
    assert (given.kind, given.title, given.how, given.by) == (
        "办事指南",
        "《失业保险金申领》办事指南",
        "打印",
        "李窗口",
    )
    assert Event.objects.get(kind="inquiry.give_material").data["kind"] == "guide"
    assert not Delivery.objects.exists()


@pytest.mark.clause("DB23-6.4.3-b")
def test_sending_reaches_the_mobile_phone_with_a_link(counter: Counter, item: Item) -> None:
    number = asked(counter, item, phone="13800001234")
    actions.give_material(counter.guide, number, "checklist", how="sent")
    sms = Delivery.objects.get()
    assert (sms.channel, sms.address) == ("sms", "13800001234")
    assert sms.text.endswith(f"/items/{item.code}")
    actions.give_material(counter.guide, number, "guide", how="sent")
    assert Delivery.objects.count() == 2


def test_a_number_given_for_sending_is_used_and_not_kept(counter: Counter, item: Item) -> None:
    number = asked(counter, item)
    with pytest.raises(Incomplete):
        actions.give_material(counter.guide, number, "guide", how="sent")
    with pytest.raises(Incomplete):
        actions.give_material(counter.guide, number, "guide", how="sent", phone="020-83330000")
    actions.give_material(counter.guide, number, "guide", how="sent", phone="138 0000 1234")
    assert Delivery.objects.get().address == "13800001234"
    assert reads.inquiry_view(counter.guide, number).row.phone == ""


def test_the_item_may_be_fixed_when_its_guide_is_given(counter: Counter, item: Item) -> None:
    number = asked(counter, None)
    with pytest.raises(Incomplete):
        actions.give_material(counter.guide, number, "guide", item="T9999")
    actions.give_material(counter.guide, number, "guide", item=item.code)
    assert reads.inquiry_view(counter.guide, number).row.item_name == "失业保险金申领"


def test_without_an_item_there_is_the_list_of_all_and_nothing_else(counter: Counter) -> None:
    number = asked(counter, None)
    actions.give_material(counter.guide, number, "item_list")
    for kind in ("guide", "form", "gold"):
        with pytest.raises(Incomplete):
            actions.give_material(counter.guide, number, kind)
