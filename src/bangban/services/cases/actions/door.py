"""The door of this room: every action on an existing case goes through here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks import actions as clocks
from bangban.foundation.flows.deed import Deed, deed
from bangban.foundation.flows.flow import NotAllowed
from bangban.services.cases.flow import FLOW, IN_SERVICE
from bangban.services.cases.models import Case


def locked(number: str) -> Callable[[], Case | None]:
    """Return how to lock one case by its number."""
    return lambda: Case.objects.select_for_update().filter(number=number).first()


@contextmanager
def case_deed(
    actor: Actor, number: str, action: str, given: Mapping[str, Any] | None = None, *, version: int | None = None
) -> Iterator[Deed[Case]]:
    """Do one action on one case.

    With `version`, the action is refused when somebody else moved the case since the actor saw it. Whatever the owner
    does in service shows that work goes on, and lets the idle clock begin anew (T637-8.3-a).
    """
    with deed(FLOW, locked(number), action, actor, given) as work:
        if version is not None and version != work.record.version:
            raise NotAllowed(
                "在您填写期间，这件事已被其他人更新。您填写的内容还在，请看过最新情况后再提交。",
                state=work.record.state,
                version=work.record.version,
                stale=True,
            )
        yield work
        if (
            actor.is_staff
            and actor.staff_id == work.record.owner_id
            and (work.target or work.record.state) in IN_SERVICE
        ):
            clocks.renew(work.writes, work.record, "idle", work.at)
