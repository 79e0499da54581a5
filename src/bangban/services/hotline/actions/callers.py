"""Caller files: found or made at the first word, corrected with history, merged and undone, marked by two people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction

from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.deed import Deed, deed, opening
from bangban.foundation.flows.flow import Incomplete, NotAllowed, NotYours
from bangban.foundation.privacy.crypto import blind_index
from bangban.registry.people.models import Person
from bangban.services.hotline.flow_callers import FLOW
from bangban.services.hotline.models import Caller, CallerChange, CallerMerge, CallerPhone, NuisanceMark
from bangban.services.hotline.numbers import CALLERS
from bangban.services.hotline.rules_intake import caller_number
from bangban.services.hotline.terms import SubjectKind

UNKNOWN = "没有找到这份服务对象档案，请核对编号。"
CORRECTABLE = {"name": 100, "address": 200, "language": 20, "note": 1000, "kind": 40}
SHORTEST_REASON, LONGEST_REASON = 2, 500


def caller_for(
    phone: str, person_id: int | None = None, name: str = "", kind: str = SubjectKind.PERSON, *, address: str = ""
) -> Caller | None:
    """Return the file of whoever calls or writes, made when there is none (GB33358-4.2.4-c).

    A verified person comes before a number, since families share telephones. None when neither is known: an anonymous
    caller has no file. Safe against two first calls of one number at the same moment.
    """
    number = caller_number(phone)
    if not number and person_id is None:
        return None
    with transaction.atomic():
        found = _known(number, person_id)
        if found is None:
            try:
                with transaction.atomic():
                    return _open(number, person_id, name, kind, address)
            except IntegrityError:
                found = _known(number, person_id)
                if found is None:
                    raise
        return _met(found, number, person_id)


def _known(number: str, person_id: int | None) -> Caller | None:
    of_person = Caller.objects.filter(person_id=person_id).first() if person_id is not None else None
    if of_person is not None or not number:
        return of_person
    row = CallerPhone.objects.filter(phone_index=blind_index(number, "phone")).select_related("caller").first()
    if row is None:
        return None
    return row.caller if person_id is None or _is_theirs(number, person_id, row.caller) else None


def _is_theirs(number: str, person_id: int, caller: Caller) -> bool:
    """Tell whether a number's file becomes the person's: nobody else's, and the number is the one they proved."""
    if caller.person_id is not None:
        return caller.person_id == person_id
    return Person.objects.filter(id=person_id, phone_index=blind_index(number, "phone")).exists()


def _open(number: str, person_id: int | None, name: str, kind: str, address: str) -> Caller:
    called = name.strip()[:100]
    caller = Caller(
        number=CALLERS.next(now()),
        state="open",
        person_id=person_id,
        kind=kind if kind in SubjectKind.values and kind != SubjectKind.ANONYMOUS else SubjectKind.PERSON,
        name=called,
        name_index=blind_index(called, "name") if called else None,
        address=address.strip()[:200],
    )
    with opening(FLOW, caller, SYSTEM) as work:
        work.among_staff()
        work.tell(kind=caller.kind, verified=person_id is not None)
        # Without a person the number is the file: one that somebody else has just taken must fail, not be left out.
        shared = person_id is not None and CallerPhone.objects.filter(phone_index=blind_index(number, "phone")).exists()
        if number and not shared:
            work.insert(_phone(caller, number, work))
    return caller


def _phone(caller: Caller, number: str, work: Deed[Caller]) -> CallerPhone:
    return CallerPhone(caller=caller, phone=number, phone_index=blind_index(number, "phone"), since=work.at)


def _met(caller: Caller, number: str, person_id: int | None) -> Caller:
    """Add what is new about a known caller: another number nobody has, or the verified person behind it."""
    index = blind_index(number, "phone") if number else None
    new_phone = index is not None and not CallerPhone.objects.filter(phone_index=index).exists()
    new_person = person_id is not None and caller.person_id is None
    if not (new_phone or new_person):
        return caller
    try:
        with transaction.atomic(), caller_deed(SYSTEM, caller.number, "_meet") as work:
            if new_phone:
                work.insert(_phone(work.record, number, work))
            if new_person:
                work.change(person_id=person_id)
            work.tell(phone=new_phone, person=new_person)
            return work.record
    except IntegrityError:  # another call of the same moment has added it
        return Caller.objects.get(id=caller.id)


