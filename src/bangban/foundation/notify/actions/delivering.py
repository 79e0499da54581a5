"""Delivering: claim a few, give the database back, call the gateways, note the outcome.

At least once: a worker killed between call and note leaves a lease behind; when it runs out the message goes again
with the same key.
"""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.db.models import F, Q

from bangban.foundation.notify.actions import moving
from bangban.foundation.notify.gateways.base import Accepted, Outgoing, Refused, Unreachable
from bangban.foundation.notify.gateways.choice import gateway_for
from bangban.foundation.notify.hours import quiet_now
from bangban.foundation.notify.models import Delivery, State
from bangban.foundation.notify.rules import MOST_ATTEMPTS, delay_after

log = logging.getLogger(__name__)
# Eight lines of five seconds each serve a batch within 25 seconds, well inside the lease.
LINES = 8
BATCH = 40
LONGEST_BATCH = 60
LEASE = timedelta(seconds=90)
TOO_LATE = "已过有效时间，没有发送。"
NO_ANSWER = "网关没有在规定时间内应答。"
NEVER_FINISHED = "发送多次中断，没有得到结果。"


@dataclass(frozen=True)
class Outcome:
    """What became of one attempt."""

    delivery: Delivery
    provider: str
    reply: Accepted | Refused | Unreachable


def deliver_due(at: datetime, at_most: int = 400) -> int:
    """Send what is due; returns the number of attempts. Any number of workers may run it at once."""
    began, done = time.monotonic(), 0
    _end_pointless(at)
    while done < at_most:
        claim = uuid4()
        batch = _claim(at, claim, min(BATCH, at_most - done))
        if not batch:
            break
        for outcome in _carry_all(batch):
            _note(outcome, claim, at + timedelta(seconds=time.monotonic() - began))
        done += len(batch)
    return done


def _claim(at: datetime, claim: UUID, limit: int) -> list[Delivery]:
    """Take what a dead worker left behind, then what is due, urgent things first; each by its own index."""
    may_go = Q(urgent=True) if quiet_now(at) else Q()
    with transaction.atomic():
        rows = _lock(may_go & Q(state=State.SENDING, claim_until__lt=at), ["claim_until"], limit)
        rows += _lock(
            may_go & Q(state=State.QUEUED, next_try_at__lte=at), ["-urgent", "next_try_at"], limit - len(rows)
        )
        Delivery.objects.filter(id__in=[row.id for row in rows]).update(
            state=State.SENDING, attempts=F("attempts") + 1, claim=claim, claim_until=at + LEASE
        )
    for row in rows:
        row.attempts += 1
    return rows


def _lock(which: Q, order: list[str], limit: int) -> list[Delivery]:
    locked = Delivery.objects.select_for_update(skip_locked=True, no_key=True)
    return list(locked.filter(which).order_by(*order)[:limit]) if limit else []


def _carry_all(batch: list[Delivery]) -> list[Outcome]:
    """Send a batch on a few lines; meanwhile the database connection is back in the pool.

    A gateway that answers byte by byte outlasts every timeout of a socket, so the batch has one of its own.
    """
    if not connection.in_atomic_block:
        connection.close()
    lines = ThreadPoolExecutor(min(LINES, len(batch)), thread_name_prefix="notify")
    calls = {lines.submit(_carry, row): row for row in batch}
    done, late = wait(calls, timeout=LONGEST_BATCH)
    lines.shutdown(wait=False, cancel_futures=True)
    return [call.result() for call in done] + [Outcome(calls[call], "", Unreachable(NO_ANSWER)) for call in late]


def _carry(delivery: Delivery) -> Outcome:
    provider = ""
    try:
        gateway = gateway_for(delivery.channel)
        provider = gateway.name
        return Outcome(delivery, provider, gateway.send(_outgoing(delivery)))
    except (Refused, Unreachable) as answer:
        return Outcome(delivery, provider, answer)
    except ImproperlyConfigured as error:
        return Outcome(delivery, provider, Unreachable(f"网关配置有误：{error}"))
    except Exception as error:
        log.exception("Gateway %s broke at delivery %s", provider, delivery.id)
        return Outcome(delivery, provider, Unreachable(f"网关程序出错：{type(error).__name__}"))


def _outgoing(row: Delivery) -> Outgoing:
    return Outgoing(
        id=str(row.id),
        key=row.dedupe_key,
        attempt=row.attempts,
        channel=row.channel,
        purpose=row.purpose,
        address=row.address,
        title=row.title,
        text=row.text,
        number=row.number,
    )


def _note(outcome: Outcome, claim: UUID, at: datetime) -> None:
    row, reply = outcome.delivery, outcome.reply
    if isinstance(reply, Accepted):
        moving.sent(row, claim, outcome.provider, reply.reference, at)
        return
    pause = delay_after(row.attempts, reply.wait) if isinstance(reply, Unreachable) else None
    if pause is None:
        moving.fail(row, Q(state=State.SENDING, claim=claim), str(reply), at)
    else:
        moving.try_again(row, claim, str(reply), pause, at)


def _end_pointless(at: datetime) -> None:
    """End what would come too late, and what killed its worker at every attempt."""
    waiting = Q(state=State.QUEUED) | Q(state=State.SENDING, claim_until__lt=at)
    for row in Delivery.objects.filter(waiting, useful_until__lte=at)[:BATCH]:
        moving.fail(row, waiting, TOO_LATE, at)
    worn_out = Q(state=State.SENDING, claim_until__lt=at, attempts__gte=MOST_ATTEMPTS)
    for row in Delivery.objects.filter(worn_out)[:BATCH]:
        moving.fail(row, worn_out, NEVER_FINISHED, at)
