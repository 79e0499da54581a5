"""Handing out what belongs to an answer: item list, guide, forms, checklist; on paper or as a link (DB23-6.4.3-b)."""

from __future__ import annotations

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.phones import clean_phone
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.services.counter import notices
from bangban.services.counter.actions.inquiries import inquiry_deed
from bangban.services.counter.actions.sources import source_of
from bangban.services.counter.models import GivenHow, GivenKind, Inquiry
from bangban.services.counter.reads.materials import offers

MOST = 50


def give_material(
    actor: Actor,
    number: str,
    kind: str,
    ref: str = "",
    *,
    how: str = GivenHow.PRINTED.value,
    phone: str = "",
    item: str = "",
) -> Inquiry:
    """Note what was printed, or send its address to the person's mobile phone.

    `ref` names one of several forms. `phone` is used when the record has none yet, and is not kept. `item` (id, number
    or code) fixes the item of a record that has none. Raises Incomplete for what the item does not have and for sending
    without a mobile number.
    """
    with inquiry_deed(actor, number, "give_material", {"kind": kind, "how": how}) as work:
        inquiry = work.record
        if item and inquiry.item_id is None:
            _fix_item(work, item)
        fitting = [one for one in offers(inquiry.item_id, inquiry.body_id) if one.kind == kind]
        offer = next((one for one in fitting if not ref or one.ref == ref), None)
        if kind not in GivenKind.values or offer is None:
            raise Incomplete("没有可以提供的这种材料。", fields={"kind": "这件咨询没有这种材料，请先选定事项。"})
        if how not in GivenHow.values:
            raise Incomplete("请选择提供方式。", fields={"how": "请选择打印或发送。"})
        if len(inquiry.materials) >= MOST:
            raise NotAllowed("这件咨询已提供的材料太多，请另行登记。", state=inquiry.state)
        mobile = clean_phone(inquiry.contact_phone or phone)
        if how == GivenHow.SENT and not mobile:
            raise Incomplete("没有手机号码，无法发送。", fields={"phone": "请填写对方的手机号，或改为打印。"})
        given = {"kind": kind, "ref": offer.ref, "title": offer.title, "how": how, "at": work.at.isoformat(),
                 "by": actor.name}  # fmt: skip
        work.change(materials=[*inquiry.materials, given])
        work.tell(kind=kind, ref=offer.ref, how=how)
        if how == GivenHow.SENT:
            notices.tell_material(work, mobile, offer.title, offer.link)
    return work.record


def _fix_item(work: Deed[Inquiry], item: str) -> None:
    source, wrong = source_of(item, "")
    if wrong:
        raise Incomplete("请检查填写的内容。", fields=wrong)
    work.change(item_id=source.item_id, item_version=source.item_version)
    work.tell(item_id=source.item_id)
