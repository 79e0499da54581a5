"""The assistant's turns: each is stored with what it stands on (T637-8.2-a, T637-6.1.4-b)."""

from __future__ import annotations

import secrets
import time
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.reads import service_hours, work_calendar
from bangban.foundation.flows.flow import Incomplete
from bangban.foundation.privacy.crypto import digest
from bangban.registry.catalog import reads as catalog
from bangban.registry.knowledge import reads as knowledge
from bangban.registry.org.reads import front_door
from bangban.services.assistant.answering import Decision, Found, aspect_of, decide
from bangban.services.assistant.guides import aspect_text, summary_text
from bangban.services.assistant.models import Session
from bangban.services.assistant.models import Turn as TurnRow
from bangban.services.assistant.paths import path_for
from bangban.services.assistant.shelf import shelf

LONGEST = 2000
ZONE = ZoneInfo("Asia/Shanghai")
HELLO = "您好，请问您有什么问题需要咨询吗？请用一句话说出您要办的事。"
NOT_SOLVED = "抱歉没有帮到您。请换个说法再说一次您要办的事，或者回复“转人工”。"
CLOSE_CALL = "您想问的是下面哪一个？都不是的话，请再说具体一点，或者转人工。"


@dataclass(frozen=True)
class Answer:
    """One answer or candidate: verbatim from an approved entry or a published guide, with its source."""

    kind: str
    id: str
    title: str
    text: str
    score: float
    source: str
    link: str = ""


@dataclass(frozen=True)
class Turn:
    """What the assistant says to one question."""

    session: str
    decision: str
    reason: str
    text: str
    answers: tuple[Answer, ...] = ()
    suggestions: tuple[str, ...] = ()
    emergency: str = ""


@dataclass
class Context:
    """What is remembered from turn to turn."""

    item: str = ""
    misses: int = 0
    last: list[str] = field(default_factory=list)


def ask(actor: Actor, question: str, session: str | None = None, channel: str = "") -> Turn:
    """Answer a question in its context; the turn is stored. Raises Incomplete for an empty or overlong question."""
    began = time.perf_counter()
    question = question.replace("\x00", "").strip()
    if not question:
        raise Incomplete("请先写下您的问题。", fields={"question": "请先写下您的问题。"})
    if len(question) > LONGEST:
        sentence = f"问题共{len(question)}字，最多{LONGEST}字，请说得简短一些。"
        raise Incomplete(sentence, fields={"question": sentence})
    key = session or secrets.token_urlsafe(18)
    with transaction.atomic():
        row = _session(actor, key, session is not None, channel)
        context = Context(**row.context)
        turn = _turn(question, key, context)
        _store(row, question, turn, context, (time.perf_counter() - began) * 1000)
    return turn


def _session(actor: Actor, key: str, known: bool, channel: str) -> Session:
    """Return the locked session behind a key; an unknown or foreign key simply begins a new talk under it."""
    moment = now()
    found = Session.objects.select_for_update().filter(key_digest=digest(key.encode())).first() if known else None
    return found or Session.objects.create(
        key_digest=digest(key.encode()),
        channel=channel or actor.channel,
        person_id=actor.person_id,
        started_at=moment,
        seen_at=moment,
    )


def _turn(question: str, key: str, context: Context) -> Turn:
    if path := path_for(question, knowledge.paths("emergency")):
        return Turn(key, "redirect", "emergency", path.answer, (_path_answer(path),), emergency=path.phone)
    aspect = aspect_of(question)
    if context.item and aspect and (item := catalog.item(UUID(context.item))):
        context.misses = 0
        answer = Answer("item", str(item.id), item.name, aspect_text(item, aspect), 1.0, _item_source(item), _item_link(item))
        return Turn(key, "answer", f"follow_up_{aspect}", answer.text, (answer,))
    hits = shelf.search(question, 8)
    found = [Found(hit.passage.id, hit.passage.kind, hit.passage.title, hit.score) for hit in hits]
    decision = decide(question, found, context.misses)
    if decision.reason not in ("asked", "small_talk", "not_solved"):
        outside = path_for(question, [p for p in knowledge.paths() if p.path_class != "emergency"])
        if outside and (outside.path_class == "complaint" or not found or found[0].score < outside_needs_less(decision)):
            context.misses = 0
            return Turn(key, "redirect", outside.path_class, outside.answer, (_path_answer(outside),))
    return _worded(key, context, decision)


