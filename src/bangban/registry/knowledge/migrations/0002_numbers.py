from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0001_initial")]

    operations = [
        migrations.RunSQL(f"CREATE SEQUENCE knowledge_{kind}_number", f"DROP SEQUENCE knowledge_{kind}_number")
        for kind in ("entry", "candidate", "phrase", "path")
    ]
