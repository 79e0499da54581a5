"""`bangban serve` and `bangban worker`."""

from __future__ import annotations

import argparse
import os

from bangban.cli.database import with_database
from bangban.upkeep import open_house


def serve(given: argparse.Namespace) -> int:
    """Serve until told to stop."""
    os.environ.setdefault("BANGBAN_PROCESS", "bangban web")
    with with_database():
        from bangban.machinery.server import serve as run

        run(given.host, given.port, given.processes)
    return 0


def worker(given: argparse.Namespace) -> int:
    """Work until told to stop."""
    os.environ.setdefault("BANGBAN_PROCESS", "bangban worker")
    with with_database():
        open_house()
        from bangban.foundation.jobs.worker import run_worker

        run_worker()
    return 0
