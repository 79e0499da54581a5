"""The register of equipment, one piece with its checks, and the backups and restores that the house itself noted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.models import SecurityEvent
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.zones import business_date
from bangban.foundation.flows.flow import Incomplete, NotYours, Transition
from bangban.oversight.holdings.flow import EQUIPMENT
from bangban.oversight.holdings.models import Equipment
from bangban.oversight.holdings.parties import parties, reach_of
from bangban.oversight.holdings.rules import stage
from bangban.oversight.holdings.terms import CheckResult, EquipmentKind

PAGE, CHECKS, RESTORES = 50, 50, 5


@dataclass(frozen=True)
class EquipmentLine:
    """One piece in the register; `stage` is 0 while its check is far, 1 within a week, 2 when late."""

    id: UUID
    number: str
    kind: str
    kind_label: str
    name: str
    place: str
    keeper_id: int
    keeper: str
    serial_number: str
    in_service_on: date
    check_months: int
    due_on: date
    state: str
    state_label: str
    stage: int


@dataclass(frozen=True)
class EquipmentPage:
    """One page of the register."""

    rows: tuple[EquipmentLine, ...]
    after: str


@dataclass(frozen=True)
class CheckLine:
    """One check that was made."""

    checked_on: date
    result: str
    result_label: str
    note: str
    recovery_seconds: int | None
    by: str
    at: datetime


@dataclass(frozen=True)
class RestoreLine:
    """A backup that was written or restored by command, as the house noted it; `took` in words of the command."""

    at: datetime
    kind: str
    took: str
    backup: str


@dataclass(frozen=True)
class EquipmentView:
    """A piece of equipment with its checks, the latest first."""

    line: EquipmentLine
    ended_because: str
    checks: tuple[CheckLine, ...]
    restores: tuple[RestoreLine, ...]
    allowed: tuple[Transition, ...]


def equipment_page(actor: Actor, *, kind: str = "", after: str = "", limit: int = PAGE) -> EquipmentPage:
    """Return the register of the actor's body and those below, by age of the entry; retired ones stay in it."""
    rows = Equipment.objects.filter(reach_of(actor)).select_related("keeper")
    rows = rows.filter(kind=kind) if kind in EquipmentKind.values else rows
    found = list(
        rows.filter(id__gt=mark_of(after)).order_by("id")[: limit + 1] if after else rows.order_by("id")[: limit + 1]
    )
    shown = found[:limit]
    today = business_date(now())
    return EquipmentPage(tuple(_line(one, today) for one in shown), str(shown[-1].id) if len(found) > limit else "")


def mark_of(after: str) -> UUID:
    """Return where a list goes on; Incomplete for a mark that was not given by us."""
    try:
        return UUID(after)
    except ValueError:
        raise Incomplete("翻页标记无效，请从第一页重新查看。", fields={"after": "翻页标记无效。"}) from None


def equipment_view(actor: Actor, number: str) -> EquipmentView:
    """Return one piece; NotYours for strangers."""
    one = Equipment.objects.select_related("keeper").filter(number=number.strip().upper()).first()
    found = parties(one, actor) if one else frozenset()
    if one is None or not found:
        raise NotYours("没有找到这台设备，请核对编号。")
    checks = one.checks.order_by("-checked_on", "-id")[:CHECKS]
    return EquipmentView(
        line=_line(one, business_date(now())),
        ended_because=one.ended_because,
        checks=tuple(
            CheckLine(
                row.checked_on, row.result, str(CheckResult(row.result).label), row.note, row.recovery_seconds,
                row.by_name, row.at,
            )
            for row in checks
        ),
        restores=restores() if one.kind == EquipmentKind.RECOVERY else (),
        allowed=tuple(EQUIPMENT.allowed(one, found)),
    )  # fmt: skip


def restores() -> tuple[RestoreLine, ...]:
    """Return the latest backups and restores that `bangban backup` and `bangban restore` noted in the security log."""
    rows = SecurityEvent.objects.filter(kind__in=("backed_up", "restored")).order_by("-at", "-id")[:RESTORES]
    return tuple(RestoreLine(row.at, row.kind, row.detail, row.subject.removeprefix("backup:")) for row in rows)


def _line(one: Equipment, today: date) -> EquipmentLine:
    return EquipmentLine(
        id=one.id, number=one.number, kind=one.kind, kind_label=str(EquipmentKind(one.kind).label), name=one.name,
        place=one.place, keeper_id=one.keeper_id, keeper=one.keeper.name, serial_number=one.serial_number,
        in_service_on=one.in_service_on, check_months=one.check_months, due_on=one.due_on, state=one.state,
        state_label=EQUIPMENT.states[one.state], stage=0 if one.state == "retired" else stage(one.due_on, today),
    )  # fmt: skip
