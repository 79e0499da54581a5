"""What all tests share; the database comes from tests/server.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from inspect import signature
from itertools import count
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction
from hypothesis import HealthCheck
from hypothesis import settings as examples

from bangban.registry.catalog.models.items import Item
from tests.cast import Cast, make_city
from tests.emptied import instead_of_flush
from tests.goods import published_item
from tests.prepared import migrated
from tests.remembered import forget_stage

# How long an example takes is the machine's business, not the rule's. The examples are the same each time, so that a
# change is judged by what it changed; `pytest --hypothesis-profile=wander` looks for new ones.
examples.register_profile("wander", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
examples.register_profile("house", examples.get_profile("wander"), derandomize=True)
examples.load_profile("house")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let the workers of a parallel run begin with what takes longest, so that none waits for the other at the end.

    First the files with slow tests, folder by folder; then those with most tests.
    """
    if not hasattr(config, "workerinput"):
        return
    tests = Counter(item.path for item in items)
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (item.path not in slow, 0 if item.path in slow else -tests[item.path], item.path))


@pytest.fixture(autouse=True, scope="session")
def _find_files_when_asked() -> None:
    """Look for a static file when it is asked for: a test client would read all of them each time one is made."""
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(autouse=True, scope="session")
def _empty_only_what_was_filled() -> None:
    instead_of_flush()


@pytest.fixture(autouse=True)
def _forget_memories() -> Iterator[None]:
    """Drop what rooms remember for a minute, and any shift of the clock."""
    from bangban.foundation.clocks import moment
    from bangban.foundation.clocks import reads as clocks
    from bangban.registry.halls import reads as halls
    from bangban.registry.org import reads as org
    from bangban.services.cases import numbers
    from bangban.services.hotline.reads import catalogue as hotline
    from bangban.services.telephony.reads import weeks as roster

    clocks.forget()
    org.forget()
    halls.forget()
    hotline.forget()
    roster.forget()
    numbers.forget_block()
    forget_stage()
    yield
    moment.set_shift(timedelta())


@pytest.fixture
def own_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the house's clock go on a little at each look, however long the machine takes: for tests that count seconds."""
    from bangban.foundation.clocks import moment

    begun, looks = datetime.now(UTC), count()

    class Paced:
        @staticmethod
        def now(zone: tzinfo) -> datetime:
            return begun.astimezone(zone) + timedelta(microseconds=100 * next(looks))

    monkeypatch.setattr(moment, "datetime", Paced)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, django_db_createdb: bool) -> None:
    """Make a test database that is not there yet (or is to be made anew) as a copy of the migrated one."""
    # On a busy machine a thread may wait long for its connection; that is no test's matter.
    connection.settings_dict["OPTIONS"]["pool"]["timeout"] = 60
    name = connection.creation._get_test_db_name()
    with psycopg.connect(settings.DATABASE_URL) as server:
        there = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    if django_db_createdb or not there:
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated()


@pytest.fixture(scope="session")
def project_root() -> Path:
    """Return the folder of the checkout."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def _empty_ledger_after(request: pytest.FixtureRequest) -> Iterator[None]:
    """Leave no committed events to the next test: Django's flush passes over that table, which is not its own."""
    mark = request.node.get_closest_marker("django_db")
    asked_for = signature(request.function).parameters if request.function else ()
    commits = {"transactional_db", "live_server"}.intersection(request.fixturenames) or "django_db_blocker" in asked_for
    if not commits and not (mark and mark.kwargs.get("transaction")):
        yield
        return
    blocker = request.getfixturevalue("django_db_blocker")
    request.getfixturevalue("django_db_setup")
    yield
    with blocker.unblock(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("TRUNCATE ledger_event")


@pytest.fixture
def city(db: None) -> Cast:
    """A small city on a working morning."""
    return make_city()


@pytest.fixture
def item(city: Cast) -> Item:
    """A published item of the department, offered in all three services."""
    return published_item(city.department.id, "失业保险金申领")
