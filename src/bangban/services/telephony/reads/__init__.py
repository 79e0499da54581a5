"""All queries of telephony."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from bangban.services.telephony.views import (
    AlarmView, AudioView, CallView, Difference, Figures, Gap, HourRow, MenuDay, Page, PlaybackView, RecordingView,
    SeatView, Utilisation, Waiting, Wall, Window,
)  # fmt: skip


def ringing_for(staff_id: int) -> CallView | None:
    raise NotImplementedError


def call(call_id: UUID) -> CallView:
    raise NotImplementedError


def calls_of_phone(phone: str, before: datetime | None = None, limit: int = 20) -> list[CallView]:
    raise NotImplementedError


def calls_of_record(number: str) -> list[CallView]:
    raise NotImplementedError


def waiting_now(at: datetime | None = None, limit: int = 200) -> list[Waiting]:
    raise NotImplementedError


def wall(at: datetime | None = None) -> Wall:
    raise NotImplementedError


def rate_windows(since: datetime, until: datetime) -> list[Window]:
    raise NotImplementedError


def alarms(limit: int = 20) -> list[AlarmView]:
    raise NotImplementedError


def breaches(day: date, after: str = "", limit: int = 50) -> Page:
    raise NotImplementedError


def missed(after: str = "", limit: int = 50) -> Page:
    raise NotImplementedError


def shortages(first: date, last: date, after: str = "", limit: int = 50) -> Page:
    raise NotImplementedError


def roster_gaps(start: datetime, end: datetime) -> list[Gap]:
    raise NotImplementedError


def recordings_of(call_id: UUID) -> list[RecordingView]:
    raise NotImplementedError


def recordings_of_record(number: str) -> list[RecordingView]:
    raise NotImplementedError


def playbacks(recording_id: UUID) -> list[PlaybackView]:
    raise NotImplementedError


def figures(first: date, last: date, by: str = "day") -> list[HourRow]:
    """by: hour, day, month."""
    raise NotImplementedError


def total(first: date, last: date) -> Figures:
    raise NotImplementedError


def deviations(first: date, last: date) -> list[MenuDay]:
    raise NotImplementedError


def seats() -> list[SeatView]:
    raise NotImplementedError


def seat_of(staff_id: int) -> SeatView | None:
    raise NotImplementedError


def utilisation(first: date, last: date) -> list[Utilisation]:
    raise NotImplementedError


def audio() -> list[AudioView]:
    raise NotImplementedError


def recompute(first: date, last: date) -> Sequence[Difference]:
    raise NotImplementedError
