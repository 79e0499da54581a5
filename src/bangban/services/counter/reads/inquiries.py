"""The consultation ledger as lists, one entry, and rows for a file (DB23-6.4.1-b)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.clocks.models import Clock
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.reads import ClockView, clocks_of
from bangban.foundation.clocks.zones import DEFAULT_ZONE
from bangban.foundation.flows.flow import Incomplete, NotYours, Transition
from bangban.foundation.privacy.crypto import blind_index
from bangban.foundation.privacy.masking import mask_name, mask_phone
from bangban.registry.catalog import reads as catalog
from bangban.registry.org.reads import place
from bangban.services.counter.flow import AGREED, INQUIRY
from bangban.services.counter.models import GivenHow, GivenKind, Inquiry, Topic
from bangban.services.counter.models.inquiries import Channel, UserKind
from bangban.services.counter.parties import of_inquiry
from bangban.services.counter.reads.pages import page_of

BOXES = {"all": "全部", "mine": "由我答复", "promised": "待答复", "missed": "超过约定时间", "instant": "当场答复"}
MOST_EXPORTED = 10_000
Days = tuple[date, date] | None


@dataclass(frozen=True)
class InquiryRow:
    """One line of the ledger; personal data is masked."""

    number: str
    state: str
    state_label: str
    channel: str
    topic: str
    item_name: str
    gist: str
    name: str
    phone: str
    registrar: str
    owner: str
    instant: bool
    created_at: datetime
    agreed_at: datetime | None
    replied_at: datetime | None
    missed: bool
    clock: ClockView | None


@dataclass(frozen=True)
class Page:
    """One page of the ledger and where the next one begins; `after` is empty on the last page."""

    rows: tuple[InquiryRow, ...]
    after: str


def ledger(
    actor: Actor, box: str = "all", *, days: Days = None, search: str = "", after: str = "", limit: int = 50
) -> Page:
    """Return one page of the ledger of the actor's hall (managers: with the halls below), newest first.

    `days` are the first and last local day of entering, `search` a number or telephone number. At most five queries.
    Raises NotYours for others, Incomplete for an unknown box or a damaged cursor.
    """
    found, following = page_of(_chosen(actor, box, days, search).select_related("owner", "registrar"), after, limit)
    ids = [row.id for row in found]
    clocks, at = clocks_of(ids, now()), now()
    names = _names(found)
    return Page(tuple(_row(row, names, _clock(clocks.get(row.id, [])), at) for row in found), following)


def missed_promises(actor: Actor, limit: int = 20) -> tuple[InquiryRow, ...]:
    """Return the promises that were not kept and still wait, those that were answered late after them (DB23-6.4.1-c)."""
    rows = _chosen(actor, "missed", None, "").select_related("owner", "registrar")
    found = list(rows.order_by(F("replied_at").desc(nulls_first=True), "agreed_at")[:limit])
    clocks, at, names = clocks_of([row.id for row in found], now()), now(), _names(found)
    return tuple(_row(row, names, _clock(clocks.get(row.id, [])), at) for row in found)


def waiting_counts(actor: Actor) -> dict[str, int]:
    """Return how many promises wait, are the actor's own, and are missed. One query."""
    at = now()
    rows = Inquiry.objects.filter(_scope(actor), state="promised").values_list("owner_id", "agreed_at")
    promised = list(rows)
    return {
        "promised": len(promised),
        "mine": sum(owner == actor.staff_id for owner, _ in promised),
        "missed": sum(due is not None and due < at for _, due in promised),
    }


def _scope(actor: Actor) -> Q:
    if not may(actor, "counter.log") or actor.unsigned or actor.unit_id is None:
        raise NotYours("没有找到这个咨询台。")
    return Q(body_id__in=sorted({actor.unit_id, *actor.subtree}))


def _missed(at: datetime) -> Q:
    """Promises whose clock ran out, found even before the sweep has said so."""
    late = Clock.objects.filter(record_id=OuterRef("id"), code=AGREED, breached_at__isnull=False)
    return Q(state="promised", agreed_at__lt=at) | Q(Exists(late))


