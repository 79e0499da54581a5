"""Opening an order: record, event, interval and clock in one statement, whatever medium it came by (GB33358-3.2)."""

from __future__ import annotations

import base64
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.clocks import actions as clocks
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.deed import opening
from bangban.foundation.flows.flow import FlowError, Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.identifiers import new_id
from bangban.foundation.privacy.codes import code_from
from bangban.foundation.privacy.crypto import blind_index, digest
from bangban.registry.org.reads import Place, place, tree
from bangban.services.hotline.emergency_words import Alarm, emergency_in
from bangban.services.hotline.finding import VERSION, words_of
from bangban.services.hotline.flow import FLOW
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.numbers import ORDERS
from bangban.services.hotline.rules_intake import CLEANERS, LONGEST, Wrong, caller_number, clean_contact, title_from
from bangban.services.hotline.terms import COMPLAINTS, LIVE_MEDIA, Source, SubjectKind, Urgency
from bangban.services.telephony import actions as telephony

OLDEST = timedelta(days=90)
AHEAD = timedelta(minutes=5)


@dataclass(frozen=True)
class NewOrder:
    """What is known when a matter comes in; everything but the source may still be empty (GB33358-3.2, 3.4).

    `text` is what the person wants; `center_id` the hotline (the actor's own, or the city's); `received_at` when the
    medium got it, for the clocks of 3 minutes and 24 hours.
    """

    source: str
    phone: str = ""
    name: str = ""
    address: str = ""
    subject_kind: str = SubjectKind.PERSON.value
    person_id: int | None = None
    center_id: int | None = None
    call_id: UUID | None = None
    received_at: datetime | None = None
    medium: str = ""
    kind: str = ""
    title: str = ""
    text: str = ""
    place: str = ""
    confidential: bool | None = None
    wished_reply: str = "telephone"
    region: str = ""


@dataclass(frozen=True)
class Opened:
    """The new order, and the code with which the person asks for it later."""

    order: WorkOrder
    token: str


def open_order(actor: Actor, new: NewOrder, also: Callable[[WorkOrder, str], list[Model]] | None = None) -> Opened:
    """Open an order in state registering; a call that the same agent opens again gives the same order.

    `also` makes rows that must commit with it. Raises NotYours for staff without the intake, NotAllowed without a
    hotline, Incomplete with a sentence for each wrong field.
    """
    if actor.is_staff and (actor.unsigned or not may(actor, "orders.intake")):
        raise NotYours("您不能登记热线工单。")
    at = now()
    values, received = _checked(actor, new, at)
    center = _center(actor, new)
    agent_number, known = _agent(actor, new.call_id)
    if known is not None:
        return Opened(known, code_of(known))
    order = _order(actor, new, values, center, received)
    order.agent_number = agent_number
    if new.call_id is None:
        _write(actor, order, also)
        return Opened(order, code_of(order))
    try:
        with transaction.atomic():
            _write(actor, order, also)
            with suppress(LookupError, FlowError):
                telephony.attach(new.call_id, order.number)
    except IntegrityError:
        _, known = _agent(actor, new.call_id)
        if known is None:
            raise
        return Opened(known, code_of(known))
    return Opened(order, code_of(order))


def code_of(order: WorkOrder) -> str:
    """Return the code that goes with an order's number for whoever told the matter; only its digest is stored.

    An order of an earlier version keeps the code that it was given.
    """
    key = blind_index(str(order.id), "order-code")
    former = base64.urlsafe_b64encode(key[:12]).decode()
    if order.token_digest and bytes(order.token_digest) == digest(former.encode()):
        return former
    return code_from(int.from_bytes(key, "big"))


def hotline_body() -> Place | None:
    """Return the hotline of the city: the highest body of that kind."""
    return next(iter(tree().of_kind("hotline")), None)


def _center(actor: Actor, new: NewOrder) -> Place:
    wanted = place(new.center_id) or (place(actor.unit_id) if actor.is_staff else None)
    found = wanted if wanted is not None and wanted.kind == "hotline" else hotline_body()
    if found is None:
        raise NotAllowed("热线还没有开通，请先由系统管理员建立政务热线机构。", state="")
    if actor.is_staff and actor.unit_id != found.id:
        raise NotYours("您不能登记其他热线的工单。")
    return found


