"""The SQL that numbers events at commit.

Two steps, both deferred to the commit. The trigger on the event table (`live_number_event`) only queues the event;
the trigger on the queue (`live_number_arrival`) runs in the next round, after every other deferred check of the
transaction. Numbering in the first round would hold the global lock while foreign keys wait for rows that another
committing transaction has locked: a deadlock.

The lock is held until the commit is visible, so a lower number is never seen after a higher one. The number is the
highest one plus one, so a rollback leaves no gap. Under repeatable read or serializable isolation the highest number
may be stale; the transaction then fails on the primary key and must be tried again.
"""

from __future__ import annotations

LOCK = 0x62616E67_6C697665
"""Key of the advisory lock that makes commits with events queue up (the bytes of "banglive")."""

CHANNEL = "bangban_live"
EPHEMERAL_CHANNEL = "bangban_ephemeral"

AT_FORMAT = """'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'"""
"""How a point in time is written in frames: UTC, microseconds."""

QUEUE = """
CREATE UNLOGGED TABLE live_arrival (
    event_id uuid PRIMARY KEY,
    event_at timestamptz NOT NULL,
    kind text NOT NULL,
    record_type text NOT NULL,
    record_id uuid,
    number text NOT NULL,
    visibility text NOT NULL,
    topics text[] NOT NULL
)
"""

QUEUE_EVENT = """
CREATE FUNCTION live_number_event() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    INSERT INTO live_arrival (event_id, event_at, kind, record_type, record_id, number, visibility, topics)
    VALUES (NEW.id, NEW.at, NEW.kind, NEW.record_type, NEW.record_id, coalesce(NEW.number, ''), NEW.visibility,
            ARRAY(SELECT DISTINCT topic FROM unnest(NEW.topics) AS topic WHERE topic IS NOT NULL ORDER BY topic));
    RETURN NULL;
END
$body$
"""

NUMBER_ARRIVAL = f"""
CREATE FUNCTION live_number_arrival() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    given bigint;
    note text;
BEGIN
    PERFORM pg_advisory_xact_lock({LOCK});
    SELECT coalesce(max(seq), 0) + 1 INTO given FROM live_order;
    INSERT INTO live_order (seq, event_id, event_at) VALUES (given, NEW.event_id, NEW.event_at);
    INSERT INTO live_frame (topic, seq, kind, record_type, record_id, number, visibility, at)
    SELECT topic, given, NEW.kind, NEW.record_type, NEW.record_id, NEW.number, NEW.visibility, NEW.event_at
    FROM unnest(NEW.topics) AS topic;
    DELETE FROM live_arrival WHERE event_id = NEW.event_id;
    note := json_build_object(
        'seq', given, 'kind', NEW.kind, 'record_type', NEW.record_type, 'number', NEW.number,
        'visibility', NEW.visibility, 'topics', NEW.topics,
        'at', to_char(NEW.event_at AT TIME ZONE 'UTC', {AT_FORMAT}));
    IF octet_length(note) >= 8000 THEN
        note := json_build_object('seq', given);
    END IF;
    PERFORM pg_notify('{CHANNEL}', note);
    RETURN NULL;
END
$body$
"""

NUMBER_ARRIVALS = """
CREATE CONSTRAINT TRIGGER live_number_arrival AFTER INSERT ON live_arrival
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION live_number_arrival()
"""

INSTALL = [QUEUE, QUEUE_EVENT, NUMBER_ARRIVAL, NUMBER_ARRIVALS]
REMOVE = [
    "DROP TABLE live_arrival",
    "DROP FUNCTION live_number_arrival()",
    "DROP FUNCTION live_number_event()",
]
