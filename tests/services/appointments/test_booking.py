"""Booking on every channel from one book, with the one-time notice and the checklist."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.models import Event
from bangban.foundation.ledger.verify import verify
from bangban.foundation.notify.models import Delivery
from bangban.registry.catalog.models.items import Item, ItemVersion
from bangban.registry.halls import actions as halls
from bangban.registry.halls.models import DeviceKind
from bangban.services.appointments import actions, reads
from bangban.services.appointments.models import Appointment, Preparation, Slot
from bangban.services.appointments.reads.places import class_of
from tests.cast import add_staff, guest
from tests.hall import machine
from tests.services.appointments.conftest import NEXT_WEEK, PHONE, TODAY, TOMORROW, Book, holder, later

pytestmark = pytest.mark.usefixtures("own_pace")


@pytest.mark.clause("DB23-6.5.1")
def test_counter_telephone_and_network_share_one_book(book: Book) -> None:
    slot = book.slot(TOMORROW, "10:00")
    assert slot.free == 3 and book.slot(TOMORROW, "10:00", "window").free == 4
    book.book(slot, phone="13900000001")
    book.book(slot, Actor("guest", "guest:m", channel="mobile"), phone="13900000002")
    book.book(slot, book.hall.hall_guide, phone="13900000003")
    assert book.slot(TOMORROW, "10:00").free == 1
    assert book.slot(TOMORROW, "10:00", "window").free == 1
    book.book(slot, book.hotline, phone="13900000004", how_notified="read_out")
    with pytest.raises(NotAllowed, match="已约满"):
        book.book(slot, phone="13900000005")
    row = Slot.objects.get(id=slot.id)
    assert (row.taken, row.network_taken, row.capacity) == (4, 2, 4)
    assert list(Appointment.objects.order_by("booked_at").values_list("channel", flat=True)) == [
        "web",
        "mobile",
        "window",
        "phone",
    ]


@pytest.mark.clause("DB23-6.5.1")
def test_the_places_for_those_who_cannot_go_online_are_kept_for_them(book: Book) -> None:
    slot = book.slot(TOMORROW, "10:00")
    for number in range(3):
        book.book(slot, phone=f"1390000000{number}")
    view = book.slot(TOMORROW, "10:00")
    assert (view.state, view.free) == ("full", 0)
    assert "电话或到现场" in view.reason
    with pytest.raises(NotAllowed) as refusal:
        book.book(slot, phone="13900000009")
    nearest = refusal.value.details["nearest"]
    assert nearest[0]["id"] in (book.slot(TOMORROW, "09:30").id, book.slot(TOMORROW, "10:30").id)
    assert book.book(slot, book.hall.hall_guide, phone="13900000009").appointment.network is False


@pytest.mark.clause("DB23-6.5.1.1-a")
def test_the_counter_books_with_registrar_and_one_time_notice_in_one_step(book: Book) -> None:
    booked = book.book(book.slot(TOMORROW, "10:00", "window"), book.hall.hall_guide, name="李四")
    row = booked.appointment
    assert row.registrar_id == book.hall.hall_guide.staff_id
    assert (row.contact_name, row.contact_phone, row.channel, row.item_id) == ("李四", PHONE, "window", book.item.id)
    assert [line["name"] for line in row.notice["materials"]] == ["居民身份证", "失业登记证明"]
    assert row.notice["by"] == "许引导" and row.notice["how"] == "screen" and row.notice["notes"]
    assert row.notice["item_version"] == book.item.revision
    event = Event.objects.get(record_id=row.id, kind="appointment.opened")
    assert (event.actor_name, event.data["how_notified"]) == ("许引导", "screen")
    assert "居民身份证" in Delivery.objects.get(number=row.number, channel="sms").text
    assert verify().broken == ()


@pytest.mark.clause("DB23-6.5.1.2")
def test_the_hotline_books_while_speaking_reads_the_notice_out_and_sends_it(book: Book) -> None:
    booked = book.book(book.slot(NEXT_WEEK, "10:00", "phone"), book.hotline, how_notified="read_out")
    row = booked.appointment
    assert (row.channel, row.registrar_id, row.notice["how"]) == ("phone", book.hotline.staff_id, "read_out")
    message = Delivery.objects.get(number=row.number, channel="sms")
    assert message.address == PHONE and message.purpose == "appointment_booked"
    assert row.number in message.text and booked.code in message.text and "居民身份证" in message.text
    assert [address.channel for address in _chain(message)] == ["phone_task"]


def _chain(delivery: Delivery) -> list[Any]:
    import msgspec

    from bangban.foundation.notify.actions import Address

    return msgspec.json.decode(delivery.chain, type=list[Address])


def test_whoever_has_no_mobile_number_is_booked_by_staff_and_called(book: Book) -> None:
    slot = book.slot(NEXT_WEEK, "10:00", "window")
    with pytest.raises(Incomplete, match="检查预约内容"):
        book.book(slot, phone="02083330000")
    booked = book.book(slot, book.hall.hall_guide, phone="020-8333 0000")
    assert booked.appointment.contact_phone == "02083330000"
    assert not Delivery.objects.filter(number=booked.appointment.number).exists()
    stand_at(booked.appointment.remind_at)
    actions.remind_due(now())
    assert Delivery.objects.get(number=booked.appointment.number).channel == "phone_task"


@pytest.mark.clause("DB23-6.5.1.3-b")
def test_only_places_that_handle_the_item_are_offered_nearest_day_first(book: Book) -> None:
    (found,) = reads.places_for(book.item.id)
    assert (found.body_id, found.klass, found.area) == (book.hall.body_id, "社保医保", "西侧等候区")
    assert found.next_free == book.slot(TODAY, "10:30").starts_at
    other = Item.objects.exclude(id=book.item.id).first()
    assert other is None
    halls.save_class(book.hall.body_id, "A", "社保医保", book.hall.social.area, items=[])
    assert reads.places_for(book.item.id) == []
    with pytest.raises(Incomplete) as wrong:
        book.book(book.slot(TOMORROW, "10:00"))
    assert "不办理这个事项" in wrong.value.details["fields"]["item"]


@pytest.mark.clause("DB23-6.5.1.3-b")
def test_success_gives_number_and_check_in_code_and_closed_periods_cannot_be_chosen(book: Book) -> None:
    booked = book.book(book.slot(TOMORROW, "10:00"))
    assert booked.appointment.number.startswith("YY26")
    assert len(booked.code) == 6 and booked.code.isdecimal()
    past = book.slot(TODAY, "09:00")
    assert (past.state, past.free) == ("past", 0)
    with pytest.raises(NotAllowed, match="已经开始或已过"):
        book.book(past, phone="13900000002")
    running = book.slot(TODAY, "10:00")
    assert running.state == "past"


@pytest.mark.clause("DB23-6.5.1.3-b")
def test_days_show_free_places_and_why_there_are_none(book: Book) -> None:
    days = {day.date: day for day in reads.days(book.hall.body_id, book.hall.social.id, "web")}
    assert len(days) == 15 and min(days) == TODAY
    assert days[TOMORROW].free == 13 * 3
    assert days[TODAY].free == 10 * 3
    saturday = TODAY + timedelta(days=3)
    assert (days[saturday].free, days[saturday].closed_reason) == (0, "不开放预约")
    assert reads.slots(book.hall.body_id, book.hall.social.id, TODAY + timedelta(days=15), "web") == []


@pytest.mark.clause("DB23-6.5.1.3-c")
def test_the_confirmation_shows_the_checklist_of_the_current_version(book: Book) -> None:
    booked = book.book(book.slot(TOMORROW, "10:00"))
    view = reads.appointment_view(holder(booked), booked.appointment.number)
    assert [line.name for line in view.checklist] == ["居民身份证", "失业登记证明"]
    assert (
        view.item_version
        == view.item_version_now
        == ItemVersion.objects.get(item=book.item, standing="current").revision
    )
    assert view.notice["materials"][0]["name"] == "居民身份证"
    assert all(line.ticked_at is None and not line.shared for line in view.checklist)


@pytest.mark.clause("DB23-6.5.1.3-a")
def test_a_signed_in_person_sees_own_bookings_and_nobody_elses(book: Book) -> None:
    from bangban.registry.people.models import Person

    person = Person.objects.create(created_at=now())
    user = Actor("user", f"user:{person.id}", person_id=person.id)
    first = book.book(book.slot(TOMORROW, "10:00"), user)
    later(minutes=1)
    second = book.book(book.slot(TOMORROW, "11:00"), user)
    book.book(book.slot(TOMORROW, "11:00"), phone="13900000002")
    page = reads.mine(user, limit=1)
    assert [row.number for row in page.rows] == [second.appointment.number]
    rest = reads.mine(user, page.after)
    assert ([row.number for row in rest.rows], rest.after) == ([first.appointment.number], "")
    for stranger in (guest("nothing"), Actor("user", "user:0", person_id=person.id + 1), book.city.stranger):
        with pytest.raises(NotYours):
            reads.appointment_view(stranger, first.appointment.number)
        with pytest.raises(NotYours):
            actions.cancel(stranger, first.appointment.number, "玩笑")
        assert not reads.may_follow(stranger, first.appointment.number)
    assert reads.may_follow(user, first.appointment.number)


@pytest.mark.clause("DB23-6.5.1.3-a")
def test_open_bookings_of_a_person_are_limited_by_the_halls_rule(book: Book) -> None:
    halls.save_rules(book.hall.body_id, open_appointments=2)
    first = book.book(book.slot(TOMORROW, "10:00"))
    book.book(book.slot(TOMORROW, "11:00"))
    with pytest.raises(NotAllowed, match="已有2个未办的预约") as refusal:
        book.book(book.slot(TOMORROW, "14:00"))
    assert refusal.value.details["state"] == "limited"
    actions.cancel(holder(first), first.appointment.number)
    book.book(book.slot(TOMORROW, "14:00"))


def test_the_same_person_has_one_place_in_a_period(book: Book) -> None:
    slot = book.slot(TOMORROW, "10:00")
    book.book(slot)
    with pytest.raises(NotAllowed, match="已经预约了这个时段"):
        book.book(slot)
    assert Slot.objects.get(id=slot.id).taken == 1


def test_the_same_press_is_the_same_booking_and_another_persons_key_opens_nothing(book: Book) -> None:
    slot = book.slot(TOMORROW, "10:00")
    first = book.book(slot, client_key="press")
    again = book.book(slot, client_key="press")
    assert again.again and (again.code, again.token) == (first.code, first.token)
    with pytest.raises(NotAllowed, match="刷新"):
        book.book(slot, client_key="press", phone="13900000002")
    assert Slot.objects.get(id=slot.id).taken == 1


@pytest.mark.clause("BJO-2.7-i")
def test_an_item_that_is_not_opened_to_online_booking_is_booked_by_telephone_or_at_the_counter(book: Book) -> None:
    ItemVersion.objects.filter(item=book.item).update(online_booking=False, appointment=False)
    assert reads.places_for(book.item.id) == []
    assert len(reads.places_for(book.item.id, "phone")) == 1
    slot = book.slot(TOMORROW, "10:00")
    with pytest.raises(Incomplete) as refusal:
        book.book(slot)
    assert "没有开通网上预约" in refusal.value.details["fields"]["item"]
    assert book.book(slot, book.hall.hall_guide).appointment.item_id == book.item.id


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "长" * 51}, "name"),
        ({"phone": "123"}, "phone"),
        ({"flags": ("appointment",)}, "flags"),
        ({"flags": ("nobody",)}, "flags"),
        ({"slot_id": 0}, "slot"),
        ({"how_notified": "pigeon"}, "how_notified"),
        ({"item_id": None, "class_id": None}, "klass"),
        ({"item_id": None, "class_id": 0}, "klass"),
        ({"paper_materials": ({"material": "身份证", "reason": ""},)}, "materials"),
        ({"staff_id": 1}, "staff"),
    ],
)
def test_what_is_wrong_is_said_for_each_field(book: Book, given: dict[str, Any], field: str) -> None:
    slot = given.pop("slot_id", book.slot(TOMORROW, "10:00").id)
    with pytest.raises(Incomplete) as refusal:
        book.book(slot, **given)
    assert field in refusal.value.details["fields"]
    assert Slot.objects.get(id=book.slot(TOMORROW, "10:00").id).taken == 0


def test_a_class_that_does_not_handle_the_item_is_refused(book: Book) -> None:
    with pytest.raises(Incomplete) as refusal:
        book.book(book.slot(TOMORROW, "10:00"), class_id=book.hall.company.id)
    assert "社保医保" in refusal.value.details["fields"]["klass"]


def test_staff_of_another_place_book_nothing_here(book: Book) -> None:
    slot = book.slot(TOMORROW, "10:00", "window")
    for actor in (book.city.stranger, book.city.district_guide, book.city.editor):
        with pytest.raises(NotYours):
            book.book(slot, actor)
    no_kind = Actor("device", "device:K1", "自助终端K1", channel="kiosk", unit_id=book.hall.body_id)
    for actor in (machine(book.city.district.id, "K9", DeviceKind.KIOSK), no_kind, book.hall.rater):
        with pytest.raises(NotYours):
            book.book(slot, actor)
    with pytest.raises(NotYours, match="没有开通预约"):
        book.book(slot, body_id=book.city.district.id)


def test_the_class_of_an_item_is_its_own_then_its_departments_then_the_general_one(book: Book) -> None:
    from bangban.registry.catalog import reads as catalog
    from bangban.registry.halls.reads import hall

    item = catalog.item(book.item.id)
    assert item is not None

    def letter(general: bool = False) -> str:
        plan = hall(book.hall.body_id)
        assert plan is not None
        found = class_of(plan, item, general=general)
        return found.letter if found else ""

    assert letter() == "A"
    halls.save_class(book.hall.body_id, "A", "社保医保", book.hall.social.area, items=[])
    halls.save_class(book.hall.body_id, "B", "企业开办", book.hall.company.area, departments=[item.department_id])
    assert letter() == "B"
    halls.save_class(book.hall.body_id, "B", "企业开办", book.hall.company.area, departments=[])
    assert (letter(), letter(general=True)) == ("", "Z")


def test_codes_of_open_appointments_are_never_the_same_at_a_hall(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    first = book.book(book.slot(TOMORROW, "10:00"))
    drawn = iter([int(first.code), int(first.code), 4711])
    monkeypatch.setattr("bangban.services.appointments.actions.codes.secrets.randbelow", lambda most: next(drawn))
    assert book.book(book.slot(TOMORROW, "10:00"), phone="13900000002").code == "004711"


def test_booking_costs_few_queries_whatever_is_booked_already(book: Book) -> None:
    slot = book.slot(TOMORROW, "10:00", "window")
    book.book(slot, phone="13900000008")
    with CaptureQueriesContext(
        connection,
    ) as few:
        book.book(slot, phone="13900000009")
    assert len(few) <= 22, [one["sql"][:90] for one in few]


def test_names_and_numbers_are_sealed_and_masked(book: Book) -> None:
    booked = book.book(book.slot(TOMORROW, "10:00"), name="张三丰")
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact_name, contact_phone, code, token FROM appointments_appointment")
        stored = b"".join(bytes(one) for one in cursor.fetchone())
    for secret in ("张三丰", PHONE, booked.code, booked.token):
        assert secret.encode() not in stored
    row = reads.day_list(book.hall.hall_guide, book.hall.body_id, TOMORROW).rows[0]
    assert (row.name, row.phone) == ("张**", "139****0001")
    staff = reads.appointment_view(book.hall.hall_guide, booked.appointment.number)
    assert (staff.contact_name, staff.contact_phone, staff.token) == ("张**", "139****0001", "")
    for event in Event.objects.filter(record_id=booked.appointment.id):
        assert PHONE not in str(event.data) and "张三丰" not in str(event.data)


def test_a_hotline_outside_the_area_does_not_book(book: Book) -> None:
    outside = add_staff("otherhotline", "外话务", "ch", "hotline_agent")
    with pytest.raises(NotYours):
        book.book(book.slot(TOMORROW, "10:00", "phone"), outside)
    assert Preparation.objects.count() == 0
