"""查排队 at the kiosk: how a number stands, and back into the queue after a missed call."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bangban.foundation.clocks.moment import now, stand_at
from bangban.services.queues.models import Ticket
from tests.hall import Hall
from tests.surfaces.hall.kiosk.conftest import Machine, called, missed

pytestmark = pytest.mark.usefixtures("own_pace")


@pytest.mark.clause("T637-6.1.5-g")
@pytest.mark.parametrize("said", ["A002", "a002", " a 002 "])
def test_a_number_shows_people_ahead_wait_and_place(house: Hall, kiosk: Machine, said: str) -> None:
    house.ticket()
    house.ticket(phone="13900000001")
    page = kiosk.see(f"/hall/kiosk/progress?q={said}")
    for words in ("A002 社保医保", "前面还有 1 人", "暂无窗口开放", "1层 西侧等候区"):
        assert words in page
    assert "13900000001" not in page and "139*" not in page


@pytest.mark.parametrize("said", ["A999", "13900000001", "QH1", "%", "'"])
def test_an_unknown_number_is_said_and_stays(house: Hall, kiosk: Machine, said: str) -> None:
    house.ticket(phone="13900000001")
    page = kiosk.see(f"/hall/kiosk/progress?q={said}", 404)
    assert "今天没有这个号" in page


def test_a_call_names_the_window(house: Hall, kiosk: Machine) -> None:
    called(house)
    assert "请到1号窗口" in kiosk.see("/hall/kiosk/progress?q=A001")


@pytest.mark.clause("DB23-7.1")
def test_a_missed_number_comes_back_at_the_kiosk_within_the_grace_time(house: Hall, kiosk: Machine) -> None:
    ticket = missed(house)
    assert "重新排队" in kiosk.see("/hall/kiosk/progress?q=A001")
    answer = kiosk.press("/hall/kiosk/progress", q="A001")
    assert answer.status_code == 303 and Ticket.objects.get(id=ticket.id).state == "waiting"
    again = kiosk.press("/hall/kiosk/progress", q="A001")
    assert again.status_code == 409


def test_after_the_grace_time_a_new_number_is_needed(house: Hall, kiosk: Machine) -> None:
    missed(house)
    stand_at(now() + timedelta(minutes=31))
    page = kiosk.see("/hall/kiosk/progress?q=A001")
    assert "重新排队的时间已过" in page and "progress-form" not in page and "k-btn--go" not in page
    answer = kiosk.press("/hall/kiosk/progress", q="A001")
    assert answer.status_code == 409 and "过号已超过30分钟" in answer.content.decode()


def test_yesterdays_number_is_no_number_of_today(house: Hall, kiosk: Machine) -> None:
    house.ticket()
    stand_at(now() + timedelta(days=1))
    kiosk.see("/hall/kiosk/progress?q=A001", 404)
    assert kiosk.press("/hall/kiosk/progress", q="A001").status_code == 404
