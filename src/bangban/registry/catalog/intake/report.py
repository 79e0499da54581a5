"""What an import says about itself."""

from __future__ import annotations

from dataclasses import dataclass, field

KEPT_PROBLEMS = 10_000


class BadRow(Exception):
    """A row that cannot land; the text says why, in Chinese."""


@dataclass(frozen=True)
class Problem:
    """One refused row: its line in the file (the first line is 1) and the reason in Chinese."""

    line: int
    reason: str


@dataclass
class ImportReport:
    """The result of one import; `problems` keeps the first ten thousand, `refused` counts all."""

    encoding: str = ""
    rows: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    problems: list[Problem] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)

    def refuse(self, line: int, reason: str) -> None:
        """Count a refused row and keep its reason."""
        self.refused += 1
        if len(self.problems) < KEPT_PROBLEMS:
            self.problems.append(Problem(line, reason))

    def note(self, what: str, count: int = 1) -> None:
        """Count something that the importer should tell but that refuses no row."""
        self.notes[what] = self.notes.get(what, 0) + count
