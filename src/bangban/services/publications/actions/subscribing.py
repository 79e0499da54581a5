"""Subscribing by phone and code, and ending it by the link in every message (DB23-6.2.1.2)."""

from __future__ import annotations

import base64
from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from bangban.foundation.access.locks import hold
from bangban.foundation.access.phone_codes import prove_phone
from bangban.foundation.access.phones import WRONG, clean_phone
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.foundation.ledger.writes import Writes
from bangban.foundation.privacy.crypto import blind_index, digest
from bangban.registry.org.reads import tree
from bangban.services.publications.models import Subscription
from bangban.services.publications.terms import Kind


def subscribe(phone: str, code: str, topics: Collection[str], body_code: str = "", address: str = "") -> Subscription:
    """Store who wants to hear of what; whoever subscribes again changes the earlier choice.

    The code is the one that `access.phone_codes.send_phone_code` sent; it is used up only when everything else is
    right. Raises Incomplete for what is missing, NotAllowed for a wrong code. Must not run inside a transaction.
    """
    chosen = [kind for kind in Kind.values if kind in topics]
    place = tree().by_code.get(body_code) if body_code else None
    problems = {} if clean_phone(phone) else {"phone": WRONG}
    problems |= {} if chosen else {"topics": "请至少选择一类信息。"}
    problems |= {} if code.strip() else {"code": "请填写短信验证码。"}
    problems |= {"body": "没有找到这个机构，请重新选择。"} if body_code and place is None else {}
    if problems:
        raise Incomplete("还不能订阅，请检查标出的内容。", fields=problems)
    return _store(prove_phone(phone, code, address), chosen, place.id if place else None)


@transaction.atomic
def _store(phone: str, topics: list[str], body_id: int | None) -> Subscription:
    index, at, writes = blind_index(phone, "phone"), now(), Writes()
    hold(f"subscription {index.hex()}")
    row = Subscription.objects.select_for_update().filter(phone_index=index, ended_at=None).first()
    if row is None:
        row = Subscription(phone=phone, phone_index=index, confirmed_at=at)
        row.link_digest = digest(link_key(row.id).encode())
        writes.insert(row)
    else:
        writes.update(row, ("topics", "body_id", "changed_at"))
    row.topics, row.body_id, row.changed_at = topics, body_id, at
    writes.run()
    return row


def link_key(subscription_id: UUID) -> str:
    """Return the end of the address that ends a subscription; made of the installation's key, so it is stored nowhere."""
    return base64.urlsafe_b64encode(blind_index(str(subscription_id), "unsubscribe")).decode().rstrip("=")


@transaction.atomic
def end_subscription(key: str) -> Subscription:
    """End the subscription behind a link and forget the number; ending it twice changes nothing.

    Raises NotYours for a link we never sent.
    """
    row = Subscription.objects.select_for_update().filter(link_digest=digest(key.encode())).first()
    if row is None:
        raise NotYours("这个退订链接无效，请使用最近一条短信中的链接，或拨打12345退订。")
    if row.ended_at is None:
        writes = Writes()
        row.ended_at = row.changed_at = now()
        row.phone, row.phone_index = "", None
        writes.update(row, ("ended_at", "changed_at", "phone", "phone_index"))
        writes.run()
    return row
