"""What to do with a question: answer, ask back, show the path, or hand over to a person (T637-8.2, BJ-4). Pure.

Danger comes first, then sensitive topics and the wish for a person; only then the knowledge decides, and where it is
not sure the assistant says so instead of inventing (T637-6.1.4-b).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from bangban.services.assistant import scope
from bangban.services.assistant.context import Conversation, FollowUp, Shown, follow_up, picked
from bangban.services.assistant.retrieval import Hit
from bangban.services.assistant.retrieval.normal import normalise
from bangban.services.assistant.scope import Row
from bangban.services.assistant.talk import asks_for_person, says, says_not_solved, small_talk

__all__ = ["Decision", "Kind", "Settings", "decide"]

Kind = Literal["answer", "clarify", "redirect", "human"]


class Settings(msgspec.Struct, frozen=True):
    """What a body may set.

    `answer_at` and `clarify_at` are chances (0..1): the best hit alone, and the shown candidates together. A candidate
    is `close` when its chance is at least that part of the best one's. `path_first` is the chance that an answer needs
    to go before complaints and the like, `misses` how many unsuccessful turns in a row are allowed before a person
    takes over. `phones` replaces numbers of scope.toml by code.
    """

    answer_at: float = 0.55
    clarify_at: float = 0.35
    close: float = 0.5
    candidates: int = 3
    path_first: float = 0.8
    misses: int = 1
    phones: dict[str, str] = {}


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What to do and why.

    `reason` is a code: sure, follow_up, picked, small_talk, close, same_name, not_solved, empty, emergency_…,
    out_of_scope_…, sensitive_…, asked_for_person, unsure, second_miss. `hits` are to be shown, `text` is what to say
    beside them, `row` the row of scope.toml with its clause, `follow` and `pick` what a follow-up is about.
    """

    decision: Kind
    reason: str
    text: str = ""
    hits: tuple[Hit, ...] = ()
    row: Row | None = None
    phone: str = ""
    follow: FollowUp | None = None
    pick: Shown | None = None


def decide(question: str, hits: Sequence[Hit], context: Conversation, settings: Settings) -> Decision:
    """Return what to do with a question, given what was found for it (best first) and what was said before."""
    return (
        _at_once(question, settings)
        or _about_the_last_turn(question, hits, context, settings)
        or _out_of_scope(question, hits, settings)
        or _by_knowledge(hits, context, settings)
    )


def _at_once(question: str, settings: Settings) -> Decision | None:
    """Decide what needs no look into the knowledge."""
    tables = scope.tables()
    if emergency := scope.matching(tables.emergencies, question):
        return _by_row("redirect", "emergency", emergency, settings)
    if sensitive := scope.matching(tables.sensitive, question):
        return _by_row("human", "sensitive", sensitive, settings)
    if asks_for_person(question):
        return Decision(decision="human", reason="asked_for_person", text=says("asked_for_person"))
    if talk := small_talk(question):
        return Decision(decision="answer", reason="small_talk", text=talk.text)
    if not normalise(question):
        return Decision(decision="clarify", reason="empty", text=says("empty"))
    return None


def _by_row(decision: Kind, reason: str, row: Row, settings: Settings) -> Decision:
    phone = settings.phones.get(row.code, row.phone)
    return Decision(decision=decision, reason=f"{reason}_{row.code}", text=row.sentence(phone), row=row, phone=phone)


def _about_the_last_turn(
    question: str, hits: Sequence[Hit], context: Conversation, settings: Settings
) -> Decision | None:
    if says_not_solved(question):
        return _not_solved(hits, context, settings)
    if pick := picked(question, context):
        return Decision(decision="answer", reason="picked", pick=pick)
    if follow := follow_up(question, context):
        return Decision(decision="answer", reason="follow_up", follow=follow)
    return None


def _not_solved(hits: Sequence[Hit], context: Conversation, settings: Settings) -> Decision:
    """A miss: the first time other candidates or another try, from the second on a person."""
    if context.misses >= settings.misses:
        return Decision(decision="human", reason="second_miss", text=says("second_miss"))
    told = context.spoken_of.id if context.spoken_of else ""
    others = tuple(hit for hit in hits if hit.passage.id != told)[: settings.candidates]
    text = says("not_solved") if others else says("not_solved_alone")
    return Decision(decision="clarify", reason="not_solved", text=text, hits=others)


def _out_of_scope(question: str, hits: Sequence[Hit], settings: Settings) -> Decision | None:
    row = scope.matching(scope.tables().out_of_scope, question)
    if row is None:
        return None
    needed = settings.path_first if row.first else settings.answer_at
    if hits and hits[0].score >= needed:
        return None
    return _by_row("redirect", "out_of_scope", row, settings)


def _by_knowledge(hits: Sequence[Hit], context: Conversation, settings: Settings) -> Decision:
    if not hits:
        return _unsure(context, settings)
    best, shown = hits[0], hits[: settings.candidates]
    near = tuple(hit for hit in shown if hit.score >= settings.close * best.score)
    namesakes = tuple(hit for hit in near if _name(hit) and _name(hit) == _name(best))
    if len(namesakes) > 1 and sum(hit.score for hit in namesakes) >= settings.answer_at:
        return Decision(decision="clarify", reason="same_name", text=says("same_name"), hits=namesakes)
    if best.score >= settings.answer_at:
        kind: Kind = "redirect" if best.passage.kind == "path" else "answer"
        return Decision(decision=kind, reason="sure", hits=(best,))
    if len(shown) > 1 and sum(hit.score for hit in near) >= settings.clarify_at:
        return Decision(
            decision="clarify", reason="close", text=says("close"), hits=max(near, tuple(shown[:2]), key=len)
        )
    return _unsure(context, settings)


def _name(hit: Hit) -> str:
    return normalise(hit.passage.title)


def _unsure(context: Conversation, settings: Settings) -> Decision:
    reason = "second_miss" if context.misses >= settings.misses else "unsure"
    return Decision(decision="human", reason=reason, text=says(reason))
