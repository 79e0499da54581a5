"""One order as its page shows it, for one viewer, with its five parts and no more than that viewer may see.

Subject, matter, handling, supervision and call-back (GB33358-3.6). Supervision entries come from the room above; the page
joins them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.reads import clocks_of
from bangban.foundation.ledger.models import Link
from bangban.foundation.privacy.masking import mask_address, mask_name, mask_phone
from bangban.registry.org.models import Staff
from bangban.registry.org.reads import place
from bangban.services.conversation.models import Message, Party
from bangban.services.hotline import terms
from bangban.services.hotline.flow import FLOW
from bangban.services.hotline.models import IntakeMessage, VisitAttempt, WorkOrder
from bangban.services.hotline.parties import assignments_of, parties_of
from bangban.services.hotline.reads.found import found_order
from bangban.services.hotline.reads.story import timeline
from bangban.services.hotline.reads.views import (
    AT_HOTLINE,
    Addition,
    ExtensionLine,
    Linked,
    OrderView,
    ReplyLine,
    Subject,
    ThreePartyLine,
    UnitPart,
    VisitPart,
)

HIDDEN = "已按诉求人要求保密"
SENT: dict[str, str] = {terms.ReplyChannel.SMS: "短信发送记录", terms.ReplyChannel.MAIL: "邮件发送记录"}
FROM_MEDIUM = "in:"
"""How the client id of a message begins that a medium brought in, and that the originals keep whole (actions/incoming.py)."""


def order_view(actor: Actor, number: str) -> OrderView:
    """Return the whole page of an order for one viewer, in a constant number of queries; NotYours for strangers."""
    order = found_order(actor, number)
    parties = parties_of(order, actor)
    staff = "requester" not in parties
    internal = not parties.isdisjoint(AT_HOTLINE)
    people = _people(order)
    allowed = tuple(FLOW.allowed(order, parties))
    lead = place(order.lead_unit_id)
    return OrderView(
        order=order,
        id=order.id,
        number=order.number,
        version=order.version,
        state=order.state,
        state_label=FLOW.states[order.state],
        source_label=str(terms.Source(order.source).label),
        kind_label=str(terms.Kind(order.kind).label) if order.kind else "",
        category_path=(order.category.path_names or order.category.name) if order.category else "",
        subject=subject_of(order, parties),
        agent=order.agent.name if order.agent else "",
        handler=order.handler.name if order.handler and staff else "",
        lead=lead.name if lead else "",
        units=_units(order, people, staff=staff),
        replies=_replies(order, people, staff=staff),
        extensions=_extensions(order, people) if staff else (),
        three_parties=_three_parties(order),
        emergency=getattr(order, "emergency", None),
        visits=_visits(order, people) if internal or staff else (),
        originals=_originals(order, actor, internal=internal, staff=staff),
        additions=_additions(order, actor, internal=internal) if staff else (),
        knowledge=tuple((one.entry_number, one.at) for one in order.knowledge.order_by("at")),
        links=_links(order) if staff else (),
        merged=tuple(order.merged.values_list("number", flat=True)[:50]) if internal else (),
        timeline=tuple(timeline(order, staff=staff)),
        clocks=tuple(clocks_of([order.id], now()).get(order.id, [])) if staff else (),
        allowed=allowed,
        parties=parties,
        can_say=any(
            order.state in line.sources and parties & set(line.who) and all(one.test(order) for one in line.needs)
            for line in FLOW.by_action["_say"]
        ),
        reopening_by=_reopening_by(order) if order.state == "archived" else None,
    )


def _callers_of(order: WorkOrder, actor: Actor, *, internal: bool, staff: bool) -> QuerySet[WorkOrder]:
    """Return the orders whose callers' own words a viewer reads with this one: itself, and for staff those merged into it.

    Staff read no complaint about themselves, units nothing of a secret caller.
    """
    if not staff:
        return WorkOrder.objects.filter(id=order.id)
    found = WorkOrder.objects.filter(Q(id=order.id) | Q(merged_into=order, state="merged"))
    if actor.staff_id is not None:
        found = found.exclude(kind__in=terms.COMPLAINTS, about_staff_id=actor.staff_id)
    return found if internal else found.exclude(confidential=True)


def _additions(order: WorkOrder, actor: Actor, *, internal: bool) -> tuple[Addition, ...]:
    """Return what the callers added in the talk, oldest first; messages of a medium stand among the originals already."""
    numbers = dict(_callers_of(order, actor, internal=internal, staff=True).values_list("id", "number")[:51])
    rows = Message.objects.filter(record_id__in=numbers, party=Party.USER, internal=False).select_related("attachment")
    rows = rows.exclude(attachment=None, client_id__startswith=FROM_MEDIUM)
    return tuple(
        Addition(
            one.at, one.text, one.attachment_id if internal or one.record_id == order.id else None,
            one.attachment.name if one.attachment else "", "" if one.record_id == order.id else numbers[one.record_id],
        )
        for one in sorted(rows.order_by("-at")[:50], key=lambda one: (one.at, one.position))
    )  # fmt: skip


def _originals(
    order: WorkOrder, actor: Actor, *, internal: bool, staff: bool
) -> tuple[tuple[datetime, str, str, str], ...]:
    """Return what came in by writing: time, subject, words, and the number of the merged order whose caller it was.

    Staff see beside the order's own what the callers of merged orders wrote; callers only their own.
    """
    rows = IntakeMessage.objects.filter(order__in=_callers_of(order, actor, internal=internal, staff=staff))
    found = rows.select_related("order").order_by("received_at")[:50]
    return tuple(
        (one.received_at, one.subject, one.text, one.order.number if one.order_id != order.id else "") for one in found
    )


def _reopening_by(order: WorkOrder) -> int | None:
    """Return who asked that an archived order be opened again, while nobody has decided."""
    return order.reopenings.filter(ended_at=None).values_list("asked_by_id", flat=True).first()


def subject_of(order: WorkOrder, parties: frozenset[str]) -> Subject:
    """Return who speaks as these parties may know it."""
    internal = not parties.isdisjoint(AT_HOTLINE)
    own = "requester" in parties
    hidden = bool(order.confidential) and not internal and not own
    anonymous = order.subject_kind == terms.SubjectKind.ANONYMOUS
    name = "匿名" if anonymous else order.contact_name if own else mask_name(order.contact_name)
    phone = order.contact_phone if own else mask_phone(order.contact_phone)
    address = order.contact_address if own else mask_address(order.contact_address) if order.contact_address else ""
    return Subject(
        kind=str(terms.SubjectKind(order.subject_kind).label),
        name=HIDDEN if hidden else name,
        phone="" if hidden else phone,
        address="" if hidden else address,
        confidential=order.confidential,
        asked_at=order.confidential_asked_at,
        hidden=hidden,
        wished_reply=str(terms.ReplyChannel(order.wished_reply).label),
        caller=order.caller.number if order.caller and internal else "",
    )


def _people(order: WorkOrder) -> dict[int, str]:
    """Return the names of all staff that stand on an order, in one query."""
    wanted: set[int | None] = {one.signed_by_id for one in assignments_of(order)}
    wanted |= set(order.replies.values_list("by_id", flat=True))
    wanted |= {one for pair in order.extensions.values_list("asked_by_id", "decided_by_id") for one in pair}
    wanted |= set(order.visits.values_list("staff_id", flat=True))
    wanted |= set(order.visits.values_list("attempts__by_id", flat=True))
    return dict(Staff.objects.filter(id__in=[one for one in wanted if one]).values_list("id", "name"))


def _name(unit_id: int | None) -> str:
    unit = place(unit_id)
    return unit.name if unit else ""


def _units(order: WorkOrder, people: dict[int, str], *, staff: bool) -> tuple[UnitPart, ...]:
    return tuple(
        UnitPart(
            id=one.id, unit_id=one.unit_id, unit=_name(one.unit_id), role=one.role, role_label=str(terms.Role(one.role).label),
            state=one.state, state_label=str(terms.AssignmentState(one.state).label), round=one.round,
            designated=one.designated, task=one.task if staff else "", offered_at=one.offered_at, due_at=one.due_at,
            signed_at=one.signed_at, signed_by=people.get(one.signed_by_id or 0, "") if staff else "",
            ended_at=one.ended_at, opinion=one.opinion if staff else "", reason=one.reason if staff else "",
        )
        for one in assignments_of(order)
    )  # fmt: skip


def _replies(order: WorkOrder, people: dict[int, str], *, staff: bool) -> tuple[ReplyLine, ...]:
    return tuple(
        ReplyLine(
            round=one.round, channel=str(terms.ReplyChannel(one.channel).label), text=one.text,
            by=people.get(one.by_id, "") if staff else "", unit=_name(one.unit_id), at=one.at,
            proof=_proof(one) if staff else "", call_id=one.call_id,
        )
        for one in order.replies.order_by("at")
    )  # fmt: skip


def _proof(reply: Any) -> str:
    if reply.call_id:
        return "通话记录"
    if reply.notice:
        return SENT.get(reply.channel, "消息发送记录")
    return "；".join(filter(None, [str(reply.proof), "附件" if reply.attachment else ""]))


def _extensions(order: WorkOrder, people: dict[int, str]) -> tuple[ExtensionLine, ...]:
    return tuple(
        ExtensionLine(
            id=one.id, unit=_name(one.unit_id), days=one.days, ground=one.ground, reason=one.reason, asked_at=one.asked_at,
            decision=one.decision, decided_by=people.get(one.decided_by_id or 0, ""), note=one.note, new_due=one.new_due,
        )
        for one in order.extensions.order_by("asked_at")
    )  # fmt: skip


def _three_parties(order: WorkOrder) -> tuple[ThreePartyLine, ...]:
    return tuple(
        ThreePartyLine(
            unit=_name(one.unit_id), person=one.person, consent_at=one.consent_at, joined_at=one.joined_at,
            ended_at=one.ended_at, outcome=one.outcome, answer=one.answer, reason=one.reason,
        )
        for one in order.three_parties.order_by("asked_at")
    )  # fmt: skip


def _visits(order: WorkOrder, people: dict[int, str]) -> tuple[VisitPart, ...]:
    return tuple(
        VisitPart(
            round=one.round, policy=one.policy, state=one.state, not_before=one.not_before,
            staff=people.get(one.staff_id or 0, ""), done_at=one.done_at, channel=one.channel,
            process_satisfied=one.process_satisfied, result_satisfied=one.result_satisfied,
            grades=(("服务态度", one.attitude), ("工作效率", one.efficiency), ("办理过程", one.process), ("办理结果", one.result)),
            reasons=tuple(one.reasons), text=one.text,
            attempts=tuple(
                (tried.at, people.get(tried.by_id or 0, ""), tried.channel, tried.reached, _tried(tried))
                for tried in sorted(one.attempts.all(), key=lambda tried: tried.number)
            ),
        )
        for one in order.visits.prefetch_related("attempts").order_by("round")
    )  # fmt: skip


def _tried(tried: VisitAttempt) -> str:
    return "，".join(filter(None, ["平台通话" if tried.call_id else "", tried.note]))


def _links(order: WorkOrder) -> tuple[Linked, ...]:
    rows = Link.objects.filter(from_id=order.id) | Link.objects.filter(to_id=order.id)
    return tuple(
        Linked(row.to_type, row.to_id, row.why)
        if row.from_id == order.id
        else Linked(row.from_type, row.from_id, row.why)
        for row in rows.order_by("at")[:50]
    )
