"""Every case that did not begin with the assistant gets its turn at once: said to the person, or drafted for staff."""

from __future__ import annotations

from bangban.foundation.access.actors import ASSISTANT
from bangban.foundation.flows.flow import FlowError
from bangban.foundation.flows.reacting import follows
from bangban.foundation.ledger.models import Event
from bangban.registry.org.models import Mode
from bangban.registry.org.reads import place
from bangban.services.assistant.actions import ask
from bangban.services.assistant.telling import citation
from bangban.services.cases.actions import post_message
from bangban.services.cases.models import Case
from bangban.services.conversation.models import Kind, Message, Party


@follows("assistant.first_turn", "case.opened")
def take_first_turn(event: Event) -> None:
    """Answer first (T637-8.2-a); where people come first, draft for the specialist instead (BJ-2-c)."""
    case = Case.objects.get(id=event.record_id)
    if Message.objects.filter(record_id=case.id, party=Party.ASSISTANT).exists():
        return
    turn = ask(ASSISTANT, case.question, None, case.channel)
    if turn.decision not in ("answer", "redirect") or not turn.answers:
        return
    unit = place(case.unit_id)
    first = turn.answers[0]
    data = {
        "answers": [{"kind": first.kind, "id": first.id, "title": first.title, "source": first.source}],
        **citation(first.kind, first.id, first.revision),
    }
    try:
        post_message(
            ASSISTANT,
            case.number,
            f"{turn.text}\n来源：{first.source}",
            kind=Kind.ANSWER,
            client_id="first-turn",
            data=data,
            internal=unit is not None and unit.mode == Mode.HUMAN_FIRST,
        )
    except FlowError:
        return  # already finished
