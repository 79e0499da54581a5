"""Lending, taking back, writing off, and counting copies and faxes (DB23-6.7.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.access.security_log import note as note_security
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.deed import Deed, deed, opening
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.numbers import NumberSeries
from bangban.foundation.privacy.crypto import blind_index
from bangban.services.cases.rules import check_phone
from bangban.services.counter.flow_loans import LOAN
from bangban.services.counter.models.loans import Loan, Thing, Use
from bangban.services.counter.rules import clean

NUMBERS = NumberSeries("JY", "loan_number")
LONGEST_LOAN = timedelta(days=30)
MOST_AT_ONCE = 500
SHORTEST_REASON = 4


@dataclass(frozen=True)
class NewLoan:
    """What is written down when something is lent; `label` is the number on the thing, `due_at` is aware."""

    thing: str
    name: str
    phone: str
    due_at: datetime | None
    label: str = ""
    remark: str = ""


def lend(actor: Actor, new: NewLoan) -> Loan:
    """Lend a thing of the actor's own hall.

    Raises NotYours without the duty, Incomplete for what is missing, NotAllowed while this very thing is out.
    """
    if not may(actor, "counter.log") or actor.unit_id is None or actor.staff_id is None or actor.unsigned:
        raise NotYours("您不能登记这个大厅的借用。")
    at = now()
    if problems := _problems(new, at):
        raise Incomplete("还不能登记，请检查标出的内容。", fields=problems)
    assert new.due_at is not None
    loan = Loan(
        number=NUMBERS.next(at), state="out", body_id=actor.unit_id, thing=new.thing, label=clean(new.label, 40),
        borrower_name=clean(new.name, 100), borrower_phone=new.phone.strip(),
        phone_index=blind_index(new.phone, "phone"), lent_by_id=actor.staff_id, out_at=at, due_at=new.due_at,
        remark=clean(new.remark, 200),
    )  # fmt: skip
    try:
        with transaction.atomic(), opening(LOAN, loan, actor) as work:
            work.among_staff()
            work.tell(thing=new.thing, label=loan.label, due_at=new.due_at.isoformat())
    except IntegrityError as error:
        sentence = f"{Thing(new.thing).label}“{loan.label}”还没有归还，请核对编号或先登记归还。"
        raise NotAllowed(sentence, state="out") from error
    return loan


def _problems(new: NewLoan, at: datetime) -> dict[str, str]:
    problems = {} if new.thing in Thing.values else {"thing": "请选择借出的物品。"}
    if not clean(new.name):
        problems["name"] = "请记下借用人的称呼。"
    if wrong := check_phone(new.phone.strip()) if new.phone.strip() else "请记下联系方式，逾期时才能联系。":
        problems["phone"] = wrong
    return {**problems, **_due_problem(new.due_at, at)}


def _due_problem(due_at: datetime | None, at: datetime) -> dict[str, str]:
    if due_at is None:
        return {"due_at": "请约定归还时间。"}
    if due_at <= at:
        return {"due_at": "归还时间已经过去，请重新约定。"}
    return {"due_at": "最长借30天，请重新约定。"} if due_at - at > LONGEST_LOAN else {}


@contextmanager
def loan_deed(actor: Actor, number: str, action: str, given: Mapping[str, Any] | None = None) -> Iterator[Deed[Loan]]:
    """Do one action on one loan; NotYours, NotAllowed or Incomplete before anything is changed."""
    lock = lambda: Loan.objects.select_for_update().filter(number=number.strip().upper()).first()  # noqa: E731
    with deed(LOAN, lock, action, actor, given) as work:
        yield work


def take_back(actor: Actor, number: str, remark: str = "") -> Loan:
    """Note that the thing is back; from here on nobody needs the borrower's contact, so it is forgotten."""
    with loan_deed(actor, number, "return") as work:
        late = work.at > work.record.due_at
        work.change(returned_at=work.at, received_by_id=actor.staff_id, remark=clean(remark, 200) or work.record.remark)
        _forget(work)
        work.tell(late=late)
    return work.record


def extend(actor: Actor, number: str, due_at: datetime | None) -> Loan:
    """Agree on a later return; counted from when the thing went out."""
    with loan_deed(actor, number, "extend", {"due_at": due_at}) as work:
        problem = _due_problem(due_at, work.at)
        if due_at and not problem and due_at - work.record.out_at > LONGEST_LOAN:
            problem = {"due_at": "连同续借最长30天，请先归还再借。"}
        if problem:
            raise Incomplete(problem["due_at"], fields=problem)
        work.change(due_at=due_at)
        work.tell(due_at=str(due_at))
    return work.record


def write_off(actor: Actor, number: str, reason: str) -> Loan:
    """Give up a thing that does not come back; only who looks after the hall may."""
    with loan_deed(actor, number, "write_off", {"reason": clean(reason)}) as work:
        work.change(remark=clean(reason, 200))
        _forget(work)
        work.tell(reason=clean(reason, 200))
    return work.record


def _forget(work: Deed[Loan]) -> None:
    work.change(borrower_name="", borrower_phone="", phone_index=None)


def reveal_borrower(actor: Actor, number: str, reason: str, address: str = "") -> tuple[str, str]:
    """Return name and telephone of who has the thing, to ask for it back; who looked and why is kept (F8.16)."""
    with loan_deed(actor, number, "_reveal") as work:
        if len(reason.strip()) < SHORTEST_REASON:
            raise Incomplete("请填写查看理由。", fields={"reason": "请写明查看理由。"})
        note_security(
            "reveal", account_id=actor.account_id, subject=f"loan:{work.record.number}", address=address,
            detail="phone", reason=reason.strip()[:200],
        )  # fmt: skip
        return work.record.borrower_name, work.record.borrower_phone


_BEGIN = "INSERT INTO counter_usecount (body_id, day, use, count) VALUES (%s, %s, %s, 0) ON CONFLICT DO NOTHING"
_COUNT = "UPDATE counter_usecount SET count = count + %s WHERE body_id = %s AND day = %s AND use = %s RETURNING count"


def count_use(actor: Actor, use: str, number: int = 1) -> int:
    """Count copies, faxes or prints of today in the actor's hall; a negative number takes a mistake back.

    Returns the day's count. Raises NotYours without the duty, Incomplete for no such use or a count below zero.
    """
    if not may(actor, "counter.log") or actor.unit_id is None or actor.unsigned:
        raise NotYours("您不能登记这个大厅的便民服务。")
    if use not in Use.values:
        raise Incomplete("请选择便民服务。", fields={"use": "请选择复印、传真或打印。"})
    wrong = f"请填写1到{MOST_AT_ONCE}的份数；多记了的填负数。"
    if number == 0 or abs(number) > MOST_AT_ONCE:
        raise Incomplete(wrong, fields={"number": wrong})
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            which = (actor.unit_id, business_date(now()), use)
            cursor.execute(_BEGIN, which)
            cursor.execute(_COUNT, (number, *which))
            return int(cursor.fetchone()[0])
    except IntegrityError as error:
        raise Incomplete("今天记的份数没有这么多，请核对。", fields={"number": "今天记的份数没有这么多。"}) from error
