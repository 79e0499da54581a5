"""What to do with a question: answer, ask back, show the path, or hand over to a person (T637-8.2, BJ-4). Pure.

Danger comes first, then sensitive topics and the wish for a person; only then the knowledge decides, and where it is
not sure the assistant says so instead of inventing (T637-6.1.4-b).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from bangban.registry.knowledge.views import PathView
from bangban.services.assistant import scope
from bangban.services.assistant.context import (
    Conversation,
    FollowUp,
    Shown,
    follow_up,
    lacks_matter,
    names_only_a_kind,
    picked,
)
from bangban.services.assistant.overlap import (
    is_foreign,
    is_noise,
    lacks_the_office,
    lacks_what_another_has,
    names_one_word,
    shares_a_word,
)
from bangban.services.assistant.paths import named_path, path_of
from bangban.services.assistant.retrieval import Hit
from bangban.services.assistant.retrieval.normal import normalise
from bangban.services.assistant.scope import Row
from bangban.services.assistant.talk import asks_for_person, is_upset, says, says_not_solved, small_talk

__all__ = ["Decision", "Kind", "Settings", "at_once", "decide"]

Kind = Literal["answer", "clarify", "redirect", "human"]

_BARE = 2
"""A question of so few characters names a matter and no wish; it is asked back about."""


class Settings(msgspec.Struct, frozen=True):
    """What a body may set.

    `answer_at` and `clarify_at` are chances (0..1): the best hit alone, and the shown candidates together; a question in
    Latin letters needs `foreign_at`. A candidate is `close` when its chance is at least that part of the best one's.
    `path_first` is the chance that an answer needs to go before a row of scope.toml, `path_before` the one to go before
    a path that only its keywords name. `misses` is how many unsuccessful turns in a row are allowed before a
    person takes over. `phones` replaces numbers of scope.toml by code.
    """

    answer_at: float = 0.5
    foreign_at: float = 0.95
    clarify_at: float = 0.3
    close: float = 0.5
    candidates: int = 3
    path_first: float = 0.8
    path_before: float = 0.3
    misses: int = 1
    phones: dict[str, str] = {}


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What to do and why.

    `reason` is a code: sure, follow_up, picked, small_talk, close, same_name, not_solved, empty, unclear, emergency_…,
    out_of_scope_…, sensitive_…, asked_for_person, upset, unsure, second_miss. `hits` are to be shown, `text` is what to
    say beside them, `row` the row of scope.toml with its clause, `path` the directory's answer, which goes before the
    row's own sentence, `follow` and `pick` what a follow-up is about.
    """

    decision: Kind
    reason: str
    text: str = ""
    hits: tuple[Hit, ...] = ()
    row: Row | None = None
    path: PathView | None = None
    phone: str = ""
    follow: FollowUp | None = None
    pick: Shown | None = None


def decide(
    question: str, hits: Sequence[Hit], context: Conversation, settings: Settings, paths: Sequence[PathView] = ()
) -> Decision:
    """Return what to do with a question, given what was found for it (best first) and what was said before.

    `paths` is the place's own directory for what is outside online guidance (BJ-4).
    """
    return (
        at_once(question, context, settings, paths)
        or _about_the_last_turn(question, hits, context, settings)
        or _out_of_scope(question, hits, settings, paths)
        or _by_knowledge(question, hits, context, settings)
    )


def at_once(
    question: str, context: Conversation, settings: Settings, paths: Sequence[PathView] = ()
) -> Decision | None:
    """Decide what needs no look into the knowledge; None when it needs one."""
    tables = scope.tables()
    if emergency := scope.matching(tables.emergencies, question):
        return _by_row("redirect", "emergency", emergency, question, settings, paths)
    if sensitive := scope.matching(tables.sensitive, question):
        return _by_row("human", "sensitive", sensitive, question, settings, paths)
    if asks_for_person(question):
        return Decision(decision="human", reason="asked_for_person", text=says("asked_for_person"))
    if is_upset(question):
        return Decision(decision="human", reason="upset", text=says("upset"))
    if talk := small_talk(question):
        return Decision(decision="answer", reason="small_talk", text=talk.text)
    if lacks_matter(question) and context.spoken_of is None and not context.shown:
        return Decision(decision="clarify", reason="empty", text=says("no_matter"))
    if is_noise(question) and not picked(question, context):
        return _unclear(question, context, settings)
    return None


