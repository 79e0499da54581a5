"""Importing rows that become records with versions: new ones open, changed ones get a version, equal ones rest."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from bangban.foundation.access.actors import Actor
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Flow
from bangban.foundation.ledger.models import Record
from bangban.registry.catalog.intake.doors import BatchDoor
from bangban.registry.catalog.intake.engine import Outcome
from bangban.registry.catalog.intake.report import BadRow, ImportReport

T = TypeVar("T")
R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Known:
    """What the database has of a row's record: its id, its state, the digest of its last version."""

    id: UUID
    state: str
    digest: bytes


class RecordImporter(ABC, Generic[T, R]):
    """The part that items and knowledge entries share; `publishes` tells whether rows need no further review."""

    flow: ClassVar[Flow]
    lock: ClassVar[str]
    headings: ClassVar[dict[str, str]]
    withdrawn: ClassVar[str]

    def __init__(self, actor: Actor, *, publishes: bool) -> None:
        self._actor, self._publishes = actor, publishes

    def land(self, rows: Sequence[T]) -> list[Outcome | BadRow]:
        """Write a batch inside the running transaction and return what became of each row."""
        known = self.known([self.key_of(row) for row in rows])
        fresh = [row for row in rows if self.key_of(row) not in known]
        changed = [row for row in rows if self._differs(row, known)]
        self.look_up([*fresh, *changed])
        door, outcomes, numbers = (
            BatchDoor(self.flow, self._actor),
            dict[str, Outcome | BadRow](),
            self.numbers(len(fresh)),
        )
        for row in fresh:
            outcomes[self.key_of(row)] = _tried(self._add, door, row, next(numbers))
        locked = self.locked([known[self.key_of(row)].id for row in changed])
        for row in changed:
            outcomes[self.key_of(row)] = _tried(self._change, door, locked[self.key_of(row)], row)
        if self._publishes:
            self.retire([record.id for key, record in locked.items() if outcomes[key] == "changed"])
        door.send()
        return [outcomes.get(self.key_of(row)) or self._untouched(known[self.key_of(row)]) for row in rows]

    def _differs(self, row: T, known: Mapping[str, Known]) -> bool:
        found = known.get(self.key_of(row))
        return found is not None and found.digest != self.digest_of(row)

    def _untouched(self, known: Known) -> Outcome | BadRow:
        return BadRow(self.withdrawn) if known.state == "withdrawn" else "unchanged"

    def _add(self, door: BatchDoor, row: T, number: str) -> Outcome:
        work = door.new(self.make(row, number, "published" if self._publishes else "in_review"))
        self.fill(work, row)
        work.tell(imported=True)
        work.finish()
        return "added"

    def _change(self, door: BatchDoor, record: R, row: T) -> Outcome:
        work = door.change(record, "_import" if self._publishes else "_import_draft")
        self.fill(work, row)
        work.tell(imported=True)
        work.finish()
        return "changed"

    @abstractmethod
    def key_of(self, row: T) -> str:
        """Return what a row's record is known by."""

    @abstractmethod
    def digest_of(self, row: T) -> bytes:
        """Return the digest of a row's content."""

    @abstractmethod
    def judge(self, data: dict[str, Any]) -> T:
        """Return the checked row; BadRow says why it cannot land."""

    @abstractmethod
    def remark(self, row: T, report: ImportReport) -> None:
        """Note what should be told about a landed row."""

    @abstractmethod
    def known(self, keys: Sequence[str]) -> dict[str, Known]:
        """Return what the database has by key. One query."""

    @abstractmethod
    def look_up(self, rows: Sequence[T]) -> None:
        """Find what the rows refer to, for all of them at once."""

    @abstractmethod
    def numbers(self, count: int) -> Iterator[str]:
        """Return numbers for new records."""

    @abstractmethod
    def locked(self, ids: Iterable[UUID]) -> dict[str, R]:
        """Lock records in the order of their ids and return them by key."""

    @abstractmethod
    def make(self, row: T, number: str, state: str) -> R:
        """Return the new record of a row; BadRow when the actor may not."""

    @abstractmethod
    def fill(self, work: Deed[R], row: T) -> None:
        """Write the row's version."""

    @abstractmethod
    def retire(self, ids: Sequence[UUID]) -> None:
        """Let the current versions go before the new ones arrive."""


def _tried(step: Callable[..., Outcome], *given: Any) -> Outcome | BadRow:
    try:
        return step(*given)
    except BadRow as verdict:
        return verdict
