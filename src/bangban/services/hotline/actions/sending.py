"""What the hotline itself says to the person: by the channel of the matter, or the wished one (GB33358-3.2)."""

from __future__ import annotations

from collections.abc import Sequence

from bangban.foundation.access.phones import clean_phone
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Incomplete
from bangban.foundation.notify.actions import Address, Message, enqueue
from bangban.foundation.notify.models import Channel
from bangban.foundation.notify.purposes import Purpose, register
from bangban.services.hotline.actions.ways_back import way_back
from bangban.services.hotline.models import Reply, WorkOrder
from bangban.services.hotline.notices import caller_addresses, link
from bangban.services.hotline.terms import ReplyChannel, Source

RESPONSE = register(Purpose("order_response", "热线回复", urgent=True))
"""Urgent: whoever writes at night is answered at night, within three minutes (GB33358-5.1.2.3-c)."""
LONGEST = 2000
LONGEST_SMS = 500
ON_PAGE = "答复显示在工单查询页上"
CHANNELS: dict[str, ReplyChannel] = {
    Channel.SMS: ReplyChannel.SMS, Channel.EMAIL: ReplyChannel.MAIL, Channel.PHONE_TASK: ReplyChannel.TELEPHONE,
}  # fmt: skip
"""By which way of replying a message on a channel counts."""
CAN_SEND = (ReplyChannel.TELEPHONE, ReplyChannel.SMS, ReplyChannel.MAIL, ReplyChannel.WEBSITE)
WAYS: dict[str, tuple[ReplyChannel, ...]] = {
    Source.TELEPHONE: (ReplyChannel.TELEPHONE, ReplyChannel.SMS, ReplyChannel.WEBSITE),
    Source.SMS: (ReplyChannel.SMS, ReplyChannel.TELEPHONE, ReplyChannel.WEBSITE),
    Source.MAILBOX: (ReplyChannel.MAIL, ReplyChannel.SMS, ReplyChannel.WEBSITE),
    Source.WEBSITE: (ReplyChannel.WEBSITE,),
    Source.MEDIA: (ReplyChannel.WEBSITE,),
}
"""For each source the ways back, the same one first; the page where the person asks for the order is always there."""


def send(deed: Deed[WorkOrder], text: str, ways: Sequence[str], *, final: bool) -> Reply:
    """Say something to the person by the first of these ways that leads to him, and keep it with its proof.

    Raises Incomplete when none does. The order's own page shows every reply as well.
    """
    order = deed.record
    assert deed.actor.staff_id is not None
    for way in ways:
        row = Reply(
            order=order, round=order.round, channel=way, text=text, by_id=deed.actor.staff_id, unit_id=order.center_id,
            at=deed.at, final=final,
        )  # fmt: skip
        if _prove(deed, row):
            deed.insert(row)
            deed.tell(channel=way, reply=str(row.id))
            return row
    sentence = "这种方式联系不到诉求人，请换一种答复方式，或先补上联系方式。"
    raise Incomplete(sentence, fields={"channel": sentence})


def keep_on_paper(deed: Deed[WorkOrder], text: str, way: str, proof: str) -> Reply:
    """Keep an answer that was handed over or posted, or that nobody could be given, with what proves it."""
    assert deed.actor.staff_id is not None
    row = Reply(
        order=deed.record, round=deed.record.round, channel=way, text=text, by_id=deed.actor.staff_id,
        unit_id=deed.record.center_id, at=deed.at, proof=proof,
    )  # fmt: skip
    deed.insert(row)
    deed.tell(channel=way, reply=str(row.id))
    return row


def send_to_merged(deed: Deed[WorkOrder], text: str) -> None:
    """Say what was answered at once to every caller whose order was merged: in writing, else as a call to be made."""
    order = deed.record
    assert deed.actor.staff_id is not None
    for other in order.merged.select_related("person").filter(state="merged").order_by("number"):
        row = Reply(
            order=other, round=order.round, channel=ReplyChannel.WEBSITE, text=text, by_id=deed.actor.staff_id,
            unit_id=order.center_id, at=deed.at, proof=ON_PAGE,
        )  # fmt: skip
        to = caller_addresses(other)
        if not to and other.contact_phone:
            to = (Address(Channel.PHONE_TASK, other.contact_phone),)
        if to:
            row.channel, row.proof = CHANNELS.get(to[0].channel, ReplyChannel.WEBSITE), ""
            row.notice = enqueue(deed, Message(RESPONSE.code, to, _words(other, text), f"order.say:{row.id}")).id
        deed.insert(row)


def _words(order: WorkOrder, text: str) -> str:
    return f"【12345热线】关于您的诉求（编号{order.number}）：{_short(text)} 详见{link(order)}"


def _prove(deed: Deed[WorkOrder], row: Reply) -> bool:
    """Send the text, or tell by which call it was said; False when this way leads nowhere."""
    order = deed.record
    if row.channel == ReplyChannel.TELEPHONE and order.call_id is not None:
        row.call_id = order.call_id
        return True
    to = _addresses(order, row.channel)
    if to:
        row.notice = enqueue(deed, Message(RESPONSE.code, to, _words(order, row.text), f"order.say:{row.id}")).id
        return True
    if row.channel == ReplyChannel.WEBSITE and order.source != Source.MAILBOX:
        row.proof = ON_PAGE
    elif row.channel == ReplyChannel.TELEPHONE and order.source == Source.TELEPHONE:
        row.proof = "通话中当场答复"
    return bool(row.proof)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SMS else text[: LONGEST_SMS - 1] + "…"


def _addresses(order: WorkOrder, way: str) -> tuple[Address, ...]:
    """Return where a way ends; nothing when nobody is there."""
    if way == ReplyChannel.TELEPHONE:
        ringing = order.source != Source.TELEPHONE and order.contact_phone
        return (Address(Channel.PHONE_TASK, order.contact_phone),) if ringing else ()
    known = caller_addresses(order)
    if way == ReplyChannel.SMS:
        return known if clean_phone(order.contact_phone) else ()
    wanted = Channel.EMAIL if way == ReplyChannel.MAIL else Channel.OFFICIAL_ACCOUNT
    own = tuple(address for address in way_back(order) if address.channel == wanted)
    return (*own, *known) if own or way == ReplyChannel.WEBSITE else ()
