"""Counting demand and downloads; each count is one statement, safe under any number of writers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection

from bangban.foundation.clocks.zones import business_date
from bangban.registry.catalog.terms import Side

DEMAND = """
INSERT INTO catalog_itemdemand (item_id, day, side, count) VALUES (%s, %s, %s, 1)
ON CONFLICT (item_id, day, side) DO UPDATE SET count = catalog_itemdemand.count + 1
"""
DEMAND_OF_RECORD = """
WITH first AS (
    INSERT INTO catalog_itemasked (record_id, item_id) SELECT %s, id FROM catalog_item WHERE id = %s
    ON CONFLICT DO NOTHING RETURNING item_id
)
INSERT INTO catalog_itemdemand (item_id, day, side, count) SELECT item_id, %s, %s, 1 FROM first
ON CONFLICT (item_id, day, side) DO UPDATE SET count = catalog_itemdemand.count + 1
"""
DOWNLOAD = """
INSERT INTO catalog_guidedownload (item_id, day, count) VALUES (%s, %s, 1)
ON CONFLICT (item_id, day) DO UPDATE SET count = catalog_guidedownload.count + 1
"""


def count_demand(item_id: UUID, audience: str, at: datetime, *, record_id: UUID | None = None) -> None:
    """Count a consultation or application for an item (T637-5-a); with `record_id` at most once for that record.

    `audience` is a side or any kind of service user; natural persons count as persons, all others as organisations.
    """
    side = Side.PERSON if audience in (Side.PERSON.value, "natural_person", "") else Side.ENTERPRISE
    with connection.cursor() as cursor:
        if record_id:
            cursor.execute(DEMAND_OF_RECORD, [record_id, item_id, business_date(at), side.value])
        else:
            cursor.execute(DEMAND, [item_id, business_date(at), side.value])


def count_download(item_id: UUID, at: datetime) -> None:
    """Count a guide taken home (T637-7.2-c)."""
    with connection.cursor() as cursor:
        cursor.execute(DOWNLOAD, [item_id, business_date(at)])
