"""One entry of the consultation ledger with what may be done to it now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.reads import clocks_of
from bangban.foundation.flows.flow import NotYours, Transition
from bangban.registry.org.reads import place
from bangban.services.counter.flow import INQUIRY
from bangban.services.counter.models import GivenHow, GivenKind, Inquiry
from bangban.services.counter.models.inquiries import UserKind
from bangban.services.counter.parties import of_inquiry
from bangban.services.counter.reads.inquiries import InquiryRow, agreed_clock, names_of, row_of


@dataclass(frozen=True)
class Given:
    """One thing that was handed out."""

    kind: str
    title: str
    how: str
    at: datetime
    by: str


@dataclass(frozen=True)
class InquiryView:
    """One entry of the ledger with what may be done to it now."""

    row: InquiryRow
    body_id: int
    body_name: str
    question: str
    user_kind: str
    item_id: UUID | None
    item_version: int | None
    reply: str
    basis: str
    cited: str
    replied_by: str
    withdrawn_because: str
    materials: tuple[Given, ...]
    allowed: tuple[Transition, ...]
    may_reveal: bool


def inquiry_view(actor: Actor, number: str) -> InquiryView:
    """Return one inquiry; NotYours for strangers."""
    row = Inquiry.objects.filter(number=number).select_related("owner", "registrar", "replied_by").first()
    parties = of_inquiry(row, actor) if row else frozenset()
    if row is None or not parties:
        raise NotYours("没有找到这条咨询，请核对编号。")
    at, where = now(), place(row.body_id)
    return InquiryView(
        row=row_of(row, names_of([row]), agreed_clock(clocks_of([row.id], at).get(row.id, [])), at),
        body_id=row.body_id,
        body_name=where.name if where else "",
        question=row.question,
        user_kind=str(UserKind(row.user_kind).label),
        item_id=row.item_id,
        item_version=row.item_version,
        reply=row.reply,
        basis=row.basis,
        cited=row.cited,
        replied_by=row.replied_by.name if row.replied_by else "",
        withdrawn_because=row.withdrawn_because,
        materials=tuple(given_of(one) for one in row.materials),
        allowed=tuple(INQUIRY.allowed(row, parties)),
        may_reveal=bool(parties & {"owner", "manager"}),
    )


def given_of(line: dict[str, Any]) -> Given:
    """Return a stored line of what was handed out."""
    kind, how = GivenKind(line["kind"]).label, GivenHow(line["how"]).label
    return Given(str(kind), line["title"], str(how), datetime.fromisoformat(line["at"]), line.get("by", ""))
