"""A ticket from its issue to the end, and what each step refuses."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.flows.models import Interval
from bangban.foundation.ledger.verify import verify
from bangban.registry.halls.models import DeviceKind
from bangban.services.queues import actions, reads
from bangban.services.queues.models import Ticket
from tests.cast import NIGHT, Cast
from tests.hall import Hall, machine

pytestmark = pytest.mark.usefixtures("own_pace")


def later(**amount: float) -> None:
    stand_at(now() + timedelta(**amount))


@pytest.mark.clause("DB23-6.3.2-a", "DB23-6.3.2-b", "DB23-7.1")
def test_a_visit_from_ticket_to_finish(hall: Hall) -> None:
    first, second = hall.ticket(), hall.ticket()
    assert (first.ticket.label, second.ticket.label) == ("A001", "A002")
    clerk = hall.clerks[0]
    actions.open_window(clerk, hall.body_id, hall.windows[0].id)
    view = reads.ticket_view(hall.hall_guide, second.ticket.number)
    assert (view.ahead, view.area, view.floor, view.klass) == (1, "西侧等候区", "1层", "社保医保")
    later(minutes=3)
    called = actions.call_next(clerk)
    assert called is not None and called.number == first.ticket.number
    later(seconds=30)
    actions.arrive(clerk, called.number)
    later(minutes=5)
    done = actions.finish(clerk, called.number, "accepted")
    assert (done.state, done.result) == ("done", "accepted")
    stretches = [
        (row.state, round((row.ended_at - row.began_at).total_seconds()))
        for row in Interval.objects.filter(record_id=done.id).order_by("began_at")
        if row.ended_at
    ]
    assert stretches == [("waiting", 180), ("called", 30), ("serving", 300)]
    assert verify().broken == ()


def test_the_same_press_is_the_same_ticket(hall: Hall) -> None:
    first = hall.ticket(client_key="press-1")
    again = hall.ticket(client_key="press-1")
    assert again.again
    assert (again.ticket.number, again.code) == (first.ticket.number, first.code)
    assert Ticket.objects.count() == 1


def test_the_same_press_of_call_next_gives_the_same_ticket(hall: Hall) -> None:
    hall.ticket()
    hall.ticket()
    actions.open_window(hall.clerks[0], hall.body_id, hall.windows[0].id)
    first = actions.call_next(hall.clerks[0], key="k1")
    assert first == actions.call_next(hall.clerks[0], key="k1")
    with pytest.raises(NotAllowed, match="A001号还在您的窗口"):
        actions.call_next(hall.clerks[0], key="k2")


def test_a_ticket_is_missed_only_after_all_calls(hall: Hall) -> None:
    hall.ticket()
    actions.open_window(hall.clerks[0], hall.body_id, hall.windows[0].id)
    ticket = actions.call_next(hall.clerks[0])
    assert ticket is not None
    with pytest.raises(NotAllowed, match="再叫一次"):
        actions.miss(hall.clerks[0], ticket.number)
    with pytest.raises(NotAllowed, match="刚刚叫过"):
        actions.recall(hall.clerks[0], ticket.number)
    for _ in range(2):
        later(seconds=11)
        actions.recall(hall.clerks[0], ticket.number)
    assert actions.miss(hall.clerks[0], ticket.number).state == "missed"
    assert actions.call_next(hall.clerks[0]) is None


def missed(hall: Hall) -> Ticket:
    ticket = actions.call_next(hall.clerks[0])
    assert ticket is not None
    for _ in range(2):
        later(seconds=11)
        actions.recall(hall.clerks[0], ticket.number)
    return actions.miss(hall.clerks[0], ticket.number)


def test_a_missed_ticket_rejoins_once_behind_the_next_three(hall: Hall) -> None:
    labels = [hall.ticket().ticket.label for _ in range(6)]
    actions.open_window(hall.clerks[0], hall.body_id, hall.windows[0].id)
    ticket = missed(hall)
    actions.rejoin(hall.kiosk, ticket.number)
    order = list(Ticket.objects.filter(state="waiting").order_by("rank_at", "id").values_list("label", flat=True))
    assert order == [*labels[1:4], labels[0], *labels[4:]]
    ticket.refresh_from_db()
    Ticket.objects.filter(state="waiting").exclude(id=ticket.id).delete()
    missed(hall)
    with pytest.raises(NotAllowed, match="重新取号"):
        actions.rejoin(hall.kiosk, ticket.number)


def test_only_a_kiosk_of_the_hall_takes_tickets_and_only_it_lets_somebody_rejoin(hall: Hall, city: Cast) -> None:
    hall.ticket()
    actions.open_window(hall.clerks[0], hall.body_id, hall.windows[0].id)
    ticket = missed(hall)
    no_kind = Actor("device", "device:K1", "自助终端K1", channel="kiosk", unit_id=hall.body_id)
    elsewhere = machine(city.district.id, "K9", DeviceKind.KIOSK)
    for actor in (no_kind, hall.rater, machine(hall.body_id, "B1", DeviceKind.BOARD), elsewhere):
        with pytest.raises(NotYours):
            hall.ticket(actor=actor)
        with pytest.raises((NotYours, NotAllowed)):
            actions.rejoin(actor, ticket.number)
    assert actions.rejoin(hall.kiosk, ticket.number).state == "waiting"


def test_after_the_grace_time_a_new_ticket_is_needed(hall: Hall) -> None:
    hall.ticket()
    actions.open_window(hall.clerks[0], hall.body_id, hall.windows[0].id)
    ticket = missed(hall)
    later(minutes=31)
    with pytest.raises(NotAllowed, match="过号已超过30分钟"):
        actions.rejoin(hall.hall_guide, ticket.number)


@pytest.mark.clause("DB23-7.1")
def test_a_transfer_keeps_the_wait(hall: Hall) -> None:
    before = hall.ticket().ticket
    actions.open_window(hall.clerks[0], hall.body_id, hall.windows[0].id)
    actions.open_window(hall.clerks[2], hall.body_id, hall.windows[2].id)
    hall.ticket(hall.company)
    later(minutes=9)
    ticket = actions.call_next(hall.clerks[0])
    assert ticket is not None
    moved = actions.transfer(hall.clerks[0], ticket.number, hall.company.id, "还需办理开户")
    assert (moved.state, moved.rank_at, moved.label) == ("waiting", before.rank_at, "A001")
    called = actions.call_next(hall.clerks[2])
    assert called is not None and called.number == ticket.number


@pytest.mark.clause("DB23-6.7.3")
def test_a_flagged_ticket_is_called_earlier(hall: Hall) -> None:
    hall.ticket()
    later(minutes=5)
    elder = hall.ticket(flags=("elderly",))
    actions.open_window(hall.clerks[0], hall.body_id, hall.windows[0].id)
    called = actions.call_next(hall.clerks[0])
    assert called is not None and called.number == elder.ticket.number


def test_who_has_waited_longer_than_the_credit_is_not_overtaken(hall: Hall) -> None:
    patient = hall.ticket()
    later(minutes=31)
    hall.ticket(flags=("elderly",))
    actions.open_window(hall.clerks[0], hall.body_id, hall.windows[0].id)
    called = actions.call_next(hall.clerks[0])
    assert called is not None and called.number == patient.ticket.number


def test_numbers_begin_anew_with_the_business_day_of_the_place(hall: Hall) -> None:
    hall.ticket()
    later(hours=13, minutes=59, seconds=50)
    assert hall.ticket().ticket.label == "A002"
    later(seconds=20)
    assert hall.ticket().ticket.label == "A001"


def test_the_next_day_ends_what_was_left_waiting(hall: Hall) -> None:
    left = hall.ticket()
    hall.ticket()
    actions.open_window(hall.clerks[0], hall.body_id, hall.windows[0].id)
    ticket = actions.call_next(hall.clerks[0])
    assert ticket is not None
    actions.arrive(hall.clerks[0], ticket.number)
    later(days=1)
    from bangban.services.queues.chores import close_days

    assert close_days(now()) == 3
    assert close_days(now()) == 0
    assert dict(Ticket.objects.values_list("label", "state")) == {"A001": "done", "A002": "expired"}
    assert left.ticket.label == "A001"


def test_one_person_holds_one_ticket_of_a_class(hall: Hall) -> None:
    hall.ticket(phone="13800000001")
    with pytest.raises(NotAllowed, match="已有这项业务的号A001"):
        hall.ticket(phone="138 0000 0001")
    assert hall.ticket(hall.company, phone="13800000001").ticket.label == "B001"
    with pytest.raises(NotAllowed, match="已有这项业务的号A001"):
        hall.ticket(phone="13800000001")


def test_windows_and_people_are_taken_once(hall: Hall) -> None:
    first, second = hall.clerks[:2]
    session = actions.open_window(first, hall.body_id, hall.windows[0].id)
    with pytest.raises(NotAllowed, match="窗口员1开着"):
        actions.open_window(second, hall.body_id, hall.windows[0].id)
    with pytest.raises(NotAllowed, match="您已在1号窗口开窗"):
        actions.open_window(first, hall.body_id, hall.windows[1].id)
    actions.pause_window(first, session.number, "打印机缺纸")
    with pytest.raises(NotAllowed, match="请先恢复"):
        actions.call_next(first)
    actions.resume_window(first, session.number)
    actions.close_window(first, session.number)
    actions.open_window(second, hall.body_id, hall.windows[0].id)


def test_a_window_with_a_ticket_is_not_closed(hall: Hall) -> None:
    hall.ticket()
    session = actions.open_window(hall.clerks[0], hall.body_id, hall.windows[0].id)
    actions.call_next(hall.clerks[0])
    with pytest.raises(NotAllowed, match="A001号还在窗口"):
        actions.close_window(hall.clerks[0], session.number)


def test_strangers_neither_issue_nor_call_nor_see(hall: Hall, city: Cast) -> None:
    with pytest.raises(NotYours):
        hall.ticket(actor=city.stranger)
    ticket = hall.ticket().ticket
    with pytest.raises(NotYours):
        reads.ticket_view(city.stranger, ticket.number)
    with pytest.raises(NotYours):
        actions.open_window(city.stranger, hall.body_id, hall.windows[0].id)
    with pytest.raises(Incomplete, match="取号内容"):
        hall.ticket(flags=("vip",))


@pytest.mark.clause("BJ-3.1.3-c")
def test_a_ticket_kept_for_a_specialist_goes_to_that_window_only(hall: Hall, city: Cast) -> None:
    hall.ticket(reserved_staff_id=city.specialist.staff_id)
    actions.open_window(hall.clerks[0], hall.body_id, hall.windows[0].id)
    assert actions.call_next(hall.clerks[0]) is None
    actions.open_window(city.specialist, hall.body_id, hall.windows[3].id)
    called = actions.call_next(city.specialist)
    assert called is not None and called.staff_id == city.specialist.staff_id


@pytest.mark.clause("BJ-3.1.3-c")
def test_a_substitute_needs_a_reason(hall: Hall, city: Cast) -> None:
    ticket = hall.ticket(reserved_staff_id=city.specialist.staff_id).ticket
    with pytest.raises(Incomplete):
        actions.substitute(hall.hall_manager, ticket.number, "")
    actions.substitute(hall.hall_manager, ticket.number, "专员临时外出")
    actions.open_window(hall.clerks[0], hall.body_id, hall.windows[0].id)
    assert actions.call_next(hall.clerks[0]) is not None


def test_board_panel_and_hall_show_the_same_moment(hall: Hall) -> None:
    for _ in range(3):
        hall.ticket()
    actions.open_window(hall.clerks[0], hall.body_id, hall.windows[0].id)
    ticket = actions.call_next(hall.clerks[0])
    assert ticket is not None
    board, state, panel = reads.board_state(hall.body_id), reads.hall_state(hall.body_id), reads.panel(hall.clerks[0])
    assert board is not None and state is not None and panel is not None
    assert [(call.label, call.window, call.count) for call in board.calls] == [("A001", "1号窗口", 1)]
    assert board.upcoming[0].labels == ("A002", "A003")
    assert (state.waiting, state.windows[0].label, state.windows[0].staff_name) == (2, "A001", "窗口员1")
    assert panel.current is not None and panel.current.allowed == ("recall", "arrive", "transfer", "leave")
    assert [row.label for row in panel.coming] == ["A002", "A003"]
    key = board.calls[0].key
    later(seconds=11)
    actions.recall(hall.clerks[0], ticket.number)
    again = reads.board_state(hall.body_id)
    assert again is not None and again.calls[0].key != key


def test_the_kiosk_gives_tickets_from_shortly_before_opening_to_closing(hall: Hall) -> None:
    hall.ticket(actor=hall.kiosk)
    stand_at(NIGHT)
    with pytest.raises(NotAllowed, match=r"不在取号时间，11月19日09:00开放"):
        hall.ticket(actor=hall.kiosk)
    hall.ticket()
    stand_at(NIGHT + timedelta(hours=12, minutes=31))
    assert hall.ticket(actor=hall.kiosk).ticket.label == "A001"
