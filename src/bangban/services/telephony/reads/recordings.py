"""Recordings of a call or an order, and who listened."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from bangban.services.telephony.models import Playback, Recording
from bangban.services.telephony.views import PlaybackView, RecordingView

LARGEST = 200


def recordings_of(call_id: UUID) -> list[RecordingView]:
    """Return the recordings of a call, the oldest first (GB33358-4.2.4-a)."""
    return [
        _view(row) for row in Recording.objects.filter(call_id=call_id).select_related("call").order_by("at")[:LARGEST]
    ]


def calls_with_recording(call_ids: Collection[UUID]) -> set[UUID]:
    """Return those of some calls that have a recording (GB33358-4.2.4-a)."""
    found = Recording.objects.filter(call_id__in=call_ids).values_list("call_id", flat=True)
    return set(found.distinct()) if call_ids else set()


def recordings_of_record(number: str) -> list[RecordingView]:
    """Return the recordings of all calls of an order, the oldest first."""
    if not number:
        return []
    rows = Recording.objects.filter(call__record_number=number).select_related("call").order_by("at")
    return [_view(row) for row in rows[:LARGEST]]


def playbacks(recording_id: UUID) -> list[PlaybackView]:
    """Return who listened or was refused, the latest first."""
    rows = Playback.objects.filter(recording_id=recording_id).order_by("-id")[:LARGEST]
    return [PlaybackView(row.at, row.who, row.purpose, row.reason, row.allowed, row.outcome) for row in rows]


def _view(row: Recording) -> RecordingView:
    return RecordingView(
        row.id, row.call_id, row.call.record_number, row.reference, row.at, row.seconds, row.digest, row.keep_until,
        row.gone_at,
    )  # fmt: skip
