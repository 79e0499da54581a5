"""The table of raw events: monthly partitions that are made ahead and dropped when they are old, append-only."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

from django.db import connection

TABLE = """
CREATE TABLE telephony_raw_event (
    exchange text NOT NULL,
    event_id text NOT NULL,
    at timestamptz NOT NULL,
    call text NOT NULL,
    kind text NOT NULL,
    data jsonb NOT NULL,
    personal bytea NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (exchange, call, event_id, at)
) PARTITION BY RANGE (at)
"""
REST = "CREATE TABLE telephony_raw_event_rest PARTITION OF telephony_raw_event DEFAULT"
BY_TIME = "CREATE INDEX telephony_raw_event_at ON telephony_raw_event USING brin (at)"
REFUSE_CHANGE = """
CREATE FUNCTION telephony_append_only() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'Raw events of an exchange are append-only: % is refused.', TG_OP;
END
$body$
"""
APPEND_ONLY = """
CREATE TRIGGER telephony_append_only BEFORE UPDATE OR DELETE ON telephony_raw_event
FOR EACH ROW EXECUTE FUNCTION telephony_append_only()
"""
INSTALL = [TABLE, REST, BY_TIME, REFUSE_CHANGE, APPEND_ONLY]
REMOVE = ["DROP TABLE telephony_raw_event", "DROP FUNCTION telephony_append_only()"]

OLD = """
SELECT c.relname FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
WHERE inhparent = 'telephony_raw_event'::regclass AND c.relname < %s AND c.relname ~ '_[0-9]{4}_[0-9]{2}$'
"""


def keep_months() -> int:
    """Return for how many months raw events are kept (BANGBAN_CALL_EVENT_MONTHS, 24); calls and figures stay."""
    return max(1, int(os.environ.get("BANGBAN_CALL_EVENT_MONTHS", "24")))


def make_partitions(first: datetime, months: int = 4) -> None:
    """Make the monthly tables from the month of `first` on.

    A month whose events already went to the default table stays there: late creation must not stop the taking of calls.
    """
    start = _month(first)
    with connection.cursor() as cursor:
        for _ in range(months):
            end = (start + timedelta(days=32)).replace(day=1)
            cursor.execute(
                "SELECT EXISTS (SELECT FROM telephony_raw_event_rest WHERE at >= %s AND at < %s)", [start, end]
            )
            if not cursor.fetchone()[0]:
                cursor.execute(
                    f"CREATE TABLE IF NOT EXISTS telephony_raw_event_{start:%Y_%m} PARTITION OF telephony_raw_event"
                    f" FOR VALUES FROM ('{start.isoformat()}') TO ('{end.isoformat()}')"
                )
            start = end


def drop_old(now: datetime) -> list[str]:
    """Drop the months that are older than they are kept; returns the names of their tables."""
    oldest = _month(now)
    for _ in range(keep_months()):
        oldest = _month(oldest - timedelta(days=1))
    with connection.cursor() as cursor:
        cursor.execute(OLD, [f"telephony_raw_event_{oldest:%Y_%m}"])
        names = sorted(row[0] for row in cursor.fetchall())
        for name in names:
            cursor.execute(f'DROP TABLE "{name}"')
    return names


def _month(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
