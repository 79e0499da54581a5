"""`bangban import`: which importer reads which file."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from bangban.foundation.access.actors import SYSTEM
from bangban.foundation.clocks.actions import recompute_provisional
from bangban.foundation.clocks.models import CalendarDay
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.reads import forget
from bangban.foundation.flows.flow import Incomplete
from bangban.registry.org import actions as org


def run_import(what: str, path: Path) -> int:
    """Import one file; returns 0 when every row landed, 2 when some were refused."""
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist.")
    if what == "orders":
        print("Hotline orders are imported with the hotline room, which is not part of this version.", file=sys.stderr)
        return 1
    if what in ("knowledge", "items"):
        return _registry(what, path)
    added, refused = 0, 0
    for line, row in _rows(path):
        try:
            _ONE[what](row)
            added += 1
        except (Incomplete, KeyError, ValueError) as error:
            refused += 1
            print(f"{path.name}:{line}: {_reason(error)}", file=sys.stderr)
    forget()
    if what == "workdays":
        recompute_provisional(now())
    print(f"{what}: {added} rows imported, {refused} refused.")
    return 2 if refused else 0


def _reason(error: Exception) -> str:
    if isinstance(error, Incomplete):
        return "；".join(str(value) for value in error.details.get("fields", {}).values()) or error.sentence
    return f"缺少字段 {error}" if isinstance(error, KeyError) else str(error)


def _registry(what: str, path: Path) -> int:
    from bangban.registry.catalog.actions import import_items
    from bangban.registry.knowledge.actions import import_knowledge

    report = (import_items if what == "items" else import_knowledge)(path, SYSTEM)
    for problem in report.problems:
        print(f"{path.name}:{problem.line}: {problem.reason}", file=sys.stderr)
    print(
        f"{what}: {report.added} added, {report.changed} changed, {report.unchanged} unchanged, {report.refused} refused."
    )
    return 2 if report.refused else 0


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Read JSON lines, a JSON list, or CSV with a header."""
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix == ".csv":
        yield from ((number, dict(row)) for number, row in enumerate(csv.DictReader(text.splitlines()), 2))
    elif text.lstrip().startswith("["):
        yield from enumerate(json.loads(text), 1)
    else:
        yield from ((number, json.loads(line)) for number, line in enumerate(text.splitlines(), 1) if line.strip())


def _region(row: dict[str, Any]) -> None:
    org.save_region(str(row["code"]), str(row["name"]))


def _body(row: dict[str, Any]) -> None:
    known = {name: row[name] for name in org.NewBody.__dataclass_fields__ if name in row}
    if isinstance(known.get("online_since"), str):
        known["online_since"] = date.fromisoformat(known["online_since"])
    org.save_body(org.NewBody(**known))


def _staff(row: dict[str, Any]) -> None:
    known = {name: row[name] for name in org.NewStaff.__dataclass_fields__ if name in row}
    lists = {name: tuple(value) for name, value in known.items() if isinstance(value, list)}
    org.save_staff(org.NewStaff(**{**known, **lists}), row.get("password"))


def _workday(row: dict[str, Any]) -> None:
    CalendarDay.objects.update_or_create(
        day=date.fromisoformat(str(row["date"])),
        defaults={
            "is_workday": str(row["workday"]) in ("1", "true", "True"),
            "name": row.get("name") or "",
            "source": row.get("source") or "import",
        },
    )


_ONE = {"regions": _region, "organisation": _body, "staff": _staff, "workdays": _workday}
