"""The assistant's turns: each is stored with what it stands on (T637-8.2-a, T637-6.1.4-b)."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

import msgspec
from django.db import transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete
from bangban.foundation.privacy.crypto import digest
from bangban.registry.knowledge import reads as knowledge
from bangban.services.assistant.context import Conversation, Shown, leans, search_text, within_the_matter
from bangban.services.assistant.models import Session
from bangban.services.assistant.models import Turn as TurnRow
from bangban.services.assistant.rules import Decision, Settings, at_once, decide
from bangban.services.assistant.shelf import NotReady, shelf
from bangban.services.assistant.talk import says
from bangban.services.assistant.telling import Answer, answer_for, path_answer, when_a_person_answers

LONGEST = 2000
SEARCHED = 200
SETTINGS = Settings()
NOT_FOUND = ("close", "unclear", "unsure", "second_miss")
"""Reasons after which a short question is searched for once more, together with the matter spoken of before."""


@dataclass(frozen=True)
class Turn:
    """What the assistant says to one question; `emergency` is the number to call before anything else."""

    session: str
    decision: str
    reason: str
    text: str
    answers: tuple[Answer, ...] = ()
    suggestions: tuple[str, ...] = ()
    emergency: str = ""


def ask(actor: Actor, question: str, session: str | None = None, channel: str = "", client_id: str = "") -> Turn:
    """Answer a question in its context; the turn is stored. Raises Incomplete for an empty or overlong question.

    The same `client_id` in the same talk gives the stored turn again, so that a retry asks nothing twice.
    """
    began = time.perf_counter()
    question = question.replace("\x00", "").strip()
    if not question:
        raise Incomplete("请先写下您的问题。", fields={"question": "请先写下您的问题。"})
    if len(question) > LONGEST:
        sentence = f"问题共{len(question)}字，最多{LONGEST}字，请说得简短一些。"
        raise Incomplete(sentence, fields={"question": sentence})
    key = session or secrets.token_urlsafe(18)
    with transaction.atomic():
        row = _session(actor, key, known=session is not None, channel=channel)
        if client_id and (known := row.turns.filter(client_id=client_id[:80]).first()):
            return _again(key, known)
        talk = msgspec.convert(row.context, Conversation)
        decision = _decide(question, talk)
        turn, talk = _told(key, decision, talk)
        if decision.hits and not leans(question):
            talk = msgspec.structs.replace(talk, asked=question[:SEARCHED])
        _store(row, question, turn, talk, (time.perf_counter() - began) * 1000, client_id[:80])
    return turn


def _again(key: str, row: TurnRow) -> Turn:
    """Return a stored turn; its answers are read afresh, since what they stand on may have changed."""
    answers = (answer_for(a["kind"], a["id"], a["score"]) for a in row.answers)
    return Turn(key, row.decision, row.reason, row.text, tuple(filter(None, answers)))


def _session(actor: Actor, key: str, *, known: bool, channel: str) -> Session:
    """Return the locked session behind a key; an unknown key simply begins a new talk under it."""
    moment = now()
    found = Session.objects.select_for_update().filter(key_digest=digest(key.encode())).first() if known else None
    return found or Session.objects.create(
        key_digest=digest(key.encode()),
        channel=channel or actor.channel,
        person_id=actor.person_id,
        started_at=moment,
        seen_at=moment,
    )


def _decide(question: str, talk: Conversation) -> Decision:
    paths = knowledge.paths()
    known = at_once(question, talk, SETTINGS, paths)
    if known is not None:
        return known
    try:
        hits = shelf.search(search_text(question, talk)[:SEARCHED], 8)
        decision = decide(question, hits, talk, SETTINGS, paths)
        if decision.reason in NOT_FOUND and (wider := within_the_matter(question, talk)):
            again = decide(wider, shelf.search(wider[:SEARCHED], 8), talk, SETTINGS)
            return again if again.hits and again.reason not in NOT_FOUND[1:] else decision
    except NotReady:
        known = decide(question, (), talk, SETTINGS, paths)
        if known.decision == "redirect":
            return known
        return Decision(decision="human", reason="not_ready", text=says("not_ready"))
    return decision


def _told(key: str, decision: Decision, talk: Conversation) -> tuple[Turn, Conversation]:
    """Word a decision and carry the conversation on."""
    if decision.row is not None or decision.path is not None:
        return _told_by_table(key, decision), talk
    if decision.decision == "human":
        return _to_person(key, decision.reason, decision.text), talk.offered(
            (), miss=decision.reason not in ("asked_for_person", "upset", "not_ready")
        )
    if decision.follow or decision.pick:
        return _told_of_last(key, decision, talk)
    answers = tuple(filter(None, (answer_for(h.passage.kind, h.passage.id, h.score) for h in decision.hits)))
    if decision.hits and not answers:
        return _to_person(key, "unsure", says("unsure")), talk.offered((), miss=True)
    if decision.decision == "clarify":
        titles = tuple(answer.title for answer in answers)
        turn = Turn(key, "clarify", decision.reason, decision.text, answers, titles)
        return turn, talk.offered(decision.hits, miss=decision.reason in ("not_solved", "unclear"))
    text = answers[0].text if answers else decision.text
    after = talk.answered(decision.hits[0]) if decision.hits else talk
    return Turn(key, decision.decision, decision.reason, text, answers[:1]), after


def _told_by_table(key: str, decision: Decision) -> Turn:
    """Say the directory's answer, or else the row of the tables that ship with the product (BJ-4)."""
    row, path, phone = decision.row, decision.path, decision.phone
    emergency = phone if decision.reason.startswith("emergency") else ""
    if path is not None:
        answer = path_answer(path)
    else:
        assert row is not None
        answer = Answer("path", row.code, row.name or row.code, decision.text, 1.0, f"电话 {phone}", f"tel:{phone}")
    text = answer.text
    if emergency and emergency not in text:
        text = f"请立即拨打 {emergency}。\n{text}"
    if decision.decision == "human":
        text = f"{decision.text}\n{when_a_person_answers(now())}"
    return Turn(key, decision.decision, decision.reason, text, (answer,), emergency=emergency)


