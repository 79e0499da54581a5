"""The consultation ledger as lists, one entry, and rows for a file (DB23-6.4.1-b)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.clocks.models import Clock
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.reads import ClockView, clocks_of
from bangban.foundation.clocks.zones import DEFAULT_ZONE
from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.foundation.privacy.crypto import blind_index
from bangban.foundation.privacy.masking import mask_name, mask_phone
from bangban.registry.catalog import reads as catalog
from bangban.services.counter.flow import AGREED, INQUIRY
from bangban.services.counter.models import Inquiry, Topic
from bangban.services.counter.models.inquiries import Channel
from bangban.services.counter.reads.pages import page_of

BOXES = {"all": "全部", "mine": "由我答复", "promised": "待答复", "missed": "超过约定时间", "instant": "当场答复"}
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
    found, following = page_of(chosen(actor, box, days, search).select_related("owner", "registrar"), after, limit)
    ids = [row.id for row in found]
    clocks, at = clocks_of(ids, now()), now()
    names = names_of(found)
    return Page(tuple(row_of(row, names, agreed_clock(clocks.get(row.id, [])), at) for row in found), following)


def missed_promises(actor: Actor, limit: int = 20) -> tuple[InquiryRow, ...]:
    """Return the promises that were not kept and still wait, those that were answered late after them (DB23-6.4.1-c)."""
    rows = chosen(actor, "missed", None, "").select_related("owner", "registrar")
    found = list(rows.order_by(F("replied_at").desc(nulls_first=True), "agreed_at")[:limit])
    clocks, at, names = clocks_of([row.id for row in found], now()), now(), names_of(found)
    return tuple(row_of(row, names, agreed_clock(clocks.get(row.id, [])), at) for row in found)


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


def chosen(actor: Actor, box: str, days: Days, search: str) -> QuerySet[Inquiry]:
    """Return the entries of a box that an actor may see; NotYours for others, Incomplete for an unknown box."""
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


def names_of(rows: list[Inquiry]) -> dict[UUID, str]:
    """Return the names of the items of some entries. One query."""
    wanted = {row.item_id for row in rows if row.item_id}
    return {card.id: card.name for card in catalog.cards(wanted)} if wanted else {}


def agreed_clock(clocks: list[ClockView]) -> ClockView | None:
    """Return the clock of the promise among the clocks of an entry."""
    return next((clock for clock in clocks if clock.rule == AGREED), None)


def row_of(row: Inquiry, names: dict[UUID, str], clock: ClockView | None, at: datetime) -> InquiryRow:
    """Return one entry as a line of a list."""
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
