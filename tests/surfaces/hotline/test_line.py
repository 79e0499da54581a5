"""The agent's own page: who waits, who is to be called back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from bangban.foundation.clocks.moment import now
from bangban.services.telephony.actions import receive
from bangban.services.telephony.events import ExchangeEvent
from tests.hotline import Hotline
from tests.surfaces.desk.conftest import Desk

pytestmark = pytest.mark.django_db


def somebody(place: int, *kinds: str, language: str = "") -> None:
    """Let somebody call some minutes ago, each event a second after the one before."""
    at = now() - timedelta(minutes=20 - place)
    receive([
        ExchangeEvent(exchange="main", id=f"{place}-{kind}", call=f"c{place}", kind=kind, at=at + timedelta(seconds=after),
            caller=f"1390000{place:04}", called="12345", language=language)
        for after, kind in enumerate(kinds)
    ])  # fmt: skip


def test_many_lost_calls_leave_room_for_the_letters_below_and_stay_at_hand(line: Hotline, desk: Desk) -> None:
    for place in range(8):
        somebody(place, "offered", "queued", "abandoned")
    page = desk(line.agent).get(reverse("hotline:line")).content.decode()
    before, more = page.split("还有 3 个")
    assert ">8 个<" in before
    assert len(re.findall(r"139\*{4}000\d", before)) == 5
    assert len(re.findall(r"139\*{4}000\d", more)) == 3


def test_who_waits_is_shown_with_the_name_of_the_language(line: Hotline, desk: Desk) -> None:
    somebody(1, "offered", "queued", language="cantonese")
    page = desk(line.agent).get(reverse("hotline:line")).content.decode()
    assert "粤语" in page
    assert "cantonese" not in page
