"""Check-in codes: six digits, found by a blind index, the same for no two open appointments of a hall."""

from __future__ import annotations

import secrets

from bangban.foundation.privacy.crypto import blind_index
from bangban.services.appointments.models import OPEN, Appointment

TRIES = 5
CODES = 1_000_000


def free_code(body_id: int) -> str:
    """Return six digits that no open appointment of the hall has; the database has the last word."""
    for _ in range(TRIES):
        code = f"{secrets.randbelow(CODES):06d}"
        if not Appointment.objects.filter(body_id=body_id, code_index=code_index(code), state__in=OPEN).exists():
            return code
    return code


def code_index(code: str) -> bytes:
    """Return by what a check-in code is found."""
    return blind_index(code, "check_in_code")
