"""Which clause is done, where, and by which test it is proved.

Code names clauses in its flows and docstrings, tests by `@pytest.mark.clause("…")`. `collect` reads both from a
checkout; the result is kept in `evidence.json`, so that an installed copy can show it too.
"""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
EVIDENCE = HERE / "evidence.json"
CLAUSE = re.compile(r"\b(?:T637|DB23|BJ|BJO|BJP|GB33358|DB3205)-[A-Z0-9][\w.]*(?:-[a-z]{1,2})?\b")
MARK = re.compile(r"mark\.clause\(([^)]*)\)")
WORDS = {"proved": "已实现并有测试", "built": "已实现，待补测试", "open": "未实现"}


@dataclass(frozen=True)
class Clause:
    """One obligation with what proves it."""

    id: str
    area: str
    kind: str
    level: str
    title: str
    code: tuple[str, ...]
    tests: tuple[str, ...]

    @property
    def state(self) -> str:
        """Return proved, built (code but no test) or open."""
        if self.tests:
            return "proved"
        return "built" if self.code else "open"

    def as_dict(self) -> dict[str, Any]:
        """Return the clause as plain data."""
        return {**asdict(self), "state": self.state}


def clauses() -> list[Clause]:
    """Return every clause with its evidence."""
    evidence = _evidence()
    with (HERE / "clauses.tsv").open(encoding="utf-8") as file:
        return [
            Clause(
                row["id"], row["area"], row["kind"], row["level"], row["title"],
                tuple(evidence["code"].get(row["id"], ())), tuple(evidence["tests"].get(row["id"], ())),
            )
            for row in csv.DictReader(file, delimiter="\t")
        ]  # fmt: skip


def totals() -> dict[str, dict[str, int]]:
    """Return the number of clauses by area and state."""
    counted: dict[str, dict[str, int]] = defaultdict(lambda: {"proved": 0, "built": 0, "open": 0})
    for clause in clauses():
        counted[clause.area][clause.state] += 1
    return dict(sorted(counted.items()))


@lru_cache(maxsize=1)
def _evidence() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = json.loads(EVIDENCE.read_text(encoding="utf-8"))
    return found


def collect(root: Path) -> dict[str, dict[str, list[str]]]:
    """Read the evidence from a checkout: files that name a clause, and tests that are marked with it."""
    known = {line.split("\t")[0] for line in (HERE / "clauses.tsv").read_text(encoding="utf-8").splitlines()[1:]}
    return {"code": _in_code(root, known), "tests": _in_tests(root, known)}


def _in_code(root: Path, known: set[str]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted((root / "src" / "bangban").rglob("*.py")):
        if "conformance" in path.parts or "migrations" in path.parts:
            continue
        for clause in CLAUSE.findall(path.read_text(encoding="utf-8")):
            if clause in known:
                found[clause].add(str(path.relative_to(root / "src" / "bangban")))
    return {clause: sorted(places) for clause, places in sorted(found.items())}


def _in_tests(root: Path, known: set[str]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted((root / "tests").rglob("test_*.py")):
        pending: list[str] = []
        for row in path.read_text(encoding="utf-8").splitlines():
            if mark := MARK.search(row):
                pending += re.findall(r'"([^"]+)"', mark[1])
            elif (test := re.match(r"\s*(?:async )?def (test_\w+)", row)) and pending:
                for clause in pending:
                    if clause not in known:
                        raise LookupError(f"{path}: there is no clause {clause}.")
                    found[clause].add(f"{path.relative_to(root / 'tests')}::{test[1]}")
                pending = []
    return {clause: sorted(places) for clause, places in sorted(found.items())}


def write_evidence(root: Path) -> None:
    """Renew `evidence.json` and docs/clauses.md from a checkout."""
    EVIDENCE.write_text(json.dumps(collect(root), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    _evidence.cache_clear()
    (root / "docs" / "clauses.md").write_text(as_markdown(), encoding="utf-8")


def as_markdown() -> str:
    """Return the page docs/clauses.md."""
    lines = [
        "# Clauses: what is done, where, and what proves it",
        "",
        "Made by `bangban conformance --write`. *proved*: code and a test that fails without it; *built*: code names the",
        "clause, no test is marked with it yet; *open*: not in this version.",
        "",
        "| area | proved | built | open |",
        "|---|---|---|---|",
    ]
    lines += [f"| {area} | {n['proved']} | {n['built']} | {n['open']} |" for area, n in totals().items()]
    for area in totals():
        lines += ["", f"## {area}", "", "| clause | title | state | code | tests |", "|---|---|---|---|---|"]
        lines += [_row(clause) for clause in clauses() if clause.area == area]
    return "\n".join(lines) + "\n"


def _row(clause: Clause) -> str:
    tests = "<br>".join(f"`{test}`" for test in clause.tests[:4])
    code = "<br>".join(f"`{place}`" for place in clause.code[:4])
    return f"| {clause.id} | {clause.title} | {clause.state} | {code} | {tests} |"


if __name__ == "__main__":
    write_evidence(Path.cwd())