@contextmanager
def caller_deed(
    actor: Actor, number: str, action: str, given: Mapping[str, Any] | None = None
) -> Iterator[Deed[Caller]]:
    """Do one action on one file; raises NotYours, NotAllowed or Incomplete before anything is changed."""
    lock = Caller.objects.select_for_update(of=("self",)).filter(number=number.strip().upper()).first
    with deed(FLOW, lock, action, actor, given) as work:
        yield work


def _staff(actor: Actor) -> int:
    if actor.staff_id is None:
        raise NotYours(UNKNOWN)
    return actor.staff_id


def _reason(text: str) -> str:
    reason = text.strip()[:LONGEST_REASON]
    if len(reason) < SHORTEST_REASON:
        raise Incomplete("请写明理由，以后查得到。", fields={"reason": "请写明理由。"})
    return reason


def correct(actor: Actor, number: str, changes: Mapping[str, str], reason: str) -> Caller:
    """Correct name, kind, address, language or note; what stood there before is kept (sealed).

    Raises Incomplete for unknown fields, overlong values and a missing reason.
    """
    why = _reason(reason)
    if problems := _wrong(changes):
        raise Incomplete("请检查要更正的内容。", fields=problems)
    with caller_deed(actor, number, "correct", {"reason": why}) as work:
        caller, fields = work.record, []
        for field, value in changes.items():
            before, after = str(getattr(caller, field)), value.strip()
            if before == after:
                continue
            work.insert(
                CallerChange(
                    caller=caller, field=field, before=before, after=after, reason=why, by_id=_staff(actor), at=work.at
                )
            )
            work.change(**{field: after})
            fields.append(field)
        if "name" in fields:
            work.change(name_index=blind_index(caller.name, "name") if caller.name else None)
        work.tell(fields=fields)
    return caller


def _wrong(changes: Mapping[str, str]) -> dict[str, str]:
    problems = {name: "档案里没有这一项。" for name in changes if name not in CORRECTABLE}
    for name, most in CORRECTABLE.items():
        if len(changes.get(name, "").strip()) > most:
            problems[name] = f"最多{most}字，请精简。"
    if "kind" in changes and changes["kind"] not in SubjectKind.values:
        problems["kind"] = "请从列表中选择。"
    return problems or ({} if changes else {"name": "请填写要更正的内容。"})


def move_phone(actor: Actor, number: str, phone: str, reason: str, to: str = "") -> Caller:
    """Take a number out of a file, or move it to another one, when it belongs to somebody else (correction)."""
    why, spelling, target = _reason(reason), caller_number(phone), to.strip().upper()
    if target == number.strip().upper():
        raise NotAllowed("号码已经在这份档案里。", state="")
    with transaction.atomic():
        if target:
            _lock_both(number.strip().upper(), target)
        with caller_deed(actor, number, "correct", {"reason": why}) as work:
            row = CallerPhone.objects.filter(phone_index=blind_index(spelling, "phone"), caller=work.record).first()
            if row is None:
                raise Incomplete("这份档案里没有这个号码。", fields={"phone": "请选择档案里的号码。"})
            work.insert(
                CallerChange(
                    caller=work.record, field="phone", before=spelling, reason=why, by_id=_staff(actor), at=work.at
                )
            )
            work.tell(fields=["phone"])
            if target:
                _take_over(actor, target, row, why)
            else:
                row.delete()
    return work.record


def _take_over(actor: Actor, to: str, row: CallerPhone, why: str) -> None:
    with caller_deed(actor, to, "correct", {"reason": why}) as work:
        row.caller = work.record
        work.changed(row, "caller")
        work.insert(
            CallerChange(
                caller=work.record, field="phone", after=row.phone, reason=why, by_id=_staff(actor), at=work.at
            )
        )
        work.tell(fields=["phone"])


