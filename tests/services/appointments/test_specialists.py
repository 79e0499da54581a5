"""A specialist's own appointments: proposed from the case, kept in the own roster, called to the own window."""

from __future__ import annotations

from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import stand_at
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.models import Link
from bangban.foundation.ledger.verify import verify
from bangban.foundation.notify.models import Delivery
from bangban.registry.halls import reads as halls
from bangban.registry.halls.models import QueueClass
from bangban.registry.org import actions as org
from bangban.services.appointments import actions, reads
from bangban.services.appointments.actions import Booked
from bangban.services.appointments.models import Appointment, Slot
from bangban.services.cases import actions as cases
from bangban.services.cases.models import Case
from bangban.services.conversation.reads import messages
from bangban.services.queues import actions as queues
from bangban.services.queues import reads as queue_reads
from tests.cast import guest
from tests.services.appointments.conftest import NEXT_WEEK, PHONE, Book, follow_all, holder, later

pytestmark = pytest.mark.usefixtures("own_pace")

ZONE = ZoneInfo("Asia/Shanghai")
PAPERS = ({"material": "居民身份证", "reason": "original"}, {"material": "劳动合同", "reason": "合同上有手写改动"})


@pytest.fixture
def case(book: Book) -> Case:
    """A case in the hands of the specialist, with its item."""
    citizen = Actor("guest", "guest:citizen")
    new = cases.NewCase(
        "失业了怎么领失业金？", phone=PHONE, name="张三", item_id=book.item.id, item_version=book.item.revision
    )
    opened = cases.open_case(citizen, new)
    opened.case.token = opened.token  # type: ignore[attr-defined]
    cases.claim(book.city.specialist, opened.case.number)
    opened.case.refresh_from_db()
    return opened.case


def own_slot(book: Book, at: str = "10:00", staff: Actor | None = None) -> reads.SlotView:
    views = reads.slots(book.hall.body_id, None, NEXT_WEEK, "desk", (staff or book.city.specialist).staff_id)
    return next(view for view in views if f"{view.starts_at.astimezone(ZONE):%H:%M}" == at)


def propose(book: Book, case: Case, at: str = "10:00", materials: Any = PAPERS) -> Booked:
    return actions.propose_from_case(book.city.specialist, case.number, own_slot(book, at).id, materials)


@pytest.mark.clause("BJ-3.1.3-b", "BJ-2-b")
def test_the_specialist_proposes_from_the_case_and_the_person_confirms(book: Book, case: Case) -> None:
    booked = propose(book, case)
    row = booked.appointment
    assert (row.case_number, row.staff_id, row.confirmed_at) == (case.number, book.city.specialist.staff_id, None)
    assert row.paper_materials == [
        {"material": "居民身份证", "reason": "须核验原件", "code": "original"},
        {"material": "劳动合同", "reason": "合同上有手写改动", "code": "other"},
    ]
    assert Link.objects.get(from_id=row.id).to_id == case.id
    view = reads.appointment_view(holder(booked), row.number)
    assert [line.name for line in view.checklist if line.paper] == ["居民身份证", "劳动合同"]
    assert [line.name for line in view.checklist] == ["居民身份证", "失业登记证明", "劳动合同"]
    assert not view.confirmed and "请确认" in view.state_words and "confirm" in view.allowed_actions
    card = messages(case.id)[-1]
    assert card.data["appointment"] == row.number
    assert [entry["label"] for entry in card.data["entries"]] == ["居民身份证", "劳动合同"]
    assert "请确认" in Delivery.objects.get(number=row.number, channel="sms").text
    later(minutes=5)
    actions.confirm(holder(booked), row.number)
    with pytest.raises(NotAllowed, match="已经确认过"):
        actions.confirm(holder(booked), row.number)
    follow_all()
    assert "已确认线下预约" in messages(case.id)[-1].text
    assert [found.number for found in reads.of_case(case.number)] == [row.number]
    assert verify().broken == ()


@pytest.mark.clause("BJ-3.1.3-b")
def test_offline_needs_materials_with_a_reason_for_each(book: Book, case: Case) -> None:
    said = len(messages(case.id))
    for materials in ((), ({"material": "居民身份证", "reason": ""},), ({"material": "", "reason": "original"},)):
        with pytest.raises(Incomplete) as refusal:
            propose(book, case, materials=materials)
        assert "materials" in refusal.value.details["fields"]
    assert Appointment.objects.count() == 0 and len(messages(case.id)) == said


@pytest.mark.clause("BJ-3.1.3-b")
def test_only_the_owner_of_the_case_proposes(book: Book, case: Case) -> None:
    slot = own_slot(book)
    for actor in (book.city.guide, book.city.stranger, book.city.second_specialist, guest(case.token)):  # type: ignore[attr-defined]
        with pytest.raises((NotYours, NotAllowed)):
            actions.propose_from_case(actor, case.number, slot.id, PAPERS)
    assert Slot.objects.get(id=slot.id).taken == 0


@pytest.mark.clause("BJ-3.1.3-c")
def test_the_roster_gives_one_person_a_period_and_only_when_the_specialist_is_on_duty(book: Book, case: Case) -> None:
    staff = book.city.specialist
    org.set_shifts(staff.staff_id or 0, [(NEXT_WEEK.weekday(), time(9), time(11))])
    views = reads.slots(book.hall.body_id, None, NEXT_WEEK, "desk", staff.staff_id)
    assert [f"{view.starts_at:%H:%M}" for view in views] == ["01:00", "01:30", "02:00", "02:30"]
    propose(book, case)
    assert own_slot(book).state == "full"
    with pytest.raises(NotAllowed, match="已约满"):
        propose(book, case)
    org.set_shifts(staff.staff_id or 0, [(NEXT_WEEK.weekday(), time(13, 30), time(15))])
    later_views = reads.slots(book.hall.body_id, None, NEXT_WEEK, "desk", staff.staff_id)
    assert [(f"{view.starts_at:%H:%M}", view.state) for view in later_views] == [
        ("02:00", "full"), ("05:30", "open"), ("06:00", "open"), ("06:30", "open"),
    ]  # fmt: skip