def outside_needs_less(decision: Decision) -> float:
    """Return the score below which a matter that names an out-of-scope topic is taken as out of scope."""
    return 0.7 if decision.decision == "answer" else 1.1


def _worded(key: str, context: Context, decision: Decision) -> Turn:
    answers = tuple(filter(None, (_answer(found) for found in decision.show)))
    if decision.decision == "human" or (decision.show and not answers):
        context.misses += decision.reason != "asked"
        return Turn(key, "human", decision.reason, human_sentence(now(), decision.reason), answers)
    if decision.decision == "clarify":
        context.misses += 1
        text = NOT_SOLVED if decision.reason == "not_solved" else CLOSE_CALL
        return Turn(key, "clarify", decision.reason, text, answers, tuple(a.title for a in answers))
    if not answers:
        return Turn(key, "answer", decision.reason, HELLO)
    context.misses = 0
    context.item = answers[0].id if answers[0].kind == "item" else _item_of(answers[0].id) or context.item
    return Turn(key, "answer", decision.reason, answers[0].text, answers)


def human_sentence(moment: datetime, reason: str) -> str:
    """Say honestly when a person answers (BJ-6-b)."""
    why = "" if reason == "asked" else "这个问题我没有把握回答，"
    try:
        hours, calendar = service_hours("online_human", front_door().id), work_calendar()
    except LookupError:
        return f"{why}请留下联系电话，专员会尽快答复您；也可以拨打12345。"
    if hours.is_open(moment, calendar):
        return f"{why}现在是人工服务时间，请留下联系电话，马上为您转接专员。"
    opening = hours.next_opening(moment, calendar).astimezone(ZONE)
    return (
        f"{why}现在不是人工服务时间。请留下联系电话和问题，专员将在{opening:%-m月%-d日 %H:%M}上班后答复您；"
        "着急的事请拨打12345（24小时）。"
    )


def _answer(found: Found) -> Answer | None:
    """Take the text from the published entry itself, never from the index: it may have changed since."""
    if found.kind == "item":
        item = catalog.item(UUID(found.id))
        if item is None or item.state != "published":
            return None
        return Answer("item", str(item.id), item.name, summary_text(item), found.score, _item_source(item), _item_link(item))
    entry = knowledge.entry(UUID(found.id))
    if entry is None or not entry.usable:
        return None
    source = f"知识库 {entry.citation}" + (f"，{entry.content.basis}" if entry.content.basis else "")
    return Answer("knowledge", str(entry.id), entry.content.question, entry.content.answer, found.score, source)


def _item_of(entry_id: str) -> str:
    entry = knowledge.entry(UUID(entry_id))
    return str(entry.item_id) if entry and entry.item_id else ""


def _item_source(item: Any) -> str:
    return f"办事指南 {item.guide.department_name}（第{item.revision}版）"


def _item_link(item: Any) -> str:
    return f"/items/{item.code}"


def _path_answer(path: Any) -> Answer:
    return Answer("path", path.number, path.topic, path.answer, 1.0, f"{path.department} {path.phone}", f"tel:{path.phone}")


def _store(row: Session, question: str, turn: Turn, context: Context, milliseconds: float) -> None:
    row.length += 1
    row.seen_at = now()
    row.context = asdict(context)
    row.save(update_fields=["length", "seen_at", "context"])
    TurnRow.objects.create(
        session=row,
        position=row.length,
        question=question,
        decision=turn.decision,
        reason=turn.reason,
        text=turn.text,
        answers=[{"kind": a.kind, "id": a.id, "title": a.title, "score": a.score, "source": a.source} for a in turn.answers],
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
        context = Context(**row.context)
        context.misses = 0 if solved else context.misses + 1
        if solved:
            turn = Turn(session, "answer", "solved", "很高兴帮到您。感谢您对我们工作的支持，欢迎您再来。")
        elif context.misses > 1:
            turn = Turn(session, "human", "not_solved", human_sentence(now(), "not_solved"))
        else:
            turn = Turn(session, "clarify", "not_solved", NOT_SOLVED)
        row.context = asdict(context)
        row.save(update_fields=["context"])
    return turn


