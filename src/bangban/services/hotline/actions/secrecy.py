"""The question whether personal data must stay secret, put to whoever writes instead of calling (GB33358-5.2.2.5)."""

from __future__ import annotations

import re

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.flows.deed import Deed
from bangban.foundation.notify.actions import Message, enqueue
from bangban.services.conversation import actions as talk
from bangban.services.conversation.models import Kind as Line
from bangban.services.conversation.models import Party
from bangban.services.hotline.actions.ways_back import QUESTION as ASKING
from bangban.services.hotline.actions.ways_back import talk_of, way_back
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.terms import COMPLAINTS, Source

BY_WRITING = (Source.SMS, Source.MAILBOX, Source.MEDIA)
QUESTION = "您反映的是投诉举报：请问您的个人信息是否需要保密？请回复 1 保密，2 不保密。回复后即为您登记转办。"
KEPT = "好的，办理单位看不到您的姓名和联系方式。"
NOT_KEPT = "好的，已记下不需要保密。"
COMPLAINING = re.compile(r"投诉|举报|告发|揭发|检举")
YES = frozenset({"1", "保密", "要保密", "需要", "需要保密", "是", "要", "y", "yes"})
NO = frozenset({"2", "不保密", "不需要保密", "不用保密", "不需要", "不用", "否", "不", "n", "no"})
MARKS = re.compile(r"[\s。.!！,，、：:\"'“”（）()]+")


def answer_in(text: str) -> bool | None:
    """Return what a short reply says to the question: True secret, False not, None when it says neither."""
    word = MARKS.sub("", text.strip().splitlines()[0] if text.strip() else "").lower()
    return True if word in YES else False if word in NO else None


def complains(text: str) -> bool:
    """Tell whether a text calls itself a complaint or a report, so that the question is asked with the receipt."""
    return bool(COMPLAINING.search(text[:2000]))


def waits_for_answer(order: WorkOrder) -> bool:
    """Tell whether the question was asked and has no answer yet."""
    return order.confidential is None and order.confidential_asked_at is not None


def put_question(deed: Deed[WorkOrder]) -> None:
    """Ask inside a deed of the order: in its talk and by the way it came; when it was asked is kept."""
    order = deed.record
    if order.confidential is not None or order.confidential_asked_at is not None or order.source not in BY_WRITING:
        return
    deed.change(confidential_asked_at=deed.at)
    talk_of(deed)
    talk.say(deed, QUESTION, kind=Line.SYSTEM, party=Party.SYSTEM, author=SYSTEM)
    if to := way_back(order):
        enqueue(deed, Message(ASKING.code, to, f"【12345热线】{QUESTION}", f"order_secrecy:{order.number}"))
    deed.tell(secrecy="asked")


def take_answer(deed: Deed[WorkOrder], text: str) -> None:
    """Take a reply to the question inside a deed of the order; any other text leaves the question open."""
    order = deed.record
    answer = answer_in(text) if waits_for_answer(order) else None
    if answer is None:
        return
    deed.change(confidential=answer)
    talk.say(deed, KEPT if answer else NOT_KEPT, kind=Line.SYSTEM, party=Party.SYSTEM, author=SYSTEM)
    deed.tell(secrecy="yes" if answer else "no")


def needs_question(order: WorkOrder) -> bool:
    """Tell whether a saved order has become a written complaint that nobody was asked about."""
    return order.kind in COMPLAINTS and order.confidential is None and order.confidential_asked_at is None
