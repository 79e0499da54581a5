"""Which order a call belongs to."""

from __future__ import annotations

from uuid import UUID

from bangban.foundation.flows.flow import NotYours
from bangban.services.telephony.models import Call


def attach(call_id: UUID, record_number: str) -> None:
    """Say that a call, with its recordings, belongs to a record; saying it again changes nothing.

    The caller has found the record through a getter that knows the actor. NotYours for a call that is not there.
    """
    if not Call.objects.filter(id=call_id).update(record_number=record_number):
        raise NotYours("没有找到这通电话。")
