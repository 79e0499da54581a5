"""取号 at the kiosk: class by what is said, priority by the published rule, one press one ticket."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.ledger.models import Event
from bangban.registry.catalog.models.items import Item
from bangban.registry.halls import actions as halls
from bangban.services.counter.models import HelpRequest
from bangban.services.queues import actions
from bangban.services.queues.actions import open_window
from bangban.services.queues.models import Ticket
from bangban.surfaces.hall.kiosk.views.taking import TICKETS_PER_MINUTE
from tests.cast import NIGHT
from tests.hall import Hall
from tests.services.appointments.conftest import follow_all
from tests.surfaces.hall.kiosk.conftest import Machine


def take(kiosk: Machine, house: Hall, **fields: object) -> Ticket:
    """Press 取号 for social security and return the ticket."""
    answer = kiosk.press(f"/hall/kiosk/take/{house.social.id}", **{"client_id": uuid4().hex, **fields})
    assert answer.status_code == 303, answer.content.decode()
    return Ticket.objects.get(number=answer["Location"].split("/")[4])


@pytest.mark.clause("DB23-6.3.2-a", "DB23-6.3.2-b")
def test_a_ticket_is_issued_with_class_and_area_and_without_identity(house: Hall, kiosk: Machine) -> None:
    house.ticket()
    answer = kiosk.press(f"/hall/kiosk/take/{house.social.id}", client_id="a")
    page = kiosk.see(answer["Location"])
    for words in ("A002", "社保医保", "1层 西侧等候区", "进门左转", "1 人", "暂无窗口开放，请咨询引导台"):
        assert words in page
    assert "data:image/svg+xml" in page
    ticket = Ticket.objects.get(label="A002")
    assert (ticket.channel, ticket.phone, ticket.person_id) == ("kiosk", "", None)


@pytest.mark.clause("DB23-6.3.2-a")
@pytest.mark.parametrize(
    ("said", "name"), [("我想办社保", "社保医保"), ("营业执照", "企业开办"), ("完全不知道", "综合业务")]
)
def test_the_class_is_found_by_what_somebody_says(house: Hall, kiosk: Machine, said: str, name: str) -> None:
    page = kiosk.see(f"/hall/kiosk/take?q={said}")
    assert re.findall(r"k-class__text\"><strong>([^<]+)</strong>", page)[0] == name


@pytest.mark.clause("DB23-6.3.2-a")
def test_an_item_leads_to_the_class_in_which_it_is_handled(house: Hall, kiosk: Machine, item: Item) -> None:
    halls.save_class(house.body_id, "A", "社保医保", house.social.area, items=[item.id])
    page = kiosk.see("/hall/kiosk/take?q=失业保险金")
    code = item.current.code if hasattr(item, "current") else item.code  # type: ignore[attr-defined]
    assert f"/hall/kiosk/take/{house.social.id}?item={code}" in page
    assert take(kiosk, house, item=code).item_id == item.id


@pytest.mark.clause("T637-6.1.5-g")
def test_the_event_carries_the_terminal(house: Hall, kiosk: Machine) -> None:
    ticket = take(kiosk, house)
    event = Event.objects.get(record_id=ticket.id, kind="ticket.opened")
    assert (event.actor_name, event.channel) == ("自助终端K1", "kiosk")


def test_a_second_press_is_the_same_ticket(house: Hall, kiosk: Machine) -> None:
    assert take(kiosk, house, client_id="twice").number == take(kiosk, house, client_id="twice").number
    assert Ticket.objects.count() == 1


@pytest.mark.clause("DB23-6.7.3")
def test_a_flag_gives_priority_by_the_published_rule_and_somebody_comes(house: Hall, kiosk: Machine) -> None:
    page = kiosk.see(f"/hall/kiosk/take/{house.social.id}")
    assert "老年人" in page and "早 30 分钟" in page and "按取号时间叫号" in page and "appointment" not in page
    first = take(kiosk, house)
    stand_at(now() + timedelta(minutes=5))
    elder = take(kiosk, house, flags=["elderly"])
    assert elder.rank_at < first.rank_at
    follow_all()
    call = HelpRequest.objects.get()
    assert (call.kind, call.ticket, call.state) == ("accessibility", elder.number, "waiting")
    assert elder.label in call.location
    actions.leave(house.hall_guide, elder.number)
    follow_all()
    call.refresh_from_db()
    assert (call.state, call.taken_at) == ("closed", None)


def test_made_up_flags_are_left_out(house: Hall, kiosk: Machine) -> None:
    assert take(kiosk, house, flags=["appointment", "boss"]).flags == []


def test_a_wrong_telephone_number_is_said_and_nothing_typed_is_lost(house: Hall, kiosk: Machine) -> None:
    answer = kiosk.press(f"/hall/kiosk/take/{house.social.id}", client_id="x", phone="139000", flags=["disabled"])
    page = answer.content.decode()
    assert answer.status_code == 422 and "请填写11位手机号码" in page
    assert 'value="139000"' in page and re.search(r'value="disabled" checked', page) and 'value="x"' in page
    assert not Ticket.objects.exists()


@pytest.mark.clause("DB23-7.1")
def test_one_ticket_for_one_telephone_and_class(house: Hall, kiosk: Machine) -> None:
    take(kiosk, house, phone="13900000001")
    answer = kiosk.press(f"/hall/kiosk/take/{house.social.id}", client_id="other", phone="13900000001")
    assert answer.status_code == 409
    assert "这个手机号今天已有这项业务的号A001" in answer.content.decode()


def test_an_expected_wait_is_told_when_a_window_is_open(house: Hall, kiosk: Machine) -> None:
    open_window(house.clerks[0], house.body_id, house.windows[0].id)
    house.ticket()
    assert re.search(r"约 1\d 分钟", kiosk.see(f"/hall/kiosk/take/{house.social.id}"))


@pytest.mark.clause("DB23-6.3.2-b")
def test_outside_opening_hours_the_kiosk_says_when_and_offers_booking(house: Hall, kiosk: Machine) -> None:
    stand_at(NIGHT)
    assert "现在不发号，明天（周四）9:00开门" in kiosk.see("/hall/kiosk/")
    for page in (kiosk.see("/hall/kiosk/take"), kiosk.see(f"/hall/kiosk/take/{house.social.id}")):
        assert "明天（周四）9:00开门" in page and "扫码预约" in page and "data:image/svg+xml" in page
    answer = kiosk.press(f"/hall/kiosk/take/{house.social.id}", client_id="late")
    assert answer.status_code == 409 and not Ticket.objects.exists()


def test_tickets_stop_before_closing_by_the_rule_of_the_hall(house: Hall, kiosk: Machine) -> None:
    halls.save_rules(house.body_id, tickets_stop_before_close=30)
    stand_at(now().replace(hour=8, minute=45))  # 16:45 in the city
    assert "明天（周四）9:00开门" in kiosk.see("/hall/kiosk/take")


def test_a_machine_issues_only_so_many_tickets_a_minute(house: Hall, kiosk: Machine) -> None:
    for _ in range(TICKETS_PER_MINUTE):
        take(kiosk, house)
    answer = kiosk.press(f"/hall/kiosk/take/{house.social.id}", client_id="more")
    assert answer.status_code == 429 and "咨询引导台取号" in answer.content.decode()


@pytest.mark.parametrize("number", [0, 999999])
def test_a_class_of_nowhere_is_refused_with_a_sentence(house: Hall, kiosk: Machine, number: int) -> None:
    assert "没有这个业务类别" in kiosk.see(f"/hall/kiosk/take/{number}", 404)


@pytest.mark.parametrize("text", ["'\"<script>", "\u0000", "%", "啊" * 500, "👵"])
def test_hostile_words_are_words(house: Hall, kiosk: Machine, text: str) -> None:
    for address in ("/hall/kiosk/take", "/hall/kiosk/places", "/hall/kiosk/items"):
        answer = kiosk.get(address, {"q": text})
        assert (
            answer.status_code in (200, 400)
            and b"<script>'" not in answer.content
            and b'"<script>' not in answer.content
        )
