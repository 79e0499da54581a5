"""The ledger of things lent and of copies made (DB23-6.7.5)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.models import SecurityEvent
from bangban.foundation.access.undertaking import VERSION, accept_undertaking
from bangban.foundation.clocks.moment import now, stand_at
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.identifiers import is_valid_number
from bangban.foundation.ledger.models import Event
from bangban.foundation.ledger.verify import verify
from bangban.registry.org import actions as org
from bangban.registry.org.reads import actor_of
from bangban.services.counter.actions import loans as actions
from bangban.services.counter.models.loans import Loan, UseCount
from bangban.services.counter.reads import loans as reads
from tests.cast import WORKING_MORNING, Cast

pytestmark = pytest.mark.usefixtures("own_pace")

EVENING = WORKING_MORNING + timedelta(hours=7)


def staff(username: str, duty: str, body: str = "gz") -> Actor:
    row = org.save_staff(org.NewStaff(username, f"{username}员", body, (duty,)))
    accept_undertaking(row.account_id, VERSION)
    row.account.refresh_from_db()
    return actor_of(row.account)


@pytest.fixture
def desk(city: Cast) -> Actor:
    return staff("hallguide", "hall_guide")


def lent(actor: Actor, **changes: Any) -> Loan:
    given = {"thing": "umbrella", "name": "李明", "phone": "13900000001", "due_at": EVENING, "label": "7号", **changes}
    return actions.lend(actor, actions.NewLoan(**given))


@pytest.mark.clause("DB23-6.7.5")
def test_an_umbrella_goes_out_with_a_contact_and_comes_back_without_one(desk: Actor) -> None:
    loan = lent(desk)
    assert loan.number.startswith("JY") and is_valid_number(loan.number)
    (row,) = reads.loans(desk, now()).rows
    assert (row.thing, row.label, row.borrower, row.phone, row.overdue) == ("雨伞", "7号", "李*", "139****0001", False)
    assert reads.out_by_thing(desk)["雨伞"] == 1
    stand_at(WORKING_MORNING + timedelta(hours=2))
    back = actions.take_back(desk, loan.number, "伞骨松动")
    assert (back.state, back.remark) == ("returned", "伞骨松动")
    stored = Loan.objects.get()
    assert (stored.borrower_name, stored.borrower_phone, stored.phone_index) == ("", "", None)
    assert stored.returned_at is not None and reads.loans(desk, now()).rows == ()
    assert reads.loans(desk, now(), "all").rows[0].state_label == "已归还"
    assert not verify().broken


@pytest.mark.clause("DB23-6.7.5")
def test_what_should_be_back_stands_on_the_overdue_list_longest_first(desk: Actor) -> None:
    later, sooner = lent(desk, due_at=EVENING), lent(desk, label="8号", due_at=EVENING - timedelta(hours=3))
    lent(desk, label="9号", due_at=EVENING + timedelta(days=3))
    assert reads.overdue_count(desk, now()) == 0
    stand_at(EVENING + timedelta(minutes=1))
    assert [row.number for row in reads.loans(desk, now(), "overdue").rows] == [sooner.number, later.number]
    assert reads.overdue_count(desk, now()) == 2
    actions.take_back(desk, sooner.number)
    event = Event.objects.filter(record_id=sooner.id, kind="loan.return").get()
    assert event.data["late"] is True
    actions.extend(desk, later.number, now() + timedelta(days=1))
    assert reads.overdue_count(desk, now()) == 0


def test_the_same_thing_is_not_lent_twice_at_a_time(desk: Actor) -> None:
    loan = lent(desk)
    with pytest.raises(NotAllowed, match="还没有归还"):
        lent(desk, phone="13900000002")
    actions.take_back(desk, loan.number)
    assert lent(desk).state == "out"
    lent(desk, label="")
    lent(desk, label="")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"thing": "boat"}, "thing"), ({"name": " "}, "name"), ({"phone": ""}, "phone"), ({"phone": "12"}, "phone"),
        ({"due_at": None}, "due_at"), ({"due_at": WORKING_MORNING - timedelta(hours=1)}, "due_at"),
        ({"due_at": WORKING_MORNING + timedelta(days=31)}, "due_at"),
    ],
)  # fmt: skip
def test_what_is_missing_is_named_by_field(desk: Actor, changes: dict[str, object], field: str) -> None:
    with pytest.raises(Incomplete) as refusal:
        lent(desk, **changes)
    assert list(refusal.value.details["fields"]) == [field]


def test_contacts_are_sealed_masked_and_shown_only_with_a_reason_that_is_kept(desk: Actor) -> None:
    loan = lent(desk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT l::text FROM counter_loan l")
        stored = cursor.fetchone()[0]
    assert "13900000001" not in stored and b"13900000001".hex() not in stored
    with pytest.raises(Incomplete):
        actions.reveal_borrower(desk, loan.number, "看")
    assert actions.reveal_borrower(desk, loan.number, "逾期联系归还") == ("李明", "13900000001")
    kept = SecurityEvent.objects.get(kind="reveal")
    assert (kept.subject, kept.reason) == (f"loan:{loan.number}", "逾期联系归还")
    assert not any("13900000001" in str(event.data) for event in Event.objects.filter(record_id=loan.id))
    actions.take_back(desk, loan.number)
    with pytest.raises(NotAllowed):
        actions.reveal_borrower(desk, loan.number, "逾期联系归还")


def test_only_the_desk_of_the_hall_sees_and_does_anything(city: Cast, desk: Actor) -> None:
    loan = lent(desk)
    for stranger in (staff("elsewhere", "hall_guide", "yx"), city.guide, city.stranger):
        with pytest.raises(NotYours):
            actions.take_back(stranger, loan.number)
        assert reads.loans(stranger, now()).rows == ()
    with pytest.raises(NotYours):
        lent(city.guide)
    with pytest.raises(NotAllowed, match="不由您办理"):
        actions.write_off(desk, loan.number, "找不到人")
    manager = staff("hallmanager", "hall_manager")
    with pytest.raises(Incomplete):
        actions.write_off(manager, loan.number, " ")
    assert actions.write_off(manager, loan.number, "多次联系无人接听").state == "written_off"
    assert Loan.objects.get().borrower_phone == ""


def test_the_ledger_is_searched_by_telephone_and_paged_without_gap(desk: Actor) -> None:
    made = [lent(desk, label=f"{place}号", phone=f"1390000000{place}").number for place in range(5)]
    assert [row.number for row in reads.loans(desk, now(), search="13900000003").rows] == [made[3]]
    for box, order in (("out", made), ("all", made[::-1])):
        seen, after = [], ""
        while True:
            page = reads.loans(desk, now(), box, after=after, limit=2)
            seen += [row.number for row in page.rows]
            if not (after := page.after):
                break
        assert seen == order
    with pytest.raises(Incomplete):
        reads.loans(desk, now(), "nowhere")
    with pytest.raises(Incomplete):
        reads.loans(desk, now(), after="!")


@pytest.mark.clause("DB23-6.7.5")
def test_copies_and_faxes_are_counted_by_the_day_of_the_place(city: Cast, desk: Actor) -> None:
    assert [actions.count_use(desk, "copy", 3), actions.count_use(desk, "copy", 2), actions.count_use(desk, "fax")] == [
        3,
        5,
        1,
    ]
    assert actions.count_use(desk, "copy", -1) == 4
    with pytest.raises(Incomplete, match="没有这么多"):
        actions.count_use(desk, "copy", -5)
    for wrong in (("copy", 0), ("copy", 501), ("tea", 1)):
        with pytest.raises(Incomplete):
            actions.count_use(desk, *wrong)
    with pytest.raises(NotYours):
        actions.count_use(city.guide, "copy")
    stand_at(datetime.fromisoformat("2026-11-18T23:59:00+08:00"))
    actions.count_use(desk, "copy")
    stand_at(datetime.fromisoformat("2026-11-19T00:01:00+08:00"))
    actions.count_use(desk, "copy")
    days = dict(UseCount.objects.filter(use="copy").values_list("day", "count"))
    assert days == {date(2026, 11, 18): 5, date(2026, 11, 19): 1}
    assert reads.uses(desk, date(2026, 11, 18), date(2026, 11, 19)) == {"复印": 6, "传真": 1, "打印": 0}
