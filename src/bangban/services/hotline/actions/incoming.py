"""Messages of SMS, mailbox and other media: each an order, or more of one that is still open (GB33358-3.2)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model, Q

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.access.phones import clean_phone
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Incomplete
from bangban.foundation.ledger.writes import Writes
from bangban.foundation.notify.actions import Message, enqueue
from bangban.foundation.privacy.crypto import blind_index, digest, normalise
from bangban.services.conversation import actions as talk
from bangban.services.conversation.files import store_upload
from bangban.services.conversation.media import ALLOWED, media_type
from bangban.services.conversation.models import Attachment, Party
from bangban.services.conversation.models import Kind as Line
from bangban.services.hotline.actions import secrecy
from bangban.services.hotline.actions.door import order_deed
from bangban.services.hotline.actions.merging import lock_main
from bangban.services.hotline.actions.opening import NewOrder, open_order
from bangban.services.hotline.actions.saying import add_files
from bangban.services.hotline.actions.surveying import take_survey
from bangban.services.hotline.actions.ways_back import RECEIPT, address_of, talk_of
from bangban.services.hotline.flow import OPEN
from bangban.services.hotline.models import IntakeMessage, WorkOrder
from bangban.services.hotline.rules_intake import LONGEST, title_from
from bangban.services.hotline.terms import ReplyChannel, Source

LONGEST_TEXT, LONGEST_NAME, MOST_FILES = 200_000, 200, 9
AHEAD = timedelta(minutes=5)
WHOLE = "（原文较长，全文见原始消息）"
RECEIVED = "已收到您的消息，编号{number}，查询码{code}。话务员会尽快回复您；凭编号和查询码可查进度：{link}"
WISHED = {Source.SMS: ReplyChannel.SMS, Source.MAILBOX: ReplyChannel.MAIL}


@dataclass(frozen=True)
class IncomingFile:
    """A picture, recording, clip or document that came with a message."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Incoming:
    """One message as its medium gave it. `provider_id` is unique in its medium; `uploads` are files stored before.

    `silent` sends no receipt (automatic messages, imports). Times are aware; `received_at` starts the clock. `center_id`
    is the hotline it was sent to, the city's when it names none.
    """

    source: str
    provider_id: str
    sender: str = ""
    medium: str = ""
    subject: str = ""
    text: str = ""
    sent_at: datetime | None = None
    received_at: datetime | None = None
    files: Sequence[IncomingFile] = ()
    uploads: Sequence[UUID] = ()
    name: str = ""
    silent: bool = False
    center_id: int | None = None


def receive_message(message: Incoming) -> WorkOrder:
    """Take one message: the same one again is the same order; more of a sender joins the talk of an open order.

    What the sender of a merged order adds stays with that order and is shown on the main one, as long as that is open.

    Starts the 3 minutes of SMS and media or the 24 hours of the mailbox at the moment of receipt. Raises Incomplete
    with a sentence for each wrong part; nothing is stored then.
    """
    if problems := _wrong(message):
        raise Incomplete("这条消息不能受理。", fields=problems)
    with transaction.atomic():
        _one_at_a_time(message)
        if known := known_order(message):
            return known
        files = [_stored(one) for one in message.files] + _uploaded(message.uploads)
        order = take_survey(message.sender, message.text) if message.source == Source.SMS and not files else None
        if order := order or _open_order_of(message):
            return _join(order, message, files)
        return _open(message, files)


def _wrong(message: Incoming) -> dict[str, str]:
    problems = {}
    if message.source not in Source.values or message.source == Source.TELEPHONE:
        problems["source"] = "来源应为：短信 sms、信箱 mailbox、网站 website、其他媒体 media。"
    if not message.provider_id.strip() or len(message.provider_id) > LONGEST_NAME:
        problems["provider_id"] = f"请给出这条消息在来源系统中的编号，最多{LONGEST_NAME}字。"
    if len(message.sender) > LONGEST_NAME or len(message.medium) > LONGEST_NAME:
        problems["sender"] = f"发送人和媒体名称最多{LONGEST_NAME}字。"
    if not (message.text.strip() or message.subject.strip() or message.files or message.uploads):
        problems["text"] = "消息没有内容。"
    if len(message.text) + len(message.subject) > LONGEST_TEXT:
        problems["text"] = f"内容最多{LONGEST_TEXT}字，请拆成几条。"
    if len(message.files) + len(message.uploads) > MOST_FILES:
        problems["files"] = f"一条消息最多{MOST_FILES}个文件。"
    for name, moment in (("sent_at", message.sent_at), ("received_at", message.received_at)):
        if moment is not None and (
            moment.tzinfo is None or not datetime(2000, 1, 1, tzinfo=UTC) < moment < now() + AHEAD
        ):
            problems[name] = "时间应带时区，且不晚于现在。"
    return problems


def _one_at_a_time(message: Incoming) -> None:
    """Let messages of one sender wait for one another, so that two at once become one order and its talk."""
    who = f"{message.source}:{_spelled(message) or message.provider_id}"
    with connection.cursor() as cursor:
        key = int.from_bytes(digest(who.encode())[:8], "big", signed=True)
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def _spelled(message: Incoming) -> str:
    return clean_phone(message.sender) or normalise(message.sender)


def _index(message: Incoming) -> bytes | None:
    spelled = _spelled(message)
    return blind_index(f"{message.source}:{message.medium}:{spelled}", "message-sender") if spelled else None


