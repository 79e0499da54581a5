"""Caller files: known before anybody answers, merged and undone, corrected with history, marked by two people."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.models import Event
from bangban.foundation.privacy.crypto import blind_index
from bangban.registry.people.models import Person
from bangban.services.cases.actions import NewCase, open_case
from bangban.services.hotline.actions import callers as files
from bangban.services.hotline.actions.callers import caller_for
from bangban.services.hotline.models import Caller, CallerMerge, CallerPhone, NuisanceMark
from bangban.services.hotline.reads import callers as reads
from bangban.services.telephony import actions as telephony
from bangban.services.telephony.events import ExchangeEvent
from tests.cast import WORKING_MORNING, make_city
from tests.hotline import PHONE, Hotline, make_hotline, opened_order

OTHER = "13900000077"


def person(phone: str = PHONE) -> Person:
    return Person.objects.create(name="李四", phone=phone, phone_index=blind_index(phone, "phone"), created_at=now())


def file_of(phone: str = PHONE) -> Caller:
    found = caller_for(phone, name="李四")
    assert found is not None
    return found


def test_a_number_has_one_file_however_it_is_written(line: Hotline) -> None:
    assert {caller_for(phone).number for phone in (PHONE, f"+86 {PHONE}", "139-0000-0012")} == {file_of().number}  # type: ignore[union-attr]


def test_an_anonymous_caller_without_a_number_has_no_file(line: Hotline) -> None:
    assert caller_for("") is None


def test_a_verified_person_comes_before_a_number_that_a_family_shares(line: Hotline) -> None:
    mine, theirs = person(), person(OTHER)
    assert caller_for(PHONE, mine.id) != caller_for(PHONE, theirs.id)
    assert caller_for(OTHER, mine.id) == caller_for("", mine.id)


def test_a_person_who_proved_the_number_takes_over_its_file(line: Hotline) -> None:
    before = file_of()
    assert caller_for(PHONE, person().id) == before
    before.refresh_from_db()
    assert before.person_id is not None


def test_a_new_number_of_a_known_person_joins_the_file(line: Hotline) -> None:
    known = caller_for(PHONE, person().id)
    assert known is not None
    caller_for("020-87654321", known.person_id)
    assert known.phones.count() == 2


def test_every_order_finds_its_file(line: Hotline) -> None:
    number = opened_order(line)
    found = reads.by_phone(line.agent, PHONE)
    assert found is not None and found.open_orders == 1
    assert [row.number for row in reads.history(line.agent, found.number).rows] == [number]


@pytest.mark.clause("GB33358-4.2.4-c")
def test_a_second_call_shows_the_history_of_all_channels_before_answering(line: Hotline) -> None:
    city = make_city()
    telephony_call("call-1")
    stand_at(WORKING_MORNING + timedelta(minutes=1))
    order = opened_order(line)
    stand_at(WORKING_MORNING + timedelta(hours=1))
    case = open_case(city.guide, NewCase("失业金怎么领？", phone=PHONE, channel="hotline")).case
    stand_at(WORKING_MORNING + timedelta(hours=2))
    telephony_call("call-2")
    rows = reads.history_of_phone(line.agent, PHONE).rows
    assert [row.kind for row in rows] == ["call", "case", "order", "call"]
    assert {row.number for row in rows} >= {order, case.number}
    assert rows[0].state_label == "振铃中"


def telephony_call(call: str) -> int:
    """Let a call ring; returns how many events were taken."""
    events = [
        ExchangeEvent(
            exchange="main", id=f"{call}-1", call=call, kind="offered", at=now(), caller=PHONE, called="12345"
        ),
        ExchangeEvent(exchange="main", id=f"{call}-2", call=call, kind="ringing", at=now(), agent="801"),
    ]
    return telephony.receive(events).accepted


def test_pages_of_the_history_join_without_gap_or_repetition(line: Hotline) -> None:
    numbers = []
    for minute in range(7):
        stand_at(WORKING_MORNING + timedelta(minutes=minute))
        numbers.append(opened_order(line))
    found = file_of()
    seen, after = [], ""
    while True:
        page = reads.history(line.agent, found.number, after, limit=3)
        seen += [row.number for row in page.rows]
        if not (after := page.after):
            break
    assert seen == numbers[::-1]


def test_a_broken_mark_of_a_page_is_refused_with_a_sentence(line: Hotline) -> None:
    with pytest.raises(Incomplete, match="翻页标记无效"):
        reads.history(line.agent, file_of().number, "x")


def test_the_history_asks_a_constant_number_of_queries(line: Hotline, django_assert_max_num_queries: object) -> None:
    found = file_of()
    for minute in range(5):
        stand_at(WORKING_MORNING + timedelta(minutes=minute))
        opened_order(line)
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        reads.history(line.agent, found.number)


@pytest.mark.clause("GB33358-4.2.4-c")
def test_names_and_numbers_are_masked_and_units_see_no_file(line: Hotline) -> None:
    found = file_of()
    shown = reads.file(line.agent, found.number)
    assert (shown.name, shown.phones) == ("李*", ("139****0012",))
    for stranger in (line.builder, line.officer, Actor("guest", "guest"), line.rescue):
        with pytest.raises(NotYours):
            reads.file(stranger, found.number)
        with pytest.raises(NotYours):
            reads.by_phone(stranger, PHONE)
        with pytest.raises(NotYours):
            reads.history_of_phone(stranger, PHONE)


@pytest.mark.clause("GB33358-4.2.4-c")
def test_two_files_become_one_and_the_merge_can_be_undone(line: Hotline) -> None:
    kept, gone = file_of(), caller_for(OTHER, name="李四")
    assert gone is not None
    first = opened_order(line)
    stand_at(WORKING_MORNING + timedelta(minutes=5))
    second = opened_order(line, phone=OTHER)
    files.merge(line.agent, gone.number, kept.number, "同一个人的两个号码")
    shown = reads.by_phone(line.agent, OTHER)
    assert shown is not None and (shown.number, shown.asked_for) == (kept.number, gone.number)
    assert shown.merged[0].by == "江话务" and shown.merged[0].reason == "同一个人的两个号码"
    assert {row.number for row in reads.history(line.agent, kept.number).rows} == {first, second}
    files.split(line.second_agent, gone.number, "核实后不是同一人")
    assert [row.number for row in reads.history(line.agent, kept.number).rows] == [first]
    assert [row.number for row in reads.history(line.agent, gone.number).rows] == [second]
    row = CallerMerge.objects.get()
    assert (row.undone_by_id, row.undone_reason) == (line.second_agent.staff_id, "核实后不是同一人")


def test_a_file_is_never_merged_into_itself_or_into_a_merged_one(line: Hotline) -> None:
    first, second, third = file_of(), caller_for(OTHER), caller_for("13900000078")
    assert second and third
    with pytest.raises(NotAllowed):
        files.merge(line.agent, first.number, first.number, "同一个人")
    files.merge(line.agent, second.number, first.number, "同一个人")
    with pytest.raises(NotAllowed):
        files.merge(line.agent, third.number, second.number, "同一个人")
    with pytest.raises(NotAllowed):
        files.merge(line.agent, second.number, third.number, "同一个人")
    with pytest.raises(NotYours):
        files.merge(line.agent, third.number, "FW00000000", "同一个人")


@pytest.mark.clause("GB33358-4.2.4-c")
def test_a_correction_keeps_what_stood_there_and_the_ledger_keeps_no_name(line: Hotline) -> None:
    found = file_of()
    files.correct(line.agent, found.number, {"name": "李思", "address": "幸福路1号"}, "来电人更正")
    shown = reads.file(line.manager, found.number)
    assert {(one.field, one.by, one.reason) for one in shown.changes} == {
        ("称呼", "江话务", "来电人更正"),
        ("地址", "江话务", "来电人更正"),
    }
    told = str(list(Event.objects.filter(record_id=found.id).values_list("data", flat=True)))
    assert "李" not in told and "幸福路" not in told


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"phone": "1"}, "更正"), ({"name": "长" * 101}, "更正"), ({"name": "王五"}, ""), ({}, "更正")],
)
def test_a_wrong_correction_changes_nothing(line: Hotline, changes: dict[str, str], reason: str) -> None:
    found = file_of()
    with pytest.raises(Incomplete):
        files.correct(line.agent, found.number, changes, reason)
    found.refresh_from_db()
    assert found.name == "李四"


def test_a_number_of_somebody_else_is_moved_to_their_file(line: Hotline) -> None:
    mine, theirs = file_of(), caller_for(OTHER)
    assert theirs is not None
    files.move_phone(line.agent, mine.number, PHONE, "号码已换主人", to=theirs.number)
    shown = reads.by_phone(line.agent, PHONE)
    assert shown is not None and shown.number == theirs.number
    files.move_phone(line.agent, theirs.number, PHONE, "空号")
    assert reads.by_phone(line.agent, PHONE) is None


def test_numbers_moved_both_ways_at_once_lock_the_files_in_one_order(line: Hotline) -> None:
    mine, theirs = file_of(), file_of(OTHER)
    locks = []
    for number, phone, to in ((mine.number, PHONE, theirs.number), (theirs.number, OTHER, mine.number)):
        with CaptureQueriesContext(connection) as caught:
            files.move_phone(line.agent, number, phone, "号码已换主人", to=to)
        locks.append(next(query["sql"] for query in caught if "FOR UPDATE" in query["sql"]))
    for first in locks:
        assert mine.number in first
        assert theirs.number in first
        assert 'ORDER BY "hotline_caller"."id"' in first


def test_a_nuisance_mark_needs_a_second_person(line: Hotline) -> None:
    found = file_of()
    files.propose_nuisance(line.manager, found.number, "一天内辱骂话务员12次")
    assert reads.file(line.agent, found.number).nuisance_label == "已提请标记骚扰，待复核"
    with pytest.raises(NotAllowed, match="提请人不能自己复核"):
        files.decide_nuisance(line.manager, found.number, True)
    with pytest.raises(NotAllowed):
        files.decide_nuisance(line.agent, found.number, True)
    files.decide_nuisance(line.second_manager, found.number, True, "录音已核")
    shown = reads.file(line.agent, found.number)
    assert shown.nuisance == "marked" and shown.mark is not None and shown.mark.decided_by == "覃值班"
    files.lift_nuisance(line.manager, found.number, "对方已道歉")
    assert reads.file(line.agent, found.number).nuisance == ""
    files.propose_nuisance(line.agent, found.number, "又开始了")
    files.decide_nuisance(line.manager, found.number, False, "录音中没有辱骂")
    assert reads.file(line.agent, found.number).mark is None


def test_the_database_itself_refuses_a_mark_of_one_person(line: Hotline) -> None:
    found = file_of()
    files.propose_nuisance(line.manager, found.number, "辱骂话务员")
    with pytest.raises(IntegrityError), transaction.atomic():
        NuisanceMark.objects.update(agreed=True, decided_by_id=line.manager.staff_id, decided_at=now())


@pytest.fixture
def line_that_commits(transactional_db: None) -> Iterator[Hotline]:
    yield make_hotline()


def test_two_first_calls_of_one_number_at_once_make_one_file(line_that_commits: Hotline) -> None:
    def call(_: int) -> str:
        try:
            found = caller_for(PHONE, name="李四")
            return found.number if found else ""
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        numbers = set(pool.map(call, range(6)))
    assert len(numbers) == 1
    assert CallerPhone.objects.count() == 1
