"""The SQL of the event table: monthly partitions, append-only, numbered at commit."""

from __future__ import annotations

TABLE = """
CREATE TABLE ledger_event (
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    kind text NOT NULL,
    record_type text NOT NULL,
    record_id uuid NOT NULL,
    number text NOT NULL,
    position integer NOT NULL,
    actor_kind text NOT NULL,
    actor_id text NOT NULL,
    actor_name text NOT NULL,
    role text NOT NULL,
    unit_id bigint,
    channel text NOT NULL,
    visibility text NOT NULL CHECK (visibility IN ('user', 'staff', 'internal')),
    clause text NOT NULL,
    data jsonb NOT NULL,
    topics text[] NOT NULL,
    prev bytea NOT NULL,
    digest bytea NOT NULL,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at)
"""

REST = "CREATE TABLE ledger_event_rest PARTITION OF ledger_event DEFAULT"
BY_RECORD = "CREATE INDEX ledger_event_record ON ledger_event (record_id, position)"
BY_KIND = "CREATE INDEX ledger_event_kind ON ledger_event (kind, at)"

REFUSE_CHANGE = """
CREATE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'The ledger is append-only: % is refused.', TG_OP;
END
$body$
"""

APPEND_ONLY = """
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE ON ledger_event
FOR EACH ROW EXECUTE FUNCTION ledger_append_only()
"""

NOT_EMPTIED = """
CREATE TRIGGER ledger_not_emptied BEFORE TRUNCATE ON ledger_event
FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only()
"""

NUMBERED = """
CREATE CONSTRAINT TRIGGER ledger_numbered AFTER INSERT ON ledger_event
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION live_number_event()
"""

INSTALL = [TABLE, REST, BY_RECORD, BY_KIND, REFUSE_CHANGE, APPEND_ONLY, NOT_EMPTIED, NUMBERED]
REMOVE = ["DROP TABLE ledger_event", "DROP FUNCTION ledger_append_only()"]
