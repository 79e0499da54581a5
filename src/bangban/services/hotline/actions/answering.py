"""Answering at once, asking the unit in a three-party call, refusing, withdrawing (GB33358-5.2.1, 5.3.1, 3.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.registry.knowledge import reads as knowledge
from bangban.registry.knowledge.actions import count_use
from bangban.registry.knowledge.views import EntryDetail
from bangban.services.hotline.actions.dispatching import lapse_extension, recall
from bangban.services.hotline.actions.door import order_deed
from bangban.services.hotline.actions.registering import become_agent
from bangban.services.hotline.actions.sending import CAN_SEND, LONGEST, WAYS, keep_on_paper, send, send_to_merged
from bangban.services.hotline.models import KnowledgeUse, WorkOrder
from bangban.services.hotline.reads.lowered import lowered_from
from bangban.services.hotline.terms import AnswerSource, Kind, Refusal, ReplyChannel, ResultCode, Source
from bangban.services.hotline.ways import ON_PAPER, instead_of, ways_to

SHORTEST = 4
BY_ITSELF = (ReplyChannel.SMS, ReplyChannel.MAIL, ReplyChannel.WEBSITE)
DIRECT_CODES = (ResultCode.ANSWERED, ResultCode.SOLVED, ResultCode.PARTLY, ResultCode.EXPLAINED, ResultCode.UNSOLVABLE)


def respond(actor: Actor, number: str, text: str, channel: str = "") -> WorkOrder:
    """Answer a message for the first time, within 3 minutes or 24 hours (GB33358-5.1.2.3-c, -d); any later one is sent too.

    It goes back by the way it came, or by `channel`. Whoever answers an order that nobody took has taken it. An automatic
    receipt is no response.
    """
    with order_deed(actor, number, "respond", {"text": text.strip()}) as deed:
        order = deed.record
        if channel and channel not in CAN_SEND:
            _refuse("channel", "请选择电话、短信、电子邮件或网站。")
        said = _text(text, "text")
        if order.agent_id is None:
            become_agent(deed)
        send(deed, said, (channel,) if channel else WAYS[order.source], final=False)
        note_response(deed)
    return deed.record


def note_response(deed: Deed[WorkOrder]) -> None:
    """Keep when a person answered for the first time."""
    order = deed.record
    if order.first_response_at is None:
        deed.change(first_response_at=deed.at)
        deed.tell(response_seconds=int((deed.at - order.received_at).total_seconds()))


def answer(
    actor: Actor, number: str, result: str, code: str, source: str, entries: Sequence[str] = (), channel: str = "",
    proof: str = "", kind_reason: str = "",
) -> WorkOrder:  # fmt: skip
    """Answer directly: the order is completed at the moment when its result stands (GB33358-5.2.1.3, 5.3.1).

    `entries` are the knowledge entries it rests on; from the knowledge base without one is refused (GB33358-5.2.1.1). A
    matter whose unit refused to answer in the call goes to the unit (GB33358-5.2.1.2). `channel` is the way of answering, else
    the wished one or the one that the matter came by; on paper it needs a `proof`, and who wished it on paper and gets it
    otherwise is told apart by a reason in `proof`. An order whose kind would have gone to a unit and was changed needs
    `kind_reason`.
    """
    with order_deed(actor, number, "answer", {"result": result.strip(), "code": code, "source": source}) as deed:
        order, said = deed.record, _text(result, "result")
        if code not in DIRECT_CODES:
            _refuse("code", "请选择结果类型：" + "、".join(str(one.label) for one in DIRECT_CODES) + "。")
        _check_calls(order, source)
        for entry in _usable(entries):
            _cite(deed, entry)
        if source == AnswerSource.KNOWLEDGE and not (entries or order.knowledge.exists()):
            _refuse("entries", "答复来自知识库的，请选定所依据的知识条目。")
        _check_kind(deed, kind_reason)
        _answer_by(deed, said, channel, proof)
        send_to_merged(deed, said)
        note_response(deed)
        deed.change(
            direct=True,
            result_text=said,
            result_code=code,
            answer_source=source,
            completed_at=deed.at,
            replied_at=deed.at,
        )
        deed.tell(code=code, source=source)
    return deed.record


def _check_kind(deed: Deed[WorkOrder], reason: str) -> None:
    """Keep why a matter that needs a unit became one that does not, since only so it could be closed here (GB33358-5.2.1)."""
    former = lowered_from(deed.record.id)
    if not former:
        return
    if len(reason.strip()) < SHORTEST:
        _refuse(
            "kind_reason",
            f"这张工单由“{Kind(former).label}”改为“{Kind(deed.record.kind).label}”，请写明改变类型的理由。",
        )
    deed.tell(lowered_from=former, kind_reason=reason.strip()[:500])


def _answer_by(deed: Deed[WorkOrder], said: str, channel: str, proof: str) -> None:
    """Answer by a way that leads to the person and is the wished one, or tell why not."""
    order = deed.record
    wished = order.wished_reply
    spoken = channel == ReplyChannel.TELEPHONE and order.source == Source.TELEPHONE
    if channel and not spoken and channel not in ways_to(order):
        _refuse("channel", instead_of(order, channel) or "请选择能联系到诉求人的答复方式。")
    on_paper = (channel or wished) in ON_PAPER
    if (on_paper or wished in ON_PAPER or channel == ReplyChannel.NONE) and len(proof.strip()) < SHORTEST:
        asked = f"诉求人希望{ReplyChannel(wished).label}答复：请写明送达签收的情况，或选择其他方式并写明理由。"
        _refuse("proof", "请写明何时、何地、由谁签收。" if on_paper and channel else asked)
    if on_paper or channel == ReplyChannel.NONE:
        keep_on_paper(deed, said, channel or wished, proof.strip()[:1000])
        return
    ways = [channel] if channel else [*([wished] if wished in BY_ITSELF else []), *WAYS[order.source]]
    send(deed, said, ways, final=True)
    if proof.strip():
        deed.tell(way_reason=proof.strip()[:500])


def _check_calls(order: WorkOrder, source: str) -> None:
    if source not in AnswerSource.values:
        _refuse("source", "请从列表中选择答复来源。")
    calls = list(order.three_parties.order_by("-asked_at").values_list("outcome", flat=True))
    if "" in calls:
        raise NotAllowed("三方通话还没有结束，请先记录通话结果。", state=order.state)
    if "refused" in calls and "answered" not in calls:
        raise NotAllowed("相关单位没有在通话中答复，这件事请转交该单位办理。", state=order.state, needs="dispatch")
    if source == AnswerSource.THREE_PARTY and "answered" not in calls:
        _refuse("source", "没有由单位答复的三方通话，请选择实际的答复来源。")


def use_knowledge(actor: Actor, number: str, entry_number: str) -> KnowledgeUse:
    """Keep that a knowledge entry was read out or sent, with its version (GB33358-4.3.2-b); the same again is one use."""
    with order_deed(actor, number, "_use") as deed:
        (entry,) = _usable([entry_number])
        return _cite(deed, entry)


def _usable(numbers: Sequence[str]) -> list[EntryDetail]:
    found: list[EntryDetail] = []
    for number in dict.fromkeys(one.strip() for one in numbers):
        entry = knowledge.entry(number) if number.isprintable() and number else None
        if entry is None or not entry.usable:
            _refuse("entries", f"知识条目{number or '（空）'}不存在或已失效，请另选一条。")
        else:
            found.append(entry)
    return found


def _cite(deed: Deed[WorkOrder], entry: EntryDetail) -> KnowledgeUse:
    assert deed.actor.staff_id is not None
    known = deed.record.knowledge.filter(entry_number=entry.number, by_id=deed.actor.staff_id).first()
    row = known or KnowledgeUse(
        order=deed.record,
        entry_number=entry.number,
        by_id=deed.actor.staff_id,
        at=deed.at,
        entry_version=entry.revision,
    )
    if known is None:
        deed.insert(row)
        count_use(entry.id, deed.actor.channel, deed.at)
    elif known.entry_version != entry.revision:
        known.entry_version, known.at = entry.revision, deed.at
        deed.changed(known, "entry_version", "at")
    cited: list[Any] = deed.data.setdefault("entries", [])
    cited.append({"entry": entry.number, "version": entry.revision})
    return row


def refuse(actor: Actor, number: str, refusal: str, path: str) -> WorkOrder:
    """Not take a matter, with the reason as a code and the right way told to the person (F3.02)."""
    with order_deed(actor, number, "refuse", {"refusal": refusal, "path": path.strip()}) as deed:
        order = deed.record
        if refusal not in Refusal.values:
            _refuse("refusal", "请从列表中选择不予受理的情形。")
        told = _text(path, "path")
        _end_call(deed)
        deed.change(refusal=refusal, path_told=told)
        deed.tell(refusal=refusal)
        if order.source != Source.TELEPHONE or order.call_id is None:
            words = f"您反映的事项{Refusal(refusal).label}，热线不能受理。{told}"
            send(deed, words, WAYS[order.source], final=False)
            note_response(deed)
    return deed.record


def withdraw(actor: Actor, number: str, reason: str) -> WorkOrder:
    """End an order because the person no longer wants it; units get back what they were given."""
    with order_deed(actor, number, "withdraw", {"reason": reason.strip()}) as deed:
        _end_call(deed)
        recall(deed)
        lapse_extension(deed)
        deed.tell(by_requester=not actor.is_staff, reason=_text(reason, "reason")[:500] if actor.is_staff else "")
    return deed.record


def _end_call(deed: Deed[WorkOrder]) -> None:
    """End a three-party call that nobody ended, so that none stays open on a finished order."""
    for row in deed.record.three_parties.filter(ended_at=None):
        row.ended_at, row.outcome, row.reason = deed.at, "no_answer", "工单已结束"
        deed.changed(row, "ended_at", "outcome", "reason")


def _text(text: str, name: str) -> str:
    said = text.replace("\0", "").strip()
    if not said or len(said) > LONGEST:
        _refuse(name, f"请填写内容，最多{LONGEST}字。")
    return said


def _refuse(name: str, sentence: str) -> None:
    raise Incomplete(sentence, fields={name: sentence})