def _told_of_last(key: str, decision: Decision, talk: Conversation) -> tuple[Turn, Conversation]:
    """Answer one side of what was spoken of, or the candidate that the person picked."""
    about: Shown | None = decision.follow.about if decision.follow else decision.pick
    assert about is not None
    aspect = decision.follow.aspect if decision.follow else None
    answer = answer_for(about.kind, about.id, 1.0, aspect)
    if answer is None:
        return _to_person(key, "unsure", says("unsure")), talk.offered((), miss=True)
    after = msgspec.structs.replace(talk, spoken_of=about, shown=(about,), misses=0)
    kind = "redirect" if about.kind == "path" else "answer"
    return Turn(key, kind, decision.reason, answer.text, (answer,)), after


def _to_person(key: str, reason: str, text: str) -> Turn:
    return Turn(key, "human", reason, f"{text}\n{when_a_person_answers(now())}".strip())


def _store(row: Session, question: str, turn: Turn, talk: Conversation, milliseconds: float, client_id: str) -> None:
    row.length += 1
    row.seen_at = now()
    row.context = msgspec.to_builtins(talk)
    row.save(update_fields=["length", "seen_at", "context"])
    TurnRow.objects.create(
        session=row,
        position=row.length,
        client_id=client_id,
        question=question,
        decision=turn.decision,
        reason=turn.reason,
        text=turn.text,
        answers=[
            {
                "kind": a.kind,
                "id": a.id,
                "title": a.title,
                "score": a.score,
                "source": a.source,
                "revision": a.revision,
            }
            for a in turn.answers
        ],
        milliseconds=milliseconds,
        at=row.seen_at,
    )


def feedback(session: str, solved: bool) -> Turn | None:
    """Take "solved" or "not solved"; the second miss in a row hands over to a person. None for an unknown session."""
    with transaction.atomic():
        row = Session.objects.select_for_update().filter(key_digest=digest(session.encode())).first()
        last = row.turns.order_by("-position").first() if row else None
        if row is None or last is None:
            return None
        last.solved = solved
        last.save(update_fields=["solved"])
        talk = msgspec.convert(row.context, Conversation)
        misses = 0 if solved else talk.misses + 1
        if solved:
            turn = Turn(session, "answer", "solved", "很高兴帮到您。感谢您对我们工作的支持，欢迎您再来。")
        elif misses > SETTINGS.misses:
            turn = _to_person(session, "second_miss", says("second_miss"))
        else:
            turn = Turn(session, "clarify", "not_solved", says("not_solved_alone"))
        row.context = msgspec.to_builtins(msgspec.structs.replace(talk, misses=misses))
        row.save(update_fields=["context"])
    return turn
