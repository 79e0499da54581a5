"""The checklist of an appointment as its page shows it (DB23-6.5.1.3-c)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bangban.foundation.access.actors import Actor
from bangban.services.appointments.models import Appointment, Preparation
from bangban.services.appointments.reads.found import get_appointment


@dataclass(frozen=True)
class PreparationView:
    """One line of the checklist."""

    key: str
    name: str
    copies: str
    necessity: str
    note: str
    required: bool
    shared: bool
    paper: bool
    paper_reason: str
    blank_form: str
    sample_form: str
    ticked_at: datetime | None
    file_id: UUID | None
    file_name: str
    uploaded_at: datetime | None


def checklist_of(row: Appointment) -> tuple[PreparationView, ...]:
    """Return the checklist in its order. One query."""
    lines = Preparation.objects.filter(appointment=row).select_related("file").order_by("position")
    return tuple(
        PreparationView(
            key=line.key,
            name=line.name,
            copies=line.copies,
            necessity=line.necessity,
            note=line.note,
            required=line.required,
            shared=line.shared,
            paper=line.paper,
            paper_reason=line.paper_reason,
            blank_form=line.blank_form,
            sample_form=line.sample_form,
            ticked_at=line.ticked_at,
            file_id=line.file_id,
            file_name=line.file.name if line.file else "",
            uploaded_at=line.uploaded_at,
        )
        for line in lines
    )


def prepared_file(actor: Actor, number: str, key: str) -> UUID | None:
    """Return the attachment that was sent ahead for a material; None when there is none."""
    row = get_appointment(actor, number)
    return Preparation.objects.filter(appointment=row, key=key).values_list("file_id", flat=True).first()
