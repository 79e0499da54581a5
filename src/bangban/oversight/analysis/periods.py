"""What every report needs: the edges of a range of local days, and rows of a query by column name."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

ZONE = ZoneInfo("Asia/Shanghai")


def edges(begin: date, end: date) -> list[datetime]:
    """Return the first moment of a range of local days and the first one after it."""
    return [
        datetime(begin.year, begin.month, begin.day, tzinfo=ZONE),
        datetime(end.year, end.month, end.day, tzinfo=ZONE) + timedelta(days=1),
    ]


def rows(sql: str, values: list[Any]) -> list[dict[str, Any]]:
    """Run a query and return its rows by column name."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
