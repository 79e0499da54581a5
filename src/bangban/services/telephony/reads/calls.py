"""One call, and the calls of an agent, a number or an order."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from bangban.foundation.flows.flow import NotYours
from bangban.services.telephony.belonging import of
from bangban.services.telephony.models import Call, Leg
from bangban.services.telephony.numbers import index_of
from bangban.services.telephony.views import CallView, LegView

LARGEST_PAGE = 200


def call(call_id: UUID, center: int | None = None) -> CallView:
    """Return a call with everybody in it; NotYours when the hotline has none."""
    row = _whole().filter(of(center), id=call_id).first()
    if row is None:
        raise NotYours("没有找到这通电话。")
    return view_of(row, with_legs=True)


def ringing_for(staff_id: int) -> CallView | None:
    """Return the call that rings at an agent's desk or that the agent is in; the newest, should there be several."""
    legs = Leg.objects.filter(staff_id=staff_id, ended_at=None).order_by("-id").values_list("call_id", flat=True)
    rows = sorted(_whole().filter(id__in=list(legs[:5]), ended_at=None), key=lambda row: row.last_at)
    return view_of(rows[-1], with_legs=True) if rows else None


def calls_of_phone(phone: str, before: datetime | None = None, limit: int = 20) -> list[CallView]:
    """Return calls with a number, in and out, the latest first; `before` is the begin of the last one on a page."""
    index = index_of(phone)
    if index is None:
        return []
    rows = Call.objects.filter(phone_index=index).select_related("agent")
    if before:
        rows = rows.filter(offered_at__lt=before)
    return [view_of(row) for row in rows.order_by("-offered_at")[: min(limit, LARGEST_PAGE)]]


def calls_of_record(number: str) -> list[CallView]:
    """Return the calls of an order, the oldest first."""
    if not number:
        return []
    rows = Call.objects.filter(record_number=number).select_related("agent").order_by("offered_at", "id")
    return [view_of(row) for row in rows[:LARGEST_PAGE]]


def _whole() -> QuerySet[Call]:
    legs = Leg.objects.select_related("staff").order_by("position")
    return Call.objects.select_related("agent").prefetch_related(Prefetch("legs", legs))


def view_of(row: Call, *, with_legs: bool = False) -> CallView:
    """Return a stored call as others see it."""
    return CallView(
        id=row.id,
        exchange=row.exchange,
        exchange_id=row.exchange_id,
        direction=row.direction,
        phone=row.phone,
        language=row.language,
        outcome=row.outcome,
        offered_at=row.offered_at,
        queued_at=row.queued_at,
        ringing_at=row.ringing_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        wait_seconds=row.wait_seconds,
        ring_seconds=row.ring_seconds,
        talk_seconds=row.talk_seconds,
        hold_seconds=row.hold_seconds,
        on_hold=row.on_hold,
        menu=row.menu,
        transfers=row.transfers,
        agent_id=row.agent_id,
        agent_name=row.agent.name if row.agent else "",
        record_number=row.record_number,
        language_met=row.language_met,
        legs=tuple(_leg(leg) for leg in row.legs.all()) if with_legs else (),
        center_id=row.center_id,
    )


def _leg(row: Leg) -> LegView:
    name = row.staff.name if row.staff else ""
    return LegView(row.role, row.staff_id, name, row.name, row.rang_at, row.joined_at, row.ended_at, row.missed)
