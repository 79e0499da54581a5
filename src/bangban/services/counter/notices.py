"""Words that the desk sends: the promise, the reply, materials; to the person by text message, to colleagues in the house."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bangban.foundation.access.phones import clean_phone
from bangban.foundation.flows.deed import Deed
from bangban.foundation.notify.actions import Address, Message, enqueue
from bangban.foundation.notify.models import Channel
from bangban.foundation.notify.purposes import Purpose, register
from bangban.registry.org.models import Staff
from bangban.registry.org.reads import place
from bangban.services.counter.models import Inquiry
from bangban.services.counter.rules import phrase

CONSULTATION = register(Purpose("consultation", "窗口咨询答复", alarm_after=timedelta(hours=1)))
LONGEST_SMS = 300


def promise_words(inquiry: Inquiry, local: datetime) -> str:
    """Return what is told about the promise, on the screen and by text message (DB23-6.4.1-c)."""
    where = place(inquiry.body_id)
    assert where is not None
    phone = f"，可拨打{where.phone}催问" if where.phone else ""
    return f"您在{where.name}的咨询已登记，编号{inquiry.number}，约定{phrase(local)}前答复您{phone}。"


def tell_promise(work: Deed[Inquiry], words: str) -> None:
    """Send the promise; who left no mobile number has heard it at the counter."""
    if phone := clean_phone(work.record.contact_phone):
        _send(work, Channel.SMS, phone, words, "promise")


def tell_reply(work: Deed[Inquiry], reply: str) -> None:
    """Send the reply, or let somebody telephone when the person left a landline."""
    words = f"编号{work.record.number}：{reply}"[:LONGEST_SMS]
    if phone := clean_phone(work.record.contact_phone):
        _send(work, Channel.SMS, phone, words, "reply")
    elif work.record.contact_phone:
        _send(work, Channel.PHONE_TASK, work.record.contact_phone, words, "reply")


def tell_material(work: Deed[Inquiry], phone: str, title: str, link: str) -> None:
    """Send where a guide, list or form is found."""
    place_in_list = len(work.record.materials)
    _send(work, Channel.SMS, phone, f"您咨询的{title}：{link}", f"material:{place_in_list}")


def _send(work: Deed[Inquiry], channel: Channel, address: str, words: str, about: str) -> None:
    key = f"inquiry:{work.record.number}:{about}"
    enqueue(work, Message(CONSULTATION.code, (Address(channel.value, address),), words, key))


def tell_staff(work: Deed[Any], staff_id: int, words: str, about: str) -> None:
    """Leave a message in the house for one member of staff."""
    account = Staff.objects.values_list("account_id", flat=True).get(id=staff_id)
    key = f"{work.record.record_type}:{work.record.number}:{about}"
    enqueue(work, Message("staff_notice", (Address(Channel.IN_APP.value, account_id=account),), words, key))
