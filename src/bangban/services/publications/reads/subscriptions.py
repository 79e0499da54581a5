"""Subscriptions as plain objects: how many there are, and the one behind a link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bangban.foundation.flows.flow import NotYours
from bangban.foundation.privacy.crypto import digest
from bangban.foundation.privacy.masking import mask_phone
from bangban.registry.org.reads import place
from bangban.services.publications.models import Subscription
from bangban.services.publications.terms import Kind


@dataclass(frozen=True)
class SubscriptionView:
    """A subscription as its owner sees it; the phone is masked, and gone once it has ended."""

    phone: str
    topics: tuple[str, ...]
    body_name: str
    ended_at: datetime | None


def subscriber_count() -> int:
    """Return how many phones are subscribed now."""
    return Subscription.objects.filter(ended_at=None).count()


def subscription_of(key: str) -> SubscriptionView:
    """Return the subscription behind a link; NotYours for a link we never sent."""
    row = Subscription.objects.filter(link_digest=digest(key.encode())).first()
    if row is None:
        raise NotYours("这个退订链接无效，请使用最近一条短信中的链接，或拨打12345退订。")
    body = place(row.body_id)
    topics = tuple(str(Kind(topic).label) for topic in row.topics if topic in Kind.values)
    return SubscriptionView(mask_phone(row.phone), topics, body.name if body else "", row.ended_at)
