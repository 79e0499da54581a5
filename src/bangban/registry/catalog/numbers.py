"""Numbers of registry records: running number and check digit, from a sequence of the database."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from bangban.foundation.ledger.identifiers import check_digit


def take(prefix: str, sequence: str, count: int = 1) -> Iterator[str]:
    """Yield `count` new numbers such as SX000000010; numbers skip when a deed fails, and never repeat."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, count])
        running = [f"{row[0]:08d}" for row in cursor.fetchall()]
    return (f"{prefix}{digits}{check_digit(digits)}" for digits in running)


def item_number() -> str:
    """Return the number of a new item."""
    return next(take("SX", "catalog_item_number"))


def list_number() -> str:
    """Return the number of a new version of a service list."""
    return next(take("QD", "catalog_service_list_number"))
