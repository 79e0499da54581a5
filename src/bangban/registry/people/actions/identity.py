"""How sure we are who somebody is (F10.02).

1 phone, 2 stated, 3 name and number belong together, 4 real person, 5 document seen at a window.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import may
from bangban.foundation.access.models import SecurityEvent
from bangban.foundation.access.security_log import note
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.registry.people.actions.persons import write
from bangban.registry.people.matching import Answer, Matcher, MatcherAway, matcher
from bangban.registry.people.models import Person
from bangban.registry.people.rules import LEVELS, NewPerson, check_name, check_number, what_raises

AT_A_WINDOW = 5
TRIES_A_DAY = 5
NOT_MATCHED = "姓名与证件号码不一致，请核对；仍有疑问请持证件到政务服务窗口核验。"
NOT_KNOWN = "目前无法在线核对您的身份信息，请持证件到政务服务窗口核验。"


@dataclass(frozen=True)
class Proof:
    """What a check has brought: the level now, who said so, and a sentence for the person."""

    level: int
    source: str
    sentence: str


def require_assurance(actor: Actor, level: int) -> None:
    """Raise NotAllowed, with what to do, when the actor's identity is not proven well enough (T637-6.1.2-a)."""
    if actor.assurance < level:
        raise NotAllowed(
            f"办理这一步需要“{LEVELS[level]}”。{what_raises(level)}",
            needs="assurance",
            level=level,
            has=actor.assurance,
        )


def state_identity(actor: Actor, name: str, id_type: str, id_number: str) -> Person:
    """Write down one's own name and number; the form is checked, nothing more (level 2).

    Stating the same again changes nothing. Raises Incomplete, NotYours.
    """
    _check(name, id_type, id_number)
    with transaction.atomic():
        person = _own(actor)
        write(person, NewPerson(kind=person.kind, name=name, id_type=id_type, id_number=id_number))
    return person


def prove_identity(actor: Actor, source: Matcher | None = None, address: str = "") -> Proof:
    """Have the stated name and number compared by an authority, or by our own windows' records (level 3).

    Five failures a day at most, so nobody tries out names on numbers. Raises NotAllowed with what to do when they do
    not match or nothing is stated. Must not run inside a transaction: the authority is asked without one.
    """
    person = _own(actor, lock=False)
    if not person.id_number:
        raise NotAllowed(what_raises(2), needs="assurance", level=2, has=person.assurance)
    if _failures(person) >= TRIES_A_DAY:
        raise NotAllowed("今天核对次数已用完，请明天再试，或持证件到政务服务窗口核验。", retry_after=86400)
    answer = _ask(source or matcher(), person)
    with transaction.atomic(durable=True):
        current = _own(actor)
        same = (current.name, current.id_number) == (person.name, person.id_number)
        if same and answer.matched:
            _raise(current, answer.level, answer.source)
        note(
            "identity", success=bool(answer.matched) and same, account_id=actor.account_id,
            subject=f"person:{person.id}", address=address, detail=f"level {answer.level}", reason=answer.source,
        )  # fmt: skip
    if not same:
        raise NotAllowed("核对期间信息有变化，请重新核对。")
    if not answer.matched:
        raise NotAllowed(NOT_KNOWN if answer.matched is None else NOT_MATCHED, level=current.assurance)
    return Proof(
        current.assurance, current.assurance_source, f"{LEVELS[current.assurance]}（{current.assurance_source}）。"
    )


def verify_at_window(actor: Actor, person_id: int, name: str, id_type: str, id_number: str, seen: str) -> Person:
    """Staff compare a person with the document in hand: level 5, with who saw which document.

    Raises NotYours without the duty or for an unknown person, Incomplete for a wrong number or nothing seen.
    """
    if not may(actor, "people.verify"):
        raise NotYours("没有找到这位服务对象。")
    _check(name, id_type, id_number)
    if not seen.strip():
        raise Incomplete("请写明查验的证件。", fields={"seen": "例如：居民身份证原件。"})
    with transaction.atomic():
        person = Person.objects.select_for_update().filter(id=person_id).first()
        if person is None:
            raise NotYours("没有找到这位服务对象。")
        write(person, NewPerson(kind=person.kind, name=name, id_type=id_type, id_number=id_number))
        _raise(person, AT_A_WINDOW, f"{actor.unit_name}窗口核验")
        note(
            "identity", account_id=actor.account_id, subject=f"person:{person.id}", detail=f"level {AT_A_WINDOW}",
            reason=seen.strip(),
        )  # fmt: skip
    return person


def _check(name: str, id_type: str, id_number: str) -> None:
    problems = {"name": check_name(name), "id_number": check_number(id_type, id_number)}
    if found := {field: sentence for field, sentence in problems.items() if sentence}:
        raise Incomplete("请检查填写的内容。", fields=found)


def _own(actor: Actor, lock: bool = True) -> Person:
    rows = Person.objects.select_for_update() if lock else Person.objects.all()
    person = rows.filter(id=actor.person_id).first() if actor.person_id else None
    if person is None:
        raise NotYours("请先登录。")
    return person


def _ask(source: Matcher, person: Person) -> Answer:
    try:
        return source.match(person.name, person.id_type, person.id_number)
    except MatcherAway:
        raise NotAllowed("身份核对服务暂时没有响应，请稍后再试。", retry_after=60) from None


def _raise(person: Person, level: int, source: str) -> None:
    if level > person.assurance:
        person.assurance, person.assurance_source, person.assured_at = level, source, now()
        person.save(update_fields=["assurance", "assurance_source", "assured_at"])


def _failures(person: Person) -> int:
    return SecurityEvent.objects.filter(
        kind="identity", success=False, subject=f"person:{person.id}", at__gt=now() - timedelta(days=1)
    ).count()
