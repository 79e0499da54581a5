import django.db.models
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("hotline", "0003_callers_and_aside")]
    operations = [
        migrations.CreateModel(
            name="CatalogueChange",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("by", models.TextField(help_text="the actor as the ledger names it")),
                ("by_name", models.TextField(default="")),
                ("what", models.TextField(help_text="category, dispatch, undertaker, visit_policy")),
                ("key", models.TextField()),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
            ],
            options={"indexes": [models.Index(fields=["what", "key", "-at"], name="catalogue_change")]},
        ),
        migrations.AddConstraint(
            model_name="workorder",
            constraint=models.UniqueConstraint(
                condition=django.db.models.Q(("call_id__isnull", False), ("state", "registering")),
                fields=("call_id", "agent"),
                name="one_open_form_per_call",
            ),
        ),
    ]