def _checked(actor: Actor, new: NewOrder, at: datetime) -> tuple[dict[str, Any], datetime]:
    given = {
        "title": new.title or title_from(new.text), "place": new.place, "contact_name": new.name, "region": new.region,
        "contact_address": new.address, "subject_kind": new.subject_kind, "kind": new.kind, "request": new.text,
        "wished_reply": new.wished_reply,
    }  # fmt: skip
    # Nobody sits before a message that a machine brings in: what is too long is cut, the original stays beside the order.
    cut = not actor.is_staff and new.source != Source.WEBSITE
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for name, value in given.items():
        try:
            values[name] = CLEANERS[name](value[: LONGEST[name]] if cut and name in LONGEST else value)
        except Wrong as wrong:
            problems[name] = str(wrong)
    if new.source not in Source.values:
        problems["source"] = "请从列表中选择来源：" + "、".join(Source.labels) + "。"
    if new.phone.strip() and new.source == Source.WEBSITE and not clean_contact(new.phone):
        problems["phone"] = "请填写11位手机号码，或带区号的固定电话。"
    if new.source == Source.WEBSITE and new.kind in COMPLAINTS and new.confidential is None and not actor.is_staff:
        problems["confidential"] = "请选择您的个人信息是否需要保密。"
    received = new.received_at or at
    if received.tzinfo is None or not at - OLDEST < received < at + AHEAD:
        problems["received_at"] = "收到时间有误：应带时区，不早于90天前，不晚于现在。"
    if problems:
        raise Incomplete("请检查填写的内容。", fields=problems)
    return values, min(received, at)


def _agent(actor: Actor, call_id: UUID | None) -> tuple[str, WorkOrder | None]:
    """Return the agent's work number and the form that this agent already has open for this call: one look."""
    if actor.staff_id is None:
        return "", None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.work_number, o.number FROM org_staff s LEFT JOIN hotline_workorder o"
            " ON o.call_id = %s AND o.agent_id = s.id AND o.state = 'registering' WHERE s.id = %s",
            [call_id, actor.staff_id],
        )
        work_number, number = cursor.fetchone()
    return work_number, WorkOrder.objects.get(number=number) if number else None


def _order(actor: Actor, new: NewOrder, values: dict[str, Any], center: Place, received: datetime) -> WorkOrder:
    phone, name, order_id = caller_number(new.phone), values["contact_name"], new_id()
    order = WorkOrder(
        id=order_id,
        number=ORDERS.next(now()),
        state="registering",
        center_id=center.id,
        source=new.source,
        medium=new.medium[:50],
        received_at=received,
        call_id=new.call_id,
        agent_id=actor.staff_id,
        first_response_at=received if new.source == Source.TELEPHONE and actor.is_staff else None,
        person_id=new.person_id if new.person_id is not None else actor.person_id,
        contact_phone=phone,
        phone_index=blind_index(phone, "phone") if phone else None,
        name_index=blind_index(name, "name") if name else None,
        confidential=new.confidential,
        confidential_asked_at=None if new.confidential is None else received,
        **values,
    )
    order.words, order.words_version = words_of(order, [actor.name] if actor.is_staff else []), VERSION
    order.token_digest = digest(code_of(order).encode())
    return order


def _write(actor: Actor, order: WorkOrder, also: Callable[[WorkOrder, str], list[Model]] | None) -> None:
    alarm = emergency_in(order.request)
    if alarm is not None:
        order.urgency = Urgency.EMERGENCY
    with opening(FLOW, order, actor) as deed:
        if rule := _response_clock(order.source):
            clocks.start(deed.writes, order, rule, order.center_id, order.received_at)
        deed.tell(source=order.source, kind=order.kind, **_told(alarm))
        if order.call_id is not None:
            deed.tell(call=str(order.call_id))
        for row in also(order, code_of(order)) if also else ():
            deed.insert(row)


def _told(alarm: Alarm | None) -> dict[str, str]:
    return {"emergency": alarm.emergency_class, "dial": alarm.number} if alarm else {}


def _response_clock(source: str) -> str:
    """Return the limit until somebody answers: 3 minutes for messages, 24 hours for letters (GB33358-5.1.2.3-c, -d)."""
    if source in LIVE_MEDIA:
        return "sms_response"
    return "mailbox_response" if source == Source.MAILBOX else ""
