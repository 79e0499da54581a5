from typing import Any

import django.db.models.deletion
from django.db import migrations, models

KINDS = [
    ("service", "服务规范"), ("appraisal", "考核评价"), ("post", "岗位职责"), ("security", "保密与安全"),
    ("emergency", "应急预案"), ("other", "其他制度"),
]  # fmt: skip


def copy(apps: Any, schema_editor: Any) -> None:
    """Give editions that were kept by their text the name and unit of their document, the newest its last day."""
    revisions = apps.get_model("holdings", "Revision").objects
    for one in apps.get_model("holdings", "Regulation").objects.defer("text"):
        own = revisions.filter(regulation_id=one.id)
        own.update(kind=one.kind, title=one.title, unit_id=one.unit_id)
        own.filter(edition=one.edition).update(valid_to=one.valid_to)


class Migration(migrations.Migration):
    dependencies = [("org", "0001_initial"), ("holdings", "0002_numbers")]

    operations = [
        migrations.AddField("revision", "kind", models.TextField(choices=KINDS, default=""), preserve_default=False),
        migrations.AddField("revision", "title", models.TextField(default=""), preserve_default=False),
        migrations.AddField("revision", "valid_to", models.DateField(null=True)),
        migrations.AddField(
            "revision", "unit",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.body"),
        ),
        migrations.RunPython(copy, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AlterField(
            "revision", "unit",
            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.body"),
        ),
    ]  # fmt: skip
