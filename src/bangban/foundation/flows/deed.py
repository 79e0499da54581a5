"""The one door: a deed is one action of one actor on one locked record, in one transaction.

It locks, checks the flow and the actor's place in it, lets the room change its rows, and writes state, interval, clocks
and one ledger event together. Nothing else in the house writes to records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import transaction
from django.db.models import Model

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.actions import apply_effects
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.flow import Flow, NotYours, Transition
from bangban.foundation.flows.models import Interval
from bangban.foundation.flows.reacting import reactions_to
from bangban.foundation.ledger import actions as ledger
from bangban.foundation.ledger.models import Event, Record, Visibility
from bangban.foundation.ledger.writes import Writes

R = TypeVar("R", bound=Record)


class Deed(Generic[R]):
    """What happens to one record at one moment; rooms use `insert`, `change` and `tell`, the rest follows by itself."""

    def __init__(self, flow: Flow, record: R, actor: Actor, line: Transition | None, at: datetime) -> None:
        self.flow, self.record, self.actor, self.line, self.at = flow, record, actor, line, at
        self.writes = Writes()
        self.target: str | None = line.target if line else None
        self.data: dict[str, Any] = {}
        self.kind = f"{flow.record_type}.{line.action.lstrip('_')}" if line else f"{flow.record_type}.opened"
        self.topics: set[str] = set()
        self._place = flow.place(record)
        self._state = record.state
        self._new = line is None
        self._changed: set[str] = set()
        self._visibility: Visibility | None = None

    def insert(self, row: Model) -> None:
        """Add a row that belongs to this deed."""
        self.writes.insert(row)

    def change(self, **values: Any) -> None:
        """Change fields of the record."""
        for name, value in values.items():
            setattr(self.record, name, value)
            self._changed.add(name)

    def changed(self, row: Model, *fields: str) -> None:
        """Add changed fields of another row that is locked with the record."""
        self.writes.update(row, fields)

    def tell(self, **data: Any) -> None:
        """Put codes and references into the event of this deed; never personal data."""
        self.data.update(data)

    def among_staff(self) -> None:
        """Keep this deed from the service user's timeline and stream, as an internal note."""
        self._visibility = Visibility.STAFF

    def also(self, kind: str, visibility: Visibility = Visibility.STAFF, **data: Any) -> Event:
        """Write a further event of the same deed (for example "first contact fixed")."""
        event = self._event(kind, data, visibility, "")
        for reaction in reactions_to(kind):
            reaction(self, event)
        return event

    def finish(self) -> Event:
        """Write state, interval, clocks, event and rows; called once by the door.

        The version moves only when the record itself changed: a message makes nobody's open form stale.
        """
        record, line = self.record, self.line
        if self.target and self.target != record.state:
            self.change(state=self.target)
        self.topics.update(self.flow.topics(record))
        visibility = self._visibility or (Visibility(line.visibility) if line else Visibility.USER)
        event = self._event(self.kind, self.data, visibility, line.clause if line else "")
        apply_effects(self.writes, record, line.clocks if line else (), self.flow.place(record)[1], self.at)
        for reaction in reactions_to(self.kind):
            reaction(self, event)
        self._move_interval()
        if self._new:
            record.created_at = record.updated_at = self.at
            self.writes.insert(record)
        else:
            if self._changed:
                self.change(version=record.version + 1)
            self.change(updated_at=self.at)
            self.writes.update(record, [*sorted(self._changed), "chain_length", "chain_head"])
        self.writes.run()
        return event

    def _event(self, kind: str, data: dict[str, Any], visibility: Visibility, clause: str) -> Event:
        moved = {"from": self._state, "to": self.record.state} if self.record.state != self._state else {}
        return ledger.append(
            self.writes,
            self.record,
            kind,
            self.actor,
            self.at,
            data={**data, **moved},
            visibility=visibility,
            clause=clause,
            topics={*self.topics, *self.flow.topics(self.record)},
        )

    def _move_interval(self) -> None:
        owner, unit = self.flow.place(self.record)
        if not self._new:
            if (owner, unit) == self._place and self.record.state == self._state:
                return
            open_one = Interval.objects.filter(record_id=self.record.id, ended_at=None).first()
            if open_one:
                open_one.ended_at = max(self.at, open_one.began_at)
                self.writes.update(open_one, ["ended_at"])
        if self.record.state not in self.flow.final:
            self.writes.insert(
                Interval(
                    record_type=self.flow.record_type,
                    record_id=self.record.id,
                    state=self.record.state,
                    owner_id=owner,
                    unit_id=unit,
                    began_at=self.at,
                )
            )


@contextmanager
def deed(
    flow: Flow,
    lock: Callable[[], R | None],
    action: str,
    actor: Actor,
    given: Mapping[str, Any] | None = None,
) -> Iterator[Deed[R]]:
    """Open the door for one action on an existing record.

    `lock` selects the record FOR UPDATE. Raises NotYours, NotAllowed or Incomplete before anything is changed.
    """
    with transaction.atomic():
        record = lock()
        if record is None:
            raise NotYours("没有找到这条记录，请核对编号。")
        parties = flow.parties(record, actor)
        line = flow.line_for(action, record, parties)
        flow.check_inputs(line, given or {})
        work = Deed(flow, record, actor, line, now())
        yield work
        work.finish()


@contextmanager
def opening(flow: Flow, record: R, actor: Actor, clocks: Iterable[Any] = ()) -> Iterator[Deed[R]]:
    """Open the door for a new record: everything is written as one statement when the block ends."""
    work = Deed(flow, record, actor, None, now())
    yield work
    apply_effects(work.writes, record, tuple(clocks), flow.place(record)[1], work.at)
    work.finish()
