"""How an answer finds its way: by the wished channel, else by the one the person came by (GB33358-3.2)."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from bangban.foundation.access.phones import clean_phone
from bangban.foundation.flows.deed import Deed
from bangban.foundation.notify.actions import Address, Message, enqueue
from bangban.foundation.notify.models import Channel, Delivery
from bangban.foundation.notify.purposes import Purpose, register
from bangban.services.conversation.actions import start_thread
from bangban.services.conversation.actions import thread_of as known_thread
from bangban.services.conversation.models import Thread
from bangban.services.hotline.models import IntakeMessage, WorkOrder
from bangban.services.hotline.terms import ReplyChannel, Source

RECEIPT = register(Purpose("order_receipt", "热线自动回执", urgent=True))
ANSWER = register(Purpose("order_answer", "热线答复", urgent=True))
CHANNEL_OF = {Source.SMS: Channel.SMS, Source.MAILBOX: Channel.EMAIL, Source.MEDIA: Channel.OFFICIAL_ACCOUNT}


def address_of(source: str, sender: str) -> Address | None:
    """Return where a message of a medium is answered; None for pages, and for numbers that take no text message."""
    channel = CHANNEL_OF.get(Source(source))
    if channel is None or not sender:
        return None
    if channel == Channel.SMS and not clean_phone(sender):
        return None
    return Address(channel, clean_phone(sender) or sender if channel == Channel.SMS else sender)


def way_back(order: WorkOrder, channel: str = "") -> tuple[Address, ...]:
    """Return how an order's person is written to, the best way first: asked-for channel, wished channel, own channel.

    Empty when the person can only be called, visited, or finds the answer on the page by number and code.
    """
    came_by = order.originals.order_by("-received_at").first()
    own = address_of(came_by.source, came_by.sender) if came_by else None
    mobile = clean_phone(order.contact_phone)
    by_text = Address(Channel.SMS, mobile) if mobile else None
    account = order.person.account_id if order.person_id and order.person else None
    in_app = Address(Channel.IN_APP, account_id=account) if account else None
    wished = channel or order.wished_reply
    first = {
        ReplyChannel.SMS.value: by_text,
        ReplyChannel.MAIL.value: own if own and own.channel == Channel.EMAIL else None,
        ReplyChannel.WEBSITE.value: in_app,
    }.get(wished)
    ways = [first, own, in_app, by_text] if channel == "" else [first, own, by_text]
    return tuple(dict.fromkeys(way for way in ways if way is not None))


def send(deed: Deed[Any], text: str, key: str, channel: str = "") -> Delivery | None:
    """Queue an answer on an order's way back; None when there is none. The same key is sent once."""
    to = way_back(deed.record, channel)
    if not to:
        return None
    by_page = f"\n查看和补充：{settings.SITE_URL}/hotline/{deed.record.number}"
    return enqueue(deed, Message(ANSWER.code, to, f"【12345热线】{text}{by_page}", key, title="12345热线答复"))


def talk_of(deed: Deed[Any]) -> Thread:
    """Return the talk of an order, begun when it has none yet."""
    for row in deed.writes.rows(Thread):
        return row  # type: ignore[no-any-return]
    if not Thread.objects.filter(record_id=deed.record.id).exists():
        return start_thread(deed)
    return known_thread(deed)


def last_original(order: WorkOrder) -> IntakeMessage | None:
    """Return the newest message of an order in its original words."""
    return order.originals.order_by("-received_at").first()
