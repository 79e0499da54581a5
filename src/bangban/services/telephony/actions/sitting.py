"""Agents at their seats: one seat for a person, one person at a seat; the database itself sees to it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.services.telephony import belonging
from bangban.services.telephony.actions.hinting import tell_desk, tell_wall
from bangban.services.telephony.models import Leg, Seat, SeatSession, SeatState, SeatStint
from bangban.services.telephony.parties import staff_who_may
from bangban.services.telephony.seating import LEASE


def set_up_seat(
    actor: Actor,
    number: str,
    *,
    area: str = "",
    active: bool = True,
    square_metres: Decimal | None = None,
    spacing_metres: Decimal | None = None,
    center_id: int | None = None,
) -> Seat:
    """Add or change a seat; a measure that is not given stays as it was (GB33358-4.2.3-a).

    It belongs to the actor's hotline; who sits above several names one.

    NotYours for all but hotline managers, Incomplete without a number or with measures that no seat has.
    """
    staff_who_may(actor, "orders.manage")
    measures = {"square_metres": square_metres, "spacing_metres": spacing_metres}
    given = {name: value for name, value in measures.items() if value is not None}
    problems = {} if number.strip() and len(number) <= 20 else {"number": "请填写20个字以内的座席号。"}
    problems |= {
        name: "请填写0到99之间的数，单位为米或平方米，例如 3.2。" for name, value in given.items() if not _fits(value)
    }
    if problems:
        raise Incomplete("座席还不能保存，请检查标出的内容。", fields=problems)
    center = _center_of_seat(actor, number.strip(), center_id)
    values = {
        "center_id": center,
        "area": area.strip(),
        "active": active,
        **{name: round(value, 2) for name, value in given.items()},
    }
    seat, _ = Seat.objects.update_or_create(number=number.strip(), defaults=values)
    return seat


def _center_of_seat(actor: Actor, number: str, chosen: int | None) -> int | None:
    """Return to which hotline a seat belongs; Incomplete when it is another one's."""
    there = Seat.objects.filter(number=number).select_related("center").first()
    hotlines = belonging.hotlines()
    own = next((place.id for place in hotlines if place.id == actor.unit_id or len(hotlines) == 1), chosen)
    if own and there and there.center and there.center_id != own:
        sentence = f"这个座席号已由{there.center.name}使用，请换一个号。"
        raise Incomplete("座席还不能保存，请检查标出的内容。", fields={"number": sentence})
    return own or (there.center_id if there else None)


def _fits(measure: Decimal) -> bool:
    return measure.is_finite() and Decimal("0.01") <= measure < 100


def sign_in(actor: Actor, seat_number: str) -> SeatSession:
    """Sit down at a seat; doing it again at the same seat changes nothing.

    Raises NotYours without the duty, Incomplete for no such seat, NotAllowed when the seat is taken or the person sits
    at another one.
    """
    staff_id = staff_who_may(actor, "calls.take")
    seat = Seat.objects.filter(number=seat_number, active=True).first()
    own = belonging.scope(actor.unit_id)
    if seat is None or (own and seat.center_id not in (None, own)):
        raise Incomplete("没有这个座席。", fields={"seat": f"没有“{seat_number[:20]}”号座席，请核对座席号。"})
    at = now()
    lapse(at)
    if mine := _sessions(staff_id).filter(seat_id=seat_number).first():
        be_heard(actor)
        return mine
    try:
        with transaction.atomic():
            session = SeatSession.objects.create(
                seat_id=seat_number, staff_id=staff_id, since=at, free_since=at, signed_in_at=at,
                lease_until=at + LEASE,
            )  # fmt: skip
            SeatStint.objects.create(session=session, state=session.state, started_at=at)
            tell_wall()
    except IntegrityError:
        return _who_is_there(staff_id, seat_number)
    return session


