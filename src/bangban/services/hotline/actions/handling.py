"""Handling by the units: signing, replying, more time, talking it over, completing, and being sent back (GB33358-5.3.2)."""

from __future__ import annotations

from collections.abc import Sequence

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks import actions as clocks
from bangban.foundation.clocks.reads import service_hours, work_calendar
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.services.conversation import actions as talk
from bangban.services.conversation.models import Attachment, Kind, Message
from bangban.services.hotline.actions.attaching import attach_files
from bangban.services.hotline.actions.dispatching import HOURS, lapse_extension, part_of, recall
from bangban.services.hotline.actions.door import order_deed
from bangban.services.hotline.actions.extending import ask_extension, decide_extension
from bangban.services.hotline.actions.reaching import Contact, contact, reveal
from bangban.services.hotline.actions.replying import reply, still_to_answer, undelivered
from bangban.services.hotline.actions.signing import report_part, return_order, return_part, sign, sign_part
from bangban.services.hotline.actions.ways_back import talk_of
from bangban.services.hotline.models import Undertaker, WorkOrder
from bangban.services.hotline.notices import tell_unit
from bangban.services.hotline.parties import assignments_of
from bangban.services.hotline.rules_handling import LONGEST_DAYS, LONGEST_TEXT, working_days_after
from bangban.services.hotline.terms import AssignmentState, ResultCode, Role

__all__ = [
    "Contact", "ask_extension", "complete", "contact", "decide_extension", "discuss", "reply", "report_part",
    "return_order", "return_part", "reveal", "send_back", "sign", "sign_part",
]  # fmt: skip
AGAIN_DAYS = 1


def complete(actor: Actor, number: str, handling: str, code: str, files: Sequence[Attachment] = ()) -> WorkOrder:
    """Complete an order: only when every caller was answered and what was done is written down (GB33358-5.3.2).

    `files` show what was done: photos before and after, for example.

    Assisting parts that are still open are called back; their lateness stays on them.
    """
    with order_deed(actor, number, "complete", {"handling": handling.strip(), "code": code}) as deed:
        order = deed.record
        _check(handling, code)
        if waiting := still_to_answer(order):
            raise NotAllowed(
                f"还有{len(waiting)}位并入的诉求人没有答复：{'、'.join(waiting)}，请逐一答复后再办结。",
                state=order.state,
            )
        if undelivered(order):
            raise NotAllowed("发给诉求人的短信没有送达，请改用其他方式答复后再办结。", state=order.state, needs="reply")
        mine = part_of(order, actor.unit_id, Role.LEAD)
        mine.state, mine.ended_at, mine.opinion = AssignmentState.REPLIED, deed.at, handling.strip()
        deed.changed(mine, "state", "ended_at", "opinion")
        open_parts = recall(deed)
        deed.change(handling_text=handling.strip(), result_code=code, completed_at=deed.at)
        attach_files(deed, files)
        deed.tell(code=code, unit_name=actor.unit_name, round=order.round, parts_open=open_parts, late=_late(deed))
    return order


def _check(handling: str, code: str) -> None:
    problems = {}
    if len(handling.strip()) > LONGEST_TEXT:
        problems["handling"] = f"办理情况最多{LONGEST_TEXT}字。"
    if code not in ResultCode.values:
        problems["code"] = "请选择结果类型：" + "、".join(ResultCode.labels) + "。"
    if problems:
        raise Incomplete("请检查办理情况。", fields=problems)


def _late(deed: Deed[WorkOrder]) -> bool:
    return deed.record.due_at is not None and deed.at > deed.record.due_at


def send_back(actor: Actor, number: str, reason: str, days: int = 0) -> WorkOrder:
    """Send an insufficient closing back to the unit (F3.17); it must answer the caller anew, and may not return it any more.

    The limit stays while it runs; one that has passed becomes one working day, or `days`. An order that was answered at
    once has no unit and is not sent back.
    """
    with order_deed(actor, number, "send_back", {"reason": reason.strip()}) as deed:
        order = deed.record
        mine = next((a for a in assignments_of(order) if a.role == Role.LEAD and a.round == order.round
                     and a.state == AssignmentState.REPLIED), None)  # fmt: skip
        if mine is None or order.due_at is None or mine.signed_by_id is None:
            raise NotAllowed("这张工单是当场答复的，没有承办单位，不能退回再办。", state=order.state)
        if not 0 <= days <= LONGEST_DAYS:
            raise Incomplete("请填写工作日数。", fields={"days": "请填写工作日数。"})
        fresh = working_days_after(deed.at, days or AGAIN_DAYS, work_calendar(), service_hours(HOURS, mine.unit_id))
        due = fresh if days or order.due_at <= deed.at else order.due_at
        mine.state, mine.ended_at, mine.due_at, mine.designated = AssignmentState.SIGNED, None, due, True
        deed.changed(mine, "state", "ended_at", "due_at", "designated")
        deed.change(replied_at=None, completed_at=None, result_code="", due_at=due)
        clocks.start_until(deed.writes, order, "order_handle", mine.unit_id, deed.at, due)
        lapse_extension(deed)
        deed.tell(round=order.round, due=due.isoformat())
        if unit := Undertaker.objects.filter(unit_id=mine.unit_id).first():
            tell_unit(
                deed,
                unit,
                f"工单{number}办理情况不充分，已退回再办。",
                f"order.send_back:{number}:{order.chain_length}",
            )
    return order


def discuss(actor: Actor, number: str, text: str, files: Sequence[Attachment] = ()) -> Message:
    """Add a co-handling opinion that hotline and units of the order share, with files; the lead stays (GB33358-4.2.4-f).

    `files` are uploads as `conversation.files.store_upload` returns them; they are saved with the message.
    """
    with order_deed(actor, number, "discuss", {"text": text.strip()}) as deed:
        talk_of(deed)
        said = talk.say(deed, text, kind=Kind.ADVICE, data={"unit": actor.unit_id}, internal=True)
        attach_files(deed, files)
        return said
