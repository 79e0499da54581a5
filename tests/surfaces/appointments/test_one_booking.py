"""The page of a booking: where and when, what to bring, what changed; nobody else's (DB23-6.5.1.3, DB23-6.5.2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bangban.foundation.clocks.moment import stand_at
from bangban.services.appointments import actions
from bangban.services.appointments.models import Appointment, Preparation, Slot
from tests.cast import guest
from tests.surfaces.appointments.conftest import World, text_of
from tests.surfaces.portal.browser import PAGE, Browser

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@pytest.fixture
def made(world: World, browser: Browser) -> Appointment:
    return world.booked(browser)


def url(made: Appointment, rest: str = "") -> str:
    return f"/appointments/{made.number}/{rest}"


@pytest.mark.clause("DB23-6.5.1.3-a")
def test_another_persons_booking_does_not_exist_at_any_address(world: World, made: Appointment) -> None:
    stranger = world.browser()
    for rest in ("", "part/", "change/"):
        page = text_of(stranger, url(made, rest), 404)
        assert made.code not in page and "李明" not in page
    for rest in ("cancel/", "confirm/", "answer/", "change/", "materials/x/tick/", "materials/x/file/"):
        assert stranger.send(url(made, rest), answer="accept", change="1", slot="1").status_code == 404
    made.refresh_from_db()
    assert made.state == "booked"


def test_a_number_that_does_not_exist_answers_like_a_foreign_one(world: World, made: Appointment) -> None:
    foreign = text_of(world.browser(), url(made), 404)
    none = text_of(world.browser(), "/appointments/YY99010100000001/", 404)
    assert foreign.count("签到码") == none.count("签到码") > 0


@pytest.mark.clause("DB23-6.5.1.3-c")
def test_the_booking_shows_notice_and_the_checklist_of_the_current_guide(made: Appointment, browser: Browser) -> None:
    page = browser.open(url(made))
    assert "办事指南第1版" in page and "请在预约时段内到大厅取号。" in page
    assert page.count("居民身份证") >= 2 and "失业登记证明" in page
    assert "还差：居民身份证、失业登记证明" in page


@pytest.mark.clause("DB23-6.5.1.3-c")
def test_the_checklist_can_be_ticked_and_files_sent_ahead(world: World, made: Appointment, browser: Browser) -> None:
    first, second = Preparation.objects.filter(appointment=made).order_by("position")
    assert browser.send(url(made, f"materials/{first.key}/tick/"), ready="1").status_code == 303
    file = SimpleUploadedFile("证明.png", PNG)
    assert browser.send(url(made, f"materials/{second.key}/file/"), file=file).status_code == 303
    page = browser.open(url(made))
    assert "2 / 2 项已备" in page and "证明.png" in page and "必需的材料都备好了。" in page
    second.refresh_from_db()
    address = url(made, f"files/{second.file_id}/")
    answer = browser.get(address, **PAGE)
    assert b"".join(answer.streaming_content) == PNG  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment") and "sandbox" in answer["Content-Security-Policy"]
    assert world.browser().get(address, **PAGE).status_code == 404
    browser.send(url(made, f"materials/{first.key}/tick/"), ready="0")
    assert "1 / 2 项已备" in browser.open(url(made))


def test_a_tick_by_script_answers_with_the_list_alone(made: Appointment, browser: Browser) -> None:
    line = Preparation.objects.filter(appointment=made).order_by("position")[0]
    answer = browser.post(url(made, f"materials/{line.key}/tick/"), {"ready": "1"}, **PAGE, HTTP_HX_REQUEST="true")
    assert answer.status_code == 200 and answer.content.decode().strip().startswith('<div id="ready">')


@pytest.mark.parametrize("file", [None, SimpleUploadedFile("照片.png", b"MZ\x00\x01\x02program")])
def test_a_wrong_file_is_refused_beside_its_material(
    made: Appointment, browser: Browser, file: SimpleUploadedFile | None
) -> None:
    line = Preparation.objects.filter(appointment=made).order_by("position")[0]
    answer = browser.send(url(made, f"materials/{line.key}/file/"), **({"file": file} if file else {}))
    assert answer.status_code == 422
    assert "请先选择要上传的文件。" in answer.content.decode() or "不支持这种文件" in answer.content.decode()


def test_the_link_of_the_message_opens_it_and_leaves_the_code_behind(world: World, made: Appointment) -> None:
    other = world.browser()
    answer = other.get(f"/appointments/{made.number}?code={made.token}", **PAGE)
    assert (answer.status_code, answer["Location"]) == (303, url(made))
    assert made.code in other.open(url(made))
    assert world.browser().get(f"/appointments/{made.number}?code=wrong", **PAGE).status_code == 404


@pytest.mark.clause("DB23-6.5.1.3-a")
def test_the_person_changes_the_period_and_number_and_code_stay(
    world: World, made: Appointment, browser: Browser
) -> None:
    wanted = world.slots()[2]
    assert "现在的时段" in browser.open(url(made, "change/"))
    assert browser.send(url(made, "change/"), change="1").status_code == 422
    assert browser.send(url(made, "change/"), change="1", slot=wanted.id)["Location"] == url(made)
    code = made.code
    made.refresh_from_db()
    assert (made.slot_id, made.code) == (wanted.id, code)
    assert "改期成功" in browser.open(url(made))
    again = browser.open(url(made))
    assert "改期成功" not in again
    assert "10:00—10:30" in again


def test_a_change_to_a_full_period_shows_the_nearest_and_keeps_the_old_one(
    world: World, made: Appointment, browser: Browser
) -> None:
    wanted = world.slots()[2]
    Slot.objects.filter(id=wanted.id).update(taken=2, network_taken=1)
    answer = browser.send(url(made, "change/"), change="1", slot=wanted.id, day="2026-11-19")
    assert answer.status_code == 409
    assert "最近还可以约" in answer.content.decode()
    made.refresh_from_db()
    assert made.starts_at.hour == 1


def test_the_periods_of_a_change_come_alone_for_scripts(made: Appointment, browser: Browser) -> None:
    answer = browser.get(url(made, "change/?part=1&day=2026-11-20"), **PAGE, HTTP_HX_REQUEST="true")
    assert "<html" not in answer.content.decode() and 'name="slot"' in answer.content.decode()


@pytest.mark.clause("DB23-6.5.1.3-a")
def test_the_person_cancels_and_is_led_to_a_new_booking(made: Appointment, browser: Browser) -> None:
    assert browser.send(url(made, "cancel/"), reason="有事来不了").status_code == 303
    page = browser.open(url(made))
    assert "已取消" in page and "有事来不了" in page and "重新预约" in page
    again = browser.send(url(made, "cancel/"))
    assert again.status_code == 409


@pytest.mark.clause("DB23-6.5.2")
def test_a_closed_period_shows_reason_and_offer_and_takes_the_answer(
    world: World, made: Appointment, browser: Browser
) -> None:
    center = world.city.center.id
    actions.close_slots(world.manager, center, None, made.starts_at, made.ends_at, "系统升级，暂停办理")
    page = browser.open(url(made))
    assert "时段停约，待另约" in page and "系统升级，暂停办理" in page
    assert "为您另约了时间" in page and "09:30—10:00" in page and "不再预约" in page
    assert browser.send(url(made, "answer/"), answer="nothing").status_code == 422
    assert browser.send(url(made, "answer/"), answer="accept").status_code == 303
    made.refresh_from_db()
    assert (made.state, made.outcome) == ("booked", "moved")
    assert "09:30—10:00" in browser.open(url(made))


@pytest.mark.clause("DB23-6.5.2")
def test_another_period_or_none_may_be_chosen_instead_of_the_offer(
    world: World, made: Appointment, browser: Browser
) -> None:
    center = world.city.center.id
    actions.close_slots(world.manager, center, None, made.starts_at, made.ends_at, "系统升级，暂停办理")
    other = world.slots(20)[1]
    assert browser.send(url(made, "answer/"), answer="accept", slot=other.id).status_code == 303
    made.refresh_from_db()
    assert made.slot_id == other.id
    actions.close_slots(world.manager, center, None, made.starts_at, made.ends_at, "系统又要升级")
    browser.send(url(made, "answer/"), answer="decline")
    made.refresh_from_db()
    assert (made.state, made.outcome) == ("cancelled", "cancelled")


def test_on_the_day_the_page_says_how_to_get_the_ticket_and_leads_to_it(
    world: World, made: Appointment, browser: Browser
) -> None:
    world.at(made)
    page = browser.open(url(made))
    assert "现在就是您的预约时段，请在大厅取号。" in page
    assert "到大厅后取号：自助终端扫二维码，或输入签到码。" in page
    issued = actions.check_in(world.hall.kiosk, body_id=world.city.center.id, code=made.code)
    page = browser.open(url(made))
    assert f"/tickets/{issued.ticket.number}/" in page and "您已取号，请留意叫号。" in page
    assert "checkin__qr" not in page


def test_a_booking_that_was_missed_says_so(world: World, made: Appointment, browser: Browser) -> None:
    stand_at(made.ends_at + timedelta(minutes=2))
    actions.give_up_due(made.ends_at + timedelta(minutes=2))
    page = browser.open(url(made))
    assert "没有在预约时段内取号办理，视为放弃" in page and "重新预约" in page


def test_the_code_of_the_booking_is_the_only_one_that_the_browser_needs(world: World, made: Appointment) -> None:
    assert actions.cancel(guest(made.token), made.number).state == "cancelled"


def test_the_live_part_is_the_booking_without_its_frame(made: Appointment, browser: Browser) -> None:
    page = browser.open(url(made, "part/"))
    assert "<html" not in page and made.code in page
    assert f'data-live-topic="appointment:{made.number}"' in browser.open(url(made))


def test_the_page_asks_the_database_the_same_for_every_checklist(
    made: Appointment, browser: Browser, django_assert_max_num_queries: object
) -> None:
    browser.open(url(made))
    for number in range(10):
        Preparation.objects.create(appointment=made, position=number + 10, key=f"k{number}", name=f"材料{number}")
    with django_assert_max_num_queries(24):  # type: ignore[operator]
        browser.open(url(made))
