"""Agent, person and unit in one call: only with the person's consent, the unit's answer kept (GB33358-3.7, 5.2.1.2)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.flow import FlowError, Incomplete, NotAllowed
from bangban.services.hotline.actions.door import order_deed
from bangban.services.hotline.models import ThreeParty
from bangban.services.hotline.reads.catalogue import undertaker
from bangban.services.hotline.rules_intake import clean_contact
from bangban.services.hotline.terms import COMPLAINTS
from bangban.services.telephony import reads as telephony
from bangban.services.telephony.notebook import Notebook
from bangban.services.telephony.views import CallView

OUTCOMES = {"answered": "单位已当场答复", "refused": "单位没有答复", "no_answer": "无人接听"}
LONGEST = 2000


def call_unit(actor: Actor, number: str, consent: bool, unit_id: int, phone: str = "") -> ThreeParty:
    """Bring the duty phone of a registered unit, or the given number of an adviser, into the call.

    Refused without the person's consent, for somebody who asked for secrecy in a complaint, and while another party is
    being called. The exchange is asked once this deed stands; when it cannot, the attempt ends and the order says so
    (`line_refused`). Raises NotAllowed, Incomplete.
    """
    with order_deed(actor, number, "call_unit", {"consent": consent, "unit": unit_id}) as deed:
        order = deed.record
        if consent is not True:
            raise NotAllowed("要先征得诉求人同意，才能请相关单位加入通话；不同意的请转交办理。", state=order.state)
        if order.confidential and order.kind in COMPLAINTS:
            raise NotAllowed("诉求人要求保密，不能进行三方通话，请转交办理。", state=order.state)
        row = ThreeParty(
            order=order, call_id=order.call_id, consent_at=deed.at, unit_id=unit_id, asked_at=deed.at,
            number=_number(unit_id, phone),
        )  # fmt: skip
        if order.three_parties.filter(ended_at=None).exists():
            raise NotAllowed("正在呼叫另一个单位，请先记录那次三方通话的结果。", state=order.state)
        deed.insert(row)
        deed.tell(unit=unit_id, three_party=str(row.id), consent=True)
        if (call := live_call(order.call_id)) is not None:  # else dialled by hand: the record is kept all the same
            Notebook().join(call.exchange_id, row.number, "unit", number)
    return row


def _number(unit_id: int, phone: str) -> str:
    unit = undertaker(unit_id) if isinstance(unit_id, int) else None
    if unit is None:
        sentence = "请选择已登记的承办单位；没有登记的请先登记联系人和值班电话。"
        raise Incomplete(sentence, fields={"unit": sentence})
    if not phone.strip():
        return unit.duty_phone or unit.contact_phone
    if not (number := clean_contact(phone)):
        raise Incomplete("请核对电话号码。", fields={"phone": "请填写手机号码或带区号的固定电话。"})
    return number


def live_call(call_id: UUID | None) -> CallView | None:
    """Return a call that goes on; None when there is none, or the exchange told nothing of it."""
    try:
        found = telephony.call(call_id) if call_id else None
    except (LookupError, FlowError):
        return None
    return found if found is not None and found.ended_at is None else None


def end_three_party(
    actor: Actor, number: str, outcome: str, answer: str = "", reason: str = "", person: str = ""
) -> ThreeParty:
    """Keep how the call with the unit ended: its answer, or why there was none; `person` is who spoke for the unit.

    After a refusal the matter has to be transferred. Who joined and left when is taken from the exchange.
    """
    with order_deed(actor, number, "end_three_party", {"outcome": outcome}) as deed:
        row = deed.record.three_parties.filter(ended_at=None).first()
        if row is None:
            raise NotAllowed("没有正在进行的三方通话。", state=deed.record.state)
        problems = {}
        if outcome not in OUTCOMES:
            problems["outcome"] = "请选择结果：" + "、".join(OUTCOMES.values()) + "。"
        if outcome == "answered" and not answer.strip():
            problems["answer"] = "请写下单位当场的答复。"
        if outcome == "refused" and not reason.strip():
            problems["reason"] = "请写明单位没有答复的原因。"
        if max(len(answer), len(reason)) > LONGEST:
            problems["answer"] = f"最多{LONGEST}字。"
        if problems:
            raise Incomplete("请补齐三方通话的记录。", fields=problems)
        joined, left = _times(row)
        row.joined_at = joined or (row.asked_at if outcome == "answered" else None)
        row.ended_at = max(left or deed.at, row.asked_at)
        row.outcome, row.answer, row.reason = outcome, answer.strip(), reason.strip()
        row.person = person.strip()[:50]
        deed.changed(row, "joined_at", "ended_at", "outcome", "answer", "reason", "person")
        deed.tell(outcome=outcome, three_party=str(row.id), unit=row.unit_id)
    return row


def _times(row: ThreeParty) -> tuple[datetime | None, datetime | None]:
    """Return when the unit joined and left, as the exchange told it."""
    try:
        legs = telephony.call(row.call_id).legs if row.call_id else ()
    except (LookupError, FlowError):
        legs = ()
    for leg in reversed(legs):
        if leg.role == "unit" and leg.joined_at and leg.joined_at >= row.asked_at:
            return leg.joined_at, leg.ended_at
    return None, None
