"""Named locks of one transaction, for what has no row to lock yet."""

from __future__ import annotations

from django.db import connection


def hold(name: str) -> None:
    """Wait for a name and keep it until the transaction ends; must run inside one."""
    if not connection.in_atomic_block:
        raise RuntimeError(f"The lock {name!r} would end at once: there is no transaction.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
