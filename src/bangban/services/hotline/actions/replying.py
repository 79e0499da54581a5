"""The reply to the caller, with its proof (GB33358-5.3.2); callers of merged orders are answered as well."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Incomplete
from bangban.foundation.notify.models import Delivery, State
from bangban.services.conversation.models import Attachment
from bangban.services.hotline.actions.attaching import attach_files
from bangban.services.hotline.actions.dispatching import staff_of
from bangban.services.hotline.actions.door import order_deed
from bangban.services.hotline.actions.reaching import own_call, person_on, write_to
from bangban.services.hotline.models import Reply, WorkOrder
from bangban.services.hotline.notices import REPLY, caller_addresses, link, tell_caller
from bangban.services.hotline.rules_handling import LONGEST_TEXT, SMS_LONGEST
from bangban.services.hotline.terms import ReplyChannel
from bangban.services.hotline.ways import ON_PAPER, instead_of, on_page

BY_MESSAGE = (ReplyChannel.SMS, ReplyChannel.WEBSITE, ReplyChannel.MAIL)
FIRST: dict[str, str] = {ReplyChannel.SMS: "sms", ReplyChannel.MAIL: "email", ReplyChannel.WEBSITE: "in_app"}
ON_PAGE = "答复显示在工单查询页上"


def reply(
    actor: Actor, number: str, channel: str, text: str, call_id: UUID | None = None, files: Sequence[Attachment] = (),
    proof: str = "", person: str = "",
) -> Reply:  # fmt: skip
    """Keep what the lead answered to the caller, with its proof (GB33358-5.3.2, 5.2.2.4).

    A way that does not lead to this caller is refused with those that do. Telephone: a call of this order that was
    answered. SMS, mail, website: the platform sends the text itself. Letter and visit: a note, or `files` of this order
    (`conversation.files.store_upload`), which may go with every other way, too. Callers of merged orders who can be
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
        _prove(deed, row, whom, call_id, files)
        deed.insert(row)
        attach_files(deed, files, reply=str(row.id), public=whom is order)
        if whom is order:
            deed.change(replied_at=order.replied_at or deed.at)
            for other in _unanswered(order):
                _answer_too(deed, row, other)
        deed.tell(channel=channel, unit_name=actor.unit_name, reply=str(row.id), person=whom.number)
    return row


def _prove(
    deed: Deed[WorkOrder], row: Reply, whom: WorkOrder, call_id: UUID | None, files: Sequence[Attachment]
) -> None:
    longest = SMS_LONGEST if row.channel in BY_MESSAGE else LONGEST_TEXT
    if row.channel not in ReplyChannel.values:
        _refuse("channel", "请选择答复方式。")
    if len(row.text) > longest:
        _refuse("text", f"答复内容最多{longest}字，现在有{len(row.text)}字。")
    if sentence := instead_of(whom, row.channel):
        _refuse("channel", sentence)
    row.attachment = files[0].id if files else None
    if row.channel == ReplyChannel.TELEPHONE:
        row.call_id = own_call(deed, call_id, whom.number)
    elif row.channel == ReplyChannel.WEBSITE and on_page(whom) and not caller_addresses(whom):
        row.proof = ON_PAGE
    elif row.channel in BY_MESSAGE:
        row.notice = write_to(
            deed, whom, f"{row.text} 详见{link(whom)}", f"order.reply:{row.id}", FIRST.get(row.channel, "sms")
        ).id
    elif row.channel in ON_PAPER:
        if row.attachment is None and not row.proof:
            _refuse("proof", "请上传签收回执等附件，或写明送达的时间、地点和签收人。")
    elif caller_addresses(whom) or whom.contact_phone:
        _refuse("channel", "诉求人留有联系方式，请选择实际答复的方式。")
    elif not row.proof:
        _refuse("proof", "请写明无法答复的原因，例如匿名且没有留下联系方式。")


def _refuse(name: str, sentence: str) -> None:
    raise Incomplete(sentence, fields={name: sentence})


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
    return list(
        order.merged.select_related("person").filter(state="merged").exclude(id__in=answered).order_by("number")
    )


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
