"""The tables are emptied also when a request that is still under way has locked them in another order."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection, transaction

from bangban.registry.org.models import Region
from tests.emptied import KEPT, _tables, empty_tables


@pytest.mark.django_db(transaction=True)
def test_a_request_that_crosses_the_emptying_does_not_break_it() -> None:
    first, last = (sorted(set(_tables()) - KEPT)[place] for place in (0, -1))
    Region.objects.create(code="440100000000", name="广州市")
    holds = threading.Event()

    def request() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            # The other one is to be the victim.
            cursor.execute("SET LOCAL deadlock_timeout = '60s'")
            cursor.execute(f"LOCK TABLE {last} IN ROW EXCLUSIVE MODE")
            holds.set()
            _wait_until_somebody_waits_for(last)
            cursor.execute(f"LOCK TABLE {first} IN ROW EXCLUSIVE MODE")
        connection.close()

    crossing = threading.Thread(target=request)
    crossing.start()
    assert holds.wait(60)
    empty_tables()
    crossing.join(60)
    assert not Region.objects.exists()


def _wait_until_somebody_waits_for(table: str) -> None:
    asked = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(asked, [table])
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("Nobody emptied the tables.")
