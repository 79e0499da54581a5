"""The database itself keeps end states: no program and no repair by hand moves a delivery that has ended."""

from django.db import migrations

INSTALL = """
CREATE FUNCTION notify_end_states_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'delivery % has ended as %', OLD.id, OLD.state USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER end_states_hold BEFORE UPDATE OF state ON notify_delivery FOR EACH ROW
WHEN (OLD.state IN ('delivered', 'failed', 'cancelled') AND NEW.state IS DISTINCT FROM OLD.state)
EXECUTE FUNCTION notify_end_states_hold();
"""

REMOVE = "DROP TRIGGER end_states_hold ON notify_delivery; DROP FUNCTION notify_end_states_hold();"


class Migration(migrations.Migration):
    dependencies = [("notify", "0001_initial")]
    operations = [migrations.RunSQL(INSTALL, REMOVE)]
