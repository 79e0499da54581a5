"""Words to units and to callers, sent by `notify` after the commit; never with data of a person in them.

A unit's contact gets a text message and, when that fails, a telephone call as a task for the hotline. A caller is reached on
the number that stands on the order, or inside the portal.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings

from bangban.foundation.access.phones import clean_phone
from bangban.foundation.flows.deed import Deed
from bangban.foundation.ledger.models import Event
from bangban.foundation.ledger.writes import Writes
from bangban.foundation.notify.actions import Address, Message, enqueue
from bangban.foundation.notify.models import Delivery
from bangban.foundation.notify.purposes import STAFF_NOTICE, Purpose, register
from bangban.registry.org.models import Staff
from bangban.services.hotline.actions.ways_back import way_back
from bangban.services.hotline.models import Undertaker, WorkOrder
from bangban.services.hotline.terms import Source

UNIT_NOTICE = register(Purpose("order_unit", "承办单位通知"))
PROGRESS = register(Purpose("order_progress", "热线工单进度"))
REPLY = register(Purpose("order_reply", "热线工单答复"))
SURVEY = register(Purpose("order_survey", "热线满意度调查"))


def unit_addresses(unit: Undertaker) -> tuple[Address, ...]:
    """Return how a unit's contact is reached: by text message first, then by telephone at the duty desk."""
    mobile = clean_phone(unit.contact_phone)
    by_text = [Address("sms", mobile)] if mobile else []
    return (*by_text, Address("phone_task", unit.duty_phone or unit.contact_phone))


def tell_unit(into: Deed[Any], unit: Undertaker, text: str, key: str) -> Delivery:
    """Tell a unit's contact something about an order."""
    return enqueue(into, Message(UNIT_NOTICE.code, unit_addresses(unit), f"【12345热线】{text}", key))


def tell_staff(into: Deed[Any], staff_id: int, text: str, key: str) -> Delivery:
    """Tell a member of staff something about an order, inside the house."""
    account = Staff.objects.values_list("account_id", flat=True).get(id=staff_id)
    into.topics.add(f"desk:{staff_id}")
    return enqueue(into, Message(STAFF_NOTICE.code, (Address("in_app", account_id=account),), text, f"order.{key}"))


def caller_addresses(order: WorkOrder) -> tuple[Address, ...]:
    """Return how the caller of an order can be written to: mobile, the way the matter came, account; empty without any."""
    mobile = clean_phone(order.contact_phone)
    by_text = [Address("sms", mobile)] if mobile else []
    same_way = way_back(order) if order.source in (Source.SMS, Source.MAILBOX, Source.MEDIA) else ()
    account = order.person.account_id if order.person else None
    return tuple(dict.fromkeys([*by_text, *same_way, *([Address("in_app", account_id=account)] if account else [])]))


def tell_caller(
    into: Writes | Deed[Any], order: WorkOrder, purpose: str, text: str, key: str, first: str = ""
) -> Delivery | None:
    """Write to the caller of an order, by the channel `first` when there is one; None when there is no way to."""
    to = tuple(sorted(caller_addresses(order), key=lambda address: address.channel != first))
    return enqueue(into, Message(purpose, to, f"【12345热线】{text}", key), order) if to else None


def link(order: WorkOrder) -> str:
    """Return where the caller follows an order."""
    return f"{settings.SITE_URL}/hotline/{order.number}"


WORDS: dict[str, tuple[str, str]] = {
    "order.dispatch": (PROGRESS.code, "您的诉求（编号{number}）已转交{lead_name}办理，查看进度：{link}"),
    "order.redo": (PROGRESS.code, "您的诉求（编号{number}）已再次交{lead_name}办理，查看进度：{link}"),
    "order.merge": (PROGRESS.code, "您的诉求（编号{number}）与{into}为同一事项，将一并办理并答复您，查看：{link}"),
    "order.unmerge": (PROGRESS.code, "您的诉求（编号{number}）恢复单独办理，查看进度：{link}"),
    "order.send_back": (PROGRESS.code, "您的诉求（编号{number}）办理情况不充分，已要求单位继续办理：{link}"),
    "order.answer": (SURVEY.code, "您的诉求（编号{number}）已答复，请对办理过程和结果作出评价：{link}"),
    "order.complete": (SURVEY.code, "您的诉求（编号{number}）已办结，请对办理过程和结果作出评价：{link}"),
    "order.decline_redo": (PROGRESS.code, "您的诉求（编号{number}）经研究不再次交办，理由见：{link}"),
}


def tell_what_happened(event: Event) -> None:
    """Queue what an event means for the caller; the same event is told once."""
    order = WorkOrder.objects.select_related("person").get(id=event.record_id)
    purpose, words = WORDS[event.kind]
    told = {"lead_name": "责任单位", "into": "", **event.data, "number": order.number, "link": link(order)}
    writes = Writes()
    tell_caller(writes, order, purpose, words.format(**told), f"{event.kind}:{order.number}:{event.position}")
    writes.run()
