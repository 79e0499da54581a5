"""Issuing a ticket: number, place in the order, people ahead and expected wait, in one transaction."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from bangban.foundation.access.actors import CHANNELS, Actor
from bangban.foundation.access.duties import may
from bangban.foundation.access.phones import WRONG, clean_phone
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.deed import opening
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.privacy.crypto import blind_index, digest
from bangban.registry.halls.defaults import FLAGS
from bangban.registry.halls.machines import is_kiosk
from bangban.registry.halls.reads import ClassView, Hall, gives_tickets, hall, next_opening
from bangban.services.queues.flow import FLOW
from bangban.services.queues.models import Ticket
from bangban.services.queues.numbers import TICKETS
from bangban.services.queues.parties import belongs_to_hall
from bangban.services.queues.reads.waiting import expectation
from bangban.services.queues.rules import label_of, rank


@dataclass(frozen=True)
class NewTicket:
    """What a ticket is issued for (DB23-6.3.2-a): only hall and class are needed, identity is not.

    `client_key` makes a repeated press the same ticket. The appointment fields are set by appointments.check_in alone.
    """

    body_id: int
    class_id: int
    item_id: UUID | None = None
    flags: tuple[str, ...] = ()
    phone: str = ""
    client_key: str = ""
    case_number: str = ""
    appointment: UUID | None = None
    appointment_number: str = ""
    reserved_staff_id: int | None = None
    person_id: int | None = None


@dataclass(frozen=True)
class Issued:
    """The ticket and the code that opens its page on the phone; `again` when the same press came twice."""

    ticket: Ticket
    code: str
    again: bool = False


def issue(actor: Actor, new: NewTicket) -> Issued:
    """Issue a ticket of a class of a hall.

    The same `client_key` gives the same ticket again. Raises Incomplete for a wrong class, flag or phone number,
    NotAllowed when the hall is closed or this person already waits in the class, NotYours for who may not issue here.
    """
    plan, klass = _checked(actor, new)
    if new.client_key and (known := _known(new)):
        return Issued(known, known.code, again=True)
    try:
        with transaction.atomic():
            ticket = _ticket(actor, new, plan, klass)
            with opening(FLOW, ticket, actor) as deed:
                deed.tell(
                    label=ticket.label, klass=klass.name, klass_id=klass.id, area=klass.area.name, flags=ticket.flags,
                    ahead=ticket.ahead_at_issue, expected=ticket.expected_at_issue, appointment=new.appointment_number,
                )  # fmt: skip
    except IntegrityError as error:
        if new.client_key and (known := _known(new)):
            return Issued(known, known.code, again=True)
        if "one_ticket_per_person_and_class" in str(error):
            raise _waits_already(new, plan) from error
        raise
    return Issued(ticket, ticket.code)


def _checked(actor: Actor, new: NewTicket) -> tuple[Hall, ClassView]:
    plan = hall(new.body_id)
    if plan is None:
        raise NotYours("这个大厅没有开通取号。")
    if actor.is_staff:
        if not may(actor, "tickets.issue") or not belongs_to_hall(actor, new.body_id):
            raise NotYours("您不在这个大厅取号岗位，不能为群众取号。")
    elif actor.kind == "device":
        if actor.unit_id != new.body_id:
            raise NotYours("这台终端不属于这个大厅。")
        if not is_kiosk(actor, new.body_id):
            raise NotYours("这台设备不能取号，请到自助终端或咨询引导台。")
        _check_open(plan)
    elif new.appointment is None:
        raise NotYours("请在大厅的自助终端或咨询引导台取号；也可以在手机上预约。")
    klass = plan.classes.get(new.class_id)
    problems = {} if klass else {"klass": "请选择要办理的业务类别。"}
    if set(new.flags) - set(FLAGS) or ("appointment" in new.flags and new.appointment is None):
        problems["flags"] = "请在公布的优先类别中选择。"
    if new.phone.strip() and not clean_phone(new.phone):
        problems["phone"] = WRONG
    if problems or klass is None:
        raise Incomplete("请检查取号内容。", fields=problems)
    return plan, klass


def _check_open(plan: Hall) -> None:
    """Refuse a ticket at a machine while the hall is closed; people of the hall decide for themselves."""
    at = now()
    if gives_tickets(plan, at):
        return
    opens = next_opening(plan.body_id, at)
    when = f"，{opens.astimezone(plan.zone):%-m月%-d日%H:%M}开放" if opens and opens > at else ""
    raise NotAllowed(f"现在不在取号时间{when}。您可以在手机上预约。", state="closed", opens_at=opens)


def _known(new: NewTicket) -> Ticket | None:
    return Ticket.objects.filter(body_id=new.body_id, client_key=new.client_key).first()


def _waits_already(new: NewTicket, plan: Hall) -> NotAllowed:
    index = blind_index(clean_phone(new.phone), "phone")
    rows = Ticket.objects.filter(body_id=new.body_id, klass_id=new.class_id, business_date=plan.day_of(now()))
    rows = rows.filter(phone_index=index, state__in=("waiting", "called", "serving"))
    label = rows.order_by("-issued_at").values_list("label", flat=True).first()
    return NotAllowed(f"这个手机号今天已有这项业务的号{label}，请按该号等候。", state="waiting", label=label)


def _ticket(actor: Actor, new: NewTicket, plan: Hall, klass: ClassView) -> Ticket:
    at = now()
    day = plan.day_of(at)
    code = secrets.token_urlsafe(9)
    place = rank(at, new.flags, plan.rules.credits)
    expected = expectation(plan, klass.id, place, day, at)
    sequence = next_sequence(klass.id, day)
    phone = clean_phone(new.phone)
    return Ticket(
        number=TICKETS.next(at),
        state="waiting",
        body_id=new.body_id,
        business_date=day,
        klass_id=klass.id,
        first_klass_id=klass.id,
        sequence=sequence,
        label=label_of(klass.letter, sequence),
        item_id=new.item_id,
        person_id=new.person_id or actor.person_id,
        channel=actor.channel if actor.channel in CHANNELS else "window",
        flags=sorted(set(new.flags)),
        phone=phone,
        phone_index=blind_index(phone, "phone") if phone else None,
        code=code,
        token_digest=digest(code.encode()),
        client_key=new.client_key or None,
        appointment=new.appointment,
        appointment_number=new.appointment_number,
        case_number=new.case_number,
        reserved_staff_id=new.reserved_staff_id,
        issued_by=actor.id,
        issued_at=at,
        queued_at=at,
        rank_at=place,
        ahead_at_issue=expected.ahead,
        expected_at_issue=expected.seconds,
    )


def next_sequence(class_id: int, day: date) -> int:
    """Return the next running number of a class on a business day; whoever issues waits for the one before to commit.

    So numbers have no gap and no double, and begin anew on the next day (DB23-7.1).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO queues_running (klass_id, business_date, last) VALUES (%s, %s, 1) "
            "ON CONFLICT (klass_id, business_date) DO UPDATE SET last = queues_running.last + 1 RETURNING last",
            [class_id, day],
        )
        return int(cursor.fetchone()[0])
