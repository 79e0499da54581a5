"""What tests of dispatch need: letting time pass, and reading the hand-overs of a case."""

from __future__ import annotations

from datetime import datetime, timedelta

from bangban.foundation.clocks import moment
from bangban.foundation.handover.actions import expire_due
from bangban.foundation.handover.models import Handover
from bangban.services.cases.models import Case


def later(**length: float) -> datetime:
    """Let the clock of the house run ahead; returns the new moment."""
    moment.set_shift(moment._shift + timedelta(**length))
    return moment.now()


def offers(number: str) -> list[Handover]:
    """Return all hand-overs of a case in the order they were made."""
    return list(Handover.objects.filter(record_id=Case.objects.get(number=number).id).order_by("offered_at", "hop"))


def lapse(number: str) -> int:
    """Let the open offer of a case run out, and let the house deal with it."""
    (open_one,) = [offer for offer in offers(number) if offer.answer == "offered"]
    assert open_one.expires_at is not None
    moment.stand_at(open_one.expires_at + timedelta(seconds=1))
    return expire_due(moment.now())