def known_order(message: Incoming) -> WorkOrder | None:
    """Return the order that a message belongs to already."""
    row = IntakeMessage.objects.filter(
        source=message.source, medium=message.medium, provider_id=message.provider_id.strip()
    )
    found = row.select_related("order").first()
    return found.order if found else None


def _open_order_of(message: Incoming) -> WorkOrder | None:
    if (index := _index(message)) is None:
        return None
    going_on = Q(order__state__in=OPEN) | Q(order__state="merged", order__merged_into__state__in=OPEN)
    rows = IntakeMessage.objects.filter(going_on, sender_index=index).select_related("order")
    if message.center_id is not None:
        rows = rows.filter(order__center_id=message.center_id)
    found = rows.order_by("-received_at").first()
    return found.order if found else None


def _stored(file: IncomingFile) -> Attachment:
    return store_upload(io.BytesIO(file.content), file.name, SYSTEM, None, typed=media_type, allowed=ALLOWED)


def _uploaded(ids: Sequence[UUID]) -> list[Attachment]:
    """Return files that were sent before their message; each belongs to one message only."""
    rows = {row.id: row for row in Attachment.objects.select_for_update().filter(id__in=list(ids), record_id=None)}
    if missing := [str(one) for one in ids if one not in rows]:
        raise Incomplete(
            "这条消息不能受理。", fields={"files": f"没有找到文件{missing[0]}，或已用于其他消息，请重新上传。"}
        )
    return [rows[one] for one in ids]


def _open(message: Incoming, files: list[Attachment]) -> WorkOrder:
    text, receipt = matter_of(message), None
    phone = clean_phone(message.sender) if message.source == Source.SMS else ""
    asked = message.source in secrecy.BY_WRITING and secrecy.complains(f"{message.subject}\n{message.text}")

    def also(order: WorkOrder, code: str) -> list[Model]:
        nonlocal receipt
        receipt = None if message.silent else _receipt(order, code, message, asked=asked)
        if asked:
            order.confidential_asked_at = order.received_at
        rows: list[Model] = [original(message, order, receipt)]
        return [*rows, receipt] if receipt else rows

    subject_kind = "natural_person" if message.sender else "anonymous"
    new = NewOrder(
        source=message.source, medium=message.medium, phone=phone, name=message.name[:50], text=text,
        title=title_from(message.subject or message.text), received_at=message.received_at, subject_kind=subject_kind,
        wished_reply=WISHED.get(Source(message.source), ReplyChannel.WEBSITE).value, center_id=message.center_id,
    )  # fmt: skip
    order = open_order(SYSTEM, new, also=also).order
    with order_deed(SYSTEM, order.number, "_say") as deed:
        _say(deed, message, files)
        if asked:
            talk.say(deed, secrecy.QUESTION, kind=Line.SYSTEM, party=Party.SYSTEM, author=SYSTEM)
    return deed.record


def matter_of(message: Incoming) -> str:
    """Return the words of a message as an order takes them; what is too long is cut, the original keeps it whole."""
    both = message.subject.strip() not in message.text
    text = "\n".join(filter(None, [message.subject.strip() if both else "", message.text.strip()]))
    if not text:
        text = f"（{len(message.files) + len(message.uploads)}个文件，没有文字）"
    most = LONGEST["request"]
    return text if len(text) <= most else text[: most - len(WHOLE)] + WHOLE


def original(message: Incoming, order: WorkOrder, receipt: Any) -> IntakeMessage:
    """Return the row that keeps a message as it came: words, sender, times (GB33358-3.2)."""
    return IntakeMessage(
        source=message.source,
        medium=message.medium,
        provider_id=message.provider_id.strip(),
        sender=message.sender,
        sender_index=_index(message),
        subject=message.subject,
        text=message.text,
        sent_at=message.sent_at,
        received_at=min(message.received_at or now(), now()),
        order=order,
        receipt=receipt.id if receipt else None,
    )


def _receipt(order: WorkOrder, code: str, message: Incoming, *, asked: bool) -> Any:
    """Return the automatic receipt; it stops no clock, since nobody has answered yet (GB33358-5.1.2.3-c)."""
    to = address_of(message.source, message.sender)
    if to is None:
        return None
    words = RECEIVED.format(number=order.number, code=code, link=f"{settings.SITE_URL}/hotline/{order.number}")
    text = f"【12345热线】{words}{secrecy.QUESTION if asked else ''}"
    return enqueue(
        Writes(), Message(RECEIPT.code, (to,), text, f"receipt:{order.number}", title="12345热线已收到"), order
    )


def _join(order: WorkOrder, message: Incoming, files: list[Attachment]) -> WorkOrder:
    """Add a further message to the talk of an open order; an answer to the question of secrecy is taken."""
    lock_main(order.number)
    with order_deed(SYSTEM, order.number, "_say") as deed:
        deed.insert(original(message, deed.record, None))
        _say(deed, message, files)
        secrecy.take_answer(deed, message.text)
        deed.tell(source=message.source, medium=message.medium)
    return deed.record


def _say(deed: Deed[WorkOrder], message: Incoming, files: Sequence[Attachment]) -> None:
    talk_of(deed)
    key = digest(f"{message.source}:{message.medium}:{message.provider_id.strip()}".encode()).hex()[:40]
    words = "\n".join(filter(None, [message.subject.strip(), message.text.strip()]))[: talk.LONGEST]
    if words:
        talk.say(deed, words, party=Party.USER, client_id=f"in:{key}")
    add_files(deed, files, f"in:{key}")
