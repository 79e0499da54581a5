"""Lists are found by words, facets and weeks out of one index (see reads/facets.py, which has the same expression)."""

from django.db import migrations

MAKE = """
CREATE INDEX order_found ON hotline_workorder USING gin ((words || array_remove(ARRAY[
    hashtext('center ' || center_id::text), hashtext('state ' || state::text), hashtext('kind ' || kind::text),
    hashtext('source ' || source::text), hashtext('urgency ' || urgency::text), hashtext('round ' || round::text),
    hashtext('unit ' || lead_unit_id::text), hashtext('agent ' || agent_id::text),
    hashtext('category ' || category_id::text), hashtext('confidential ' || confidential::text),
    hashtext('region ' || left(region, 2)), hashtext('region ' || left(region, 4)), hashtext('region ' || left(region, 6)),
    hashtext('region ' || left(region, 9)), hashtext('region ' || left(region, 12)),
    CASE WHEN emergency_class <> '' THEN hashtext('emergency') END,
    CASE WHEN supervision_level > 0 THEN hashtext('supervised') END,
    CASE WHEN process_satisfied IS FALSE AND result_satisfied IS FALSE THEN hashtext('unsatisfied') END,
    hashtext('weeks1 ' || floor(extract(epoch FROM (received_at AT TIME ZONE 'UTC')) / 604800)::text),
    hashtext('weeks4 ' || floor(extract(epoch FROM (received_at AT TIME ZONE 'UTC')) / 2419200)::text),
    hashtext('weeks16 ' || floor(extract(epoch FROM (received_at AT TIME ZONE 'UTC')) / 9676800)::text),
    hashtext('weeks64 ' || floor(extract(epoch FROM (received_at AT TIME ZONE 'UTC')) / 38707200)::text)
], NULL)));
ALTER INDEX order_found ALTER COLUMN 1 SET STATISTICS 0;
DROP INDEX order_words_by_week;
"""
BACK = """
CREATE INDEX order_words_by_week ON hotline_workorder
USING gin ((words || floor(extract(epoch FROM (received_at AT TIME ZONE 'UTC')) / 604800)::integer));
DROP INDEX order_found;
"""


class Migration(migrations.Migration):
    dependencies = [("hotline", "0008_report_indexes")]

    operations = [migrations.RunSQL(MAKE, BACK)]
