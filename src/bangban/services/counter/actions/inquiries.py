"""The consultation ledger: entering a question, replying, handing on, withdrawing (DB23-6.4.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.access.security_log import note
from bangban.foundation.clocks import actions as clocks
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import DEFAULT_ZONE
from bangban.foundation.flows.deed import Deed, deed, opening
from bangban.foundation.flows.flow import Incomplete, NotYours
from bangban.foundation.privacy.crypto import blind_index
from bangban.registry.org.reads import colleagues
from bangban.services.counter import notices
from bangban.services.counter.actions.sources import Source, source_of
from bangban.services.counter.flow import AGREED, INQUIRY
from bangban.services.counter.models import Inquiry, Topic
from bangban.services.counter.numbers import INQUIRIES
from bangban.services.counter.rules import NewInquiry, check_inquiry, clean, warn_at

SHORTEST_REASON = 4


@contextmanager
def inquiry_deed(
    actor: Actor, number: str, action: str, given: Mapping[str, Any] | None = None
) -> Iterator[Deed[Inquiry]]:
    """Do one action on one inquiry; NotYours, NotAllowed or Incomplete before anything is changed."""
    lock = lambda: Inquiry.objects.select_for_update().filter(number=number).first()  # noqa: E731
    with deed(INQUIRY, lock, action, actor, given) as work:
        yield work


def log_inquiry(actor: Actor, new: NewInquiry) -> Inquiry:
    """Enter a question at the actor's hall: answered on the spot, or promised for the agreed time.

    Raises NotYours for whoever does not work at the desk, Incomplete with a sentence for each field.
    """
    if not may(actor, "counter.log") or actor.staff_id is None or actor.unit_id is None or actor.unsigned:
        raise NotYours("没有找到这个咨询台。")
    at = now()
    problems = check_inquiry(new, at)
    source, wrong = source_of(new.item, new.cited)
    owner = _colleague(actor, new.owner, problems) if new.owner and not new.answered else actor.staff_id
    if problems | wrong:
        raise Incomplete("请检查填写的内容。", fields=problems | wrong)
    inquiry = Inquiry(
        number=INQUIRIES.next(at),
        state="answered" if new.answered else "promised",
        body_id=actor.unit_id,
        channel=new.channel,
        item_id=source.item_id,
        item_version=source.item_version,
        topic=new.topic or Topic.OTHER.value,
        question=clean(new.question),
        user_kind=new.user_kind,
        contact_name=clean(new.name, 100),
        contact_phone=new.phone.strip(),
        phone_index=blind_index(new.phone, "phone") if new.phone.strip() else None,
        registrar_id=actor.staff_id,
        owner_id=owner,
        instant=new.answered,
        agreed_at=None if new.answered else new.agreed_at,
    )
    with opening(INQUIRY, inquiry, actor) as work:
        work.among_staff()
        work.tell(channel=new.channel, topic=inquiry.topic, item_id=source.item_id, instant=new.answered)
        if new.answered:
            _set_answer(work, new.reply, new.basis, source)
        else:
            _promise(work)
    return inquiry


def _promise(work: Deed[Inquiry]) -> None:
    inquiry = work.record
    assert inquiry.agreed_at is not None
    clock = clocks.start_until(work.writes, inquiry, AGREED, inquiry.body_id, work.at, inquiry.agreed_at)
    clock.warn_at = warn_at(clock.warn_at, work.at, inquiry.agreed_at)
    notices.tell_promise(work, notices.promise_words(inquiry, inquiry.agreed_at.astimezone(DEFAULT_ZONE)))
    if inquiry.owner_id != work.actor.staff_id:
        notices.tell_staff(work, inquiry.owner_id, f"请答复窗口咨询{inquiry.number}。", f"given:{inquiry.owner_id}:0")


def _set_answer(work: Deed[Inquiry], reply: str, basis: str, source: Source) -> None:
    """Write down the answer; what was not typed comes from the standard answer or the guide that was used."""
    work.change(
        reply=clean(reply) or source.answer,
        basis=(clean(basis, 1000) or source.basis)[:1000],
        cited=source.entry,
        replied_at=work.at,
        replied_by_id=work.actor.staff_id,
    )
    if source.entry:
        work.tell(cited=source.entry)


def reply(actor: Actor, number: str, text: str, basis: str = "", *, cited: str = "", told: bool = False) -> Inquiry:
    """Answer a promised inquiry and tell the person, unless the actor has told them already (`told`)."""
    source, wrong = source_of("", cited)
    if wrong or len(text) > 2000:
        raise Incomplete("请检查填写的内容。", fields=wrong or {"reply": "最多2000字，请精简后再答复。"})
    given = {"reply": clean(text) or source.answer, "basis": basis}
    with inquiry_deed(actor, number, "reply", given) as work:
        _set_answer(work, given["reply"], basis, source)
        work.tell(told=told, late=work.record.agreed_at is not None and work.record.agreed_at < work.at)
        if not told:
            notices.tell_reply(work, given["reply"])
    return work.record


def hand_on(actor: Actor, number: str, to: int | None, reason: str) -> Inquiry:
    """Give a promised inquiry to a colleague of the same hall; the promise stays as it was made."""
    with inquiry_deed(actor, number, "hand_on", {"to": to, "reason": clean(reason)}) as work:
        problems: dict[str, str] = {}
        owner = _colleague(actor, to, problems, body_id=work.record.body_id)
        if not problems and owner == work.record.owner_id:
            problems["to"] = "这件咨询已经由这位同事负责。"
        if problems:
            raise Incomplete("请检查填写的内容。", fields=problems)
        work.topics.add(f"desk:{work.record.owner_id}")
        work.tell(**{"from_staff": work.record.owner_id, "to_staff": owner, "reason": clean(reason, 500)})
        work.change(owner_id=owner)
        if owner != actor.staff_id:
            words = f"{actor.name}把窗口咨询{work.record.number}转给您答复：{clean(reason, 100)}"
            notices.tell_staff(work, owner, words, f"given:{owner}:{work.record.chain_length}")
    return work.record


def _colleague(actor: Actor, staff_id: int | None, problems: dict[str, str], *, body_id: int | None = None) -> int:
    """Return the member of staff who takes an inquiry: somebody of the hall who works at its desk."""
    here = body_id or actor.unit_id
    known = [one for one in colleagues(now(), staff_id=staff_id) if one.body_id == here] if staff_id else []
    if not any(may(Actor("staff", "", duties=frozenset(one.duties)), "counter.log") for one in known):
        problems["to" if body_id else "owner"] = "请选择本大厅咨询台的同事。"
    return staff_id or 0


def withdraw(actor: Actor, number: str, reason: str) -> Inquiry:
    """End a promised inquiry that needs no answer any more, with the reason."""
    with inquiry_deed(actor, number, "withdraw", {"reason": clean(reason)}) as work:
        work.change(withdrawn_because=clean(reason, 500))
    return work.record


def reveal_contact(actor: Actor, number: str, reason: str, address: str = "") -> dict[str, str]:
    """Return name and number in full to whoever must answer; reason and person are kept (T637-5-g).

    Raises NotYours for others than the owner and the managers of the hall, Incomplete without a reason.
    """
    if len(clean(reason)) < SHORTEST_REASON:
        raise Incomplete("请填写查看理由。", fields={"reason": "请写明查看理由，服务对象可以看到。"})
    with inquiry_deed(actor, number, "_reveal") as work:
        note(
            "reveal", account_id=actor.account_id, subject=f"inquiry:{number}", address=address, detail="phone",
            reason=clean(reason, 500),
        )  # fmt: skip
    return {"name": work.record.contact_name, "phone": work.record.contact_phone}
