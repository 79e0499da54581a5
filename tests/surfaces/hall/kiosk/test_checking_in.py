"""预约取号: the check-in is the ticket, and what does not go is said in a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from bangban.foundation.clocks.moment import stand_at
from bangban.foundation.flows.flow import NotAllowed
from bangban.registry.catalog.models.items import Item
from bangban.services.queues.models import Ticket
from bangban.surfaces.hall.kiosk.views import checking_in
from bangban.surfaces.hall.kiosk.views.checking_in import TRIES_PER_MINUTE
from tests.cast import Cast
from tests.hall import KIOSK_KEY, Hall
from tests.services.appointments.conftest import PHONE, TODAY, make_book
from tests.surfaces.hall.kiosk.conftest import Machine

pytestmark = pytest.mark.usefixtures("own_pace")


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦"])
def test_a_code_of_the_wrong_form_is_said_and_stays(house: Hall, kiosk: Machine, code: str) -> None:
    answer = kiosk.press("/hall/kiosk/checkin", by="code", code=code)
    assert answer.status_code == 422
    assert "签到码是6位数字" in answer.content.decode() and f'value="{code}"' in answer.content.decode()


def test_a_code_of_nobody_is_said_and_stays(house: Hall, kiosk: Machine) -> None:
    answer = kiosk.press("/hall/kiosk/checkin", by="code", code="123456")
    assert answer.status_code == 404
    assert "这个签到码的预约" in answer.content.decode() and 'value="123456"' in answer.content.decode()


def test_a_telephone_number_needs_eleven_digits(house: Hall, kiosk: Machine) -> None:
    answer = kiosk.press("/hall/kiosk/checkin", by="phone", phone="139")
    assert answer.status_code == 422 and 'value="139"' in answer.content.decode()


@pytest.mark.clause("DB23-6.3.2-a")
@pytest.mark.parametrize(("by", "said"), [("code", {"code": "123456"}), ("phone", {"phone": "13900000001"})])
def test_the_check_in_shows_the_ticket_and_no_other_queue(
    house: Hall, kiosk: Machine, monkeypatch: pytest.MonkeyPatch, by: str, said: dict[str, str]
) -> None:
    asked: list[dict[str, Any]] = []

    def arrive(actor: object, **given: Any) -> object:
        asked.append(given)
        return house.ticket()

    monkeypatch.setattr(checking_in, "arrive", arrive)
    answer = kiosk.press("/hall/kiosk/checkin", by=by, **said)
    assert asked == [{"body_id": house.body_id, **said}]
    assert answer.status_code == 303 and "A001" in kiosk.see(answer["Location"])


def test_an_early_arrival_reads_when_it_may_check_in(
    house: Hall, kiosk: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def arrive(actor: object, **given: Any) -> object:
        raise NotAllowed("您预约的时段是11:00-11:30，10:40起才能取号。")

    monkeypatch.setattr(checking_in, "arrive", arrive)
    answer = kiosk.press("/hall/kiosk/checkin", by="code", code="123456")
    assert answer.status_code == 409 and "10:40起才能取号" in answer.content.decode()


def test_codes_cannot_be_tried_quickly(house: Hall, kiosk: Machine) -> None:
    for number in range(TRIES_PER_MINUTE + 1):
        last = kiosk.press("/hall/kiosk/checkin", by="code", code=f"{number:06}")
    assert last.status_code == 429


@pytest.mark.clause("DB23-6.3.2-a", "DB23-6.7.3")
@pytest.mark.parametrize("by", ["code", "phone"])
def test_a_booked_person_gets_the_ticket_without_a_second_queue(city: Cast, item: Item, by: str) -> None:
    book = make_book(city, item)
    booked = book.book(book.slot(TODAY, "14:00"), flags=("elderly",))
    said = {"code": booked.code} if by == "code" else {"phone": PHONE}
    kiosk = Machine(KIOSK_KEY)
    early = kiosk.press("/hall/kiosk/checkin", by=by, **said)
    assert early.status_code == 409 and "14:00" in early.content.decode()
    stand_at(booked.appointment.starts_at)
    answer = kiosk.press("/hall/kiosk/checkin", by=by, **said)
    assert answer.status_code == 303
    page = kiosk.see(answer["Location"])
    assert "A001" in page and "社保医保" in page and "预约、老年人" in page
    assert kiosk.press("/hall/kiosk/checkin", by=by, **said)["Location"] == answer["Location"]
    ticket = Ticket.objects.get()
    assert (ticket.appointment_number, ticket.channel) == (booked.appointment.number, "kiosk")
