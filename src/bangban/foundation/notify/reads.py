"""What pages show of deliveries: the outbox, what is stuck, tasks for people, a person's own messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from bangban.foundation.notify.gateways.choice import channels_that_report
from bangban.foundation.notify.gateways.local import HAND, LOCAL
from bangban.foundation.notify.hours import waited
from bangban.foundation.notify.models import Channel, Delivery, State
from bangban.foundation.notify.purposes import purpose_of
from bangban.foundation.privacy.masking import mask_address, mask_email, mask_phone

HIDDEN = "（验证码内容不显示）"
RECEIPT_WITHIN = timedelta(hours=24)
TASK_WITHIN = timedelta(hours=4)
FAILED_SHOWN_FOR = timedelta(days=7)


@dataclass(frozen=True)
class DeliveryView:
    """One delivery as staff see it: the address masked, codes hidden once a real gateway carries them."""

    id: UUID
    purpose: str
    channel: str
    address: str
    title: str
    text: str
    state: str
    state_label: str
    attempts: int
    created_at: datetime
    next_try_at: datetime | None
    sent_at: datetime | None
    ended_at: datetime | None
    last_error: str
    provider: str
    number: str
    follows: UUID | None
    why: str
    can_resend: bool


def outbox(after: UUID | None = None, limit: int = 50, state: str = "", number: str = "") -> list[DeliveryView]:
    """Return deliveries, the newest first, before the one with id `after`."""
    rows = Delivery.objects.exclude(channel=Channel.IN_APP).order_by("-id")
    rows = rows.filter(id__lt=after) if after else rows
    rows = rows.filter(state=state) if state else rows
    return [view_of(row) for row in (rows.filter(number=number) if number else rows)[:limit]]


def counts() -> dict[str, int]:
    """Return how many deliveries stand in each state, without in-app messages; for the page and for metrics."""
    rows = Delivery.objects.exclude(channel=Channel.IN_APP).values_list("state").annotate(Count("id"))
    return dict.fromkeys(State.values, 0) | dict(rows)


def view_of(row: Delivery) -> DeliveryView:
    """Show one delivery."""
    purpose, open_now = purpose_of(row.purpose), row.state in (State.QUEUED, State.SENDING)
    return DeliveryView(
        id=row.id,
        purpose=purpose.label,
        channel=Channel(row.channel).label,
        address=_masked(row),
        title=row.title,
        text=HIDDEN if purpose.secret and row.provider not in ("", LOCAL) else row.text,
        state=row.state,
        state_label=State(row.state).label,
        attempts=row.attempts,
        created_at=row.created_at,
        next_try_at=row.next_try_at if open_now else None,
        sent_at=row.sent_at,
        ended_at=row.ended_at,
        last_error=row.last_error,
        provider=row.provider,
        number=row.number,
        follows=row.follows_id,
        why=row.get_why_display(),
        can_resend=not open_now and not purpose.secret,
    )


def _masked(row: Delivery) -> str:
    if row.channel in (Channel.SMS, Channel.PHONE_TASK):
        return mask_phone(row.address)
    if row.channel == Channel.EMAIL:
        return mask_email(row.address)
    return mask_address(row.address) if row.channel == Channel.LETTER else row.address[:4] + "***"


@dataclass(frozen=True)
class StuckView:
    """A delivery that somebody must look at, and why, in Chinese."""

    delivery: DeliveryView
    why: str
    age: timedelta


def stuck(now: datetime, limit: int = 200) -> list[StuckView]:
    """Return what waits too long, has no receipt, lies undone with people, or failed for good; the oldest first."""
    rows = Delivery.objects.exclude(channel=Channel.IN_APP).order_by("created_at")
    found = [
        *_waiting(rows, now, limit),
        *_unreported(rows, now, limit),
        *_undone(rows, now, limit),
        *_lost(rows, now, limit),
    ]
    return sorted(found, key=lambda item: item.delivery.created_at)[:limit]


def _waiting(rows: QuerySet[Delivery], now: datetime, limit: int) -> list[StuckView]:
    found = []
    begun = Q(state=State.SENDING) | Q(state=State.QUEUED) & (Q(next_try_at__lte=now) | Q(attempts__gt=0))
    for row in rows.filter(begun, created_at__lt=now).order_by("-urgent", "created_at")[:limit]:
        since = row.created_at if row.attempts else max(row.created_at, row.next_try_at)
        age = waited(since, now, row.urgent) if since < now else timedelta()
        if age > purpose_of(row.purpose).alarm_after:
            found.append(StuckView(view_of(row), "等待发送时间过长", age))
    return found


def _unreported(rows: QuerySet[Delivery], now: datetime, limit: int) -> list[StuckView]:
    late = rows.filter(state=State.SENT, channel__in=channels_that_report(), sent_at__lt=now - RECEIPT_WITHIN)
    return [StuckView(view_of(row), "已发送但没有回执", now - (row.sent_at or now)) for row in late[:limit]]


def _undone(rows: QuerySet[Delivery], now: datetime, limit: int) -> list[StuckView]:
    late = rows.filter(state=State.SENT, provider=HAND, sent_at__lt=now - TASK_WITHIN)
    return [StuckView(view_of(row), "人工通知任务未办理", now - (row.sent_at or now)) for row in late[:limit]]


def _lost(rows: QuerySet[Delivery], now: datetime, limit: int) -> list[StuckView]:
    """A failure that another delivery took over is no loss; neither is a code, which its owner asks for anew."""
    lost = rows.filter(state=State.FAILED, ended_at__gte=now - FAILED_SHOWN_FOR, followed_by=None)
    shown = [row for row in lost[:limit] if not purpose_of(row.purpose).secret]
    return [StuckView(view_of(row), "发送失败，没有其他渠道", now - (row.ended_at or now)) for row in shown]


def tasks_by_hand(limit: int = 100) -> list[DeliveryView]:
    """Return telephone and letter tasks that wait for somebody, the oldest first."""
    rows = Delivery.objects.filter(state=State.SENT, provider=HAND).order_by("sent_at")
    return [view_of(row) for row in rows[:limit]]


@dataclass(frozen=True)
class InAppView:
    """A message inside the portal or the desk."""

    id: UUID
    purpose: str
    title: str
    text: str
    at: datetime
    number: str
    record_type: str
    read: bool


def in_app(account_id: int, limit: int = 50, after: UUID | None = None, unread_only: bool = False) -> list[InAppView]:
    """Return an account's own messages, the newest first, before the one with id `after`."""
    rows = Delivery.objects.filter(_own(account_id)).order_by("-id")
    rows = rows.filter(id__lt=after) if after else rows
    rows = rows.filter(state=State.SENT) if unread_only else rows
    return [
        InAppView(
            id=row.id,
            purpose=row.purpose,
            title=row.title,
            text=row.text,
            at=row.created_at,
            number=row.number,
            record_type=row.record_type,
            read=row.state != State.SENT,
        )
        for row in rows[:limit]
    ]


def unread_count(account_id: int) -> int:
    """Return how many in-app messages an account has not read."""
    return Delivery.objects.filter(_own(account_id), state=State.SENT).count()


def _own(account_id: int) -> Q:
    return Q(account_id=account_id, channel=Channel.IN_APP)
