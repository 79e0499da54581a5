"""Two-stage dispatch to lower bodies, and the help card where a body is not open (BJ-3.2, T637-8.2-e)."""

from __future__ import annotations

import pytest

from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.models import Event
from bangban.registry.catalog.models.items import Item
from bangban.registry.org.models import Body
from bangban.services.cases import actions
from bangban.services.cases.models import Case
from bangban.services.cases.reads import case_view, list_cases, public_progress
from bangban.services.conversation.models import Message
from tests.cast import Cast
from tests.services.cases.steps import claimed, opened
from tests.services.cases.waiting import lapse, later, offers

pytestmark = pytest.mark.usefixtures("own_pace")


@pytest.mark.clause("BJ-3.2.1")
def test_a_transfer_without_need_or_item_is_refused(city: Cast, item: Item) -> None:
    number, _ = opened()
    actions.claim(city.guide, number)
    with pytest.raises(NotAllowed) as refusal:
        actions.transfer_down(city.guide, number, {"to": "yx"})
    assert refusal.value.details["needs"] == "need_summary"
    without_item, _ = claimed(city)
    with pytest.raises(NotAllowed) as refusal:
        actions.transfer_down(city.guide, without_item, {"to": "yx"})
    assert refusal.value.details["needs"] == "item"


@pytest.mark.clause("BJ-3.2.2", "T637-8.2-e", "BJO-1.3")
def test_both_hops_are_kept_with_their_times_and_the_user_sees_where_the_case_is(city: Cast, item: Item) -> None:
    number, citizen = claimed(city, item)
    actions.transfer_down(city.guide, number, {"to": "yx", "reason": "属越秀区受理"})
    assert [row.number for row in list_cases(city.district_guide, "inbox").rows] == [number]
    later(minutes=2)
    actions.accept(city.district_guide, number)
    assert case_view(citizen, number).state == "claimed"
    assert "越秀区" in public_progress(Case.objects.get(number=number))
    actions.assign(city.district_guide, number)
    later(minutes=1)
    actions.accept(city.district_specialist, number)
    hops = [offer for offer in offers(number) if offer.kind != "queue"]
    assert [(hop.kind, hop.answer, hop.to_unit_id) for hop in hops] == [
        ("transfer", "accepted", city.district.id),
        ("assign", "accepted", city.district.id),
    ]
    assert all(hop.answered_at is not None and hop.answered_at > hop.offered_at for hop in hops)
    for staff in (city.guide, city.manager, city.district_guide):
        assert case_view(staff, number).unit is not None


@pytest.mark.clause("T637-8.2-e")
def test_a_returned_transfer_stays_with_the_sender_and_the_reason_is_kept(city: Cast, item: Item) -> None:
    number, _ = claimed(city, item)
    actions.transfer_down(city.guide, number, {"to": "yx"})
    actions.return_offer(city.district_guide, number, "不属本区受理范围")
    case = Case.objects.get(number=number)
    assert (case.owner_id, case.unit_id) == (city.guide.staff_id, city.center.id)
    assert offers(number)[-1].reason == "不属本区受理范围"
    with pytest.raises(NotYours):
        case_view(city.district_specialist, number)


@pytest.mark.clause("T637-8.2-e")
def test_a_transfer_that_nobody_accepts_in_time_comes_back_and_warns(city: Cast, item: Item) -> None:
    number, _ = claimed(city, item)
    actions.transfer_down(city.guide, number, {"to": "yx"})
    assert lapse(number) == 1
    assert offers(number)[-1].answer == "expired"
    assert Case.objects.get(number=number).owner_id == city.guide.staff_id
    assert Event.objects.get(number=number, kind="case.offer_lapsed").data["back_to"] == city.guide.staff_id
    with pytest.raises((NotAllowed, NotYours)):
        actions.accept(city.district_guide, number)


@pytest.mark.clause("BJ-3.2")
def test_the_time_from_match_to_transfer_is_measured(city: Cast, item: Item) -> None:
    number, citizen = claimed(city, item)
    later(seconds=90)
    actions.post_message(citizen, number, "什么时候能办？")
    later(seconds=30)
    actions.transfer_down(city.guide, number, {"to": "yx"})
    event = Event.objects.get(number=number, kind="case.transfer_down")
    assert 120 <= event.data["transferred_from_match_s"] < 125


@pytest.mark.clause("BJ-3.2.3-a")
def test_a_transfer_to_a_body_not_open_is_refused_with_the_advice_to_send_a_help_card(city: Cast, item: Item) -> None:
    number, _ = claimed(city, item)
    with pytest.raises(NotAllowed, match="帮助卡") as refusal:
        actions.transfer_down(city.guide, number, {"to": "ch"})
    assert refusal.value.details["use"] == "help_card"
    assert [offer.kind for offer in offers(number)] == ["queue"]


@pytest.mark.clause("BJ-3.2.3-a", "BJ-3.2.3-c", "DB23-6.1.2-b")
def test_the_help_card_gives_guide_link_phone_address_map_point_and_hours(city: Cast, item: Item) -> None:
    Body.objects.filter(code="ch").update(latitude=23.55, longitude=113.58)
    from bangban.registry.org import reads as org

    org.forget()
    number, _ = claimed(city, item)
    actions.help_card(city.guide, number, {"to": "ch"})
    card = Message.objects.get(kind="help_card")
    assert card.data["guide"] == f"/items/{item.code}"
    assert {name: card.data[name] for name in ("phone", "address", "hours", "unit", "latitude", "longitude")} == {
        "phone": "020-00000001",
        "address": "测试路1号",
        "hours": "工作日9:00-17:00",
        "unit": "广州市从化区政务服务中心",
        "latitude": 23.55,
        "longitude": 113.58,
    }
    for told in ("020-00000001", "测试路1号", "工作日9:00-17:00", "尚未开通在线导办"):
        assert told in card.text
    actions.close(city.guide, number, {"opinion": "请按帮助卡办理。"})
    case = Case.objects.get(number=number)
    assert (case.close_reason, case.path_given["phone"]) == ("help_card", "020-00000001")


def test_a_case_cannot_be_transferred_to_its_own_body_or_to_nobody(city: Cast, item: Item) -> None:
    number, _ = claimed(city, item)
    for target in ("gz", "没有的机构"):
        with pytest.raises(Incomplete):
            actions.transfer_down(city.guide, number, {"to": target})
