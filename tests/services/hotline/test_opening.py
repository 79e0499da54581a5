"""How an order begins."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.clocks.models import Clock
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.clocks.zones import DEFAULT_ZONE
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.models import Event
from bangban.foundation.ledger.verify import verify
from bangban.foundation.notify.models import Delivery
from bangban.foundation.privacy.crypto import blind_index, digest
from bangban.registry.people.models import Person
from bangban.services.hotline.actions import NewOrder, open_order, register, save
from bangban.services.hotline.actions.opening import code_of
from bangban.services.hotline.models import KnowledgeUse, WorkOrder
from bangban.services.hotline.reads import order_view, page
from bangban.services.hotline.words import query
from tests.cast import guest
from tests.hotline import PHONE, Hotline, make_hotline, opened_order, registered_order

NOBODY = guest("nobody")


@pytest.fixture
def open_line(transactional_db: None) -> Iterator[Hotline]:
    """A hotline that threads with their own connections can see."""
    yield make_hotline()


def test_an_order_holds_who_called_sealed_and_is_found_by_phone_name_and_words(line: Hotline) -> None:
    number = opened_order(line, text="工地夜间施工，打桩声很大", place="幸福路12号")
    order = WorkOrder.objects.get(number=number)
    assert (order.state, order.agent_number, order.center_id) == ("registering", "801", line.center.id)
    assert bytes(order.phone_index or b"") == blind_index(PHONE, "phone")
    assert bytes(order.name_index or b"") == blind_index("李四", "name")
    assert order.title == "工地夜间施工，打桩声很大"
    assert WorkOrder.objects.filter(words__contains=query("夜间施工")).get() == order
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact_phone, contact_name, request FROM hotline_workorder")
        assert all(PHONE.encode() not in bytes(value) for value in cursor.fetchone())
    told = str(list(Event.objects.values_list("data", "topics")))
    assert PHONE not in told
    assert "李四" not in told


@pytest.mark.clause("GB33358-5.1.2.5-a")
def test_number_and_state_are_made_by_the_system_and_seen_by_the_caller_with_the_code(line: Hotline) -> None:
    done = open_order(NOBODY, NewOrder("website", phone=PHONE, text="咨询公积金"))
    assert done.order.number.startswith("GD")
    assert digest(done.token.encode()) == bytes(WorkOrder.objects.get().token_digest)
    view = order_view(guest(done.token), done.order.number)
    assert (view.number, view.state) == (done.order.number, "registering")
    with pytest.raises(NotYours):
        order_view(guest("guessed"), done.order.number)


@pytest.mark.clause("GB33358-5.1.2.5-a")
def test_numbers_are_unique_when_many_orders_open_at_once(open_line: Hotline) -> None:
    barrier = Barrier(6)

    def many(turn: int) -> list[str]:
        barrier.wait()
        try:
            return [
                open_order(SYSTEM, NewOrder("sms", phone=PHONE, text=f"{turn}-{i}")).order.number for i in range(20)
            ]
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        numbers = [number for found in pool.map(many, range(6)) for number in found]
    assert len(set(numbers)) == len(numbers) == WorkOrder.objects.count() == 120
    assert verify().broken == ()


def test_a_call_that_its_agent_opens_twice_at_once_is_one_order(open_line: Hotline) -> None:
    for _ in range(4):
        call, barrier = uuid4(), Barrier(3)

        def one(_: int, call: object = call, barrier: Barrier = barrier) -> tuple[str, str]:
            barrier.wait()
            try:
                done = open_order(open_line.agent, NewOrder("telephone", phone=PHONE, call_id=call))  # type: ignore[arg-type]
                return done.order.number, done.token
            finally:
                connection.close()

        with ThreadPoolExecutor(3) as pool:
            assert len(set(pool.map(one, range(3)))) == 1
    assert WorkOrder.objects.count() == 4


def test_the_same_call_may_bring_a_second_matter_once_the_first_is_registered(line: Hotline) -> None:
    call = uuid4()
    first = open_order(line.agent, NewOrder("telephone", phone=PHONE, call_id=call)).order.number
    assert open_order(line.agent, NewOrder("telephone", phone=PHONE, call_id=call)).order.number == first
    other = open_order(line.second_agent, NewOrder("telephone", phone=PHONE, call_id=call)).order.number
    save(line.agent, first, {"kind": "query", "request": "公交几点收班"})
    register(line.agent, first)
    second = open_order(line.agent, NewOrder("telephone", phone=PHONE, call_id=call)).order.number
    assert len({first, second, other}) == 3


@pytest.mark.clause("GB33358-3.4")
def test_an_anonymous_order_is_taken_and_its_kind_is_mandatory(line: Hotline) -> None:
    for kind in ("natural_person", "legal_person", "other_organisation", "anonymous"):
        assert open_order(NOBODY, NewOrder("website", text="反映问题", subject_kind=kind)).order.subject_kind == kind
    number = opened_order(line, phone="", name="", subject_kind="anonymous", text="路灯不亮")
    with pytest.raises(NotAllowed, match="诉求类型") as refusal:
        register(line.agent, number)
    assert refusal.value.details["needs"] == "kind"
    save(line.agent, number, {"kind": "suggestion"})
    order = register(line.agent, number)
    assert (order.state, order.kind, order.subject_kind, order.contact_phone) == (
        "registered", "suggestion", "anonymous", "",
    )  # fmt: skip


@pytest.mark.clause("GB33358-3.4")
@pytest.mark.parametrize(
    "kind", ["consultation", "help_request", "suggestion", "complaint", "report_of_violation", "query"]
)
def test_each_kind_of_the_standard_is_registered_as_such(line: Hotline, kind: str) -> None:
    order = WorkOrder.objects.get(number=registered_order(line, kind).number)
    assert (order.state, order.kind) == ("registered", kind)
    assert "kind" in save(line.agent, opened_order(line), {"kind": "rumour"}).problems


@pytest.mark.clause("GB33358-5.1.2.1")
def test_an_order_is_taken_at_three_on_a_sunday_night_by_telephone_and_in_writing(line: Hotline) -> None:
    sunday = datetime(2026, 11, 22, 3, tzinfo=DEFAULT_ZONE)
    stand_at(sunday)
    order = registered_order(line)
    assert order.state == "registered"
    assert f"{order.received_at.astimezone(DEFAULT_ZONE):%a %H:%M}" == "Sun 03:00"
    written = open_order(NOBODY, NewOrder("website", phone=PHONE, text="咨询公积金")).order
    clock = Clock.objects.get(record_id=written.id, code="sms_response")
    assert clock.due_at == written.received_at + timedelta(minutes=3), "no office hours"


@pytest.mark.clause("GB33358-3.1")
def test_a_message_that_tells_of_an_emergency_is_no_ordinary_order_and_the_path_is_kept(line: Hotline) -> None:
    done = open_order(SYSTEM, NewOrder("sms", phone=PHONE, text="幸福路12号楼下着火了，快来人"))
    assert done.order.urgency == "emergency"
    event = Event.objects.get(kind="order.opened", number=done.order.number)
    assert (event.data["emergency"], event.data["dial"]) == ("accident_disaster", "119")
    assert abs((now() - event.at).total_seconds()) < 60
    told = Delivery.objects.filter(number=done.order.number, purpose="emergency").first()
    assert told is not None
    assert (told.channel, "119" in told.text) == ("in_app", True)
    calm = open_order(SYSTEM, NewOrder("sms", phone=PHONE, text="消防验收怎么办理"))
    assert calm.order.urgency == "ordinary"


@pytest.mark.clause("GB33358-5.2.2.5")
def test_the_web_form_of_a_complaint_cannot_be_sent_without_the_answer_about_secrecy(line: Hotline) -> None:
    told = NewOrder("website", phone=PHONE, kind="complaint", text="投诉窗口态度")
    with pytest.raises(Incomplete) as refusal:
        open_order(NOBODY, told)
    assert "保密" in refusal.value.details["fields"]["confidential"]
    order = open_order(NOBODY, replace(told, confidential=True)).order
    assert order.confidential is True
    assert order.confidential_asked_at is not None


def test_every_wrong_field_of_a_new_order_gets_its_sentence(line: Hotline) -> None:
    wrong = NewOrder("pigeon", kind="wish", region="abc", wished_reply="drum", received_at=now() + timedelta(days=1))
    with pytest.raises(Incomplete) as refusal:
        open_order(line.agent, wrong)
    assert set(refusal.value.details["fields"]) == {"source", "kind", "region", "wished_reply", "received_at"}


def test_odd_callers_are_taken_and_what_a_machine_brings_in_too_long_is_cut(line: Hotline) -> None:
    assert WorkOrder.objects.get(number=opened_order(line, phone="anonymous")).contact_phone == ""
    assert WorkOrder.objects.get(number=opened_order(line, phone="+852 2345 6789")).contact_phone == "+85223456789"
    order = open_order(SYSTEM, NewOrder("mailbox", text="信" * 20_000, name="名" * 80)).order
    assert (len(order.request), len(order.contact_name)) == (10_000, 50)


@pytest.mark.parametrize(("source", "rule", "seconds"), [
    ("sms", "sms_response", 180), ("website", "sms_response", 180), ("media", "sms_response", 180), ("mailbox", "mailbox_response", 86_400),
])  # fmt: skip
def test_the_limit_of_the_first_answer_runs_from_receipt(line: Hotline, source: str, rule: str, seconds: int) -> None:
    received = now() - timedelta(seconds=50)
    order = open_order(SYSTEM, NewOrder(source, phone=PHONE, text="您好", received_at=received)).order
    clock = Clock.objects.get(record_id=order.id)
    assert (clock.code, clock.started_at) == (rule, received)
    assert (clock.due_at - received).total_seconds() == seconds


def test_only_the_intake_of_this_hotline_opens_orders(line: Hotline) -> None:
    for name, actor in line.staff().items():
        allowed = name in ("agent", "second_agent", "manager", "second_manager")
        try:
            open_order(actor, NewOrder("telephone", phone=PHONE))
            assert allowed, name
        except NotYours:
            assert not allowed, name
    with pytest.raises(NotYours):
        open_order(replace(line.agent, unsigned=True), NewOrder("telephone"))
    with pytest.raises(NotYours):
        open_order(replace(line.agent, unit_id=line.building_unit.id), NewOrder("telephone"))


def test_opening_a_call_takes_few_round_trips(line: Hotline) -> None:
    opened_order(line)
    with CaptureQueriesContext(connection) as plain:
        open_order(SYSTEM, NewOrder("telephone", phone=PHONE, text="反映路灯不亮"))
    assert len(plain) <= 6, "the caller's file and the talk; the order itself is one statement more"
    assert page(line.agent, "mine").rows


def test_rows_that_belong_to_an_order_commit_with_it(line: Hotline) -> None:
    staff_id = line.agent.staff_id
    assert staff_id is not None
    done = open_order(
        SYSTEM, NewOrder("sms", phone=PHONE),
        also=lambda order, code: [KnowledgeUse(order=order, entry_number=code, by_id=staff_id, at=now())],
    )  # fmt: skip
    assert KnowledgeUse.objects.get().entry_number == done.token == code_of(done.order)


def test_a_user_who_is_signed_in_is_the_person_of_the_order(line: Hotline) -> None:
    person = Person.objects.create(created_at=now())
    order = open_order(Actor("user", "user:1", person_id=person.id), NewOrder("website", text="咨询")).order
    assert order.person_id == person.id
