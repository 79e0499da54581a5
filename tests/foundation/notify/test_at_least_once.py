"""A deliverer killed in the middle of a call loses nothing; the repetition carries the same key."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from bangban.foundation.notify.actions import deliver_due, delivering
from bangban.foundation.notify.models import Delivery
from bangban.foundation.notify.rules import MOST_ATTEMPTS
from tests.foundation.notify.conftest import MORNING, Provider, sms, state_of

WORK = f"""
import django; django.setup()
from datetime import datetime
from bangban.foundation.notify.actions import deliver_due
deliver_due(datetime.fromisoformat("{MORNING.isoformat()}"))
"""


def database_address() -> str:
    settings = connection.settings_dict
    return f"postgresql:///{settings['NAME']}?host={settings['HOST']}&user={settings['USER']}&port={settings['PORT']}"


@pytest.mark.django_db(transaction=True)
def test_kill_9_during_the_call_repeats_the_message_with_its_key(provider: Provider, project_root: Path) -> None:
    release = threading.Event()

    def hang(call: object) -> tuple[int, dict[str, str], str]:
        if not release.is_set():
            release.wait(180)
        return 200, {}, "{}"

    provider.answer = hang
    delivery = sms("case:OC1:progress:3")
    environment = os.environ | {
        "BANGBAN_DATABASE_URL": database_address(),
        "DJANGO_SETTINGS_MODULE": "bangban.settings",
        "PYTHONPATH": str(project_root / "src"),
    }
    worker = subprocess.Popen([sys.executable, "-c", WORK], env=environment)
    try:
        limit = time.monotonic() + 120
        while not provider.calls and time.monotonic() < limit and worker.poll() is None:
            time.sleep(0.02)
        worker.send_signal(signal.SIGKILL)
    finally:
        worker.kill()
        worker.wait()
        release.set()
    assert len(provider.calls) == 1
    assert state_of(delivery) == "sending", "the lease is left behind"
    assert deliver_due(MORNING + timedelta(seconds=80)) == 0, "the lease is honoured while it runs"
    assert deliver_due(MORNING + delivering.LEASE + timedelta(seconds=1)) == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("sent", 2)
    assert provider.keys() == ["case:OC1:progress:3"] * 2
    assert [call["body"]["attempt"] for call in provider.calls] == [1, 2]


def test_a_message_that_kills_every_worker_ends(db: None) -> None:
    delivery, at = sms(), MORNING
    for _ in range(MOST_ATTEMPTS):
        assert delivering._claim(at, delivering.uuid4(), 1)
        at += delivering.LEASE + timedelta(seconds=1)
    deliver_due(at)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_error) == ("failed", delivering.NEVER_FINISHED)


def test_whoever_lost_the_lease_notes_nothing(db: None) -> None:
    sms()
    slow, fast = delivering.uuid4(), delivering.uuid4()
    row = delivering._claim(MORNING, slow, 1)[0]
    again = delivering._claim(MORNING + delivering.LEASE + timedelta(seconds=1), fast, 1)[0]
    assert delivering.moving.sent(again, fast, "local", "b", MORNING)
    assert not delivering.moving.try_again(row, slow, "too late", timedelta(0), MORNING)
    assert Delivery.objects.get().provider_ref == "b"
