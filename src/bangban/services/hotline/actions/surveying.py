"""The survey answered by text message: one word of the person after the invitation (GB33358-4.2.4-g)."""

from __future__ import annotations

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.phones import clean_phone
from bangban.foundation.flows.flow import FlowError
from bangban.foundation.privacy.crypto import blind_index
from bangban.services.hotline.actions.secrecy import MARKS
from bangban.services.hotline.actions.visiting import visit
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.terms import ReplyChannel

ANSWERS = {
    "满意": (True, True), "都满意": (True, True), "非常满意": (True, True), "很满意": (True, True),
    "不满意": (False, False), "都不满意": (False, False), "很不满意": (False, False), "非常不满意": (False, False),
    "过程满意结果不满意": (True, False), "结果不满意": (True, False),
    "过程不满意结果满意": (False, True), "过程不满意": (False, True),
}  # fmt: skip
"""Process and result; whoever names only one of both has no complaint about the other."""


def grades_in(text: str) -> tuple[bool, bool] | None:
    """Return what a short text says of process and result; None when it is no answer to the survey."""
    return ANSWERS.get(MARKS.sub("", text))


def survey_order(phone: str) -> WorkOrder | None:
    """Return the latest completed order of a mobile number that its person has not judged yet."""
    number = clean_phone(phone)
    if not number:
        return None
    rows = WorkOrder.objects.filter(phone_index=blind_index(number, "phone"), state="completed")
    return rows.order_by("-completed_at").first()


def take_survey(phone: str, text: str) -> WorkOrder | None:
    """Keep the answer of a text message as the person's own call-back; None when the text is none or nothing waits."""
    grades = grades_in(text)
    order = survey_order(phone) if grades else None
    if order is None or grades is None:
        return None
    person = Actor("guest", f"sms:{order.number}", channel="phone", tokens=frozenset({bytes(order.token_digest)}))
    try:
        visit(person, order.number, grades[0], grades[1], channel=ReplyChannel.SMS.value)
    except FlowError:
        return None
    return order
