"""Words to the person by text message, for whoever is not looking at the page; sent by `notify` after the commit."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

from bangban.foundation.ledger.models import Event
from bangban.foundation.ledger.writes import Writes
from bangban.foundation.notify.actions import Address, Message, enqueue
from bangban.services.cases.models import Case

Words = Callable[[Case, Event], str]


def _link(case: Case) -> str:
    return f"{settings.SITE_URL}/cases/{case.number}"


WORDS: dict[str, tuple[str, Words]] = {
    "case.opened": (
        "case_progress",
        lambda case, event: f"您的咨询已登记，编号{case.number}。凭编号和页面上的查询码可随时查看进度：{_link(case)}",
    ),
    "case.claim": (
        "case_progress",
        lambda case, event: f"编号{case.number}：{event.actor_name}已受理您的咨询，请到页面上交流：{_link(case)}",
    ),
    "case.propose_stage": (
        "case_progress",
        lambda case, event: f"编号{case.number}：专员征求您的同意进入下一阶段，请到页面上答复：{_link(case)}",
    ),
    "case.close": (
        "rating_invitation",
        lambda case, event: f"编号{case.number}：处置意见已反馈，请查看并评价本次服务：{_link(case)}",
    ),
    "case.correct": (
        "case_progress",
        lambda case, event: f"编号{case.number}：此前给您的一条答复有误，已发送更正，请查看：{_link(case)}",
    ),
    "case.ask_result": (
        "follow_up",
        lambda case, event: f"编号{case.number}：您的事办成了吗？请到页面上告诉我们：{_link(case)}",
    ),
}


def tell_user(event: Event) -> None:
    """Queue the message that an event means for the person (T637-8.4: delivered on at least one channel beside the page)."""
    case = Case.objects.get(id=event.record_id)
    phone = case.contact_phone
    if not phone.startswith("1"):
        return
    purpose, words = WORDS[event.kind]
    writes = Writes()
    enqueue(
        writes,
        Message(purpose, (Address("sms", phone),), words(case, event), f"{event.kind}:{case.number}:{event.position}"),
        case,
    )
    writes.run()
