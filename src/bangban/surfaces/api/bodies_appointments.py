"""What goes in and out of the API of appointments."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from bangban.surfaces.api.bodies import Code, Words
from bangban.surfaces.api.bodies_hall import Label

Moment = Annotated[str, Meta(max_length=40)]


class PlaceOut(msgspec.Struct, rename={"klass": "class"}):
    """A hall that handles an item, and the next free period there."""

    hall: str
    name: str
    address: str
    phone: str
    klass: str
    next_free: str | None


class PlaceList(msgspec.Struct):
    """Halls that handle an item, the nearest free period first."""

    places: list[PlaceOut]


class SlotOut(msgspec.Struct):
    """A period; only an `open` one can be booked, `reason` says why another one cannot."""

    id: int
    starts_at: str
    ends_at: str
    free: int
    state: str
    reason: str


class DayOut(msgspec.Struct):
    """A day and how many places are free."""

    day: str
    free: int
    reason: str


class SlotList(msgspec.Struct):
    """The days that can be booked, and the periods of one of them."""

    days: list[DayOut]
    slots: list[SlotOut]


class AppointmentIn(msgspec.Struct, forbid_unknown_fields=True, rename={"klass": "class"}):
    """A new appointment: place, item or class, period, contact; the same client_id again is the same booking."""

    hall: Code
    slot: int
    phone: Annotated[str, Meta(max_length=20)]
    name: Annotated[str, Meta(max_length=100)] = ""
    item: Code | None = None
    klass: Annotated[str, Meta(max_length=2)] = ""
    flags: Annotated[list[Label], Meta(max_length=20)] = msgspec.field(default_factory=list)
    client_id: Annotated[str, Meta(max_length=80)] = ""
    channel: Code = "api"
    case: Code = ""


class MaterialOut(msgspec.Struct):
    """A line of the personal checklist."""

    key: str
    name: str
    copies: str
    required: bool
    on_paper: bool
    ticked: bool
    file: str


class AppointmentOut(msgspec.Struct, rename={"klass": "class"}):
    """An appointment; `check_in_code` is what the person shows in the hall."""

    number: str
    state: str
    state_label: str
    words: str
    hall: str
    place: str
    klass: str
    item: str
    starts_at: str
    ends_at: str
    confirmed: bool
    check_in_code: str
    can_check_in_now: bool
    remind_at: str
    reminded_at: str | None
    ticket: str
    case: str
    staff: str
    materials: list[MaterialOut]
    notes: list[str]
    closure_reason: str
    offered: SlotOut | None
    allowed_actions: list[str]


class AppointmentBooked(msgspec.Struct):
    """The answer to a new appointment; `token` is shown once and sent later as X-Case-Token."""

    number: str
    check_in_code: str
    token: str
    appointment: AppointmentOut


class AppointmentRowOut(msgspec.Struct):
    """An appointment in a list."""

    number: str
    state: str
    state_label: str
    period: str
    place: str
    item: str


class AppointmentPageOut(msgspec.Struct):
    """A page of the own appointments; `after` leads to the next."""

    appointments: list[AppointmentRowOut]
    after: str


class AppointmentActionIn(msgspec.Struct, forbid_unknown_fields=True):
    """What an action on an appointment needs: a period, a reason, somebody else."""

    slot: int | None = None
    reason: Words = ""
    staff: int | None = None


class CheckInIn(msgspec.Struct, forbid_unknown_fields=True):
    """Arriving: by check-in code, or by number or telephone together with it."""

    hall: Code
    code: Annotated[str, Meta(max_length=12)] = ""
    number: Code = ""
    phone: Annotated[str, Meta(max_length=20)] = ""


class ClosureIn(msgspec.Struct, forbid_unknown_fields=True, rename={"klass": "class", "starts": "from", "ends": "to"}):
    """Periods that the centre closes, with the reason that everybody affected is told."""

    hall: Code
    starts: Moment
    ends: Moment
    reason: Words
    klass: Annotated[str, Meta(max_length=2)] = ""


class ClosureOut(msgspec.Struct, rename={"klass": "class"}):
    """A closure and how many bookings in it have an outcome."""

    number: str
    state: str
    klass: str
    starts_at: str
    ends_at: str
    reason: str
    affected: int
    unhandled: int
    moved: int
    cancelled: int
    called: int
    allowed_actions: list[str]


class ClosureActionIn(msgspec.Struct, forbid_unknown_fields=True):
    """A reason, where the action wants one."""

    reason: Words = ""
