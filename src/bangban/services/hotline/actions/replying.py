"""Reaching the caller: through the platform without the number, in full only with a reason, and the reply with its proof.

A caller whose order was merged is named by the number of that order; he is answered and called back as the others are.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.reveals import SHORTEST_REASON
from bangban.foundation.access.security_log import note
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import FlowError, Incomplete, NotAllowed, NotYours
from bangban.foundation.notify.models import Delivery, State
from bangban.registry.org.models import Staff
from bangban.services.conversation.models import Attachment
from bangban.services.hotline.actions.dispatching import staff_of
from bangban.services.hotline.actions.door import order_deed
from bangban.services.hotline.models import Reply, WorkOrder
from bangban.services.hotline.notices import REPLY, caller_addresses, link, tell_caller
from bangban.services.hotline.parties import parties_of
from bangban.services.hotline.rules_handling import LONGEST_TEXT, SMS_LONGEST
from bangban.services.hotline.terms import ReplyChannel
from bangban.services.telephony import reads as telephony
from bangban.services.telephony.exchange import Unreachable, exchange

AT_HOTLINE = frozenset({"agent", "desk", "manager", "visitor", "officer"})
BY_MESSAGE = (ReplyChannel.SMS, ReplyChannel.WEBSITE, ReplyChannel.MAIL)
FIRST: dict[str, str] = {ReplyChannel.SMS: "sms", ReplyChannel.MAIL: "email", ReplyChannel.WEBSITE: "in_app"}
ON_PAPER = (ReplyChannel.LETTER, ReplyChannel.VISIT)


class Contact(dict[str, str]):
    """Name, phone and address of a caller in full."""


def person_on(order: WorkOrder, person: str) -> WorkOrder:
    """Return the order whose caller is meant: the order itself, or one that was merged into it."""
    if person in ("", order.number):
        return order
    found = order.merged.select_related("person").filter(number=person).first()
    if found is None:
        raise NotYours("没有找到并入本工单的这位诉求人，请核对编号。")
    return found


def contact(actor: Actor, number: str, by: str = "telephone", text: str = "", person: str = "") -> str:
    """Reach the caller through the platform; the number is never shown (GB33358-5.1.2.6).

    `telephone` rings the own phone and then the caller, and returns the exchange's name of the call; `sms` sends a text
    and returns the id of the message. A call is only asked for here; whether it was answered its own record tells.
    """
    given = text.strip()
    if by not in ("telephone", "sms") or (by == "sms" and not 0 < len(given) <= SMS_LONGEST):
        sentence = f"请选择电话或短信；短信请写明内容，最多{SMS_LONGEST}字。"
        raise Incomplete(sentence, fields={"text" if by == "sms" else "by": sentence})
    with order_deed(actor, number, "contact") as deed:
        whom = person_on(deed.record, person)
        if by == "telephone" and not whom.contact_phone:
            raise NotAllowed("诉求人没有留下电话，请改用其他方式。", state=deed.record.state)
        deed.tell(by=by, **({"person": whom.number} if whom is not deed.record else {}))
        if by == "sms":
            return str(_write_to(deed, whom, given, f"order.contact:{number}:{deed.record.chain_length}").id)
        work_number = Staff.objects.values_list("work_number", flat=True).get(id=staff_of(actor)[0])
    return _ring(whom.contact_phone, work_number, number)


def _ring(phone: str, work_number: str, number: str) -> str:
    try:
        return exchange().call(phone, work_number, number)
    except Unreachable as refusal:
        raise NotAllowed(str(refusal) or "电话交换机没有应答，请稍后再拨或改用短信。") from refusal


def _write_to(deed: Deed[WorkOrder], whom: WorkOrder, text: str, key: str, first: str = "sms") -> Delivery:
    sent = tell_caller(deed, whom, REPLY.code, f"关于您的诉求（编号{whom.number}）：{text}", key, first)
    if sent is None:
        raise NotAllowed("诉求人没有留下手机号码或邮箱，消息发不出去，请改用其他方式。", state=deed.record.state)
    return sent


def reveal(actor: Actor, number: str, reason: str, person: str = "") -> Contact:
    """Show the caller's data in full, with a reason that is kept; units never see those of a confidential order."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise Incomplete("请填写查看理由。", fields={"reason": "请写明查看理由，至少4个字。"})
    with order_deed(actor, number, "_reveal") as deed:
        whom = person_on(deed.record, person)
        hidden = bool(whom.confidential) and AT_HOTLINE.isdisjoint(parties_of(deed.record, actor))
        note(
            "reveal", success=not hidden, account_id=actor.account_id, subject=f"order:{whom.number}", detail="phone",
            reason=reason.strip(),
        )  # fmt: skip
        if not hidden:
            deed.tell(person=whom.number)
            return Contact(name=whom.contact_name, phone=whom.contact_phone, address=whom.contact_address)
        deed.tell(person=whom.number, refused=True)
    raise NotAllowed("诉求人要求保密，请通过平台电话或短信联系。", state=deed.record.state)


