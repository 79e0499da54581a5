"""Give every matter and every remembered order its hotline; a live matter keeps only the orders of its own.

A matter of several hotlines goes to the one that took most of its orders; the others may be gathered again there.
"""

from __future__ import annotations

from django.db import migrations

SKETCHES = """
UPDATE matters_ordersketch s SET center = o.center_id FROM hotline_workorder o WHERE o.number = s.order_number;
UPDATE matters_sketchkey k SET center = s.center FROM matters_ordersketch s WHERE s.id = k.sketch_id;
"""
MATTERS = """
UPDATE matters_matter m SET center_id = held.center_id FROM (
    SELECT DISTINCT ON (r.matter_id) r.matter_id, o.center_id
    FROM matters_matterorder r JOIN hotline_workorder o ON o.number = r.order_number
    GROUP BY r.matter_id, o.center_id
    ORDER BY r.matter_id, count(*) FILTER (WHERE r.removed_at IS NULL) DESC, count(*) DESC, o.center_id
) held WHERE held.matter_id = m.id;
UPDATE matters_matterorder r SET removed_at = now(), "left" = 'apart'
FROM matters_matter m, hotline_workorder o
WHERE m.id = r.matter_id AND o.number = r.order_number AND o.center_id <> m.center_id
  AND r.removed_at IS NULL AND m.state <> 'closed';
UPDATE matters_matter m SET size = held.size, tellers = held.tellers, densest = least(m.densest, held.size),
  kind = CASE WHEN held.tellers = 1 THEN 'repeated' ELSE 'concentrated' END, first_at = held.first, last_at = held.last
FROM (
    SELECT matter_id, count(*) AS size, min(at) AS first, max(at) AS last,
           count(DISTINCT teller) + count(*) FILTER (WHERE teller IS NULL) AS tellers
    FROM matters_matterorder WHERE removed_at IS NULL GROUP BY matter_id
) held WHERE held.matter_id = m.id AND m.state <> 'closed' AND held.size <> m.size;
"""


class Migration(migrations.Migration):
    dependencies = [("matters", "0004_per_hotline"), ("hotline", "0001_initial")]

    operations = [
        migrations.RunSQL(SKETCHES, migrations.RunSQL.noop),
        migrations.RunSQL(MATTERS, migrations.RunSQL.noop),
    ]
