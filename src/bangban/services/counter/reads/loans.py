"""What is lent out, what is overdue, and how much was copied (DB23-6.7.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, Sum

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.flows.flow import Incomplete
from bangban.foundation.flows.keyset import mark_of, position_of
from bangban.foundation.privacy.crypto import blind_index
from bangban.foundation.privacy.masking import mask_name, mask_phone
from bangban.services.counter.flow_loans import LOAN_STATES
from bangban.services.counter.models.loans import Loan, Thing, Use, UseCount

BOXES = {"out": "借出未还", "overdue": "逾期未还", "all": "全部"}


@dataclass(frozen=True)
class LoanRow:
    """One loan in the ledger; the borrower is masked, and gone once the thing is back."""

    number: str
    thing: str
    label: str
    state: str
    state_label: str
    borrower: str
    phone: str
    out_at: datetime
    due_at: datetime
    returned_at: datetime | None
    overdue: bool
    lent_by: str
    remark: str


@dataclass(frozen=True)
class LoanPage:
    """One page of the ledger; `after` is empty on the last one."""

    rows: tuple[LoanRow, ...]
    after: str


def loans(
    actor: Actor, at: datetime, box: str = "out", *, search: str = "", after: str = "", limit: int = 50
) -> LoanPage:
    """Return loans of the actor's hall: what is out and overdue by due time, everything else newest first.

    `search` is a loan number, a label or a telephone number. Raises Incomplete for no such box or a broken mark.
    """
    if box not in BOXES:
        raise Incomplete("没有这个列表。", fields={"box": "可用：" + "、".join(BOXES)})
    rows = Loan.objects.filter(_reach(actor)).select_related("lent_by")
    if box != "all":
        rows = rows.filter(state="out", **({"due_at__lt": at} if box == "overdue" else {}))
    if search := search.strip():
        rows = rows.filter(Q(number=search.upper()) | Q(label=search) | Q(phone_index=blind_index(search, "phone")))
    column = "created_at" if box == "all" else "due_at"
    if after:
        moment, last = position_of(after)
        beyond = "lt" if box == "all" else "gt"
        rows = rows.filter(Q(**{f"{column}__{beyond}": moment}) | Q(**{column: moment, f"id__{beyond}": last}))
    found = list(rows.order_by(*(("-created_at", "-id") if box == "all" else ("due_at", "id")))[: limit + 1])
    shown = found[:limit]
    following = mark_of(getattr(shown[-1], column), shown[-1].id) if len(found) > limit else ""
    return LoanPage(tuple(_row(row, at) for row in shown), following)


def overdue_count(actor: Actor, at: datetime) -> int:
    """Return how many things of the actor's hall should be back."""
    return Loan.objects.filter(_reach(actor), state="out", due_at__lt=at).count()


def out_by_thing(actor: Actor) -> dict[str, int]:
    """Return how many of each thing are out now, by label."""
    rows = Loan.objects.filter(_reach(actor), state="out").order_by().values_list("thing").annotate(Count("id"))
    counted: dict[str, int] = dict(rows)
    return {str(thing.label): counted.get(thing.value, 0) for thing in Thing}


def uses(actor: Actor, first: date, last: date) -> dict[str, int]:
    """Return copies, faxes and prints of the actor's hall between two days, by label."""
    rows = UseCount.objects.filter(_reach(actor), day__range=(first, last)).order_by().values_list("use")
    counted: dict[str, int] = dict(rows.annotate(Sum("count")))
    return {str(use.label): counted.get(use.value, 0) for use in Use}


def _reach(actor: Actor) -> Q:
    if not may(actor, "counter.log") or actor.unsigned:
        return Q(pk__in=[])
    return Q(body_id=actor.unit_id) | Q(body_id__in=sorted(actor.subtree))


def _row(row: Loan, at: datetime) -> LoanRow:
    return LoanRow(
        number=row.number,
        thing=str(Thing(row.thing).label),
        label=row.label,
        state=row.state,
        state_label=LOAN_STATES[row.state],
        borrower=mask_name(row.borrower_name),
        phone=mask_phone(row.borrower_phone),
        out_at=row.out_at,
        due_at=row.due_at,
        returned_at=row.returned_at,
        overdue=row.state == "out" and row.due_at < at,
        lent_by=row.lent_by.name,
        remark=row.remark,
    )
