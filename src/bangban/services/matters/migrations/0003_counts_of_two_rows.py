"""Drop counts of one row: they are counted anew by night, in two."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("matters", "0002_names_partings_and_leaving")]

    operations = [migrations.RunSQL("DELETE FROM matters_termcounts", migrations.RunSQL.noop)]
