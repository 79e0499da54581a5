"""Changing, cancelling, preparing."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest

from bangban.foundation.access.models import SecurityEvent
from bangban.foundation.clocks.moment import stand_at
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.models import Event
from bangban.foundation.ledger.verify import verify
from bangban.foundation.notify.models import Delivery
from bangban.services.appointments import actions, reads
from bangban.services.appointments.models import Appointment, Preparation, Slot
from bangban.services.conversation.files import open_attachment
from tests.services.appointments.conftest import NEXT_WEEK, PHONE, TODAY, TOMORROW, Book, holder

pytestmark = pytest.mark.usefixtures("own_pace")


@pytest.mark.clause("DB23-6.5.1.3-a")
def test_a_changed_booking_keeps_number_and_code_and_frees_its_old_place(book: Book) -> None:
    old, new = book.slot(TOMORROW, "10:00"), book.slot(NEXT_WEEK, "15:00")
    booked = book.book(old)
    moved = actions.change(holder(booked), booked.appointment.number, new.id)
    assert (moved.number, moved.code, moved.slot_id, moved.starts_at) == (
        booked.appointment.number, booked.code, new.id, new.starts_at,
    )  # fmt: skip
    assert dict(Slot.objects.filter(id__in=[old.id, new.id]).values_list("id", "taken")) == {old.id: 0, new.id: 1}
    assert moved.reminded_at is None and new.starts_at - moved.remind_at >= timedelta(hours=24)
    history = reads.appointment_view(holder(booked), moved.number).history
    assert [step.sentence for step in history][-1] == "已改约到11月25日（周三）15:00—15:30"
    assert "11月25日（周三）15:00" in Delivery.objects.filter(number=moved.number).order_by("created_at").last().text  # type: ignore[union-attr]
    assert verify().broken == ()


def test_a_full_past_or_foreign_period_is_refused_and_the_old_place_kept(book: Book) -> None:
    old = book.slot(TOMORROW, "10:00")
    booked = book.book(old)
    full = book.slot(TOMORROW, "11:00")
    for number in range(3):
        book.book(full, phone=f"1390000001{number}")
    number = booked.appointment.number
    for wanted, words in (
        (full.id, "已约满"), (book.slot(TODAY, "09:00").id, "已过"), (old.id, "另一个时段"), (0, "另一个时段"),
    ):  # fmt: skip
        with pytest.raises((NotAllowed, Incomplete), match=words):
            actions.change(holder(booked), number, wanted)
    assert Slot.objects.get(id=old.id).taken == 1
    assert Appointment.objects.get(number=number).slot_id == old.id


@pytest.mark.clause("DB23-6.5.1.3-a")
def test_a_cancelled_booking_gives_its_place_to_the_next(book: Book) -> None:
    slot = book.slot(TOMORROW, "10:00")
    booked = [book.book(slot, phone=f"1390000000{number}") for number in range(3)]
    with pytest.raises(NotAllowed):
        book.book(slot, phone="13900000009")
    gone = actions.cancel(holder(booked[0]), booked[0].appointment.number, "临时有事")
    assert (gone.state, gone.cancel_reason) == ("cancelled", "临时有事")
    book.book(slot, phone="13900000009")
    with pytest.raises(NotAllowed):
        actions.cancel(holder(booked[0]), gone.number)
    row = Slot.objects.get(id=slot.id)
    assert (row.taken, row.network_taken) == (3, 3)


@pytest.mark.clause("DB23-6.5.2")
def test_staff_cancel_only_with_a_reason_that_is_told(book: Book) -> None:
    booked = book.book(book.slot(TOMORROW, "10:00"))
    number = booked.appointment.number
    with pytest.raises(Incomplete):
        actions.cancel(book.hall.hall_guide, number)
    actions.cancel(book.hall.hall_guide, number, "系统升级")
    message = Delivery.objects.get(number=number, purpose="appointment_changed")
    assert "系统升级" in message.text
    assert reads.appointment_view(holder(booked), number).history[-1].sentence == "预约已取消：系统升级"


def test_what_is_over_can_no_longer_be_changed(book: Book) -> None:
    booked = book.book(book.slot(TODAY, "14:00"))
    stand_at(booked.appointment.ends_at)
    me, number = holder(booked), booked.appointment.number
    assert reads.appointment_view(me, number).allowed_actions == ("tick", "prepare")
    for act in (
        lambda: actions.cancel(me, number),
        lambda: actions.change(me, number, book.slot(TOMORROW, "10:00").id),
    ):
        with pytest.raises(NotAllowed, match="预约时段已过"):
            act()


@pytest.mark.clause("DB23-6.5.1.3-c")
def test_the_checklist_is_ticked_and_files_sent_ahead(book: Book) -> None:
    booked = book.book(book.slot(TOMORROW, "10:00"))
    me, number = holder(booked), booked.appointment.number
    first, second = reads.appointment_view(me, number).checklist
    actions.tick(me, number, first.key, True)
    actions.prepare_file(me, number, second.key, io.BytesIO(b"%PDF-1.7 proof"), "证明.pdf")
    ticked, sent = reads.appointment_view(me, number).checklist
    assert ticked.ticked_at is not None and sent.ticked_at is not None
    assert (sent.file_name, sent.file_id) == ("证明.pdf", reads.prepared_file(me, number, second.key))
    assert sent.file_id is not None
    row, content = open_attachment(sent.file_id)
    with content:
        assert content.read() == b"%PDF-1.7 proof"
    assert row.record_id == booked.appointment.id
    actions.tick(me, number, first.key, False)
    assert Preparation.objects.get(key=first.key).ticked_at is None
    assert Event.objects.filter(record_id=booked.appointment.id, kind="appointment.prepare").exists()


def test_only_the_person_ticks_and_only_what_is_on_the_list(book: Book) -> None:
    booked = book.book(book.slot(TOMORROW, "10:00"))
    number = booked.appointment.number
    key = reads.appointment_view(holder(booked), number).checklist[0].key
    with pytest.raises(NotAllowed):
        actions.tick(book.hall.hall_guide, number, key, True)
    with pytest.raises(NotYours):
        actions.tick(holder(booked), number, "m000", True)
    with pytest.raises(Incomplete, match="不支持"):
        actions.prepare_file(holder(booked), number, key, io.BytesIO(b"MZ\x00\x01"), "x.exe")
    with pytest.raises(NotYours):
        actions.prepare_file(book.city.stranger, number, key, io.BytesIO(b"%PDF-1"), "x.pdf")
    assert Preparation.objects.get(appointment=booked.appointment, key=key).file is None


def test_what_data_sharing_delivers_is_not_asked_for(book: Book) -> None:
    from bangban.registry.catalog.models import Material

    Material.objects.filter(name="失业登记证明").update(source="shared_data")
    booked = book.book(book.slot(TOMORROW, "10:00"))
    view = reads.appointment_view(holder(booked), booked.appointment.number)
    assert [line.name for line in view.checklist if line.shared] == ["失业登记证明"]
    assert [line["name"] for line in view.notice["materials"]] == ["居民身份证"]
    shared = next(line for line in view.checklist if line.shared)
    with pytest.raises(NotAllowed, match="共享获取"):
        actions.prepare_file(holder(booked), view.number, shared.key, io.BytesIO(b"%PDF-1"), "x.pdf")


def test_staff_see_the_day_in_order_page_by_page(book: Book) -> None:
    for number, at in enumerate(("11:00", "10:00", "10:00", "14:00")):
        book.book(book.slot(TOMORROW, at), phone=f"1390000000{number}")
    seen: list[str] = []
    after = ""
    for _ in range(2):
        page = reads.day_list(book.hall.hall_guide, book.hall.body_id, TOMORROW, after=after, limit=2)
        seen += [row.period for row in page.rows]
        after = page.after
    assert (after, len(seen)) == ("", 4)
    assert seen == sorted(seen)
    assert reads.day_list(book.hall.clerks[0], book.hall.body_id, TOMORROW, class_id=book.hall.company.id).rows == ()
    assert len(reads.day_list(book.hotline, book.hall.body_id, TOMORROW, state="booked").rows) == 4
    for actor in (book.city.stranger, book.city.district_guide, book.city.editor):
        with pytest.raises(NotYours):
            reads.day_list(actor, book.hall.body_id, TOMORROW)
    with pytest.raises(Incomplete):
        reads.day_list(book.hall.hall_guide, book.hall.body_id, TOMORROW, after="§$%")


@pytest.mark.clause("T637-5-g")
def test_who_must_call_sees_the_number_with_a_reason_that_is_kept(book: Book) -> None:
    booked = book.book(book.slot(TOMORROW, "10:00"))
    number = booked.appointment.number
    with pytest.raises(Incomplete):
        actions.reveal_contact(book.hall.hall_guide, number, "看")
    for actor in (book.city.stranger, holder(booked)):
        with pytest.raises((NotYours, NotAllowed)):
            actions.reveal_contact(actor, number, "电话告知停约")
    assert actions.reveal_contact(book.hall.hall_guide, number, "电话告知停约") == {"name": "张三", "phone": PHONE}
    note = SecurityEvent.objects.get(kind="reveal")
    assert (note.subject, note.reason) == (f"appointment:{number}", "电话告知停约")
    assert not [step for step in reads.appointment_view(holder(booked), number).history if step.kind.endswith("reveal")]
