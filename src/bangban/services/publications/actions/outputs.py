"""Outputs report when they fetched what they show (DB23-6.2.1.1)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import connection

from bangban.services.publications.terms import Target

LONGEST_NAME = 80
_UPSERT = """
INSERT INTO publications_output (publication_id, target, place_id, last_refreshed_at, last_refreshed_by)
SELECT shown, %s, %s, %s, %s FROM unnest(%s::uuid[]) AS shown ORDER BY shown
ON CONFLICT (publication_id, target, place_id) DO UPDATE
SET last_refreshed_at = EXCLUDED.last_refreshed_at, last_refreshed_by = EXCLUDED.last_refreshed_by
WHERE publications_output.last_refreshed_at <= EXCLUDED.last_refreshed_at - interval '1 minute'
"""


def note_refresh(target: Target, place_id: int, shown: Collection[UUID], device: str, at: datetime) -> int:
    """Keep that a device fetched these publications, at most once a minute; returns how many rows were written.

    `device` is the name that the screen gives itself, or its address.
    """
    if not shown:
        return 0
    with connection.cursor() as cursor:
        name = device.strip()[:LONGEST_NAME] or "未命名设备"
        cursor.execute(_UPSERT, [target.value, place_id, at, name, [str(one) for one in shown]])
        return int(cursor.rowcount)
