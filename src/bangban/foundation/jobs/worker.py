"""The worker process: recurring chores and the followers of the ledger."""

from __future__ import annotations

import logging
import threading

import psycopg
from django.db import close_old_connections, connection
from procrastinate.contrib.django import app

from bangban.foundation.jobs.following import catch_up
from bangban.foundation.live.numbering import CHANNEL

log = logging.getLogger(__name__)


def run_worker() -> None:
    """Work until SIGTERM; a running job is finished first."""
    stop = threading.Event()
    reader = threading.Thread(target=follow_until, args=(stop,), name="followers", daemon=True)
    reader.start()
    try:
        with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
            app.run_worker(concurrency=2, fetch_job_polling_interval=1, delete_jobs="successful", listen_notify=True)
    finally:
        stop.set()
        reader.join(timeout=5)


def follow_until(stop: threading.Event) -> None:
    """Read the ledger on each notification, and every second in any case; survives a database restart."""
    while not stop.is_set():
        try:
            _listen(stop)
        except Exception:
            log.warning("Followers lost the database; trying again.", exc_info=True)
            close_old_connections()
            stop.wait(1)


def _listen(stop: threading.Event) -> None:
    connection.ensure_connection()
    parameters = {
        k: v
        for k, v in connection.get_connection_params().items()
        if k in ("dbname", "user", "password", "host", "port")
    }
    with psycopg.connect(**parameters, autocommit=True) as ear:
        ear.execute(f"LISTEN {CHANNEL}")
        while not stop.is_set():
            catch_up()
            for _ in ear.notifies(timeout=1, stop_after=1):
                pass
