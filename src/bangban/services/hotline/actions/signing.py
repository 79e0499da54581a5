"""What a unit answers to an offer: signs, returns it with a reason, or does its part for the lead (GB33358-5.2.2.2, 5.2.2.4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks import actions as clocks
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.foundation.handover import actions as handover
from bangban.foundation.handover.models import Answer
from bangban.services.conversation.models import Attachment
from bangban.services.hotline.actions.attaching import attach_files
from bangban.services.hotline.actions.dispatching import end, open_offer_of, part_of, recall
from bangban.services.hotline.actions.door import order_deed
from bangban.services.hotline.models import Assignment, Undertaker, WorkOrder
from bangban.services.hotline.notices import tell_unit
from bangban.services.hotline.parties import BUSY, assignments_of
from bangban.services.hotline.reads.units import name_of
from bangban.services.hotline.rules_handling import LONGEST_TEXT
from bangban.services.hotline.terms import AssignmentState, Role


def sign(actor: Actor, number: str) -> WorkOrder:
    """Sign for the order as its lead; of two who sign at once one wins and the other is told who was faster."""
    with _telling_who_signed(number), order_deed(actor, number, "sign") as deed:
        _sign(deed, part_of(deed.record, actor.unit_id, Role.LEAD))
        deed.change(handler_id=actor.staff_id, signed_at=deed.at)
        deed.tell(unit_name=actor.unit_name)
    return deed.record


@contextmanager
def _telling_who_signed(number: str) -> Iterator[None]:
    try:
        yield
    except NotAllowed as refusal:
        name = WorkOrder.objects.filter(number=number, state="handling").values_list("handler__name", flat=True).first()
        if name:
            raise NotAllowed(f"{name}已经签收了这张工单。", **refusal.details) from refusal
        raise


def sign_part(actor: Actor, number: str) -> Assignment:
    """Sign for an assisting part."""
    with order_deed(actor, number, "sign_part") as deed:
        part = part_of(deed.record, actor.unit_id, Role.ASSISTING)
        if part.state != AssignmentState.OFFERED:
            raise NotAllowed("本单位的协办任务已经签收。", state=deed.record.state)
        _sign(deed, part)
        deed.tell(unit_name=actor.unit_name)
    return part


def _sign(deed: Deed[WorkOrder], part: Assignment) -> None:
    if offer := open_offer_of(part):
        handover.answer(deed, offer, Answer.ACCEPTED)
    part.state, part.signed_at, part.signed_by_id = AssignmentState.SIGNED, deed.at, deed.actor.staff_id
    deed.changed(part, "state", "signed_at", "signed_by_id")


def return_order(
    actor: Actor, number: str, reason: str, suggested: int = 0, basis: str = "", files: Sequence[Attachment] = ()
) -> WorkOrder:
    """Return an order that is not the unit's duty: before signing, or within 24 hours of it while nobody answered the caller.

    A unit reads an order only after signing, so a wrong dispatch may show only then (F3.14). A designated unit may not
    (F3.16). The other units are called back; a manager or the desk gives the order out again.
    The unit may say whose duty it is (`suggested`, 0 for none) and by which rule (`basis`): both stand with the reason.
    """
    with order_deed(actor, number, "return", {"reason": reason.strip()}) as deed:
        words = _with_advice(_text(reason, "reason"), suggested, _text(basis, "basis"))
        attach_files(deed, files)
        mine = part_of(deed.record, actor.unit_id, Role.LEAD)
        end(deed, mine, AssignmentState.RETURNED, words)
        recall(deed)
        deed.change(returns=deed.record.returns + 1, lead_unit_id=None, handler_id=None, signed_at=None, due_at=None)
        deed.tell(unit=actor.unit_id, unit_name=actor.unit_name, returns=deed.record.returns, suggested=suggested)
    return deed.record


def _with_advice(reason: str, suggested: int, basis: str) -> str:
    name = name_of(suggested) if suggested else ""
    if suggested and not name:
        sentence = "请从列表中选择建议的承办单位。"
        raise Incomplete(sentence, fields={"suggested": sentence})
    lines = [reason, f"建议承办单位：{name}" if name else "", f"依据：{basis}" if basis else ""]
    return "\n".join(line for line in lines if line)


def return_part(actor: Actor, number: str, reason: str, files: Sequence[Attachment] = ()) -> Assignment:
    """Return an assisting part with a reason; the lead keeps the order and is told."""
    with order_deed(actor, number, "return_part", {"reason": reason.strip()}) as deed:
        part = part_of(deed.record, actor.unit_id, Role.ASSISTING)
        if part.designated:
            raise NotAllowed("本单位是经裁定确定的协办单位，不能退回。", state=deed.record.state)
        end(deed, part, AssignmentState.RETURNED, _text(reason, "reason"))
        attach_files(deed, files)
        _tell_lead(deed, part, "退回了协办任务")
    return part


def report_part(actor: Actor, number: str, text: str, files: Sequence[Attachment] = ()) -> Assignment:
    """Answer to the lead what the assisting unit did; the caller hears it from the lead (GB33358-5.2.2.4)."""
    with order_deed(actor, number, "report_part", {"text": text.strip()}) as deed:
        part = part_of(deed.record, actor.unit_id, Role.ASSISTING)
        if part.state != AssignmentState.SIGNED:
            raise NotAllowed("请先签收协办任务，再填写协办答复。", state=deed.record.state)
        part.state, part.ended_at, part.opinion = AssignmentState.REPLIED, deed.at, _text(text, "text")
        deed.changed(part, "state", "ended_at", "opinion")
        attach_files(deed, files)
        _tell_lead(deed, part, "已提交协办意见")
    return part


def _text(text: str, name: str) -> str:
    words = text.strip()
    if len(words) > LONGEST_TEXT:
        sentence = f"最多{LONGEST_TEXT}字，现在有{len(words)}字。"
        raise Incomplete(sentence, fields={name: sentence})
    return words


def _tell_lead(deed: Deed[WorkOrder], part: Assignment, what: str) -> None:
    """Tell the lead, and stop the clock of the parts when nobody owes one any more."""
    order = deed.record
    deed.tell(unit=part.unit_id, unit_name=deed.actor.unit_name)
    if not any(one.role == Role.ASSISTING and one.state in BUSY for one in assignments_of(order)):
        clocks.stop(deed.writes, order, "order_assist", deed.at)
    if lead := Undertaker.objects.filter(unit_id=order.lead_unit_id).first():
        tell_unit(
            deed, lead, f"工单{order.number}：{deed.actor.unit_name}{what}。", f"order.part:{part.id}:{part.state}"
        )
