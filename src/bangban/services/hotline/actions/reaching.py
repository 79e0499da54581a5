"""Reaching the caller: through the platform without the number, in full only with a reason that is kept (GB33358-5.1.2.6).

A caller whose order was merged is named by the number of that order.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.reveals import SHORTEST_REASON
from bangban.foundation.access.security_log import note
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.ledger.models import Event
from bangban.foundation.notify.models import Delivery
from bangban.registry.org.models import Staff
from bangban.services.conversation.models import Attachment
from bangban.services.hotline.actions.attaching import attach_files
from bangban.services.hotline.actions.dispatching import staff_of
from bangban.services.hotline.actions.door import order_deed
from bangban.services.hotline.models import WorkOrder
from bangban.services.hotline.notices import REPLY, tell_caller
from bangban.services.hotline.parties import parties_of
from bangban.services.hotline.rules_handling import SMS_LONGEST
from bangban.services.telephony import reads as telephony
from bangban.services.telephony.actions import attach
from bangban.services.telephony.notebook import Notebook

AT_HOTLINE = frozenset({"agent", "desk", "manager", "visitor", "officer"})


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


def contact(
    actor: Actor, number: str, by: str = "telephone", text: str = "", person: str = "", files: Sequence[Attachment] = ()
) -> str:
    """Reach the caller through the platform; the number is never shown (GB33358-5.1.2.6).

    `telephone` rings the own phone and then the caller, and returns the exchange's name of the call; `sms` sends a text
    and returns the id of the message. A call is only wished for here: the exchange is asked once this deed stands, whether
    it was answered its own events tell, and that it could not be made stands on the order (`line_refused`).
    """
    given = text.strip()
    if by not in ("telephone", "sms") or (by == "sms" and not 0 < len(given) <= SMS_LONGEST):
        sentence = f"请选择电话或短信；短信请写明内容，最多{SMS_LONGEST}字。"
        raise Incomplete(sentence, fields={"text" if by == "sms" else "by": sentence})
    with order_deed(actor, number, "contact") as deed:
        whom = person_on(deed.record, person)
        if by == "telephone" and not whom.contact_phone:
            raise NotAllowed("诉求人没有留下电话，请改用其他方式。", state=deed.record.state)
        deed.tell(by=by, person=whom.number)
        attach_files(deed, files)
        if by == "sms":
            return str(write_to(deed, whom, given, f"order.contact:{number}:{deed.record.chain_length}").id)
        work_number = Staff.objects.values_list("work_number", flat=True).get(id=staff_of(actor)[0])
        name = Notebook().call(whom.contact_phone, work_number, number)
        deed.tell(call=name)
    return name


def own_call(deed: Deed[WorkOrder], call_id: UUID | None, *numbers: str, answered: bool = True) -> UUID:
    """Return the call after checking that it is one of this order's, to the caller meant; refused otherwise.

    It belongs to an order when it came in on it, or when the platform rang this caller for it. With `answered`, somebody
    must have spoken.
    """
    try:
        call = telephony.call(call_id) if call_id else None
    except NotYours:
        call = None
    made = call and Event.objects.filter(
        record_id=deed.record.id, kind="order.contact", data__call=call.exchange_id, data__person__in=list(numbers)
    )
    if call is None or (call.record_number not in numbers and not (made and made.exists())):
        sentence = "请先从本工单给诉求人打电话，再选择那一通通话作为凭据。"
    elif answered and call.answered_at is None:
        sentence = "这通电话没有接通，不能作为答复凭据，请再次拨打或改用其他方式。"
    else:
        if not call.record_number:
            attach(call.id, numbers[0])
        return call.id
    raise Incomplete(sentence, fields={"call_id": sentence})


def write_to(deed: Deed[WorkOrder], whom: WorkOrder, text: str, key: str, first: str = "sms") -> Delivery:
    """Queue words to a caller, by the channel `first` when there is one; NotAllowed when he cannot be written to."""
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
