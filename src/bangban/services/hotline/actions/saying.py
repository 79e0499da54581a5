"""What the person of an order says after it was opened: words and files in its talk (GB33358-3.2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from django.db import transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Incomplete
from bangban.services.conversation import actions as talk
from bangban.services.conversation.files import store_upload
from bangban.services.conversation.media import ALLOWED, PICTURES, media_type
from bangban.services.conversation.models import Attachment, Party
from bangban.services.conversation.models import Kind as Line
from bangban.services.conversation.reads import by_client_id
from bangban.services.hotline.actions import secrecy
from bangban.services.hotline.actions.door import order_deed
from bangban.services.hotline.actions.merging import lock_main
from bangban.services.hotline.actions.ways_back import talk_of
from bangban.services.hotline.models import WorkOrder


def add_files(deed: Deed[WorkOrder], files: Sequence[Attachment], key: str) -> None:
    """Put files into the talk of an order inside a deed, one line each; a stored one now belongs to the order."""
    for place, file in enumerate(files):
        file.record_id = deed.record.id
        if not file._state.adding:
            deed.changed(file, "record_id")
        kind = Line.PICTURE if file.media_type in PICTURES else Line.FILE
        talk.say(deed, "", kind=kind, party=Party.USER, attachment=file, client_id=f"{key}:{place}")


def store_file(actor: Actor, name: str, content: BinaryIO) -> Attachment:
    """Store a file ahead of its message (API); it is typed by its content, and named by the message later."""
    row = read_file(actor, name, content)
    row.save()
    return row


def read_file(actor: Actor, name: str, content: BinaryIO) -> Attachment:
    """Return the unsaved row of a file that a form sent; raises Incomplete for what may not be stored."""
    return store_upload(content, name, actor, None, typed=media_type, allowed=ALLOWED)


def add_message(
    actor: Actor, number: str, text: str, *, client_id: str = "", files: Sequence[Attachment] = ()
) -> WorkOrder:
    """Let the person of an order say more, with files; the same `client_id` again says nothing twice."""
    if not text.strip() and not files:
        raise Incomplete("请先输入内容再发送。", fields={"text": "请先输入内容再发送。"})
    try:
        with transaction.atomic():
            lock_main(number)
            with order_deed(actor, number, "_say") as deed:
                if client_id and by_client_id(deed.record.id, talk.sender_key(actor), client_id[:80]):
                    raise _Known(deed.record)
                talk_of(deed)
                if text.strip():
                    talk.say(deed, text, client_id=client_id[:80])
                if not actor.is_staff:
                    secrecy.take_answer(deed, text)
                add_files(deed, files, client_id[:60] or now().isoformat())
    except _Known as known:
        return known.order
    return deed.record


class _Known(Exception):
    """The message is already stored; leaves the transaction without a second event."""

    def __init__(self, order: WorkOrder) -> None:
        super().__init__()
        self.order = order
