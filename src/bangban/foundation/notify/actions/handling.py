"""What people do with deliveries: send again, report a telephone call, read a message."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.access.phones import clean_phone
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.notify.actions import moving
from bangban.foundation.notify.actions.queueing import Address, again
from bangban.foundation.notify.gateways.local import HAND
from bangban.foundation.notify.models import Channel, Delivery, State
from bangban.foundation.notify.purposes import all_purposes, purpose_of

NOT_FOUND = "没有找到这条通知。"
ON_ITS_WAY = (State.QUEUED, State.SENDING)
SECRETS_KEPT = timedelta(days=1)


def resend(actor: Actor, delivery_id: UUID, *, channel: str = "", address: str = "") -> Delivery:
    """Send an ended or sent message again, as a new delivery linked to the old one, which stays as it is.

    Raises NotYours without the duty, NotAllowed for one still on its way, for codes, and while a copy is on its way.
    """
    old = _row(actor, delivery_id)
    if old.state in ON_ITS_WAY:
        raise NotAllowed("这条通知还在发送中，系统会自动重试，不需要重发。", state=old.state)
    if purpose_of(old.purpose).secret:
        raise NotAllowed("验证码不能重发，请本人重新获取。", state=old.state)
    wanted = channel or old.channel
    if wanted not in Channel.values or wanted == Channel.IN_APP:
        raise Incomplete("请选择重发的渠道。", fields={"channel": "不能使用这个渠道重发。"})
    target = _checked(wanted, address) if address.strip() else old.address if wanted == old.channel else ""
    if not target:
        raise Incomplete("请填写正确的接收号码或地址。", fields={"address": "请填写正确的接收号码或地址。"})
    with transaction.atomic():
        Delivery.objects.select_for_update(no_key=True).get(id=old.id)
        earlier = old.followed_by.filter(why="resend")
        if earlier.filter(state__in=ON_ITS_WAY).exists():
            raise NotAllowed("刚刚已经重发，正在发送，请刷新查看。", state=old.state)
        key = f"{old.dedupe_key}#{earlier.count() + 1}"
        new = again(old, key, [Address(wanted, target)], now(), why="resend", asked_by=actor.id)
        new.useful_until = None
        new.save(force_insert=True)
    return new


def finish_by_hand(actor: Actor, delivery_id: UUID, reached: bool, note: str = "") -> None:
    """Report how a telephone call or a letter went; when nobody was reached the next channel follows.

    Raises NotYours without the duty, Incomplete without a reason, NotAllowed when it is not an open task.
    """
    row = _row(actor, delivery_id)
    if row.provider != HAND or row.state != State.SENT:
        raise NotAllowed("这项任务已经办完或不需要人工办理。", state=row.state)
    if reached:
        done = moving.delivered(row.id, now())
    elif not note.strip():
        raise Incomplete("请填写没有送达的原因。", fields={"note": "请填写没有送达的原因。"})
    else:
        moving.fail(row, Q(state=State.SENT), f"{note.strip()}（{actor.name}）", now())
        done = Delivery.objects.filter(id=row.id, state=State.FAILED).exists()
    if not done:
        raise NotAllowed("同事刚刚已经办理，请刷新查看。", state=row.state)


def mark_read(account_id: int, ids: Collection[UUID] = ()) -> int:
    """Mark in-app messages of an account as read, all or some; returns how many were new."""
    rows = Delivery.objects.filter(account_id=account_id, channel=Channel.IN_APP, state=State.SENT)
    if ids:
        rows = rows.filter(id__in=ids)
    return rows.update(state=State.DELIVERED, ended_at=now())


def forget_secrets(at: datetime) -> int:
    """Blank the texts of codes that went out more than a day ago (F8.11); returns how many."""
    secret = [purpose.code for purpose in all_purposes() if purpose.secret]
    old = Delivery.objects.filter(purpose__in=secret, created_at__lt=at - SECRETS_KEPT).exclude(text="")
    return old.exclude(state__in=ON_ITS_WAY).update(text="")


def _checked(channel: str, address: str) -> str:
    """Return the address in its stored spelling; empty when it cannot be one of this channel."""
    if channel in (Channel.SMS, Channel.PHONE_TASK):
        return clean_phone(address)
    return address.strip() if channel != Channel.EMAIL or "@" in address[1:-1] else ""


def _row(actor: Actor, delivery_id: UUID) -> Delivery:
    if not may(actor, "notify.outbox"):
        raise NotYours(NOT_FOUND)
    row = Delivery.objects.filter(id=delivery_id).first()
    if row is None:
        raise NotYours(NOT_FOUND)
    return row
