"""What came in by writing: originals, files, a person's own orders, and how many answer the survey."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.zones import start_of_day
from bangban.foundation.flows.flow import NotYours
from bangban.foundation.flows.keyset import mark_of, position_of
from bangban.foundation.ledger.models import Link
from bangban.foundation.privacy.masking import mask_email, mask_phone
from bangban.registry.org.reads import place
from bangban.services.cases.flow import FLOW as CASES
from bangban.services.cases.models import Case
from bangban.services.conversation.media import kind_of
from bangban.services.conversation.models import Attachment, Message, Party
from bangban.services.hotline.flow import FLOW
from bangban.services.hotline.models import IntakeMessage, Visit, WorkOrder
from bangban.services.hotline.parties import parties_of
from bangban.services.hotline.reads.found import found_order
from bangban.services.hotline.reads.lists import Page
from bangban.services.hotline.reads.rows import Where, lines
from bangban.services.hotline.reads.views import AT_HOTLINE
from bangban.services.hotline.terms import Source

MISSING = "没有找到这个文件，请回到工单页面重新打开。"


@dataclass(frozen=True)
class Original:
    """One message in its original words, with sender and times of sending and receipt (GB33358-3.2)."""

    source_label: str
    medium: str
    sender: str
    subject: str
    text: str
    sent_at: datetime | None
    received_at: datetime
    receipt: UUID | None


def originals(actor: Actor, number: str) -> tuple[Original, ...]:
    """Return what came in on an order, oldest first; the sender masked, and hidden from units with a secret one."""
    order = found_order(actor, number)
    parties = parties_of(order, actor)
    if order.confidential and parties.isdisjoint(AT_HOTLINE | {"requester"}):
        return ()
    rows = IntakeMessage.objects.filter(order=order).order_by("received_at")[:100]
    return tuple(
        Original(
            str(Source(row.source).label), row.medium, row.sender if "requester" in parties else _masked(row.sender),
            row.subject, row.text, row.sent_at, row.received_at, row.receipt,
        )
        for row in rows
    )  # fmt: skip


def _masked(sender: str) -> str:
    return mask_email(sender) if "@" in sender else mask_phone(sender) if sender else ""


@dataclass(frozen=True)
class StoredFile:
    """A file of an order: what it is by its content, its size in bytes and its SM3 digest (GB33358-4.2.4-h).

    `step` is the action that it belongs to, by whose `unit`; both are empty for what the person sent. `reply` is the id of
    the reply that it proves.
    """

    id: UUID
    name: str
    media_type: str
    kind: str
    size: int
    digest: str
    at: datetime
    step: str = ""
    unit: str = ""
    by: str = ""
    reply: str = ""


def files(actor: Actor, number: str) -> tuple[StoredFile, ...]:
    """Return the files of an order to whoever may see it; inner files of the staff never to the person."""
    order = found_order(actor, number)
    return tuple(
        _stored(row, row.attachment) for row in _carrying(order, actor).select_related("attachment") if row.attachment
    )


def _stored(row: Message, file: Attachment) -> StoredFile:
    said = row.data if row.party != Party.USER else {}
    unit = place(said.get("unit"))
    return StoredFile(
        file.id, file.name, file.media_type, kind_of(file.media_type), file.size, bytes(file.digest).hex(), file.at,
        step=str(said.get("step", "")), unit=unit.name if unit else "", by=row.author_name if said else "",
        reply=str(said.get("reply", "")),
    )  # fmt: skip


def _carrying(order: WorkOrder, actor: Actor) -> QuerySet[Message]:
    """Return the messages with files that an actor may see: no inner ones for the person, none of a secret caller for units."""
    rows = Message.objects.filter(record_id=order.id).exclude(attachment=None).order_by("position")
    if not actor.is_staff:
        return rows.filter(internal=False)
    hidden = order.confidential and parties_of(order, actor).isdisjoint(AT_HOTLINE)
    return rows.exclude(party=Party.USER) if hidden else rows


def file_of_order(actor: Actor, attachment_id: UUID) -> UUID:
    """Return the id of a file that this actor may open; NotYours otherwise, as if there were none."""
    row = Attachment.objects.filter(id=attachment_id).first()
    order = WorkOrder.objects.filter(id=row.record_id).first() if row and row.record_id else None
    if row is None or order is None or not parties_of(order, actor):
        raise NotYours(MISSING)
    if not _carrying(order, actor).filter(attachment_id=row.id).exists():
        raise NotYours(MISSING)
    return row.id


def waiting_files(actor: Actor, record_id: UUID, ids: Sequence[UUID]) -> list[Attachment]:
    """Return the files that this actor sent for a step which was refused: stored, and not yet part of the order."""
    mine = Attachment.objects.filter(id__in=list(ids), record_id=record_id, uploaded_by=actor.id)
    carried = Message.objects.filter(attachment_id=OuterRef("id"))
    return list(mine.filter(~Exists(carried)).order_by("at", "id"))


def my_orders(actor: Actor, *, after: str = "", limit: int = 20) -> Page:
    """Return the orders of a service user: of the account, and those whose code this browser has shown."""
    if actor.person_id is None and not actor.tokens:
        return Page((), "")
    mine = "(o.token_digest = ANY(%s::bytea[]) OR o.person_id = %s::bigint)"
    where = Where(mine, (sorted(actor.tokens), actor.person_id))
    limit = max(1, min(limit, 100))
    if after:
        where &= Where("(o.received_at, o.id) < (%s::timestamptz, %s::uuid)", position_of(after))
    found = lines(where, limit + 1, hide=False)
    shown = found[:limit]
    return Page(tuple(shown), mark_of(shown[-1].received_at, shown[-1].id) if len(found) > limit else "")


@dataclass(frozen=True)
class LinkedRecord:
    """A case or an order of the same journey: number, how it stands, since when, and what happened to it."""

    record_type: str
    number: str
    state: str
    state_label: str
    title: str
    at: datetime
    why: str


def linked(record_id: UUID) -> tuple[LinkedRecord, ...]:
    """Return the cases and orders that one record is linked to, oldest link first; the caller may see the record."""
    rows = list(Link.objects.filter(Q(from_id=record_id) | Q(to_id=record_id)).order_by("at", "id")[:50])
    if not rows:
        return ()
    others = {row.to_id if row.from_id == record_id else row.from_id: row for row in rows}
    found: dict[UUID, LinkedRecord] = {}
    for case in Case.objects.filter(id__in=others):
        label = CASES.states[case.state]
        found[case.id] = LinkedRecord(
            "case", case.number, case.state, label, case.question[:60], case.created_at, others[case.id].why
        )
    for order in WorkOrder.objects.filter(id__in=others):
        label, title = FLOW.states[order.state], order.title or order.request
        found[order.id] = LinkedRecord(
            "order", order.number, order.state, label, title[:60], order.received_at, others[order.id].why
        )
    return tuple(found[one] for one in others if one in found)


@dataclass(frozen=True)
class SurveyRate:
    """How many of the people who were to be asked have answered: both questions, by the channel of the answer."""

    asked: int
    answered: int
    by_channel: tuple[tuple[str, int], ...]
    both_satisfied: int

    @property
    def percent(self) -> float | None:
        """Return the response rate, None when nobody was to be asked."""
        return self.answered * 100 / self.asked if self.asked else None


def survey_rate(center_id: int, first: date, last: date) -> SurveyRate:
    """Return the response rate of a hotline's survey over call-backs made in some local days (GB33358-4.2.4-g)."""
    period = Q(made_at__gte=start_of_day(first), made_at__lt=start_of_day(last + timedelta(days=1)))
    done = Q(state="done")
    rows = Visit.objects.filter(period, order__center_id=center_id).exclude(Q(state="not_due"))
    counts = rows.aggregate(
        asked=Count("id"), answered=Count("id", filter=done),
        good=Count("id", filter=done & Q(process_satisfied=True, result_satisfied=True)),
    )  # fmt: skip
    ways = rows.filter(done).values_list("channel").annotate(n=Count("id")).order_by("channel")
    return SurveyRate(counts["asked"], counts["answered"], tuple(ways), counts["good"])
