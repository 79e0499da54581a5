"""Registering equipment, correcting it, checking it, taking it out of service (GB33358-4.2.4-i)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.locks import hold
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.deed import opening
from bangban.foundation.flows.flow import Incomplete
from bangban.oversight.holdings.actions.door import keeper_of_books, on
from bangban.oversight.holdings.flow import EQUIPMENT
from bangban.oversight.holdings.models import Equipment, EquipmentCheck
from bangban.oversight.holdings.numbers import EQUIPMENT as NUMBERS
from bangban.oversight.holdings.rules import check_problems, equipment_problems, months_after
from bangban.oversight.holdings.terms import NOTE_LIMIT, CheckResult, EquipmentKind
from bangban.registry.org.models import Staff


@dataclass(frozen=True)
class NewEquipment:
    """A piece of equipment as a form gives it; `keeper` is the id of a member of staff of the same body."""

    kind: str
    name: str
    place: str
    keeper: int
    in_service_on: date | None
    check_months: int
    serial_number: str = ""


def register_equipment(actor: Actor, new: NewEquipment) -> Equipment:
    """Register a piece of equipment; its first check is due one interval after today or its first day in service.

    Raises NotYours for all but managers of the hotline, Incomplete with a sentence per field.
    """
    body_id, _ = keeper_of_books(actor)
    at = now()
    with transaction.atomic():
        hold(f"holdings:{body_id}")
        values = _checked(new, body_id, business_date(at))
        record = Equipment(number=NUMBERS.next(at), state="in_use", body_id=body_id, **values)
        record.due_on = months_after(max(record.in_service_on, business_date(at)), new.check_months)
        with opening(EQUIPMENT, record, actor) as work:
            work.among_staff()
            work.tell(kind=record.kind, keeper=record.keeper_id)
    return record


def change_equipment(actor: Actor, number: str, new: NewEquipment) -> Equipment:
    """Correct what is registered; with another interval the next check moves, counted from the latest one."""
    with on(EQUIPMENT, Equipment, actor, number, "change") as work:
        one = work.record
        hold(f"holdings:{one.body_id}")
        values = _checked(new, one.body_id, business_date(work.at), one.id)
        if new.check_months != one.check_months:
            latest = one.checks.order_by("-checked_on", "-id").first()
            began = latest.checked_on if latest else business_date(one.created_at)
            values |= {"due_on": months_after(began, new.check_months), "reminded": 0}
        moved = {name: value for name, value in values.items() if getattr(one, name) != value}
        work.change(**moved)
        work.tell(fields=sorted(moved))
    return work.record


def _checked(new: NewEquipment, body_id: int, today: date, known: UUID | None = None) -> dict[str, object]:
    name, place, serial = new.name.strip(), new.place.strip(), new.serial_number.strip()
    problems = {} if new.kind in EquipmentKind.values else {"kind": "请选择设备类别。"}
    problems |= equipment_problems(name, place, serial, new.in_service_on, new.check_months, today)
    if not Staff.objects.filter(id=new.keeper, body_id=body_id, active=True).exists():
        problems["keeper"] = "请选择本单位的责任人。"
    if serial:
        same = Equipment.objects.filter(~Q(id=known), body_id=body_id, serial_number=serial).first()
        problems |= {"serial_number": f"这个序列号已登记为{same.number}“{same.name}”。"} if same else {}
    if problems:
        raise Incomplete("设备还不能登记，请检查标出的内容。", fields=problems)
    return {
        "kind": new.kind, "name": name, "place": place, "serial_number": serial, "keeper_id": new.keeper,
        "in_service_on": new.in_service_on, "check_months": new.check_months,
    }  # fmt: skip


def check_equipment(
    actor: Actor, number: str, result: str, checked_on: date | None, note: str = "", recovery_seconds: int | None = None
) -> EquipmentCheck:
    """Keep a check; the result sets the state, and the next one is due an interval after the latest.

    `recovery_seconds`: how long the restore drill took, for disaster-recovery equipment only (GB33358-4.2.4-i).
    """
    given = {"result": result, "checked_on": checked_on}
    with on(EQUIPMENT, Equipment, actor, number, "check", given) as work:
        one = work.record
        assert actor.staff_id is not None
        recovery = one.kind == EquipmentKind.RECOVERY
        problems = check_problems(
            result, note.strip(), recovery_seconds if recovery else None, checked_on, one.in_service_on,
            business_date(work.at), recovery=recovery,
        )  # fmt: skip
        if problems:
            raise Incomplete("检查还不能登记，请看标出的内容。", fields=problems)
        assert checked_on is not None
        earlier = one.checks.filter(checked_on__gt=checked_on).exists()
        row = EquipmentCheck(
            equipment=one, checked_on=checked_on, result=result, note=note.strip(), at=work.at, by_id=actor.staff_id,
            by_name=actor.public_name, recovery_seconds=recovery_seconds if recovery else None,
        )  # fmt: skip
        work.insert(row)
        work.tell(result=result, **({"recovery_seconds": recovery_seconds} if row.recovery_seconds else {}))
        # A check entered afterwards does not undo what a later one found.
        if not earlier:
            work.target = "in_use" if result == CheckResult.PASS else "faulty"
            work.change(due_on=months_after(checked_on, one.check_months), reminded=0)
    return row


def retire_equipment(actor: Actor, number: str, reason: str) -> Equipment:
    """Take a piece of equipment out of service; its checks stay readable."""
    with on(EQUIPMENT, Equipment, actor, number, "retire", {"reason": reason.strip()}) as work:
        work.change(ended_because=reason.strip()[:NOTE_LIMIT])
    return work.record
