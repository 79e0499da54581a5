"""All writes of telephony."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from bangban.foundation.access.actors import Actor
from bangban.services.telephony.events import ExchangeEvent


@dataclass(frozen=True)
class Received:
    """What became of delivered events: new, known before, and refused with the reason by id."""

    accepted: int
    known: int
    refused: tuple[tuple[str, str], ...] = ()


def receive(events: Sequence[ExchangeEvent]) -> Received:
    raise NotImplementedError


def attach(call_id: UUID, record_number: str) -> None:
    raise NotImplementedError


def sign_in(actor: Actor, seat_number: str) -> None:
    raise NotImplementedError


def set_state(actor: Actor, state: str, reason: str = "") -> None:
    raise NotImplementedError


def sign_out(actor: Actor) -> None:
    raise NotImplementedError


def be_heard(actor: Actor) -> None:
    """Renew the lease of the seat; the desk page asks this every 30 s."""
    raise NotImplementedError


def set_up_seat(number: str, *, area: str = "", active: bool = True) -> None:
    raise NotImplementedError


def play(actor: Actor, recording_id: UUID, purpose: str, reason: str) -> Path:
    """Purposes: recordings.PURPOSES (quality, supervision, complaint, training, request); reason in words."""
    raise NotImplementedError


def propose_audio(actor: Actor, key: str, title: str, text: str, file: str = "") -> int:
    raise NotImplementedError


def approve_audio(actor: Actor, audio_id: int) -> None:
    raise NotImplementedError


def refuse_audio(actor: Actor, audio_id: int, reason: str) -> None:
    raise NotImplementedError


def use_audio(key: str) -> object:
    raise NotImplementedError


def record_menu_reason(actor: Actor, first: date, last: date | None, reason: str) -> None:
    raise NotImplementedError


def claim_missed(actor: Actor, call_id: UUID) -> None:
    raise NotImplementedError


def call_back(actor: Actor, call_id: UUID) -> str:
    raise NotImplementedError


def finish_missed(actor: Actor, call_id: UUID, result: str, note: str = "") -> None:
    """Results: reached (done), not_reached (back on the list), wrong_number (done)."""
    raise NotImplementedError
