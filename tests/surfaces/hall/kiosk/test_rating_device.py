"""The rating device at a window: who serves, five grades at once after the service, nothing without a press."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bangban.foundation.clocks.moment import now, stand_at
from bangban.oversight.evaluation.models import Rating
from bangban.oversight.evaluation.options import install_options
from bangban.registry.org.models import Staff
from bangban.services.queues.actions import arrive, open_window, pause_window
from bangban.surfaces.hall.kiosk.views import rating
from tests.hall import Hall
from tests.surfaces.hall.kiosk.conftest import Machine, called, served

pytestmark = pytest.mark.usefixtures("own_pace")


@pytest.fixture(autouse=True)
def _options(db: None) -> None:
    install_options()


@pytest.mark.clause("DB23-5.2.4")
def test_the_window_shows_name_work_number_and_post(house: Hall, device: Machine) -> None:
    assert "本窗口现在没有开放" in device.see("/hall/rating/")
    session = open_window(house.clerks[0], house.body_id, house.windows[0].id)
    rating.forget()
    page = device.see("/hall/rating/")
    number = Staff.objects.get(id=house.clerks[0].staff_id).work_number
    assert number
    for words in ("1号窗口", "窗口员1", number, "窗口人员", "社保医保"):
        assert words in page
    pause_window(house.clerks[0], session.number, "取材料")
    rating.forget()
    page = device.see("/hall/rating/now")
    assert "暂停服务" in page and "取材料" not in page


@pytest.mark.clause("DB23-8.1.1")
def test_a_finished_service_is_asked_about_at_once_with_no_grade_chosen(house: Hall, device: Machine) -> None:
    ticket = called(house)
    assert 'data-asked=""' in device.see("/hall/rating/now")
    arrive(house.clerks[0], ticket.number)
    assert 'data-asked=""' in device.see("/hall/rating/now")
    from bangban.services.queues.actions import finish

    finish(house.clerks[0], ticket.number, "completed")
    page = device.see("/hall/rating/now")
    assert f'data-asked="{ticket.number}"' in page and "checked" not in page
    for grade in ("非常满意", "满意", "基本满意", "不满意", "非常不满意", "服务态度生硬"):
        assert grade in page


@pytest.mark.clause("DB23-8.1.1")
def test_a_press_stores_one_rating_by_the_device(house: Hall, device: Machine) -> None:
    ticket = served(house)
    answer = device.press("/hall/rating/give", number=ticket.number, grade="dissatisfied", options=["214"])
    assert "谢谢您的评价" in answer.content.decode() and "整改" in answer.content.decode()
    row = Rating.objects.get()
    assert (row.number, row.grade, row.options, row.channel) == (ticket.number, "dissatisfied", ["214"], "kiosk")
    again = device.press("/hall/rating/give", number=ticket.number, grade="satisfied")
    assert again.status_code == 409 and Rating.objects.count() == 1
    assert 'data-asked=""' in device.see("/hall/rating/now")


def test_who_goes_away_is_forgotten_and_nothing_is_stored(house: Hall, device: Machine) -> None:
    ticket = served(house)
    assert 'data-asked=""' in device.see(f"/hall/rating/now?passed={ticket.number}")
    stand_at(now() + timedelta(minutes=5))
    assert 'data-asked=""' in device.see("/hall/rating/now")
    assert not Rating.objects.exists()


@pytest.mark.parametrize("grade", ["", "excellent", "5"])
def test_a_grade_that_is_none_is_refused(house: Hall, device: Machine, grade: str) -> None:
    ticket = served(house)
    assert device.press("/hall/rating/give", number=ticket.number, grade=grade).status_code == 422
    assert not Rating.objects.exists()


def test_a_device_rates_only_what_its_own_window_has_served(house: Hall, device: Machine, kiosk: Machine) -> None:
    other = house.ticket().ticket
    assert device.press("/hall/rating/give", number=other.number, grade="satisfied").status_code == 409
    served_here = served(house)
    assert kiosk.press("/hall/rating/give", number=served_here.number, grade="satisfied").status_code == 403
    assert Machine().press("/hall/rating/give", number=served_here.number, grade="satisfied").status_code == 403
    assert not Rating.objects.exists()
