"""Writes of the organisation: regions, bodies, staff, shifts, presence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from django.db import transaction
from django.db.models import Q

from bangban.foundation.access.accounts import make_account
from bangban.foundation.access.actors import Actor
from bangban.foundation.access.duties import DUTIES, check_combination
from bangban.foundation.access.models import AccountKind
from bangban.foundation.clocks import reads as clock_reads
from bangban.foundation.clocks.models import Hours
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Incomplete
from bangban.foundation.live.actions import publish_ephemeral
from bangban.registry.org import reads
from bangban.registry.org.models import Body, Employment, Presence, PresenceState, Region, Shift, Staff
from bangban.registry.org.rules import check_body_name, default_work_number, level_of_code

LEASE = timedelta(seconds=60)


def save_region(code: str, name: str) -> Region:
    """Add or rename a division; level and parent follow from its 12-digit code."""
    code = code.ljust(12, "0")
    level, parent = level_of_code(code)
    parent_row = Region.objects.filter(code=parent).first() if parent else None
    region, _ = Region.objects.update_or_create(
        code=code, defaults={"name": name, "level": level, "parent": parent_row}
    )
    return region


@dataclass(frozen=True)
class NewBody:
    """A body as an import file or a form gives it."""

    code: str
    name: str
    kind: str
    level: str
    region: str
    parent: str = ""
    address: str = ""
    phone: str = ""
    latitude: float | None = None
    longitude: float | None = None
    opening_hours: str = ""
    supervision_phone: str = ""
    supervision_address: str = ""
    online_since: date | None = None
    mode: str = "assistant_first"
    contacts_confirmed_on: date | None = None
    name_override_reason: str = ""


@transaction.atomic
def save_body(new: NewBody) -> Body:
    """Add or change a body; its path, and that of everything below it, follows from its parent (T637-2, BJO-2.3).

    Raises Incomplete when the parent is unknown or lies below the body, or the name breaks the naming pattern without
    a reason.
    """
    parent = Body.objects.filter(code=new.parent).first() if new.parent else None
    problems = {} if parent or not new.parent else {"parent": "没有找到上级机构。"}
    if parent and Body.objects.filter(code=new.code, id__in=parent.path).exists():
        problems["parent"] = "上级机构不能是本机构或本机构的下级。"
    if wrong := check_body_name(new.name, new.kind, override=new.name_override_reason):
        problems["name"] = wrong
    if problems:
        raise Incomplete("机构信息有误。", fields=problems)
    values = {field: getattr(new, field) for field in _BODY_FIELDS}
    body, _ = Body.objects.update_or_create(
        code=new.code, defaults={**values, "parent": parent, "region_id": new.region.ljust(12, "0")}
    )
    body.path = [*(parent.path if parent else []), body.id]
    body.save(update_fields=["path"])
    _move_below(body)
    reads.forget()
    return body


def _move_below(body: Body) -> None:
    for below in Body.objects.filter(path__contains=[body.id]).exclude(id=body.id):
        below.path = [*body.path, *below.path[below.path.index(body.id) + 1 :]]
        below.save(update_fields=["path"])


_BODY_FIELDS = (
    "name", "kind", "level", "address", "phone", "latitude", "longitude", "opening_hours", "supervision_phone",
    "supervision_address", "online_since", "mode", "contacts_confirmed_on",
)  # fmt: skip


@dataclass(frozen=True)
class NewStaff:
    """A member of staff as an import file or a form gives it."""

    username: str
    name: str
    body: str
    duties: tuple[str, ...]
    employment: str = Employment.FULL_TIME.value
    employer: str = ""
    skills: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    expert_as: str = ""
    work_number: str = ""


@transaction.atomic
def save_staff(new: NewStaff, password: str | None = None) -> Staff:
    """Add or change a member of staff and the account (T637-6.1.6-c).

    Without a work number the known one stays, and a new member gets one made of the running id (GZ0012).

    Raises Incomplete for unknown duties, duties that may not be held together, or third-party staff without employer.
    """
    problems = {}
    if unknown := [duty for duty in new.duties if duty not in DUTIES]:
        problems["duties"] = "没有这些岗位：" + "、".join(unknown)
    elif conflicts := check_combination(frozenset(new.duties)):
        problems["duties"] = conflicts[0]
    body = Body.objects.filter(code=new.body).first()
    if body is None:
        problems["body"] = "没有找到所属机构。"
    if new.employment == Employment.THIRD_PARTY and not new.employer:
        problems["employer"] = "第三方人员请填写用人单位。"
    number = new.work_number.strip()
    if number and Staff.objects.filter(work_number=number).exclude(account__username=new.username).exists():
        problems["work_number"] = f"工号{number}已有人使用，请核对。"
    if problems:
        raise Incomplete("人员信息有误。", fields=problems)
    assert body is not None
    account = make_account(new.username, AccountKind.STAFF, new.name, password)
    staff, _ = Staff.objects.update_or_create(
        account=account,
        defaults={
            "name": new.name,
            "body": body,
            "duties": sorted(set(new.duties)),
            "employment": new.employment,
            "employer": new.employer,
            "skills": list(new.skills),
            "departments": list(new.departments),
            "languages": list(new.languages),
            "expert_as": new.expert_as,
            **({"work_number": number} if number else {}),
        },
    )
    if not staff.work_number:
        staff.work_number = _free_number(staff.id)
        staff.save(update_fields=["work_number"])
    return staff


def _free_number(staff_id: int) -> str:
    taken = set(Staff.objects.filter(work_number__startswith="GZ").values_list("work_number", flat=True))
    return next(number for turn in count() if (number := default_work_number(staff_id, turn)) not in taken)


def set_shifts(staff_id: int, shifts: Iterable[tuple[int, time, time]], *, workdays_only: bool = True) -> None:
    """Replace the weekly roster of a member of staff."""
    with transaction.atomic():
        Shift.objects.filter(staff_id=staff_id).delete()
        Shift.objects.bulk_create(
            Shift(staff_id=staff_id, weekday=d, starts=s, ends=e, workdays_only=workdays_only, valid_from=now().date())
            for d, s, e in shifts
        )


def set_dates(plan: Mapping[int, Mapping[date, Iterable[tuple[time, time]]]]) -> None:
    """Replace what members of staff are rostered for on some dates; their weekly roster goes on around these.

    `plan` is staff id → date → stretches, each within its day. A weekly row that falls on such a date is cut in two, so
    that other weeks keep it.
    """
    days = [day for dates in plan.values() for day in dates]
    if not days:
        return
    with transaction.atomic():
        rows = list(
            Shift.objects.select_for_update().filter(
                Q(valid_to=None) | Q(valid_to__gte=min(days)), staff_id__in=list(plan), valid_from__lte=max(days)
            )
        )
        left = list(rows)
        for staff_id, dates in plan.items():
            for day, spans in dates.items():
                left = [piece for row in left for piece in (_around(row, day) if row.staff_id == staff_id else (row,))]
                left += [_on_one_day(staff_id, day, *span) for span in spans]
        kept = {row.id for row in left if row.id}
        Shift.objects.filter(id__in=[row.id for row in rows if row.id not in kept]).delete()
        Shift.objects.bulk_create([row for row in left if not row.id])


def _around(row: Shift, day: date) -> list[Shift]:
    """Return what is left of a weekly row when one of its dates is taken out: the row itself when it does not fall there."""
    if row.weekday != day.weekday() or row.valid_from > day or (row.valid_to is not None and row.valid_to < day):
        return [row]
    week = timedelta(days=7)
    before = (row.valid_from, day - week) if row.valid_from <= day - week else None
    after = (day + week, row.valid_to) if row.valid_to is None or row.valid_to >= day + week else None
    return [
        Shift(
            staff_id=row.staff_id, weekday=row.weekday, starts=row.starts, ends=row.ends, valid_from=first,
            workdays_only=row.workdays_only, valid_to=last,
        )
        for first, last in filter(None, (before, after))
    ]  # fmt: skip


def _on_one_day(staff_id: int, day: date, starts: time, ends: time) -> Shift:
    return Shift(
        staff_id=staff_id, weekday=day.weekday(), starts=starts, ends=ends, workdays_only=False, valid_from=day,
        valid_to=day,
    )  # fmt: skip


def set_hours(
    kind: str,
    body_code: str,
    weekly: Mapping[str, Any],
    *,
    workdays_only: bool = True,
    exceptions: Mapping[date, Any] | None = None,
) -> None:
    """Give a body its own service hours; other bodies keep theirs (BJ-8).

    `exceptions` are dates with spans of their own, or with none when closed; without it those known stay.
    """
    unit_id = Body.objects.values_list("id", flat=True).get(code=body_code)
    spans: list[Any] = next((value for value in weekly.values() if value), [])
    Hours.objects.update_or_create(
        kind=kind,
        unit_id=unit_id,
        defaults={"weekly": dict(weekly), "workday_spans": spans, "workdays_only": workdays_only}
        | ({"exceptions": {day.isoformat(): own for day, own in exceptions.items()}} if exceptions is not None else {}),
    )
    clock_reads.forget()


def be_present(actor: Actor, state: str = "", at: datetime | None = None) -> Presence | None:
    """Renew the lease of a member of staff at the desk; `state` changes what colleagues see.

    A desk that falls silent for sixty seconds counts as empty.
    """
    if actor.staff_id is None:
        return None
    if state and state not in PresenceState.values:
        raise Incomplete("没有这个状态。", fields={"state": "可选：" + "、".join(PresenceState.values)})
    moment = at or now()
    known = Presence.objects.filter(staff_id=actor.staff_id).first()
    wanted = state or (known.state if known and known.lease_until >= moment else PresenceState.AVAILABLE)
    presence, _ = Presence.objects.update_or_create(
        staff_id=actor.staff_id,
        defaults={"state": wanted, "seen_at": moment, "lease_until": moment + LEASE},
    )
    if known is None or known.state != wanted or known.lease_until < moment:
        publish_ephemeral(f"unit:{actor.unit_id}", "presence.changed", {"staff": actor.staff_id, "state": wanted})
    return presence


def leave(actor: Actor) -> None:
    """End the lease at sign-out."""
    if actor.staff_id is None:
        return
    Presence.objects.filter(staff_id=actor.staff_id).update(state=PresenceState.AWAY, lease_until=now())
