"""Making, sending and ticking the personal material list (T637-8.3.2-b)."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.services.cases.models import Case
from bangban.services.conversation import actions as talk
from bangban.services.conversation.models import Attachment, Kind
from bangban.services.guidance.actions.door import matched_item, step
from bangban.services.guidance.actions.form import fit_schema
from bangban.services.guidance.models import MaterialList, Need
from bangban.services.guidance.reads.loading import Papers, papers
from bangban.services.guidance.rules.materials import NeedLine, personal_list
from bangban.services.guidance.rules.situations import check_answers, known_answers, questions_of
from bangban.services.guidance.terms import Delivery, DraftState

STATE_OF = {True: "ok", False: "open"}


def save_answers(actor: Actor, number: str, answers: Mapping[str, str]) -> MaterialList:
    """Keep the answers about the situation and make the list that follows from them, as a new version.

    What is known needs no answer; ticks and files of materials that stay are carried on. The draft form, if begun, asks
    from then on what belongs to the new situation. Raises Incomplete naming every open question.
    """
    with step(actor, number, "list_made") as deed:
        item, found = matched_item(deed), papers(deed.record)
        _must_be_open(deed, found)
        questions = questions_of(item.guide)
        known = known_answers(item.guide, deed.record.user_kind)
        said = {**known, **{question.code: str(answers.get(question.code, "")) for question in questions}}
        if problems := check_answers(questions, said):
            raise Incomplete("请先回答全部问题，才能列出您的材料。", fields=problems)
        lines = personal_list(item.guide, item.materials, said)
        made = _new_list(deed, found, said, item.revision)
        made.item_id = item.id
        _add_needs(deed, made, lines, found)
        if found.draft:
            fit_schema(deed, found.draft, item, said, lines)
        deed.tell(version=made.version, item_revision=item.revision, materials=len(lines), answers=said)
    return made


def _must_be_open(deed: Deed[Case], found: Papers) -> None:
    if found.draft and found.draft.state in (DraftState.SUBMITTED, DraftState.PASSED):
        raise NotAllowed("草稿已提交核对，材料清单暂不能改动；如需改动，请联系服务专员。", state=deed.record.state)


def _new_list(deed: Deed[Case], found: Papers, answers: dict[str, str], revision: int) -> MaterialList:
    latest = (
        MaterialList.objects.filter(case=deed.record).order_by("-version").values_list("version", flat=True).first()
    )
    made = MaterialList(
        case=deed.record,
        item_revision=revision,
        version=(latest or 0) + 1,
        answers=answers,
        made_by=deed.actor.id,
        made_by_name=deed.actor.public_name,
        at=deed.at,
    )
    deed.insert(made)
    return made


def _add_needs(deed: Deed[Case], made: MaterialList, lines: tuple[NeedLine, ...], found: Papers) -> None:
    before = {need.key: need for need in found.needs}
    for place, line in enumerate(lines, 1):
        old = before.get(line.key)
        deed.insert(
            Need(
                list=made,
                position=place,
                key=line.key,
                name=line.name,
                required=line.required,
                necessity=line.necessity,
                delivery=line.delivery,
                copies=line.copies,
                note=line.note,
                blank_form=line.blank[0] if line.blank else "",
                blank_revision=line.blank[1] if line.blank else None,
                sample_form=line.sample[0] if line.sample else "",
                sample_revision=line.sample[1] if line.sample else None,
                ready=bool(old and old.ready),
                ready_at=old.ready_at if old else None,
                attachment_id=old.attachment_id if old else None,
            )
        )


def send_list(actor: Actor, number: str) -> MaterialList:
    """Send the newest list as a message; the one-time notice of the item stands with it (DB23-6.1.2-a)."""
    with step(actor, number, "list_sent") as deed:
        if not actor.is_staff:
            raise NotYours("没有找到这条记录，请核对编号。")
        found = papers(deed.record)
        if found.made is None:
            raise NotAllowed("请先回答情形问题，形成材料清单后再发送。", state=deed.record.state, needs="answers")
        item = matched_item(deed)
        legend = f"您的材料清单（第{found.made.version}版，依据办事指南第{found.made.item_revision}版）"
        entries = [{"label": need.name, "state": _state(need), "note": _words(need)} for need in found.needs]
        text = (
            f"办理“{item.name}”，按您的情况需要以下材料，请逐项准备。"
            if entries
            else f"办理“{item.name}”，无需提交材料。"
        )
        message = talk.say(deed, text, kind=Kind.CHECKLIST, data={"legend": legend, "entries": entries})
        found.made.sent_message, found.made.sent_at = message.id, deed.at
        deed.changed(found.made, "sent_message", "sent_at")
        deed.tell(version=found.made.version, item_revision=found.made.item_revision)
    return found.made


def _state(need: Need) -> str:
    return "exempt" if need.delivery == Delivery.EXEMPT else STATE_OF[bool(need.ready or need.attachment_id)]


def _words(need: Need) -> str:
    delivery = "" if need.delivery == Delivery.BRING else Delivery(need.delivery).label
    necessity = "" if need.required else need.necessity
    form = "有空白表格可下载" if need.blank_form else ""
    return "；".join(filter(None, [need.copies, necessity, delivery, form, need.note]))


def tick_material(actor: Actor, number: str, need_id: UUID, ready: bool) -> Need:
    """Note that the service user has a material ready, or not yet."""
    with step(actor, number, "material_ready" if ready else "material_open") as deed:
        need = _own_need(deed, need_id)
        need.ready, need.ready_at = ready, deed.at if ready else None
        deed.changed(need, "ready", "ready_at")
        deed.tell(material=need.key)
    return need


def attach_material(actor: Actor, number: str, need_id: UUID, attachment: Attachment) -> Need:
    """Keep a file for one material; a later file takes its place, the earlier one stays stored and in the ledger."""
    with step(actor, number, "material_uploaded") as deed:
        need = _own_need(deed, need_id)
        if need.delivery == Delivery.EXEMPT:
            raise NotAllowed("这项材料由部门共享获取，不需要您提交。", state=deed.record.state)
        deed.insert(attachment)
        need.attachment, need.ready, need.ready_at = attachment, True, deed.at
        deed.changed(need, "attachment", "ready", "ready_at")
        deed.tell(material=need.key, attachment=str(attachment.id), sm3=bytes(attachment.digest).hex())
    return need


def _own_need(deed: Deed[Case], need_id: UUID) -> Need:
    if deed.actor.is_staff:
        raise NotAllowed("材料由服务对象自己确认和上传。", state=deed.record.state)
    found = papers(deed.record)
    _must_be_open(deed, found)
    for need in found.needs:
        if need.id == need_id:
            return need
    if Need.objects.filter(id=need_id, list__case=deed.record).exists():
        raise NotAllowed("材料清单已更新，请在最新的清单上操作。", state=deed.record.state, stale=True)
    raise NotYours("没有找到这项材料，请刷新页面。")
