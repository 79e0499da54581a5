"""What the cases room does when something happens elsewhere."""

from __future__ import annotations

from uuid import UUID

from bangban.foundation.flows.flow import NotAllowed
from bangban.foundation.flows.reacting import follows
from bangban.foundation.handover.actions import when_expired
from bangban.foundation.ledger.models import Event
from bangban.registry.catalog import reads as catalog
from bangban.registry.knowledge import reads as knowledge
from bangban.registry.knowledge.actions import count_use, note_gap
from bangban.registry.knowledge.terms import Origin
from bangban.services.cases.actions import ask_result
from bangban.services.cases.actions.corrections import send_corrections
from bangban.services.cases.actions.dispatch import offer_expired
from bangban.services.cases.models import Case
from bangban.services.cases.notices import WORDS, tell_user
from bangban.services.conversation.models import Message

when_expired(Case.record_type, offer_expired)


@follows("cases.notices", *WORDS)
def send_notices(event: Event) -> None:
    """Tell the person by text message."""
    tell_user(event)


@follows("cases.follow_up", "clock.breached")
def ask_when_due(event: Event) -> None:
    """When the follow-up clock of a closed case runs out, ask whether the result was obtained (T637-8.5-a)."""
    if event.data.get("rule") != "follow_up":
        return
    try:
        ask_result(event.number)
    except NotAllowed:
        return  # the loop was closed or reopened meanwhile


@follows("cases.citations", "case.say")
def count_citation(event: Event) -> None:
    """Count the standard answers that specialists and assistant quote (F3.29)."""
    for said in event.data.get("messages", ()):
        cited = Message.objects.values_list("data", flat=True).get(id=said["id"]).get("knowledge")
        entry = knowledge.entry(str(cited)) if cited else None
        if entry is not None:
            count_use(entry.id, event.channel, event.at)


@follows("cases.corrections", "entry.publish")
def correct_answers(event: Event) -> None:
    """A corrected entry is corrected in every talk that quoted the wrong version (BJ-2-a)."""
    if wrong := event.data.get("corrects"):
        send_corrections(UUID(event.data["entry"]), int(wrong), int(event.data["revision"]))


@follows("cases.knowledge_gaps", "case.help_card")
def note_missing_answer(event: Event) -> None:
    """A help card without a standard answer puts the question to the body that handles the matter (BJ-3.2.3-b).

    The question is made of the item's name: the words of the person stay with the case.
    """
    case = Case.objects.get(id=event.record_id)
    item = catalog.item(case.item_id) if event.data.get("gap") and case.item_id else None
    if item is not None:
        body = event.data.get("unit") or item.department_id
        note_gap(
            f"{item.name}怎么办理？", Origin.HELP_CARD, body_id=body, region=case.region, item_id=case.item_id,
            origin_number=case.number,
        )  # fmt: skip
