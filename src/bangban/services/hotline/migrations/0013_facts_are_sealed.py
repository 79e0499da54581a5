"""The sealed columns take the place of the plain ones, which are empty by now; only the catalogue changes."""

from django.db import migrations

from bangban.foundation.privacy.fields import SealedAnswersField

SWAP = """
ALTER TABLE hotline_workorder DROP COLUMN facts, DROP COLUMN skipped_facts;
ALTER TABLE hotline_workorder RENAME COLUMN sealed_facts TO facts;
ALTER TABLE hotline_workorder RENAME COLUMN sealed_skipped_facts TO skipped_facts;
ALTER TABLE hotline_workorder ALTER COLUMN facts DROP DEFAULT, ALTER COLUMN skipped_facts DROP DEFAULT
"""
BACK = """
ALTER TABLE hotline_workorder RENAME COLUMN facts TO sealed_facts;
ALTER TABLE hotline_workorder RENAME COLUMN skipped_facts TO sealed_skipped_facts;
ALTER TABLE hotline_workorder ALTER COLUMN sealed_facts SET DEFAULT '', ALTER COLUMN sealed_skipped_facts SET DEFAULT '';
ALTER TABLE hotline_workorder
    ADD COLUMN facts jsonb NOT NULL DEFAULT '{}', ADD COLUMN skipped_facts jsonb NOT NULL DEFAULT '{}';
ALTER TABLE hotline_workorder ALTER COLUMN facts DROP DEFAULT, ALTER COLUMN skipped_facts DROP DEFAULT
"""


class Migration(migrations.Migration):
    dependencies = [("hotline", "0012_seal_facts")]

    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(SWAP, BACK)],
            [
                migrations.AlterField("workorder", "facts", SealedAnswersField()),
                migrations.AlterField("workorder", "skipped_facts", SealedAnswersField()),
            ],
        )
    ]
