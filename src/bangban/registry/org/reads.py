"""Bodies and staff as plain objects; the tree is small and kept in memory for a minute."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q

from bangban.foundation.access.actors import Actor
from bangban.foundation.access.models import Account
from bangban.foundation.access.undertaking import needs_undertaking
from bangban.foundation.clocks.reads import work_calendar
from bangban.foundation.flows.flow import NotAllowed
from bangban.registry.org.models import Body, Employment, Presence, PresenceState, Shift, Staff

KEEP_SECONDS = 60
LEVEL_ORDER = {"province": 0, "city": 1, "district": 2, "township": 3, "village": 4}


@dataclass(frozen=True)
class Place:
    """A body as everybody may see it."""

    id: int
    code: str
    name: str
    kind: str
    level: str
    parent_id: int | None
    region: str
    path: tuple[int, ...]
    address: str
    phone: str
    latitude: float | None
    longitude: float | None
    opening_hours: str
    online: bool
    mode: str
    supervision_phone: str = ""
    supervision_address: str = ""


class Tree:
    """The bodies by id and code."""

    def __init__(self, places: list[Place]) -> None:
        self.by_id = {place.id: place for place in places}
        self.by_code = {place.code: place for place in places}

    def subtree(self, body_id: int) -> frozenset[int]:
        """Return a body and everything below it."""
        return frozenset(place.id for place in self.by_id.values() if body_id in place.path)

    def named(self, name: str) -> Place | None:
        """Return the body with exactly this name."""
        return next((place for place in self.by_id.values() if place.name == name), None)

    def of_kind(self, *kinds: str) -> list[Place]:
        """Return bodies of some kinds, top level first."""
        found = [place for place in self.by_id.values() if place.kind in kinds]
        return sorted(found, key=lambda place: (LEVEL_ORDER[place.level], place.code))


_kept: tuple[float, Tree] | None = None


def forget() -> None:
    """Drop the remembered tree after an edit in this process."""
    global _kept
    _kept = None


def tree() -> Tree:
    """Return all active bodies."""
    global _kept
    if _kept is None or _kept[0] < time.monotonic():
        bodies = Body.objects.filter(active=True).order_by("code")
        _kept = (time.monotonic() + KEEP_SECONDS, Tree([_place(body) for body in bodies]))
    return _kept[1]


def _place(body: Body) -> Place:
    return Place(
        id=body.id,
        code=body.code,
        name=body.name,
        kind=body.kind,
        level=body.level,
        parent_id=body.parent_id,
        region=body.region_id,
        path=tuple(body.path),
        address=body.address,
        phone=body.phone,
        latitude=body.latitude,
        longitude=body.longitude,
        opening_hours=body.opening_hours,
        online=body.online_since is not None,
        mode=body.mode,
        supervision_phone=body.supervision_phone,
        supervision_address=body.supervision_address,
    )


def place(body_id: int | None) -> Place | None:
    """Return one body by id."""
    return tree().by_id.get(body_id) if body_id else None


class NotOpen(NotAllowed, LookupError):
    """No service center is open for online service: the organisation is not imported, or has no online_since."""


def front_door() -> Place:
    """Return the centre that takes what names no place: the city's centre, or the highest one there is.

    Raises NotOpen, which is a LookupError and told as 409, when no service_center has reached its online_since.
    """
    centres = [found for found in tree().of_kind("service_center") if found.online]
    city = [found for found in centres if found.level == "city"]
    for found in (*city, *centres):
        return found
    raise NotOpen("在线服务还没有开通，请拨打12345，或到就近的政务服务中心办理。", state="")


def actor_of(account: Account, channel: str = "desk") -> Actor:
    """Return the acting member of staff behind an account; raises LookupError for accounts without a post."""
    staff = Staff.objects.select_related("body").filter(account=account, active=True).first()
    if staff is None:
        raise LookupError(f"Account {account.username} holds no post.")
    duties = frozenset(staff.duties)
    return Actor(
        kind="staff",
        id=f"staff:{staff.id}",
        name=staff.name,
        channel=channel,
        account_id=account.id,
        staff_id=staff.id,
        unit_id=staff.body_id,
        unit_name=staff.body.name,
        duties=duties,
        subtree=tree().subtree(staff.body_id) if "service_manager" in duties else frozenset(),
        third_party=staff.employment == Employment.THIRD_PARTY,
        unsigned=needs_undertaking(account),
    )


@dataclass(frozen=True)
class Colleague:
    """A member of staff as colleagues see them."""

    id: int
    name: str
    body_id: int
    body_name: str
    duties: tuple[str, ...]
    skills: tuple[str, ...]
    departments: tuple[str, ...]
    expert_as: str
    on_duty: bool
    present: bool
    work_number: str = ""


def colleagues(
    now: datetime, *, body_id: int | None = None, duty: str = "", staff_id: int | None = None, username: str = ""
) -> list[Colleague]:
    """Return active staff with whether they are on duty: rostered now, or at the desk, and not away."""
    rows = Staff.objects.filter(active=True, account__is_active=True).select_related("body", "presence", "account")
    rows = rows.filter(*[Q(body_id=body_id)] * bool(body_id), *[Q(duties__contains=[duty])] * bool(duty))
    if staff_id:
        rows = rows.filter(id=staff_id)
    if username:
        rows = rows.filter(account__username=username)
    found = list(rows.order_by("id"))
    rostered = _rostered([row.id for row in found], now)
    return [_colleague(row, now, row.id in rostered) for row in found]


def _colleague(row: Staff, now: datetime, rostered: bool) -> Colleague:
    presence: Presence | None = getattr(row, "presence", None)
    alive = presence is not None and presence.lease_until >= now
    away = alive and presence is not None and presence.state != PresenceState.AVAILABLE
    return Colleague(
        row.id,
        row.name,
        row.body_id,
        row.body.name,
        tuple(row.duties),
        tuple(row.skills),
        tuple(row.departments),
        row.expert_as,
        on_duty=(alive or rostered) and not away,
        present=alive and not away,
        work_number=row.work_number,
    )


def _rostered(staff_ids: list[int], now: datetime) -> set[int]:
    local = now.astimezone(ZoneInfo("Asia/Shanghai"))
    shifts = Shift.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=local.date()),
        staff_id__in=staff_ids,
        weekday=local.weekday(),
        starts__lte=local.time(),
        ends__gt=local.time(),
        valid_from__lte=local.date(),
    )
    workday = work_calendar().is_workday(local.date())
    return {shift.staff_id for shift in shifts if workday or not shift.workdays_only}
