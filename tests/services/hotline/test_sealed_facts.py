"""Answers to guiding questions may tell of persons: the database holds them sealed, and those it held before as well."""

from __future__ import annotations

import json
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from bangban.foundation.ledger.identifiers import new_id
from bangban.foundation.privacy.crypto import unseal
from bangban.services.hotline.actions import save
from bangban.services.hotline.models import WorkOrder
from tests.hotline import NOISE, Hotline, opened_order
from tests.services.hotline.ways import load

pytestmark = pytest.mark.django_db
WHO, WHY = "王小明，身份证440104199001011234，幸福路12号", "说不清邻居李大力的电话"
sealing: Any = import_module("bangban.services.hotline.migrations.0012_seal_facts")
EDITOR = SimpleNamespace(connection=connection)


def rows(sql: str, *values: object) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


@pytest.mark.clause("T637-5-g")
def test_the_database_holds_no_answer_in_plain_words_and_the_order_still_does(line: Hotline) -> None:
    number = opened_order(line)
    save(line.agent, number, {"category": NOISE, "fact.site": WHO, "skip.hours": WHY})
    (text,) = rows("SELECT o::text FROM hotline_workorder o WHERE number = %s", number)[0]
    for word in ("王小明", "440104199001011234", "幸福路", "李大力"):
        assert word not in text and word.encode().hex() not in text
    assert (load(number).facts, load(number).skipped_facts) == ({"site": WHO}, {"hours": WHY})
    assert WorkOrder.objects.filter(number=number).values_list("facts", flat=True).get() == {"site": WHO}


@pytest.fixture
def before() -> list[UUID]:
    """The table as it was, of which most orders have no answers; it stands before the real one in this transaction."""
    rows("""CREATE TEMP TABLE hotline_workorder (id uuid PRIMARY KEY, facts jsonb NOT NULL, skipped_facts jsonb NOT NULL,
        sealed_facts bytea NOT NULL DEFAULT '', sealed_skipped_facts bytea NOT NULL DEFAULT '') ON COMMIT DROP""")
    ids = [new_id() for _ in range(60)]
    for n, one in enumerate(ids):
        facts = {"site": WHO, "n": str(n)} if n % 3 == 0 else {}
        skipped = {"hours": WHY} if n % 4 == 0 else {}
        rows("INSERT INTO hotline_workorder VALUES (%s, %s, %s)", one, json.dumps(facts), json.dumps(skipped))
    return ids


def opened(name: str, value: memoryview) -> dict[str, str]:
    return dict(json.loads(unseal(bytes(value), f"hotline_workorder.{name}"))) if value else {}


def is_sealed(ids: list[UUID]) -> bool:
    found = {one: more for one, *more in rows("SELECT * FROM hotline_workorder")}
    for n, one in enumerate(ids):
        facts, skipped, sealed, sealed_skipped = found[one]
        assert json.loads(facts) == json.loads(skipped) == {}
        assert opened("facts", sealed) == ({"site": WHO, "n": str(n)} if n % 3 == 0 else {})
        assert opened("skipped_facts", sealed_skipped) == ({"hours": WHY} if n % 4 == 0 else {})
    return True


def test_answers_of_before_are_sealed_batch_after_batch_and_a_second_run_changes_nothing(
    before: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "BATCH", 7)
    sealing.seal_facts(None, EDITOR)
    assert is_sealed(before)
    sealed = rows("SELECT * FROM hotline_workorder ORDER BY id")
    sealing.seal_facts(None, EDITOR)
    assert rows("SELECT * FROM hotline_workorder ORDER BY id") == sealed


def test_a_conversion_that_was_killed_goes_on_where_it_was(before: list[UUID], monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    real = sealing.seal

    def dying(text: str, place: str) -> bytes:
        calls.append(place)
        if len(calls) == 20:
            raise KeyboardInterrupt
        return bytes(real(text, place))

    monkeypatch.setattr(sealing, "BATCH", 7)
    monkeypatch.setattr(sealing, "seal", dying)
    with pytest.raises(KeyboardInterrupt):
        sealing.seal_facts(None, EDITOR)
    assert rows("SELECT count(*) FROM hotline_workorder WHERE sealed_facts <> ''") != [(0,)]
    sealing.seal_facts(None, EDITOR)
    assert is_sealed(before)


def test_who_goes_back_to_the_version_before_finds_the_plain_answers(before: list[UUID]) -> None:
    plain = rows("SELECT id, facts::text, skipped_facts::text FROM hotline_workorder ORDER BY id")
    sealing.seal_facts(None, EDITOR)
    sealing.open_facts(None, EDITOR)
    assert rows("SELECT id, facts::text, skipped_facts::text FROM hotline_workorder ORDER BY id") == plain
