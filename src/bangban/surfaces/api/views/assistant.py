"""The assistant."""

from __future__ import annotations

from bangban.services.assistant.actions import ask
from bangban.surfaces.api.bodies import AnswerOut, AskIn, AskOut
from bangban.surfaces.api.endpoint import Call, Reply


def ask_assistant(call: Call) -> Reply:
    """Answer a question from the knowledge base or an item's guide, ask back, show the right path, or hand to a person."""
    given: AskIn = call.body
    turn = ask(call.actor, given.question, given.session, given.channel)
    answers = [AnswerOut(a.kind, a.id, a.title, a.text, round(a.score, 4), a.source) for a in turn.answers]
    return Reply(AskOut(turn.session, turn.decision, turn.reason, turn.text, answers))
