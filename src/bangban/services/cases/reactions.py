"""What the cases room does when something happens elsewhere."""

from __future__ import annotations

from bangban.foundation.flows.flow import NotAllowed
from bangban.foundation.flows.reacting import follows
from bangban.foundation.handover.actions import when_expired
from bangban.foundation.ledger.models import Event
from bangban.registry.knowledge import reads as knowledge
from bangban.registry.knowledge.actions import count_use
from bangban.services.cases.actions import ask_result
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
