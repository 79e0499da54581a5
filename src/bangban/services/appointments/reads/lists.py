"""Lists of appointments: a person's own, and a day at a hall; keyset pages of two queries each."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from bangban.foundation.access.actors import CHANNELS, Actor
from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.foundation.privacy.masking import mask_name, mask_phone
from bangban.registry.catalog.models.items import ItemVersion
from bangban.registry.halls.defaults import FLAGS
from bangban.registry.halls.reads import hall
from bangban.registry.org.reads import place
from bangban.services.appointments.flow import FLOW
from bangban.services.appointments.making import day_bounds
from bangban.services.appointments.models import Appointment, Outcome
from bangban.services.appointments.parties import may_book_for, may_manage
from bangban.services.appointments.words import period_words
from bangban.services.queues.parties import belongs_to_hall

LIMIT = 50
MOST = 200


@dataclass(frozen=True)
class AppointmentRow:
    """An appointment in a list; name and number are masked."""

    id: UUID
    number: str
    state: str
    state_label: str
    confirmed: bool
    starts_at: datetime
    ends_at: datetime
    period: str
    body_id: int
    body: str
    klass_id: int
    klass: str
    item: str
    name: str
    phone: str
    channel: str
    channel_label: str
    flags: tuple[str, ...]
    case_number: str
    staff_id: int | None
    staff: str
    registrar: str
    ticket_number: str
    reminded_at: datetime | None
    outcome: str
    offered_slot_id: int | None
    offered: str


@dataclass(frozen=True)
class AppointmentPage:
    """One page of a list and where the next one begins; `after` is empty on the last page."""

    rows: tuple[AppointmentRow, ...]
    after: str


def mine(actor: Actor, after: str = "", limit: int = LIMIT) -> AppointmentPage:
    """Return a person's own appointments, the newest booking first: of the account, or of the codes shown."""
    own = Q(person_id=actor.person_id) if actor.person_id is not None else Q(pk=None)
    rows = Appointment.objects.filter(own | Q(token_digest__in=list(actor.tokens)))
    return _page(rows, ("booked_at", "id"), after, limit, newest=True)


def day_list(
    actor: Actor,
    body_id: int,
    day: date,
    *,
    class_id: int | None = None,
    state: str = "",
    after: str = "",
    limit: int = LIMIT,
) -> AppointmentPage:
    """Return the appointments of a day at a hall, in the order of their periods; NotYours for who does not work there."""
    plan = hall(body_id)
    if plan is None or not may_see_day(actor, body_id):
        raise NotYours("没有找到这个大厅的预约。")
    start, end = day_bounds(plan, day)
    rows = Appointment.objects.filter(body_id=body_id, starts_at__gte=start, starts_at__lt=end)
    rows = rows.filter(klass_id=class_id) if class_id else rows
    rows = rows.filter(state=state) if state else rows
    return _page(rows, ("starts_at", "id"), after, limit, newest=False)


def may_see_day(actor: Actor, body_id: int) -> bool:
    """Tell whether staff may see who comes to a hall: its own people and who books there for others."""
    if not actor.is_staff or actor.unsigned:
        return False
    return (
        may_book_for(actor, body_id)
        or may_manage(actor, body_id)
        or (belongs_to_hall(actor, body_id) and "window_clerk" in actor.duties)
    )


def of_phone(actor: Actor, body_id: int, phone_index: bytes, limit: int = LIMIT) -> AppointmentPage:
    """Return the open appointments of a telephone number at a hall, for who books there for others."""
    if not may_see_day(actor, body_id):
        raise NotYours("没有找到这个大厅的预约。")
    rows = Appointment.objects.filter(body_id=body_id, phone_index=phone_index, state__in=("booked", "affected"))
    return _page(rows, ("starts_at", "id"), "", limit, newest=False)


def of_case(case_number: str) -> tuple[AppointmentRow, ...]:
    """Return the appointments of a case, the newest first; the caller has checked that the case may be seen."""
    rows = Appointment.objects.filter(case_number=case_number) if case_number else Appointment.objects.none()
    return _page(rows, ("booked_at", "id"), "", MOST, newest=True).rows


def page_of(rows: QuerySet[Appointment], after: str, limit: int) -> AppointmentPage:
    """Return a page of other rooms' choice in the order of the periods."""
    return _page(rows, ("starts_at", "id"), after, limit, newest=False)


def _page(
    rows: QuerySet[Appointment], order: tuple[str, str], after: str, limit: int, *, newest: bool
) -> AppointmentPage:
    limit = max(1, min(limit, MOST))
    moment, name = order
    if after:
        at, last = _cursor(after)
        word = "lt" if newest else "gt"
        rows = rows.filter(Q(**{f"{moment}__{word}": at}) | Q(**{moment: at, f"{name}__{word}": last}))
    sign = "-" if newest else ""
    chosen = rows.select_related("staff", "registrar", "offered_slot").order_by(f"{sign}{moment}", f"{sign}{name}")
    found = list(chosen[: limit + 1])
    shown = found[:limit]
    items = _item_names({row.item_id for row in shown if row.item_id})
    next_one = _encode(getattr(shown[-1], moment), shown[-1].id) if len(found) > limit else ""
    return AppointmentPage(tuple(_row(row, items) for row in shown), next_one)


def _item_names(ids: set[UUID]) -> dict[UUID, str]:
    if not ids:
        return {}
    return dict(ItemVersion.objects.filter(item_id__in=ids, standing="current").values_list("item_id", "name"))


def _row(row: Appointment, items: dict[UUID, str]) -> AppointmentRow:
    plan, body = hall(row.body_id), place(row.body_id)
    klass = plan.classes.get(row.klass_id) if plan else None
    slot = row.offered_slot
    return AppointmentRow(
        id=row.id,
        number=row.number,
        state=row.state,
        state_label=FLOW.states[row.state],
        confirmed=row.confirmed_at is not None,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        period=period_words(row.starts_at, row.ends_at, plan.zone) if plan else "",
        body_id=row.body_id,
        body=body.name if body else "",
        klass_id=row.klass_id,
        klass=klass.name if klass else "",
        item=items.get(row.item_id, "") if row.item_id else "",
        name=mask_name(row.contact_name),
        phone=mask_phone(row.contact_phone),
        channel=row.channel,
        channel_label=CHANNELS.get(row.channel, row.channel),
        flags=tuple(FLAGS[flag] for flag in row.flags if flag in FLAGS),
        case_number=row.case_number,
        staff_id=row.staff_id,
        staff=row.staff.name if row.staff else "",
        registrar=row.registrar.name if row.registrar else "",
        ticket_number=row.ticket_number,
        reminded_at=row.reminded_at,
        outcome=Outcome(row.outcome).label if row.outcome else "",
        offered_slot_id=row.offered_slot_id,
        offered=period_words(slot.starts_at, slot.ends_at, plan.zone) if plan and slot else "",
    )


def _encode(at: datetime, last: UUID) -> str:
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), str(last)]).encode()).decode().rstrip("=")


def _cursor(after: str) -> tuple[datetime, UUID]:
    try:
        moment, last = json.loads(base64.urlsafe_b64decode(after.encode() + b"=" * (-len(after) % 4)))
        at: Any = datetime.fromisoformat(moment)
        if at.tzinfo is None:
            raise ValueError(moment)
        return at, UUID(last)
    except (ValueError, TypeError, AttributeError, binascii.Error, UnicodeEncodeError) as error:
        raise Incomplete("列表位置无效，请从第一页开始。", fields={"after": "列表位置无效。"}) from error
