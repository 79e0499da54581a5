"""What the machine itself sends back to whoever writes: the receipt and the question of secrecy (GB33358-3.2)."""

from __future__ import annotations

from typing import Any

from bangban.foundation.access.phones import clean_phone
from bangban.foundation.flows.deed import Deed
from bangban.foundation.notify.actions import Address
from bangban.foundation.notify.models import Channel
from bangban.foundation.notify.purposes import Purpose, register
from bangban.services.conversation.actions import start_thread
from bangban.services.conversation.actions import thread_of as known_thread
from bangban.services.conversation.models import Thread
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.terms import Source

RECEIPT = register(Purpose("order_receipt", "热线自动回执", urgent=True))
QUESTION = register(Purpose("order_question", "热线询问", urgent=True))
CHANNEL_OF = {Source.SMS: Channel.SMS, Source.MAILBOX: Channel.EMAIL, Source.MEDIA: Channel.OFFICIAL_ACCOUNT}


def address_of(source: str, sender: str) -> Address | None:
    """Return where a message of a medium is answered; None for pages, and for numbers that take no text message."""
    channel = CHANNEL_OF.get(Source(source))
    if channel is None or not sender:
        return None
    if channel == Channel.SMS and not clean_phone(sender):
        return None
    return Address(channel, clean_phone(sender) or sender if channel == Channel.SMS else sender)


def way_back(order: WorkOrder) -> tuple[Address, ...]:
    """Return where an order's latest message came from, then its mobile number; empty for pages and calls."""
    came_by = order.originals.order_by("-received_at").first()
    own = address_of(came_by.source, came_by.sender) if came_by else None
    mobile = clean_phone(order.contact_phone)
    ways = (own, Address(Channel.SMS, mobile) if mobile else None)
    return tuple(dict.fromkeys(way for way in ways if way is not None))


def talk_of(deed: Deed[Any]) -> Thread:
    """Return the talk of an order, begun when it has none yet."""
    for row in deed.writes.rows(Thread):
        return row  # type: ignore[no-any-return]
    if not Thread.objects.filter(record_id=deed.record.id).exists():
        return start_thread(deed)
    return known_thread(deed)
