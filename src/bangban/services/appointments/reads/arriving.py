"""Who stands at the kiosk: today's appointments behind a check-in code or a telephone number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from bangban.foundation.access.phones import clean_phone
from bangban.foundation.clocks.moment import now
from bangban.foundation.privacy.crypto import blind_index, normalise
from bangban.foundation.privacy.masking import mask_name
from bangban.registry.halls.reads import Hall, hall
from bangban.services.appointments.flow import FLOW
from bangban.services.appointments.making import day_bounds
from bangban.services.appointments.models import OPEN, Appointment
from bangban.services.appointments.rules import Arrival, arrival
from bangban.services.appointments.words import period_words

CODE_LENGTH = 6
SHOWN = 10
ORDER: dict[Arrival, int] = {"in_time": 0, "early": 1, "late": 2}


@dataclass(frozen=True)
class Arriving:
    """An appointment of today, as a kiosk or desk shows it before the check-in; the name is masked."""

    number: str
    name: str
    period: str
    starts_at: datetime
    ends_at: datetime
    klass: str
    state: str
    state_label: str
    arrival: Arrival
    ticket_number: str


def find_for_check_in(body_id: int, said: str) -> list[Arriving]:
    """Return today's appointments at a hall behind a check-in code or telephone number, who is in time first."""
    plan = hall(body_id)
    text = normalise(said)
    if plan is None or not text.isdecimal():
        return []
    is_code = len(text) == CODE_LENGTH
    rows = _behind(plan, text if is_code else "", "" if is_code else said, today=True)
    return [_row(row, plan) for row in _ordered(plan, rows)[:SHOWN]]


def best_for_check_in(plan: Hall, code: str, phone: str) -> Appointment | None:
    """Return the appointment that a check-in means: the one whose period runs, else the next to come, else the last."""
    found = _ordered(plan, _behind(plan, code, phone, today=False))
    return found[0] if found else None


def _behind(plan: Hall, code: str, phone: str, *, today: bool) -> list[Appointment]:
    """Return what stands behind a code or number: of today, or also what is still to come."""
    start, end = day_bounds(plan, now().astimezone(plan.zone).date())
    of_today = Q(starts_at__gte=start, starts_at__lt=end)
    rows: QuerySet[Appointment] = Appointment.objects.filter(
        of_today if today else of_today | Q(state__in=OPEN), body_id=plan.body_id
    ).exclude(state__in=("cancelled", "completed"))
    if code.strip():
        rows = rows.filter(code_index=blind_index(code, "check_in_code"))
    elif phone.strip():
        rows = rows.filter(phone_index=blind_index(clean_phone(phone) or phone, "phone"))
    else:
        return []
    return list(rows[: SHOWN * 2])


def _ordered(plan: Hall, rows: list[Appointment]) -> list[Appointment]:
    at = now()

    def place(row: Appointment) -> tuple[int, float]:
        verdict = arrival(at, row.starts_at, row.ends_at, plan.rules.early_check_in)
        return ORDER[verdict], abs((row.starts_at - at).total_seconds())

    return sorted(rows, key=place)


def _row(row: Appointment, plan: Hall) -> Arriving:
    klass = plan.classes.get(row.klass_id)
    return Arriving(
        number=row.number,
        name=mask_name(row.contact_name),
        period=period_words(row.starts_at, row.ends_at, plan.zone),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        klass=klass.name if klass else "",
        state=row.state,
        state_label=FLOW.states[row.state],
        arrival=arrival(now(), row.starts_at, row.ends_at, plan.rules.early_check_in),
        ticket_number=row.ticket_number,
    )
