"""Booking: one book of places for counter, telephone and network (DB23-6.5.1)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.phones import clean_phone
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.reads import work_calendar
from bangban.foundation.flows.deed import Deed, opening
from bangban.foundation.flows.flow import NotAllowed
from bangban.foundation.ledger import actions as ledger
from bangban.foundation.ledger.models import Visibility
from bangban.foundation.notify.hours import sending_hours
from bangban.foundation.privacy.crypto import digest
from bangban.registry.halls.reads import Hall
from bangban.services.appointments import notices
from bangban.services.appointments.actions import seats
from bangban.services.appointments.actions.codes import code_index, free_code
from bangban.services.appointments.actions.drafts import Draft, NewAppointment, checked
from bangban.services.appointments.actions.limits import check_limits, one_at_a_time
from bangban.services.appointments.actions.refusing import refusal, refuse_unless_open
from bangban.services.appointments.checklist import (
    Checklist,
    checklist_for,
    notes_for,
)
from bangban.services.appointments.flow import FLOW
from bangban.services.appointments.models import Appointment
from bangban.services.appointments.numbers import APPOINTMENTS
from bangban.services.appointments.reads.periods import (
    slot_of,
)
from bangban.services.appointments.rules import Reminder, reminder
from bangban.services.cases.models import Case

TRIES = 5


@dataclass(frozen=True)
class Booked:
    """The appointment, its check-in code, and the code that opens its page; `again` when the same press came twice."""

    appointment: Appointment
    code: str
    token: str
    again: bool = False


class Full(Exception):
    """The last place went to somebody else in between."""


def book(actor: Actor, new: NewAppointment) -> Booked:
    """Book a period for a person, on any channel.

    Raises Incomplete with a sentence for each field, NotYours for who may not book here, NotAllowed when the period is
    full or closed (with the nearest free ones in `nearest`) or the person holds too many.
    """
    return book_draft(actor, checked(actor, new))


def book_draft(actor: Actor, draft: Draft, work: Deed[Case] | None = None) -> Booked:
    """Write a checked booking; `work` is the deed of the case that it comes from."""
    if known := _known(draft):
        return known
    refuse_unless_open(draft)
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                return _write(actor, draft, work)
        except Full:
            raise refusal(draft.plan, slot_of(draft.plan, draft.slot.id) or draft.slot, draft.network) from None
        except IntegrityError as error:
            if "one_open_code" in str(error):
                continue
            if "one_appointment_per_press" in str(error) and (known := _known(draft)):
                return known
            if "one_place_per_person_and_period" in str(error):
                raise NotAllowed("这个手机号已经预约了这个时段，不需要再约。", state="booked") from error
            raise
    raise NotAllowed("现在预约的人很多，请稍后再试。", state="busy")


def _known(draft: Draft) -> Booked | None:
    """Return the booking of the same press; another person's key opens nothing."""
    if not draft.new.client_key:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM appointments_appointment WHERE client_key = %s", [draft.new.client_key[:80]])
        row = cursor.fetchone()
    if row is None:
        return None
    found = Appointment.objects.get(id=row[0])
    if bytes(found.phone_index or b"") != draft.phone_index:
        raise NotAllowed("这次预约已经提交过，请刷新页面后再试。", state=found.state)
    return Booked(found, found.code, found.token, again=True)


def _write(actor: Actor, draft: Draft, case_deed: Deed[Case] | None) -> Booked:
    at = now()
    one_at_a_time(draft.phone_index)
    check_limits(actor, draft, at)
    made = checklist_for(draft.item, draft.papers, draft.case.id if draft.case else None)
    wanted = when_to_remind(draft.plan, draft.slot.starts_at, at)
    appointment = _appointment(actor, draft, made, wanted, at)
    with opening(FLOW, appointment, actor) as work:
        for line in made.lines:
            line.appointment = appointment
            work.insert(line)
        work.tell(
            channel=draft.channel, item_id=draft.new.item_id, item_version=made.version, klass_id=draft.klass.id,
            slot=draft.slot.id, starts_at=appointment.starts_at, ends_at=appointment.ends_at, flags=appointment.flags,
            case=appointment.case_number, staff=appointment.staff_id, how_notified=draft.new.how_notified,
            papers=[paper.code for paper in draft.papers],
        )  # fmt: skip
        if draft.case is not None:
            ledger.link(work.writes, appointment, draft.case, "appointment", work.at)
        _tell(work, draft, made, wanted)
        # The last thing before the rows are written, so that whoever waits for the period waits as short as can be.
        if not seats.take(draft.slot.id, draft.network, at):
            raise Full
    return Booked(appointment, appointment.code, appointment.token)


def when_to_remind(plan: Hall, starts_at: datetime, at: datetime) -> Reminder:
    """Return when the reminder of a period goes out."""
    return reminder(starts_at, at, plan.rules.remind_before, sending_hours(), work_calendar())


def _appointment(actor: Actor, draft: Draft, made: Checklist, wanted: Reminder, at: datetime) -> Appointment:
    new, token, code = draft.new, secrets.token_urlsafe(12), free_code(draft.plan.body_id)
    by_staff = actor.is_staff and not draft.proposed
    return Appointment(
        number=APPOINTMENTS.next(at),
        state="booked",
        body_id=draft.plan.body_id,
        klass_id=draft.klass.id,
        slot_id=draft.slot.id,
        starts_at=draft.slot.starts_at,
        ends_at=draft.slot.ends_at,
        item_id=new.item_id,
        item_version=made.version,
        person_id=draft.case.person_id if draft.case else actor.person_id,
        contact_name=new.name.strip(),
        contact_phone=draft.phone,
        phone_index=draft.phone_index,
        channel=draft.channel,
        network=draft.network,
        registrar_id=actor.staff_id if by_staff or draft.proposed else None,
        code=code,
        code_index=code_index(code),
        token=token,
        token_digest=digest(token.encode()),
        flags=sorted(set(new.flags)),
        case_number=draft.case.number if draft.case else "",
        staff_id=new.staff_id,
        first_staff_id=new.staff_id,
        paper_materials=[{"material": p.material, "reason": p.reason, "code": p.code} for p in draft.papers],
        notice={
            "at": at.isoformat(),
            "by": actor.public_name or "本人在页面上查看",
            "how": new.how_notified,
            "item_version": made.version,
            "materials": made.materials,
            "notes": notes_for(draft.plan, draft.item),
        },
        client_key=new.client_key[:80] or None,
        booked_at=at,
        confirmed_at=None if draft.proposed else at,
        remind_at=wanted.at,
        reminded_at=at if wanted.at_once else None,
    )


def _tell(work: Deed[Appointment], draft: Draft, made: Checklist, wanted: Reminder) -> None:
    """Confirm the booking; booked within a day of the period, the confirmation is the reminder (DB23-6.5.3)."""
    if wanted.at_once:
        work.also("appointment.remind", Visibility.USER, at_once=True)
    purpose = notices.REMINDER_NOW if wanted.at_once else notices.BOOKED
    if draft.proposed:
        notices.tell(
            work,
            notices.BOOKED,
            notices.proposed_words(work.record, f"{work.actor.unit_name}{work.actor.name}"),
            "booked",
        )
    elif clean_phone(draft.phone):
        notices.tell(work, purpose, notices.booked_words(work.record, made.materials), "booked")
