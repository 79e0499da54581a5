"""Deeds at the same moment, each on its own connection."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from bangban.foundation.flows.flow import FlowError


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Run deeds at once; a refusal is returned as a result."""
    barrier = Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> object:
        try:
            barrier.wait()
            return deed()
        except FlowError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))
