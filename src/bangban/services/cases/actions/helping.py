"""Help from others: advisers, other units as collaborators, and the help card for a body that is not open."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Incomplete, NotAllowed
from bangban.foundation.handover import actions as handover
from bangban.foundation.handover.models import Answer, Handover
from bangban.foundation.handover.models import Kind as Move
from bangban.registry.catalog import reads as catalog
from bangban.registry.org.reads import place, tree
from bangban.services.cases.actions.dispatch import body_named, expiry
from bangban.services.cases.actions.door import case_deed
from bangban.services.cases.actions.sorting import sorted_first
from bangban.services.cases.help_cards import compose_help_card
from bangban.services.cases.models import Case
from bangban.services.cases.receivers import find_staff
from bangban.services.conversation import actions as talk
from bangban.services.conversation.models import Kind, Party


def ask_adviser(actor: Actor, number: str, given: dict[str, Any]) -> Case:
    """Ask the department's adviser, who answers inside the case; his response time is measured (BJ-3.1.2-c, BJ-7.2-b)."""
    with case_deed(actor, number, "ask_adviser", given) as deed:
        case = deed.record
        if Handover.objects.filter(record_id=case.id, kind=Move.ADVICE, answer=Answer.OFFERED).exists():
            raise NotAllowed("已经请教了专业顾问，请等待答复。", state=case.state)
        unit_id, staff_id = _adviser(case, given.get("to"), deed.at)
        handover.offer(deed, Move.ADVICE, to_unit=unit_id, to_duty="advisor", to_staff=staff_id)
        unit = place(unit_id)
        talk.say(
            deed,
            f"请教{unit.name if unit else ''}专业顾问：{given['question']}",
            kind=Kind.TEXT,
            data={"ask": "adviser"},
        )
        deed.tell(department=unit_id)
    return case


def _adviser(case: Case, wanted: Any, now: datetime) -> tuple[int, int | None]:
    """Return department and adviser: the named person, or whoever advises at the item's department (T637-6.1.3-e)."""
    if wanted and (body := tree().by_code.get(str(wanted)) or tree().named(str(wanted))):
        return body.id, None
    if wanted:
        colleague = find_staff(wanted, now, duty="advisor")
        return colleague.body_id, colleague.id
    item = catalog.item(case.item_id) if case.item_id else None
    if item is None:
        raise Incomplete("请选择要请教的部门或顾问。", fields={"to": "还没有选定事项，请选择要请教的部门或顾问。"})
    return item.department_id, None


def advise(actor: Actor, number: str, text: str) -> Case:
    """Answer as the adviser; the reply is marked as professional advice and seen by the user (T637-6.2.2-b)."""
    with case_deed(actor, number, "advise", {"text": text}) as deed:
        offer = _offer_for(deed, Move.ADVICE)
        handover.answer(deed, offer, Answer.ACCEPTED)
        talk.say(deed, text, kind=Kind.ADVICE, party=Party.ADVISER)
        deed.topics.add(f"desk:{deed.record.owner_id}")
        deed.tell(response_seconds=int((deed.at - offer.offered_at).total_seconds()), department=offer.to_unit_id)
    return deed.record


def _offer_for(deed: Deed[Case], kind: Move) -> Handover:
    rows = Handover.objects.filter(record_id=deed.record.id, kind=kind, answer=Answer.OFFERED)
    for offer in rows.order_by("offered_at"):
        mine = offer.to_staff_id == deed.actor.staff_id or (
            offer.to_staff_id is None and offer.to_unit_id == deed.actor.unit_id
        )
        if mine:
            return offer
    raise NotAllowed("没有等待您答复的请求。", state=deed.record.state)


def ask_unit(actor: Actor, number: str, given: dict[str, Any]) -> Case:
    """Call another body in as a collaborator with a task and a due time; the owner stays responsible (T637-5-c)."""
    with case_deed(actor, number, "ask_unit", given) as deed:
        unit = body_named(given["to"])
        due = given.get("due_at")
        moment = parse_datetime(due) if isinstance(due, str) else due
        if due and (moment is None or moment.tzinfo is None or moment <= deed.at):
            raise Incomplete("完成时间应是将来的时间。", fields={"due_at": "请填写将来的日期和时间。"})
        handover.offer(
            deed,
            Move.TASK,
            to_unit=unit.id,
            to_duty="advisor" if unit.kind == "department" else "triage_agent",
            expires_at=moment or expiry(deed, "task_reply", unit.id),
            reason=str(given["task"])[:500],
        )
        talk.say(deed, f"请{unit.name}协同：{given['task']}", internal=True)
    return deed.record


def reply_task(actor: Actor, number: str, text: str) -> Case:
    """Reply to a collaboration task; staff of the case see it, the owner passes it on."""
    with case_deed(actor, number, "reply_task", {"text": text}) as deed:
        handover.answer(deed, _offer_for(deed, Move.TASK), Answer.ACCEPTED)
        talk.say(deed, text, internal=True)
        deed.topics.add(f"desk:{deed.record.owner_id}")
    return deed.record


def help_card(actor: Actor, number: str, given: dict[str, Any]) -> Case:
    """Send guide link, unified answer, telephone, address and hours of a body that is not open online (BJ-3.2.3)."""
    with sorted_first(actor, number, "help_card", given) as deed:
        case = deed.record
        assert case.item_id is not None
        unit = body_named(given["to"]) if given.get("to") else None
        card = compose_help_card(case.item_id, unit, case.region)
        talk.say(deed, card.text, kind=Kind.HELP_CARD, data=card.data)
        deed.change(path_given=card.path)
        deed.tell(unit=card.unit_id, knowledge=card.data.get("knowledge"), gap=card.data.get("knowledge") is None)
    return case
