"""Seals the answers that orders hold, a batch at a time: killed in between, it goes on where it was."""

import json
from typing import Any
from uuid import UUID

from django.db import migrations, transaction

from bangban.foundation.privacy.crypto import seal, unseal

BATCH = 1000
NAMES = ("facts", "skipped_facts")
PLAIN = """
SELECT id, facts::text, skipped_facts::text FROM hotline_workorder
WHERE id > %s AND (facts <> '{}' OR skipped_facts <> '{}') ORDER BY id LIMIT %s FOR UPDATE
"""
# The plain answers go in the same statement: what is sealed does not stand beside its seal.
SEALED = """
UPDATE hotline_workorder o SET sealed_facts = n.facts, sealed_skipped_facts = n.skipped, facts = '{}', skipped_facts = '{}'
FROM unnest(%s::uuid[], %s::bytea[], %s::bytea[]) AS n (id, facts, skipped) WHERE o.id = n.id
"""
HIDDEN = """
SELECT id, sealed_facts, sealed_skipped_facts FROM hotline_workorder
WHERE id > %s AND (sealed_facts <> '' OR sealed_skipped_facts <> '') ORDER BY id LIMIT %s FOR UPDATE
"""
OPENED = """
UPDATE hotline_workorder o SET facts = n.facts, skipped_facts = n.skipped, sealed_facts = '', sealed_skipped_facts = ''
FROM unnest(%s::uuid[], %s::jsonb[], %s::jsonb[]) AS n (id, facts, skipped) WHERE o.id = n.id
"""


def seal_facts(apps: Any, schema_editor: Any) -> None:
    """Seal what is plain."""

    def sealed(name: str, text: str) -> bytes:
        known = json.loads(text)
        return seal(json.dumps(known, ensure_ascii=False), f"hotline_workorder.{name}") if known else b""

    _each(schema_editor.connection, PLAIN, SEALED, sealed)


def open_facts(apps: Any, schema_editor: Any) -> None:
    """Open what is sealed, for whoever goes back to the version before."""
    _each(
        schema_editor.connection, HIDDEN, OPENED,
        lambda name, value: unseal(bytes(value), f"hotline_workorder.{name}") if value else "{}",
    )  # fmt: skip


def _each(connection: Any, found: str, written: str, changed: Any) -> None:
    last = UUID(int=0)
    while True:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(found, [last, BATCH])
            rows = cursor.fetchall()
            if not rows:
                return
            columns = ([changed(name, row[place]) for row in rows] for place, name in enumerate(NAMES, 1))
            cursor.execute(written, [[row[0] for row in rows], *columns])
            last = rows[-1][0]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("hotline", "0011_sealed_facts_beside")]

    operations = [migrations.RunPython(seal_facts, open_facts)]
