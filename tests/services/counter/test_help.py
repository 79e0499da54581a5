"""Calls for help: on top until closed, response measured, rescue reported before it is closed (DB23-6.4.3-c)."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.models import Event
from bangban.foundation.notify.models import Delivery
from bangban.registry.halls.models import DeviceKind
from bangban.services.counter import actions, reads
from bangban.services.counter.models import HelpRequest
from tests.cast import guest
from tests.hall import machine
from tests.services.counter.conftest import Counter

pytestmark = pytest.mark.usefixtures("own_pace")


def kiosk(body_id: int) -> Actor:
    return machine(body_id, "K1", DeviceKind.KIOSK)


@pytest.mark.clause("DB23-6.3.2-d")
def test_a_kiosk_calls_staff_and_the_response_time_stands(counter: Counter) -> None:
    call = actions.request_help(kiosk(counter.body_id), counter.body_id, "kiosk", "大厅入口", terminal="K1")
    stand_at(now() + timedelta(seconds=90))
    actions.take_help(counter.guide, call.number)
    stand_at(now() + timedelta(minutes=10))
    view = reads.help_view(counter.guide, call.number)
    assert (view.terminal, view.taken_by, round(view.waited.total_seconds())) == ("K1", "王慧敏", 90)
    assert 89 <= Event.objects.get(kind="help_request.take").data["response_s"] <= 91
    response = reads.day_figures(counter.guide).help_response
    assert response is not None
    assert round(response.total_seconds()) == 90


def test_the_hall_and_its_staff_are_told_live(counter: Counter) -> None:
    actions.request_help(guest("x"), counter.body_id, "kiosk", "大厅入口")
    event = Event.objects.get(kind="help_request.opened")
    assert event.topics == sorted([f"hall:{counter.body_id}", f"unit:{counter.body_id}"])
    assert event.visibility == "user"


def test_pressing_again_is_the_same_call_until_somebody_goes(counter: Counter) -> None:
    device = kiosk(counter.body_id)
    first = actions.request_help(device, counter.body_id, "kiosk", "大厅入口", terminal="K1")
    assert actions.request_help(device, counter.body_id, "kiosk", "大厅入口", terminal="K1").number == first.number
    assert actions.request_help(device, counter.body_id, "rescue", "大厅入口", terminal="K1").number != first.number
    actions.take_help(counter.guide, first.number)
    assert actions.request_help(device, counter.body_id, "kiosk", "大厅入口", terminal="K1").number != first.number


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_one_moment_make_one_call(request: pytest.FixtureRequest) -> None:
    from tests.cast import make_city

    body_id = make_city().center.id
    gate, numbers = threading.Barrier(8), []

    def press() -> None:
        gate.wait()
        try:
            numbers.append(actions.request_help(kiosk(body_id), body_id, "kiosk", "大厅入口", terminal="K1").number)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers) == 8
    assert len(set(numbers)) == 1
    assert HelpRequest.objects.count() == 1


@pytest.mark.clause("DB23-6.4.3-c")
@pytest.mark.parametrize("kind", ["rescue", "emergency"])
def test_rescue_is_closed_only_after_it_was_noted_who_was_called_and_when(counter: Counter, kind: str) -> None:
    call = actions.request_help(guest("x"), counter.body_id, kind, "二层北侧", note="老人晕倒")
    actions.take_help(counter.guide, call.number)
    with pytest.raises(NotAllowed) as refused:
        actions.close_help(counter.guide, call.number, "送医")
    assert "请先登记联系了哪个部门" in str(refused.value)
    with pytest.raises(Incomplete):
        actions.contact(counter.guide, call.number, " ")
    with pytest.raises(Incomplete):
        actions.contact(counter.guide, call.number, "120", now() + timedelta(hours=1))
    with pytest.raises(Incomplete):
        actions.contact(counter.guide, call.number, "120", datetime(1, 1, 1, tzinfo=UTC))
    at = now() - timedelta(minutes=2)
    actions.contact(counter.guide, call.number, "120", at)
    actions.contact(counter.clerk, call.number, "区民政局")
    closed = actions.close_help(counter.guide, call.number, "已送医")
    assert (closed.state, closed.contacted, closed.contacted_at) == ("closed", "120；区民政局", at)
    assert reads.open_help(counter.guide) == ()


def test_a_call_that_needs_nobody_else_is_closed_with_its_measures(counter: Counter) -> None:
    call = actions.request_help(guest("x"), counter.body_id, "accessibility", "3号窗口", ticket="A012")
    with pytest.raises(NotAllowed):
        actions.close_help(counter.guide, call.number, "已陪同办理")
    actions.take_help(counter.guide, call.number)
    with pytest.raises(Incomplete):
        actions.close_help(counter.guide, call.number, "")
    assert actions.close_help(counter.guide, call.number, "已陪同办理").state == "closed"


def test_a_report_alone_counts_as_going_there(counter: Counter) -> None:
    call = actions.request_help(guest("x"), counter.body_id, "emergency", "东门")
    actions.contact(counter.guide, call.number, "119")
    view = reads.help_view(counter.guide, call.number)
    assert (view.state, view.taken_by) == ("taken", "王慧敏")


@pytest.mark.clause("DB23-6.4.3-c")
def test_the_most_pressing_stands_on_top_then_the_oldest(counter: Counter) -> None:
    for kind, where in (("kiosk", "a"), ("kiosk", "b"), ("rescue", "c"), ("emergency", "d"), ("other", "e")):
        actions.request_help(guest("x"), counter.body_id, kind, where)
    assert [call.location for call in reads.open_help(counter.guide)] == ["d", "c", "a", "b", "e"]


@pytest.mark.clause("DB23-6.7.4")
def test_an_emergency_reaches_the_hall_managers_and_the_log(counter: Counter) -> None:
    call = actions.request_help(counter.guide, counter.body_id, "emergency", "东门", note="起火")
    assert [row.text for row in Delivery.objects.filter(account_id=counter.hall_manager.account_id)] == [
        f"紧急情况：东门，编号{call.number}。"
    ]
    (row,) = reads.help_log(counter.guide, kind="emergency").rows
    assert (row.location, row.note) == ("东门", "起火")
    assert reads.help_log(counter.guide, kind="rescue").rows == ()


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"kind": "fun"}, "kind"), ({"location": " "}, "location"), ({"body_id": 0}, "body"), ({"phone": "12"}, "phone")],
)
def test_a_call_without_kind_or_place_is_refused(counter: Counter, changes: dict[str, object], field: str) -> None:
    given: dict[str, object] = {"body_id": counter.body_id, "kind": "kiosk", "location": "大厅", **changes}
    with pytest.raises(Incomplete) as refused:
        actions.request_help(guest("x"), **given)  # type: ignore[arg-type]
    assert set(refused.value.details["fields"]) == {field}


def test_only_the_halls_staff_see_and_end_a_call(counter: Counter) -> None:
    call = actions.request_help(guest("x"), counter.body_id, "kiosk", "大厅入口")
    for stranger in (counter.elsewhere, counter.city.specialist, guest("x")):
        with pytest.raises(NotYours):
            actions.take_help(stranger, call.number)
        with pytest.raises(NotYours):
            reads.help_view(stranger, call.number)
    assert reads.open_help(counter.elsewhere) == ()
    assert reads.help_status(counter.body_id, call.number).label == "等待协助"
    with pytest.raises(NotYours):
        reads.help_status(counter.city.district.id, call.number)
