"""Letters that could not become an order by themselves: kept whole, then settled or registered by a person (GB33358-3.2)."""

from __future__ import annotations

import base64
from dataclasses import replace

from django.db import transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.privacy.crypto import digest
from bangban.services.hotline.actions.incoming import Incoming, known_order, matter_of, original
from bangban.services.hotline.actions.opening import NewOrder, hotline_body, open_order
from bangban.services.hotline.letters import glance
from bangban.services.hotline.models import AsideMessage, WorkOrder
from bangban.services.hotline.parties import of_hotline
from bangban.services.hotline.rules_intake import title_from
from bangban.services.hotline.terms import ReplyChannel, Source, SubjectKind

UNKNOWN = "没有找到这封邮件。"


def provider_id(raw: bytes) -> str:
    """Return the number of a letter that names none: the digest of its bytes."""
    return f"sm3:{digest(raw).hex()}"


def set_aside(raw: bytes, why: str, center_id: int | None = None) -> AsideMessage:
    """Keep a letter to a hotline (the city's when none is named) until somebody has looked at it.

    The same bytes are kept once.
    """
    city = hotline_body()
    row, _ = AsideMessage.objects.get_or_create(
        provider_id=provider_id(raw),
        defaults={
            "center_id": center_id or (city.id if city else None), "raw": base64.b64encode(raw).decode(),
            "size": len(raw), "why": why[:500], "at": now(),
        },
    )  # fmt: skip
    return row


def settle_aside(actor: Actor, aside_id: int, how: str) -> AsideMessage:
    """Note what was done about a letter that was set aside; the first word of it counts.

    Raises NotYours for who takes no requests in, Incomplete without a word of it.
    """
    _may(actor)
    if len(how.strip()) < 2:
        raise Incomplete("请写明怎样处理的。", fields={"how": "请写明怎样处理的。"})
    with transaction.atomic():
        row = _locked(actor, aside_id)
        if row.settled_at is None:
            _settle(row, actor, how.strip())
    return row


def register_aside(actor: Actor, aside_id: int) -> WorkOrder:
    """Open an order of a letter that was set aside, with the words that can be read, and settle it.

    Raises NotYours, NotAllowed when somebody has settled it or an order of it exists.
    """
    _may(actor)
    with transaction.atomic():
        row = _locked(actor, aside_id)
        if row.settled_at is not None:
            raise NotAllowed(f"这封邮件已经处理：{row.settled_how}", state="settled")
        message = _message(row)
        if known := known_order(message):
            raise NotAllowed(f"这封邮件已登记为{known.number}，请在那张工单上补办，再写明怎样处理的。", state="settled")
        new = replace(_order(message), center_id=row.center_id)
        order = open_order(actor, new, also=lambda order, code: [original(message, order, None)]).order
        _settle(row, actor, f"已登记为{order.number}。")
    return order


def _message(row: AsideMessage) -> Incoming:
    raw = base64.b64decode(row.raw)
    seen = glance(raw)
    return Incoming(
        source=Source.MAILBOX, medium="imap", provider_id=seen.id or provider_id(raw), sender=seen.sender,
        name=seen.name, subject=seen.subject, text=seen.text, received_at=row.at,
    )  # fmt: skip


def _order(message: Incoming) -> NewOrder:
    by_mail = bool(message.sender)
    return NewOrder(
        source=message.source, medium=message.medium, name=message.name, text=matter_of(message),
        title=title_from(message.subject or message.text), received_at=message.received_at,
        subject_kind=(SubjectKind.PERSON if by_mail else SubjectKind.ANONYMOUS).value,
        wished_reply=(ReplyChannel.MAIL if by_mail else ReplyChannel.TELEPHONE).value,
    )  # fmt: skip


def _may(actor: Actor) -> None:
    if not may(actor, "orders.intake") or actor.unsigned:
        raise NotYours(UNKNOWN)


def _locked(actor: Actor, aside_id: int) -> AsideMessage:
    row = AsideMessage.objects.select_for_update().filter(of_hotline(actor), id=aside_id).first()
    if row is None:
        raise NotYours(UNKNOWN)
    return row


def _settle(row: AsideMessage, actor: Actor, how: str) -> None:
    row.settled_at, row.settled_by_id, row.settled_how = now(), actor.staff_id, how[:500]
    row.save(update_fields=["settled_at", "settled_by", "settled_how"])
