"""The batch door: deeds of many records that share one transaction and one sending."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.moment import now
from bangban.foundation.flows.deed import Deed
from bangban.foundation.flows.flow import Flow, FlowError
from bangban.foundation.ledger.models import Record
from bangban.registry.catalog.intake.many import Many
from bangban.registry.catalog.intake.report import BadRow

R = TypeVar("R", bound=Record)


class BatchDoor:
    """Opens one deed after another under the same rules as the door for one record, and sends all rows at the end.

    Every record gets its own event in its own chain; reactions run as always. Records that exist must be locked.
    """

    def __init__(self, flow: Flow, actor: Actor) -> None:
        self._flow, self._actor, self._many, self._at = flow, actor, Many(), now()

    def new(self, record: R) -> Deed[R]:
        """Begin the opening of a new record; call `finish` on what you get."""
        return self._deed(record, None)

    def change(self, record: R, action: str, given: Mapping[str, Any] | None = None) -> Deed[R]:
        """Begin an action on a locked record; BadRow with the flow's own sentence when it is not allowed now."""
        try:
            line = self._flow.line_for(action, record, self._flow.parties(record, self._actor))
            self._flow.check_inputs(line, given or {})
        except FlowError as refusal:
            raise BadRow(refusal.sentence) from refusal
        return self._deed(record, line)

    def _deed(self, record: R, line: Any) -> Deed[R]:
        work = Deed(self._flow, record, self._actor, line, self._at)
        work.writes = self._many
        return work

    def send(self) -> None:
        """Write everything that the finished deeds collected."""
        self._many.send()