def _chosen(actor: Actor, box: str, days: Days, search: str) -> QuerySet[Inquiry]:
    if box not in BOXES:
        raise Incomplete("没有这个列表。", fields={"box": "可用：" + "、".join(BOXES)})
    rows = Inquiry.objects.filter(_scope(actor))
    if box == "missed":
        rows = rows.filter(_missed(now()), instant=False)
    elif box == "mine":
        rows = rows.filter(owner_id=actor.staff_id, state="promised")
    elif box == "promised":
        rows = rows.filter(state="promised")
    elif box == "instant":
        rows = rows.filter(instant=True)
    if days:
        begin, end = (datetime.combine(day, time(0), DEFAULT_ZONE) for day in days)
        rows = rows.filter(created_at__gte=begin, created_at__lt=end + timedelta(days=1))
    if search := search.strip():
        rows = rows.filter(Q(number=search.upper()) | Q(phone_index=blind_index(search, "phone")))
    return rows


def _names(rows: list[Inquiry]) -> dict[UUID, str]:
    wanted = {row.item_id for row in rows if row.item_id}
    return {card.id: card.name for card in catalog.cards(wanted)} if wanted else {}


def _clock(clocks: list[ClockView]) -> ClockView | None:
    return next((clock for clock in clocks if clock.rule == AGREED), None)


def _row(row: Inquiry, names: dict[UUID, str], clock: ClockView | None, at: datetime) -> InquiryRow:
    item_name, topic = names.get(row.item_id, "") if row.item_id else "", str(Topic(row.topic).label)
    return InquiryRow(
        number=row.number,
        state=row.state,
        state_label=INQUIRY.states[row.state],
        channel=str(Channel(row.channel).label),
        topic=topic,
        item_name=item_name,
        gist=row.question[:80] or (f"{item_name}：{topic}" if item_name else topic),
        name=mask_name(row.contact_name),
        phone=mask_phone(row.contact_phone),
        registrar=row.registrar.name,
        owner=row.owner.name,
        instant=row.instant,
        created_at=row.created_at,
        agreed_at=row.agreed_at,
        replied_at=row.replied_at,
        missed=bool(clock and clock.breached) or (row.state == "promised" and (row.agreed_at or at) < at),
        clock=clock,
    )


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
        row=_row(row, _names([row]), _clock(clocks_of([row.id], at).get(row.id, [])), at),
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
        materials=tuple(_given(one) for one in row.materials),
        allowed=tuple(INQUIRY.allowed(row, parties)),
        may_reveal=bool(parties & {"owner", "manager"}),
    )


def _given(line: dict[str, Any]) -> Given:
    kind, how = GivenKind(line["kind"]).label, GivenHow(line["how"]).label
    return Given(str(kind), line["title"], str(how), datetime.fromisoformat(line["at"]), line.get("by", ""))


COLUMNS = (
    "编号", "状态", "登记时间", "渠道", "咨询内容要点", "服务对象", "称呼", "联系方式", "事项", "类别", "登记人", "答复人",
    "是否当场答复", "约定答复时间", "是否超过约定时间", "答复时间", "答复内容", "依据", "提供的材料", "撤回理由",
)  # fmt: skip


def ledger_rows(
    actor: Actor, box: str = "all", *, days: Days = None, search: str = "", in_full: bool = False
) -> Iterator[tuple[str, ...]]:
    """Yield the ledger with all its fields, newest first, at most 10,000 rows (DB23-6.4.1-b).

    Contact data is masked; `in_full` is for callers that have kept the reason (surfaces do so before they ask).
    """
    rows = _chosen(actor, box, days, search).select_related("owner", "registrar").order_by("-created_at", "-id")
    batch: list[Inquiry] = []
    for row in rows[:MOST_EXPORTED].iterator(chunk_size=500):
        batch.append(row)
        if len(batch) == 500:
            yield from _lines(batch, in_full)
            batch = []
    yield from _lines(batch, in_full)


def _lines(batch: list[Inquiry], in_full: bool) -> Iterator[tuple[str, ...]]:
    clocks, at, names = clocks_of([row.id for row in batch], now()), now(), _names(batch)
    for row in batch:
        line = _row(row, names, _clock(clocks.get(row.id, [])), at)
        given = "；".join(f"{one.kind}（{one.how}）{one.title}" for one in map(_given, row.materials))
        yield (
            line.number, line.state_label, _local(line.created_at), line.channel, row.question,
            str(UserKind(row.user_kind).label), row.contact_name if in_full else line.name,
            row.contact_phone if in_full else line.phone, line.item_name, line.topic, line.registrar, line.owner,
            "是" if line.instant else "否", _local(line.agreed_at), "是" if line.missed else "否",
            _local(line.replied_at), row.reply, row.basis, given, row.withdrawn_because,
        )  # fmt: skip


def _local(moment: datetime | None) -> str:
    return moment.astimezone(DEFAULT_ZONE).strftime("%Y-%m-%d %H:%M") if moment else ""
