"""`bangban import`: which importer reads which file."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from django.db import DataError, IntegrityError

from bangban.cli.house_rows import HEADINGS, SAVES
from bangban.foundation.access.actors import SYSTEM, Actor
from bangban.foundation.clocks.actions import recompute_provisional
from bangban.foundation.clocks.moment import now
from bangban.foundation.clocks.reads import forget
from bangban.foundation.flows.flow import FlowError, Incomplete
from bangban.registry.catalog.intake.files import read_rows
from bangban.registry.catalog.intake.report import BadRow, ImportReport

NOTES = {
    "unit_unmatched": "rows name a unit that is no body of the organisation; the name is kept",
    "item_unmatched": "rows name an item that is not in the catalogue; the name is kept",
    "department_unmatched": "items name a department that is no body of the organisation",
    "basis_missing": "items name no legal basis",
}

REPORTED = ("knowledge", "items", "categories", "dispatch")
ORDERS = (
    "Orders are not imported from a file: each has its own record from the first word on. Hand over open matters as"
    " messages by POST /api/v1/hotline/messages; classes and the dispatch catalogue come by"
    " `bangban import categories FILE` and `bangban import dispatch FILE`."
)


def run_import(what: str, path: Path) -> int:
    """Import one file; returns 0 when every row landed, 2 when some were refused."""
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist.")
    if what == "orders":
        print(ORDERS, file=sys.stderr)
        return 1
    return _reported(what, path) if what in REPORTED else _house(what, path)


def _house(what: str, path: Path) -> int:
    landed, refused = 0, 0
    for row in read_rows(path, HEADINGS)[1]:
        try:
            if row.problem:
                raise BadRow(row.problem)
            SAVES[what](row.data)
            landed += 1
        except (BadRow, FlowError, ValueError, IntegrityError, DataError) as error:
            refused += 1
            print(f"{path.name}:{row.line}: {_reason(error)}", file=sys.stderr)
    forget()
    if what == "workdays":
        recompute_provisional(now())
    print(f"{what}: {landed} rows imported, {refused} refused.")
    return 2 if refused else 0


def _reason(error: Exception) -> str:
    if isinstance(error, Incomplete):
        return "；".join(str(value) for value in error.details.get("fields", {}).values()) or error.sentence
    return error.sentence if isinstance(error, FlowError) else str(error).partition("\n")[0]


def _reported(what: str, path: Path) -> int:
    report = _importer(what)(path, SYSTEM)
    for problem in report.problems:
        print(f"{path.name}:{problem.line}: {problem.reason}", file=sys.stderr)
    for note, count in report.notes.items():
        print(f"{path.name}: {count} {NOTES.get(note, note)}.", file=sys.stderr)
    print(
        f"{what}: {report.added} added, {report.changed} changed, {report.unchanged} unchanged, {report.refused} refused."
    )
    return 2 if report.refused else 0


def _importer(what: str) -> Callable[[Path, Actor], ImportReport]:
    from bangban.registry.catalog.actions import import_items
    from bangban.registry.knowledge.actions import import_knowledge
    from bangban.services.hotline.actions.importing import import_categories, import_dispatch

    return {
        "items": import_items, "knowledge": import_knowledge, "categories": import_categories, "dispatch": import_dispatch,
    }[what]  # fmt: skip