def _unclear(question: str, context: Conversation, settings: Settings) -> Decision:
    if not normalise(question):
        return Decision(decision="clarify", reason="empty", text=says("empty"))
    if context.misses >= settings.misses:
        return _unsure(context, settings)
    return Decision(decision="clarify", reason="unclear", text=says("unclear"))


def _by_row(
    decision: Kind, reason: str, row: Row, question: str, settings: Settings, paths: Sequence[PathView]
) -> Decision:
    phone = settings.phones.get(row.code, row.phone)
    path = path_of(row, question, paths) if row.group else None
    return Decision(
        decision=decision, reason=f"{reason}_{row.code}", text=row.sentence(phone), row=row, path=path, phone=phone
    )


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


def _out_of_scope(question: str, hits: Sequence[Hit], settings: Settings, paths: Sequence[PathView]) -> Decision | None:
    """Show the path where a row of the tables, or the directory's own keywords, tell the matter better than a hit."""
    best = next((hit.score for hit in hits if hit.passage.kind != "path"), 0.0)
    if row := scope.matching(scope.tables().out_of_scope, question):
        if best >= settings.path_first:
            return None
        return _by_row("redirect", "out_of_scope", row, question, settings, paths)
    path = named_path(question, paths) if best < settings.path_before else None
    return Decision(decision="redirect", reason="out_of_scope_named", path=path, text=path.answer) if path else None


def _by_knowledge(question: str, hits: Sequence[Hit], context: Conversation, settings: Settings) -> Decision:
    if not hits:
        return _unsure(context, settings)
    if hits[0].score < settings.answer_at or is_foreign(question):
        hits = [hit for hit in hits if shares_a_word(question, hit)]
        if not hits:
            return _unclear(question, context, settings) if is_foreign(question) else _unsure(context, settings)
    best, shown = hits[0], tuple(hits[: settings.candidates])
    near = tuple(hit for hit in shown if hit.score >= settings.close * best.score)
    namesakes = tuple(hit for hit in near if _name(hit) and _name(hit) == _name(best))
    if len(namesakes) > 1 and sum(hit.score for hit in namesakes) >= settings.answer_at:
        return Decision(decision="clarify", reason="same_name", text=says("same_name"), hits=namesakes)
    if _is_sure(question, hits, settings):
        kind: Kind = "redirect" if best.passage.kind == "path" else "answer"
        return Decision(decision=kind, reason="sure", hits=(best,))
    if len(shown) > 1 and sum(hit.score for hit in near) >= settings.clarify_at:
        return Decision(
            decision="clarify", reason="close", text=says("close"), hits=max(near, tuple(shown[:2]), key=len)
        )
    return _unsure(context, settings)


def _is_sure(question: str, hits: Sequence[Hit], settings: Settings) -> bool:
    needed = settings.foreign_at if is_foreign(question) else settings.answer_at
    bare = len(normalise(question).replace(" ", "")) <= _BARE or names_only_a_kind(question)
    return (
        hits[0].score >= needed
        and not (bare and len(hits) > 1)
        and not _has_a_rival(question, hits, settings)
        and shares_a_word(question, hits[0])
        and not lacks_the_office(question, hits[0])
        and not lacks_what_another_has(question, hits)
    )


def _has_a_rival(question: str, hits: Sequence[Hit], settings: Settings) -> bool:
    """Say whether a question of one word could as well mean another entry: “办居住证” is asked by two kinds of people."""
    likely = max(settings.close * hits[0].score, settings.clarify_at)
    return names_one_word(question) and any(hit.score >= likely for hit in hits[1:2])


def _name(hit: Hit) -> str:
    return normalise(hit.passage.title)


def _unsure(context: Conversation, settings: Settings) -> Decision:
    reason = "second_miss" if context.misses >= settings.misses else "unsure"
    return Decision(decision="human", reason=reason, text=says(reason))
