"""Booking for others at the counter and on the telephone, with the one-time notice in the same step (DB23-6.5.1.1-a, 6.5.1.2)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from bangban.foundation.access.actors import Actor
from bangban.foundation.notify.models import Delivery
from bangban.services.appointments.models import Appointment, Slot
from tests.surfaces.appointments.conftest import PHONE, World, text_of
from tests.surfaces.portal.browser import PAGE

NEW = "/desk/appointments/new/"
Desk = Callable[..., Client]


def form(world: World, **changes: object) -> dict[str, object]:
    sent = {
        "item": world.item.code, "place": "gz", "slot": world.slots()[0].id, "name": "赵阿姨", "phone": PHONE,
        "told": "1", "channel": "window", "form_id": "desk-1", "book": "1",
    }  # fmt: skip
    return {name: value for name, value in (sent | changes).items() if value is not None}


def book(client: Client, world: World, **changes: object) -> Appointment:
    answer = client.post(NEW, form(world, **changes), **PAGE)
    assert answer.status_code == 303, answer.content.decode()[:2000]
    return Appointment.objects.get(number=answer["Location"].strip("/").rsplit("/", 1)[1])


@pytest.mark.clause("DB23-6.5.1.1-a")
def test_the_counter_books_and_registrar_and_notice_are_kept(world: World, desk: Desk) -> None:
    client = desk(world.hall.hall_guide)
    page = text_of(client, f"{NEW}?item={world.item.code}")
    assert "一次性告知" in page and "居民身份证" in page and "失业登记证明" in page
    made = book(client, world)
    assert (made.registrar_id, made.channel, made.contact_phone) == (world.hall.hall_guide.staff_id, "window", PHONE)
    assert made.notice["how"] == "read_out" and made.notice["by"] == "许引导"
    assert [row["name"] for row in made.notice["materials"]] == ["居民身份证", "失业登记证明"]
    shown = text_of(client, f"/desk/appointments/{made.number}/")
    assert made.code in shown and "许引导" in shown and "读出并发短信" in shown


@pytest.mark.clause("DB23-6.5.1.2")
def test_the_hotline_books_with_the_callers_number_and_the_notice_is_read_and_sent(world: World, desk: Desk) -> None:
    client = desk(world.agent)
    page = text_of(client, f"{NEW}?item={world.item.code}&phone={PHONE}")
    assert f'value="{PHONE}"' in page and "来电号码已填入" in page and "请读给对方" in page
    made = book(client, world, channel="phone", slot=world.slots(20)[0].id)
    assert (made.channel, made.notice["how"]) == ("phone", "read_out")
    sent = Delivery.objects.get(purpose="appointment_booked", channel="sms")
    assert made.number in sent.text and "居民身份证" in sent.text


@pytest.mark.clause("DB23-6.5.1.2")
def test_nothing_is_booked_before_the_notice_is_given(world: World, desk: Desk) -> None:
    answer = desk(world.agent).post(NEW, form(world, told=None), **PAGE)
    assert answer.status_code == 422
    assert "请一次性告知材料和注意事项后再登记。" in answer.content.decode()
    assert 'value="赵阿姨"' in answer.content.decode()
    assert not Appointment.objects.exists()


def test_the_callers_number_stays_while_the_item_is_looked_for(world: World, desk: Desk) -> None:
    page = text_of(desk(world.agent), f"{NEW}?q=失业保险金&phone={PHONE}")
    assert f'type="hidden" name="phone" value="{PHONE}"' in page and "pick_item" in page


def test_places_kept_for_the_counter_are_free_there(world: World, desk: Desk) -> None:
    slot = world.slots()[0]
    Slot.objects.filter(id=slot.id).update(taken=1, network_taken=1)
    assert book(desk(world.hall.hall_guide), world, slot=slot.id).slot_id == slot.id


def test_a_full_period_offers_the_nearest_and_keeps_what_was_typed(world: World, desk: Desk) -> None:
    slot, following, *_ = world.slots()
    Slot.objects.filter(id=slot.id).update(taken=2)
    answer = desk(world.agent).post(NEW, form(world, slot=slot.id), **PAGE)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "最近还可以约" in page and f'value="{following.id}"' in page and 'value="赵阿姨"' in page


@pytest.mark.parametrize("changes", [{"slot": None}, {"slot": "x"}, {"phone": "12"}, {"name": ""}])
def test_what_is_wrong_is_said_beside_it(world: World, desk: Desk, changes: dict[str, object]) -> None:
    answer = desk(world.agent).post(NEW, form(world, **changes), **PAGE)
    assert answer.status_code == 422
    assert "没有登记成功" in answer.content.decode()


def test_who_books_for_no_hall_sees_no_place(world: World, desk: Desk) -> None:
    stranger: Actor = world.city.stranger
    page = text_of(desk(stranger), f"{NEW}?item={world.item.code}")
    assert "没有能替对方预约这个事项的地点" in page
    assert desk(stranger).post(NEW, form(world), **PAGE).status_code == 200
    assert not Appointment.objects.exists()


def test_the_periods_of_another_day_come_alone(world: World, desk: Desk) -> None:
    client = desk(world.agent)
    address = f"{NEW}periods/?item={world.item.code}&place=gz&day=2026-11-20&channel=phone"
    page = client.get(address, **PAGE, HTTP_HX_REQUEST="true").content.decode()
    assert "<html" not in page and 'name="slot"' in page
    assert client.get(f"{NEW}periods/?item=x", **PAGE).status_code == 404
