"""Words are found week by week: the index of words also holds the week in which an order came (see reads/searching.py)."""

from django.db import migrations

MAKE = """
CREATE INDEX order_words_by_week ON hotline_workorder
USING gin ((words || floor(extract(epoch FROM (received_at AT TIME ZONE 'UTC')) / 604800)::integer));
ANALYZE hotline_workorder;
"""


class Migration(migrations.Migration):
    dependencies = [("hotline", "0006_archive_and_visit_indexes")]

    operations = [
        migrations.RunSQL(MAKE, "DROP INDEX order_words_by_week"),
        migrations.RemoveIndex(model_name="workorder", name="order_words"),
    ]
