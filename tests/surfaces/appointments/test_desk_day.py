"""The day list and the page of a booking at the desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from bangban.services.appointments import actions
from bangban.services.appointments.models import Appointment
from bangban.services.queues.models import Ticket
from tests.surfaces.appointments.conftest import PHONE, World, text_of
from tests.surfaces.portal.browser import PAGE, Browser

DAY = "/desk/appointments/"
Desk = Callable[..., Client]


@pytest.fixture
def made(world: World, browser: Browser) -> Appointment:
    return world.booked(browser, flags=["elderly"])


def do(client: Client, made: Appointment, action: str, **given: object) -> tuple[int, str]:
    answer = client.post(f"{DAY}{made.number}/do/{action}/", given, **PAGE)
    return answer.status_code, answer.content.decode()


def test_a_day_shows_who_comes_masked_with_class_and_state(world: World, made: Appointment, desk: Desk) -> None:
    page = text_of(desk(world.hall.hall_guide), f"{DAY}?day=2026-11-19")
    assert made.number in page and "09:00—09:30" in page and "139****0017" in page and "老年人" in page
    assert PHONE not in page and "李明" not in page
    assert 'A 社保医保<span class="tabs__count num">1</span>' in page
    assert made.number not in text_of(desk(world.hall.hall_guide), f"{DAY}?day=2026-11-20")


def test_class_and_state_narrow_the_day(world: World, made: Appointment, desk: Desk) -> None:
    client = desk(world.hall.hall_guide)
    day = f"{DAY}?day=2026-11-19"
    assert made.number in text_of(client, f"{day}&klass={world.hall.social.id}&state=booked")
    assert made.number not in text_of(client, f"{day}&klass={world.hall.company.id}")
    assert made.number not in text_of(client, f"{day}&state=cancelled")


def test_today_shows_who_comes_next(world: World, made: Appointment, desk: Desk) -> None:
    world.at(made)
    page = text_of(desk(world.hall.hall_guide), DAY)
    assert "接下来到的人" in page and page.count(made.number) >= 2


def test_a_number_or_telephone_number_finds_a_booking(world: World, made: Appointment, desk: Desk) -> None:
    client = desk(world.agent)
    answer = client.get(f"{DAY}?q={made.number.lower()}", **PAGE)
    assert (answer.status_code, answer["Location"]) == (303, f"{DAY}{made.number}/")
    assert made.number in text_of(client, f"{DAY}?q={PHONE}")
    assert made.number not in text_of(client, f"{DAY}?q=13900000099")


@pytest.mark.parametrize("query", ["day=yesterday", "klass=x", "state=nonsense", "q=%27", "day=2026-11-19&klass=-1"])
def test_damaged_addresses_are_never_a_failure(world: World, desk: Desk, query: str) -> None:
    text_of(desk(world.agent), f"{DAY}?{query}")


def test_a_damaged_place_in_the_list_and_a_foreign_hall_are_refused(world: World, desk: Desk) -> None:
    client = desk(world.hall.hall_guide)
    text_of(client, f"{DAY}?after=damaged", 422)
    text_of(client, f"{DAY}?hall=yx", 404)


def test_staff_without_a_hall_are_told_so(world: World, desk: Desk) -> None:
    assert "没有开通预约的大厅" in text_of(desk(world.city.stranger), DAY, 404)


def test_a_booking_of_another_hall_does_not_exist(world: World, made: Appointment, desk: Desk) -> None:
    client = desk(world.city.stranger)
    text_of(client, f"{DAY}{made.number}/", 404)
    assert do(client, made, "cancel", reason="不来了")[0] == 404
    assert client.post(f"{DAY}{made.number}/contact/", {"reason": "看一下号码"}, **PAGE).status_code == 404
    text_of(client, f"{DAY}{made.number}/change/", 404)


def test_the_list_asks_the_database_the_same_for_any_length(
    world: World, browser: Browser, desk: Desk, django_assert_max_num_queries: object
) -> None:
    for place, slot in enumerate(world.slots()[:3]):
        world.booked(browser, slot=slot.id, form_id=f"f{place}")
    client = desk(world.hall.hall_guide)
    text_of(client, f"{DAY}?day=2026-11-19")
    with django_assert_max_num_queries(18):  # type: ignore[operator]
        text_of(client, f"{DAY}?day=2026-11-19")


def test_cancelling_for_somebody_needs_a_reason_that_is_told(world: World, made: Appointment, desk: Desk) -> None:
    client = desk(world.hall.hall_guide)
    status, page = do(client, made, "cancel", reason=" ")
    assert status == 422 and "确认取消" in page
    assert do(client, made, "cancel", reason="本人来电取消")[0] == 303
    made.refresh_from_db()
    assert (made.state, made.cancel_reason) == ("cancelled", "本人来电取消")


def test_staff_move_a_booking_to_another_period(world: World, made: Appointment, desk: Desk) -> None:
    client, wanted = desk(world.agent), world.slots(20)[0]
    address = f"{DAY}{made.number}/change/"
    assert "现在的时段" in text_of(client, address)
    assert client.post(address, {"change": "1"}, **PAGE).status_code == 422
    assert client.post(address, {"change": "1", "slot": "999999"}, **PAGE).status_code == 409
    assert client.post(address, {"change": "1", "slot": wanted.id}, **PAGE).status_code == 303
    made.refresh_from_db()
    assert made.slot_id == wanted.id


def test_the_desk_of_the_hall_gives_the_ticket_in_the_period(world: World, made: Appointment, desk: Desk) -> None:
    client = desk(world.hall.hall_guide)
    status, page = do(client, made, "check_in")
    assert status == 409 and "才能取号" in page
    world.at(made)
    client = desk(world.hall.hall_guide)
    assert "到场取号" in text_of(client, f"{DAY}{made.number}/")
    assert do(client, made, "check_in")[0] == 303
    assert Ticket.objects.get(appointment=made.id).label in text_of(client, f"{DAY}{made.number}/")


def test_the_number_is_shown_in_full_for_a_reason_that_is_kept(world: World, made: Appointment, desk: Desk) -> None:
    client, address = desk(world.hall.hall_guide), f"{DAY}{made.number}/contact/"
    assert client.post(address, {"reason": ""}, **PAGE).status_code == 422
    page = client.post(address, {"reason": "停约后电话沟通改约"}, **PAGE).content.decode()
    assert PHONE in page and "李明" in page
    assert PHONE not in text_of(client, f"{DAY}{made.number}/")


def test_an_unknown_step_does_not_exist(world: World, made: Appointment, desk: Desk) -> None:
    assert do(desk(world.hall.hall_guide), made, "explode")[0] == 404


def test_a_form_never_leads_to_another_site(world: World, made: Appointment, desk: Desk) -> None:
    answer = desk(world.hall.hall_guide).post(
        f"{DAY}{made.number}/do/cancel/", {"reason": "本人来电取消", "back": "https://example.org/"}, **PAGE
    )
    assert answer["Location"] == f"{DAY}{made.number}/"


@pytest.mark.clause("DB23-6.5.2")
def test_a_call_about_a_closed_period_is_noted_and_ends_the_booking(
    world: World, made: Appointment, desk: Desk
) -> None:
    actions.close_slots(world.manager, world.city.center.id, None, made.starts_at, made.ends_at, "系统升级，暂停办理")
    client = desk(world.hall.hall_guide)
    assert "登记电话沟通" in text_of(client, f"{DAY}{made.number}/")
    assert do(client, made, "note_call", reason="")[0] == 422
    assert do(client, made, "note_call", reason="本人改去区中心办理")[0] == 303
    made.refresh_from_db()
    assert made.outcome == "called"
