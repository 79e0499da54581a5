"""The lists that are kept in files say what the code says."""

from __future__ import annotations

import json
from pathlib import Path

from bangban.foundation.flows.diagrams import as_markdown
from bangban.foundation.flows.flow import all_flows
from bangban.oversight.conformance import reads

RENEW = "run: bangban conformance --write"


def test_the_evidence_of_clauses_is_up_to_date(project_root: Path) -> None:
    kept = json.loads(reads.EVIDENCE.read_text(encoding="utf-8"))
    assert kept == reads.collect(project_root), RENEW
    assert (project_root / "docs" / "clauses.md").read_text(encoding="utf-8") == reads.as_markdown(), RENEW


def test_the_diagrams_show_the_flows_as_they_are(project_root: Path) -> None:
    for flow in all_flows():
        page = project_root / "docs" / "flows" / f"{flow.record_type}.md"
        assert page.read_text(encoding="utf-8") == as_markdown(flow), RENEW


def test_every_clause_is_listed_once() -> None:
    ids = [clause.id for clause in reads.clauses()]
    assert len(ids) == len(set(ids)) == 447
