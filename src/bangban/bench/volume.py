"""Many cases, quickly and honestly: a sample lived through the actions, and derived copies of its rows for the volume.

The copies have everything that lists read (case, thread, clock, hand-over), with their own ids, numbers and times. They
have no events: what reads the ledger is measured on the sample.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from bangban.foundation.access.actors import Actor
from bangban.foundation.clocks.models import Clock
from bangban.foundation.handover.models import Handover
from bangban.foundation.privacy.crypto import digest
from bangban.services.cases import actions
from bangban.services.cases.actions import NewCase
from bangban.services.cases.models import Case
from bangban.services.conversation.models import Thread

SAMPLE = 60
# Nearly all cases of a centre are over; three thousand waiting and three thousand in one hand are more than any has.
SHARES = {"withdrawn": 0.97, "queued": 0.015, "claimed": 0.015}


@dataclass(frozen=True)
class Lived:
    """One case of the sample, with the code of its person."""

    number: str
    code: str


def opened() -> Lived:
    """Open one case as a guest."""
    new = NewCase("失业了怎么领失业金？", phone="13900000001", name="张三")
    done = actions.open_case(Actor("guest", "guest:bench"), new)
    return Lived(done.case.number, done.token)


def person(case: Lived) -> Actor:
    """Return the guest who knows the code."""
    return Actor("guest", "guest:bench", tokens=frozenset({digest(case.code.encode())}))


def sample(guide: Actor) -> None:
    """Live some cases to each of the three states."""
    for place in range(SAMPLE):
        case = opened()
        if place % 3 == 1:
            actions.claim(guide, case.number)
        elif place % 3 == 2:
            actions.withdraw(person(case), case.number)


def talked(guide: Actor, events: int) -> Lived:
    """Return a case whose story has exactly `events` events."""
    case = opened()
    actions.claim(guide, case.number)
    for place in range(events - 2):
        actions.post_message(guide if place % 2 else person(case), case.number, f"第{place + 1}句话，请看一下。")
    return case


def grow_to(cases: int) -> None:
    """Add copies of the sample until there are about `cases` cases, and refresh the planner's statistics."""
    with connection.cursor() as cursor:
        missing = cases - Case.objects.count()
        for state, share in SHARES.items():
            _copy(cursor, state, int(missing * share))
        for model in (Case, Thread, Clock, Handover):
            cursor.execute(f"VACUUM ANALYZE {model._meta.db_table}")


def _copy(cursor: Any, state: str, count: int) -> None:
    cursor.execute("DROP TABLE IF EXISTS pg_temp.copies")
    cursor.execute(
        "CREATE TEMP TABLE copies AS SELECT s.ids[1 + n %% cardinality(s.ids)] AS old, gen_random_uuid() AS new,"
        " nextval('case_number') AS n FROM generate_series(1, %s) AS n, (SELECT array_agg(id) AS ids FROM cases_case"
        " WHERE state = %s AND number LIKE 'ZX%%') AS s",
        [count, state],
    )
    cursor.execute("ANALYZE pg_temp.copies")
    moved = "o.{} - c.n * interval '1 second'"
    case = {"id": "c.new", "number": "'ZY' || lpad(c.n::text, 14, '0')"}
    _insert(cursor, Case, "id", {**case, **{at: moved.format(at) for at in ("created_at", "updated_at")}})
    _insert(cursor, Thread, "record_id", {"record_id": "c.new"})
    for model in (Clock, Handover):
        _insert(cursor, model, "record_id", {"id": "gen_random_uuid()", "record_id": "c.new"})


def _insert(cursor: Any, model: Any, link: str, changes: dict[str, str]) -> None:
    columns = [field.column for field in model._meta.concrete_fields]
    taken = ", ".join(changes.get(column, f'o."{column}"') for column in columns)
    named = ", ".join(f'"{column}"' for column in columns)
    table = model._meta.db_table
    cursor.execute(f"INSERT INTO {table} ({named}) SELECT {taken} FROM copies c JOIN {table} o ON o.{link} = c.old")
