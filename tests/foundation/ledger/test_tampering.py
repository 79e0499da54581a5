"""Whoever changes the ledger by SQL is found, also with database rights."""

from __future__ import annotations

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction
from django.db.utils import DatabaseError

from bangban.foundation.clocks.moment import now
from bangban.foundation.ledger.actions import seal_until
from bangban.foundation.ledger.models import Event
from bangban.foundation.ledger.verify import verify
from bangban.services.cases import actions
from tests.cast import make_city
from tests.services.cases.steps import opened


@pytest.fixture
def number(transactional_db: None) -> str:
    """A case with a few events in a whole, sealed ledger."""
    city = make_city()
    number, citizen = opened()
    actions.claim(city.guide, number)
    actions.post_message(citizen, number, "谢谢")
    assert seal_until(now()) == 3
    assert verify().broken == ()
    return number


def forced(sql: str, *values: object) -> None:
    """Run SQL as somebody who may switch triggers off."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)


def test_the_database_refuses_to_change_or_delete_events(number: str) -> None:
    for sql in ("UPDATE ledger_event SET actor_name = 'x'", "DELETE FROM ledger_event"):
        with pytest.raises((InternalError, ProgrammingError, DatabaseError)), connection.cursor() as cursor:
            cursor.execute(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_event SET actor_name = '别人' WHERE kind = 'case.claim'",
        "UPDATE ledger_event SET data = '{}' WHERE kind = 'case.say'",
        "UPDATE ledger_event SET at = at + interval '1 second' WHERE kind = 'case.claim'",
        "DELETE FROM ledger_event WHERE kind = 'case.claim'",
        "DELETE FROM ledger_event WHERE kind = 'case.say'",
        "UPDATE cases_case SET chain_head = '\\x00'",
    ],
)
def test_a_change_by_force_is_found_and_named(number: str, sql: str) -> None:
    forced(sql)
    report = verify()
    assert report.broken
    assert any(
        number in broken.reference or "seal" in broken.what or "deleted" in broken.why for broken in report.broken
    )


def test_a_chain_rewritten_with_fresh_digests_breaks_the_seal(number: str) -> None:
    from bangban.foundation.ledger.chain import DIGESTED, event_digest

    last = Event.objects.get(kind="case.say")
    last.actor_name = "别人"
    fresh = event_digest({name: getattr(last, name) for name in DIGESTED}, bytes(last.prev))
    forced("UPDATE ledger_event SET actor_name = '别人', digest = %s WHERE id = %s", fresh, last.id)
    forced("UPDATE cases_case SET chain_head = %s", fresh)
    assert [broken.what for broken in verify().broken] == ["seal"]


def test_what_came_after_the_seal_is_sealed_next(number: str) -> None:
    opened()
    assert seal_until(now()) == 1
    assert seal_until(now()) == 0
    assert verify().seals == 2
