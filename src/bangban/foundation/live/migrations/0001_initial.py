import django.db.models.functions.datetime
from django.db import migrations, models

from bangban.foundation.live.numbering import INSTALL, REMOVE


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            name="LiveOrder",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("event_id", models.UUIDField()),
                ("event_at", models.DateTimeField()),
            ],
            options={"db_table": "live_order"},
        ),
        migrations.CreateModel(
            name="LiveFrame",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "topic", "seq", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("topic", models.TextField()),
                ("seq", models.BigIntegerField()),
                ("kind", models.TextField()),
                ("record_type", models.TextField()),
                ("record_id", models.UUIDField(null=True)),
                ("number", models.TextField(default="")),
                ("visibility", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "db_table": "live_frame",
                "indexes": [models.Index(fields=["seq"], name="live_frame_seq")],
            },
        ),
        migrations.CreateModel(
            name="LiveRetention",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("floor", models.BigIntegerField(default=0)),
                ("pruned_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "live_retention",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="live_retention_single_row")
                ],
            },
        ),
        migrations.RunSQL(INSTALL, REMOVE),
    ]
