from django.db import migrations, models

# A changed circle means that everybody could read it either before or after.
SEEN = """
UPDATE appraisal_appraisal a SET shown_at = published_at
WHERE state = 'published' AND (circle = 'public' OR EXISTS (
  SELECT FROM ledger_event e WHERE e.record_id = a.id AND e.kind = 'appraisal.set_circle'))
"""


class Migration(migrations.Migration):

    dependencies = [
        ('appraisal', '0006_circle_of_publication'),
        ('ledger', '0002_event_table'),
    ]

    operations = [
        migrations.AddField(model_name='appraisal', name='shown_at', field=models.DateTimeField(null=True)),
        migrations.AddField(model_name='scorerow', name='withheld', field=models.JSONField(default=list)),
        migrations.RunSQL(SEEN, migrations.RunSQL.noop),
    ]
