"""Answers to guiding questions may tell of persons: they move into sealed columns, beside the plain ones at first."""

from django.db import migrations

# A constant default is kept in the catalogue: no row is written, however many there are.
ADD = """
ALTER TABLE hotline_workorder
    ADD COLUMN sealed_facts bytea NOT NULL DEFAULT '', ADD COLUMN sealed_skipped_facts bytea NOT NULL DEFAULT ''
"""
BACK = "ALTER TABLE hotline_workorder DROP COLUMN sealed_facts, DROP COLUMN sealed_skipped_facts"


class Migration(migrations.Migration):
    dependencies = [("hotline", "0010_letters_of_hotlines")]

    operations = [migrations.RunSQL(ADD, BACK)]