def _who_is_there(staff_id: int, seat_number: str) -> SeatSession:
    """Tell who took the seat; the same person's other window may have been quicker."""
    rows = SeatSession.objects.filter(signed_out_at=None).select_related("staff")
    mine = rows.filter(staff_id=staff_id).first()
    if mine and mine.seat_id == seat_number:
        return mine
    if mine:
        raise NotAllowed(f"您已在{mine.seat_id}号座席签入，请先签退。", state=mine.state)
    there = rows.filter(seat_id=seat_number).first()
    name = there.staff.name if there else "别人"
    raise NotAllowed(f"{seat_number}号座席正由{name}使用，请换一个座席。", state="taken")


@transaction.atomic
def set_state(actor: Actor, state: str, reason: str = "") -> SeatSession:
    """Be ready for calls, take a break (with a reason), or finish the work after a call.

    Raises Incomplete for no such state or a break without a reason, NotAllowed for somebody who has not signed in.
    """
    if state not in SeatState.values:
        raise Incomplete("没有这个状态。", fields={"state": "可选：空闲、小休、话后处理。"})
    reason = reason.strip()[:100]
    if state == SeatState.BREAK and not reason:
        raise Incomplete("请填写小休事由。", fields={"reason": "请填写小休事由，例如用餐。"})
    session, at = _mine(actor), now()
    session.lease_until = max(session.lease_until, at + LEASE)
    if (session.state, session.reason) != (state, reason):
        _turn(session, state, reason, at)
        tell_desk(session.staff_id)
        tell_wall()
    session.save(update_fields=["state", "reason", "since", "lease_until"])
    return session


def _mine(actor: Actor) -> SeatSession:
    session = _sessions(staff_who_may(actor, "calls.take")).select_for_update(no_key=True).first()
    if session is None:
        raise NotAllowed("您还没有签入座席，请先选择座席签入。", state="signed_out", allowed_actions=["sign_in"])
    return session


def _sessions(staff_id: int) -> QuerySet[SeatSession]:
    return SeatSession.objects.filter(staff_id=staff_id, signed_out_at=None)


def _turn(session: SeatSession, state: str, reason: str, at: datetime) -> None:
    SeatStint.objects.filter(session=session, ended_at=None).update(ended_at=at)
    SeatStint.objects.create(session=session, state=state, reason=reason, started_at=at)
    session.state, session.reason, session.since = state, reason, at


@transaction.atomic
def sign_out(actor: Actor) -> None:
    """Leave the seat; NotAllowed while talking. Leaving twice, or without a seat, changes nothing."""
    session = _sessions(actor.staff_id).select_for_update(no_key=True).first() if actor.staff_id else None
    if session is None:
        return
    if Leg.objects.filter(staff_id=session.staff_id, joined_at__isnull=False, ended_at=None).exists():
        raise NotAllowed("正在通话，请结束通话后再签退。", state="talking")
    _leave(session, now())
    tell_desk(session.staff_id)
    tell_wall()


def _leave(session: SeatSession, at: datetime) -> None:
    SeatStint.objects.filter(session=session, ended_at=None).update(ended_at=at)
    session.signed_out_at = at
    session.save(update_fields=["signed_out_at"])


def be_heard(actor: Actor) -> None:
    """Renew the lease of the seat; every open page of the desk asks this each twenty seconds, and only by POST."""
    if actor.staff_id:
        _sessions(actor.staff_id).update(lease_until=now() + LEASE)


@transaction.atomic
def lapse(at: datetime) -> int:
    """Sign out whose desk fell silent, as of then, unless a call is still on; returns how many."""
    talking = Leg.objects.filter(staff__isnull=False, joined_at__isnull=False, ended_at=None).values("staff_id")
    silent = SeatSession.objects.select_for_update(no_key=True, skip_locked=True).filter(
        signed_out_at=None, lease_until__lt=at
    )
    gone = list(silent.exclude(staff_id__in=talking))
    for session in gone:
        _leave(session, session.lease_until)
    if gone:
        tell_wall()
    return len(gone)