def reply(
    actor: Actor, number: str, channel: str, text: str, call_id: UUID | None = None, attachment: Attachment | None = None,
    proof: str = "", person: str = "",
) -> Reply:  # fmt: skip
    """Keep what the lead answered to the caller, with its proof (GB33358-5.3.2, 5.2.2.4).

    Telephone: a call of this order that was answered. SMS, mail, website: the platform sends the text itself. Letter and
    visit: a note, or a file of this order (`conversation.files.store_upload`). Callers of merged orders who can be
    written to get the same text; the others are answered one by one with `person`.
    """
    with order_deed(actor, number, "reply", {"channel": channel, "text": text.strip()}) as deed:
        order = deed.record
        whom = person_on(order, person)
        by, unit = staff_of(actor)
        row = Reply(
            order=whom, round=order.round, channel=channel, text=text.strip(), by_id=by, unit_id=unit, at=deed.at,
            proof=proof.strip()[:1000],
        )  # fmt: skip
        _prove(deed, row, whom, call_id, attachment)
        deed.insert(row)
        if whom is order:
            deed.change(replied_at=order.replied_at or deed.at)
            for other in _unanswered(order):
                _answer_too(deed, row, other)
        deed.tell(channel=channel, unit_name=actor.unit_name, reply=str(row.id), person=whom.number)
    return row


def _prove(deed: Deed[WorkOrder], row: Reply, whom: WorkOrder, call_id: UUID | None, attachment: Attachment | None) -> None:
    longest = SMS_LONGEST if row.channel in BY_MESSAGE else LONGEST_TEXT
    if row.channel not in ReplyChannel.values:
        _refuse("channel", "请选择答复方式。")
    if len(row.text) > longest:
        _refuse("text", f"答复内容最多{longest}字，现在有{len(row.text)}字。")
    if row.channel == ReplyChannel.TELEPHONE:
        _need_answered_call(call_id, deed.record.number, whom.number)
        row.call_id = call_id
    elif row.channel in BY_MESSAGE:
        row.notice = _write_to(deed, whom, f"{row.text} 详见{link(whom)}", f"order.reply:{row.id}", FIRST.get(row.channel, "sms")).id
    elif row.channel in ON_PAPER:
        row.attachment = _own_file(deed, attachment)
        if row.attachment is None and not row.proof:
            _refuse("proof", "请上传签收回执等附件，或写明送达的时间、地点和签收人。")
    elif caller_addresses(whom) or whom.contact_phone:
        _refuse("channel", "诉求人留有联系方式，请选择实际答复的方式。")
    elif not row.proof:
        _refuse("proof", "请写明无法答复的原因，例如匿名且没有留下联系方式。")


def _refuse(name: str, sentence: str) -> None:
    raise Incomplete(sentence, fields={name: sentence})


def _need_answered_call(call_id: UUID | None, *numbers: str) -> None:
    """Refuse a call that is none of this order, or in which nobody spoke."""
    try:
        call = telephony.call(call_id) if call_id else None
    except (LookupError, FlowError):
        call = None
    if call is None or call.record_number not in numbers:
        _refuse("call_id", "请先从本工单给诉求人打电话，再选择那一通通话作为凭据。")
    elif call.answered_at is None:
        _refuse("call_id", "这通电话没有接通，不能作为答复凭据，请再次拨打或改用其他方式。")


def _own_file(deed: Deed[WorkOrder], attachment: Attachment | None) -> UUID | None:
    if attachment is None:
        return None
    if attachment.record_id != deed.record.id:
        _refuse("attachment", "没有找到这个附件，请重新上传。")
    if attachment._state.adding:
        deed.insert(attachment)
    return attachment.id


def _answer_too(deed: Deed[WorkOrder], row: Reply, other: WorkOrder) -> None:
    """Send the text to a caller of a merged order; whoever cannot be written to stays to be answered by hand."""
    text = f"关于您的诉求（编号{other.number}）：{row.text[:SMS_LONGEST]} 详见{link(other)}"
    sent = tell_caller(deed, other, REPLY.code, text, f"order.reply:{row.id}:{other.number}")
    if sent is not None:
        deed.insert(
            Reply(
                order=other, round=row.round, channel=ReplyChannel.SMS, text=row.text, by_id=row.by_id, unit_id=row.unit_id,
                at=deed.at, notice=sent.id,
            )
        )  # fmt: skip


def _unanswered(order: WorkOrder) -> list[WorkOrder]:
    answered = Reply.objects.filter(order__merged_into=order, round=order.round).values("order_id")
    return list(order.merged.select_related("person").filter(state="merged").exclude(id__in=answered).order_by("number"))


def still_to_answer(order: WorkOrder) -> list[str]:
    """Return the numbers of merged orders whose callers left a way to be answered and were not."""
    return [other.number for other in _unanswered(order) if caller_addresses(other) or other.contact_phone]


def undelivered(order: WorkOrder) -> bool:
    """Tell whether all replies since the last sending back were messages that never went through, on any of their channels."""
    replies: Iterable[Reply] = order.replies.filter(round=order.round, at__gte=order.replied_at or order.received_at)
    outcomes = [one.notice is None or _went(one.notice) for one in replies]
    return bool(outcomes) and not any(outcomes)


def _went(notice: UUID) -> bool:
    """Tell whether a message, or the one that followed it on the next channel, has not failed."""
    row: Delivery | None = Delivery.objects.filter(id=notice).first()
    while row is not None and row.state in (State.FAILED, State.CANCELLED):
        row = Delivery.objects.filter(follows=row).first()
    return row is not None