@pytest.mark.clause("BJ-3.1.3-c")
def test_the_ticket_is_called_to_the_window_of_this_specialist_with_the_case(book: Book, case: Case) -> None:
    booked = propose(book, case)
    stand_at(booked.appointment.starts_at)
    ticket = actions.check_in(book.hall.kiosk, body_id=book.hall.body_id, code=booked.code).ticket
    assert (ticket.reserved_staff_id, ticket.case_number) == (book.city.specialist.staff_id, case.number)
    clerk, specialist = book.hall.clerks[0], book.city.specialist
    queues.open_window(clerk, book.hall.body_id, book.hall.windows[0].id)
    assert queues.call_next(clerk) is None
    queues.open_window(specialist, book.hall.body_id, book.hall.windows[3].id)
    called = queues.call_next(specialist)
    assert called is not None and called.number == ticket.number
    assert queue_reads.ticket_view(specialist, called.number).case_number == case.number
    queues.arrive(specialist, called.number)
    queues.finish(specialist, called.number, "accepted")
    follow_all()
    figures = reads.figures([book.hall.body_id], NEXT_WEEK, NEXT_WEEK)
    assert (figures.with_specialist, figures.served_by_specialist, figures.substituted) == (1, 1, 0)
    assert (figures.from_cases, figures.offline_reasons) == (1, {"original": 1, "other": 1})
    assert Appointment.objects.get().confirmed_at is not None


@pytest.mark.clause("BJ-3.1.3-c")
def test_a_substitute_needs_a_reason_and_a_free_period_and_the_person_is_told(book: Book, case: Case) -> None:
    booked = propose(book, case)
    number, other = booked.appointment.number, book.city.second_specialist
    with pytest.raises(Incomplete):
        actions.substitute(book.hall.hall_manager, number, other.staff_id or 0, "")
    with pytest.raises((NotYours, NotAllowed)):
        actions.substitute(book.hall.clerks[0], number, other.staff_id or 0, "请假")
    own_slot(book, staff=other)
    Slot.objects.filter(staff_id=other.staff_id, starts_at=booked.appointment.starts_at).update(taken=1)
    with pytest.raises(NotAllowed, match="没有空"):
        actions.substitute(book.hall.hall_manager, number, other.staff_id or 0, "临时公务")
    Slot.objects.filter(staff_id=other.staff_id).update(taken=0)
    row = actions.substitute(book.hall.hall_manager, number, other.staff_id or 0, "临时公务")
    assert (row.staff_id, row.first_staff_id) == (other.staff_id, book.city.specialist.staff_id)
    told = Delivery.objects.get(number=number, purpose="appointment_changed", channel="sms").text
    assert "临时公务" in told and "黄专员" in told
    view = reads.appointment_view(holder(booked), number)
    assert view.substituted and view.substitute_reason == "临时公务" and view.staff == "黄专员"
    taken = dict(Slot.objects.filter(starts_at=row.starts_at, staff__isnull=False).values_list("staff_id", "taken"))
    assert taken == {book.city.specialist.staff_id: 0, other.staff_id: 1}


def test_the_person_may_choose_another_period_of_the_specialist_but_not_of_a_class(book: Book, case: Case) -> None:
    booked = propose(book, case)
    me, number = holder(booked), booked.appointment.number
    with pytest.raises(NotAllowed, match="同一业务"):
        actions.change(me, number, book.slot(NEXT_WEEK, "14:00").id)
    moved = actions.change(me, number, own_slot(book, "14:00").id)
    assert moved.staff_id == book.city.specialist.staff_id and moved.confirmed_at is not None
    follow_all()
    assert "已改约到11月25日（周三）14:00" in messages(case.id)[-1].text


def test_a_citizen_books_the_own_specialist_only_through_the_own_case(book: Book, case: Case) -> None:
    slot = own_slot(book)
    staff_id = book.city.specialist.staff_id
    citizen = guest(case.token)  # type: ignore[attr-defined]
    with pytest.raises(Incomplete):
        book.book(slot, citizen, staff_id=staff_id)
    with pytest.raises(NotYours):
        book.book(slot, guest("else"), staff_id=staff_id, case_number=case.number)
    booked = book.book(slot, citizen, staff_id=staff_id, case_number=case.number)
    assert booked.appointment.confirmed_at is not None and booked.appointment.case_number == case.number


def test_a_closure_of_the_hall_offers_another_period_of_the_same_specialist(book: Book, case: Case) -> None:
    booked = propose(book, case)
    row = booked.appointment
    actions.close_slots(book.hall.hall_manager, book.hall.body_id, None, row.starts_at, row.ends_at, "大厅停电检修")
    view = reads.appointment_view(holder(booked), row.number)
    assert view.offered is not None
    assert Slot.objects.get(id=view.offered.id).staff_id == book.city.specialist.staff_id
    moved = actions.answer_offer(holder(booked), row.number, True)
    assert (moved.state, moved.staff_id) == ("booked", book.city.specialist.staff_id)


def test_without_a_hall_the_specialist_is_told_so(book: Book, case: Case) -> None:
    slot = own_slot(book)
    QueueClass.objects.update(active=False)
    halls.forget()
    with pytest.raises(NotAllowed, match="没有开通大厅"):
        actions.propose_from_case(book.city.specialist, case.number, slot.id, PAPERS)