def merge(actor: Actor, number: str, into: str, reason: str) -> Caller:
    """Note that two files are one caller: `number` is shown with `into` from now on; nothing is moved.

    Orders and numbers stay with their file, so that `split` restores both exactly. Returns the file that remains.
    """
    why, number, into = _reason(reason), number.strip().upper(), into.strip().upper()
    if number == into:
        raise NotAllowed("不能把档案并入它自己。", state="")
    with transaction.atomic():
        _lock_both(number, into)
        with caller_deed(actor, into, "_absorb") as kept:
            kept.tell(other=number)
        with caller_deed(actor, number, "merge", {"into": into, "reason": why}) as work:
            work.change(merged_into=kept.record)
            work.insert(CallerMerge(caller=work.record, into=kept.record, reason=why, by_id=_staff(actor), at=work.at))
            work.tell(into=into)
    return kept.record


def split(actor: Actor, number: str, reason: str) -> Caller:
    """Undo a merge, with who and why; the file stands by itself again."""
    why, number = _reason(reason), number.strip().upper()
    with transaction.atomic():
        into = Caller.objects.filter(number=number).values_list("merged_into__number", flat=True).first()
        _lock_both(number, into or number)
        with caller_deed(actor, number, "split", {"reason": why}) as work:
            row = CallerMerge.objects.get(caller=work.record, undone_at=None)
            row.undone_at, row.undone_by_id, row.undone_reason = work.at, actor.staff_id, why
            work.changed(row, "undone_at", "undone_by", "undone_reason")
            work.change(merged_into=None)
            work.tell(into=into)
        if into:
            with caller_deed(actor, into, "_release") as kept:
                kept.tell(other=number)
    return work.record


def _lock_both(one: str, other: str) -> None:
    """Lock two files in one order everywhere, so that opposite merges cannot wait for each other."""
    rows = list(Caller.objects.select_for_update(of=("self",)).filter(number__in={one, other}).order_by("id"))
    if len(rows) < len({one, other}):
        raise NotYours(UNKNOWN)


def propose_nuisance(actor: Actor, number: str, reason: str) -> Caller:
    """Propose to mark a caller as a nuisance; it counts only after another person has agreed (F3.31)."""
    why = _reason(reason)
    with caller_deed(actor, number, "propose_nuisance", {"reason": why}) as work:
        work.insert(NuisanceMark(caller=work.record, reason=why, proposed_by_id=_staff(actor), proposed_at=work.at))
        work.change(nuisance="proposed")
    return work.record


def decide_nuisance(actor: Actor, number: str, agree: bool, note: str = "") -> Caller:
    """Agree to a proposed mark, or not; never the person who proposed it."""
    with caller_deed(actor, number, "decide_nuisance", {"agree": "yes" if agree else "no"}) as work:
        mark = _mark(work.record)
        if mark.proposed_by_id == actor.staff_id:
            raise NotAllowed("提请人不能自己复核，请由另一位热线管理人员决定。", state=work.record.state)
        mark.agreed, mark.decided_by_id, mark.decided_at, mark.note = agree, actor.staff_id, work.at, note.strip()[:500]
        work.changed(mark, "agreed", "decided_by", "decided_at", "note")
        work.change(nuisance="marked" if agree else "")
        work.tell(agreed=agree)
    return work.record


def lift_nuisance(actor: Actor, number: str, reason: str) -> Caller:
    """Take a mark away, with who and why."""
    why = _reason(reason)
    with caller_deed(actor, number, "lift_nuisance", {"reason": why}) as work:
        mark = _mark(work.record)
        mark.lifted_by_id, mark.lifted_at, mark.lifted_reason = actor.staff_id, work.at, why
        work.changed(mark, "lifted_by", "lifted_at", "lifted_reason")
        work.change(nuisance="")
    return work.record


def _mark(caller: Caller) -> NuisanceMark:
    return NuisanceMark.objects.exclude(agreed=False).get(caller=caller, lifted_at=None)
