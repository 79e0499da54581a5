"""The lease of a seat: renewed by the open page with a POST, never by looking; a desk without a heartbeat falls out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bangban.foundation.clocks.moment import now, stand_at
from bangban.services.telephony import actions
from bangban.services.telephony.models import SeatSession
from tests.hotline import Hotline
from tests.surfaces.desk.conftest import Desk

pytestmark = pytest.mark.django_db


def seated(line: Hotline) -> SeatSession:
    actions.set_up_seat(line.manager, "Z1")
    return actions.sign_in(line.agent, "Z1")


def test_looking_at_the_bar_of_the_line_writes_nothing(line: Hotline, desk: Desk) -> None:
    client, lease = desk(line.agent), seated(line).lease_until
    address = reverse("hotline:callbar")
    client.get(address)
    stand_at(now() + timedelta(seconds=100))
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    written = [one["sql"] for one in queries if one["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert [one for one in written if "session" not in one.split("SET")[0] or "seat" in one] == []
    assert SeatSession.objects.get().lease_until == lease
    stand_at(now() + timedelta(seconds=30))
    assert actions.lapse(now()) == 1
    assert SeatSession.objects.get().signed_out_at == lease


def test_an_open_page_keeps_the_seat_also_of_somebody_whom_colleagues_do_not_see(line: Hotline, desk: Desk) -> None:
    client, lease = desk(line.agent), seated(line).lease_until
    client.post("/desk/presence", {"presence": "offline"})
    assert f'data-lease-url="{reverse("desk:lease")}"' in client.get(reverse("hotline:line")).content.decode()
    for _ in range(3):
        stand_at(now() + timedelta(seconds=100))
        assert client.post(reverse("desk:lease")).status_code == 204
        assert actions.lapse(now()) == 0
    assert SeatSession.objects.get().lease_until > lease
    stand_at(now() + timedelta(seconds=121))
    assert actions.lapse(now()) == 1


def test_whoever_takes_no_calls_renews_no_seat(line: Hotline, desk: Desk) -> None:
    assert desk(line.builder).post(reverse("desk:lease")).status_code == 403
    assert desk(line.agent).get(reverse("desk:lease"))["Location"] == reverse("desk:board")
