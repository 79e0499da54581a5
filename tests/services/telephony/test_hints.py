"""Pages are told that there is something to fetch, in the transaction that wrote it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from bangban.foundation.clocks.moment import now
from bangban.foundation.live.numbering import EPHEMERAL_CHANNEL
from bangban.services.telephony import actions
from bangban.services.telephony.actions import hinting
from tests.cast import make_city
from tests.services.telephony.cast import Hotline, make_hotline, talk


@pytest.fixture
def hotline(transactional_db: None) -> Hotline:
    make_city()
    return make_hotline()


@pytest.fixture
def heard(hotline: Hotline, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, object]]]:
    signs: list[dict[str, object]] = []
    connection.ensure_connection()
    own = connection.connection

    def hear(notice: object) -> None:
        signs.append(json.loads(notice.payload))  # type: ignore[attr-defined]

    monkeypatch.setattr(hinting, "_wall_told", float("-inf"))
    own.add_notify_handler(hear)
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {EPHEMERAL_CHANNEL}")
    yield signs
    with connection.cursor() as cursor:
        cursor.execute(f"UNLISTEN {EPHEMERAL_CHANNEL}")
    own.remove_notify_handler(hear)


def test_an_agent_hears_of_a_ringing_call_when_it_is_stored(hotline: Hotline, heard: list[dict[str, object]]) -> None:
    with transaction.atomic():
        actions.receive(talk("c", start=now())[:3])
        assert heard == []
    desk = [sign for sign in heard if sign["topic"] == f"desk:{hotline.agent.staff_id}"]
    assert [(sign["kind"], sign["visibility"]) for sign in desk] == [("call.changed", "staff")]
    assert "13800138000" not in json.dumps(heard)


def test_the_wall_is_told_once_in_its_time_and_not_once_an_event(
    hotline: Hotline, heard: list[dict[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hinting, "WALL_SECONDS", 3600.0)
    for place in range(20):
        actions.receive(talk(f"c{place}", start=now()))
    assert [sign["topic"] for sign in heard].count(f"hotline:{hotline.body.id}") == 1


def test_what_happened_long_ago_rings_at_no_desk(hotline: Hotline, heard: list[dict[str, object]]) -> None:
    from datetime import timedelta

    actions.receive(talk("c", start=now() - timedelta(hours=1)))
    assert heard == []
