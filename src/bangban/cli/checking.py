"""`bangban ledger` and `bangban conformance`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from bangban.cli.database import with_database
from bangban.upkeep import open_house


def ledger(given: argparse.Namespace) -> int:
    """Verify the ledger, or seal what has come since the last seal."""
    with with_database():
        open_house()
        from bangban.foundation.clocks.moment import now
        from bangban.foundation.ledger.actions import seal_until
        from bangban.foundation.ledger.verify import verify

        if given.what == "seal":
            print(f"{seal_until(now())} events sealed.")
            return 0
        report = verify()
        for broken in report.broken:
            print(f"BROKEN {broken}")
        verdict = "broken" if report.broken else "whole"
        print(
            f"The ledger is {verdict}: {report.events} events of {report.records} records, {report.seals} seals checked."
        )
        return 1 if report.broken else 0


def conformance(given: argparse.Namespace) -> int:
    """Print each clause with its state, code and test."""
    from bangban.foundation.flows.diagrams import write_all
    from bangban.oversight.conformance.reads import clauses, write_evidence

    if given.write:
        open_house()
        write_evidence(Path.cwd())
        write_all(Path.cwd() / "docs" / "flows")
        return 0
    rows = [row for row in clauses() if not given.area or row.area == given.area]
    for row in rows:
        if given.json:
            print(json.dumps(row.as_dict(), ensure_ascii=False))
        else:
            print(f"{row.state:8} {row.id:16} {row.area:12} {row.title}  {'; '.join(row.tests) or '-'}")
    return 0
